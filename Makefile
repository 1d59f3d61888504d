# SPDX-License-Identifier: GPL-2.0-only
#
# make help says what there is. Everything is built below build/, nothing beside
# its source: one tree serves several kernels and a userspace build at once.

KERNEL ?= $(shell uname -r)
O := $(CURDIR)/build
export O

# A kernel unpacked for the tests comes with headers; any other has its own.
KDIR ?= $(shell selftests/vm/kdir $(KERNEL) 2>/dev/null || echo /lib/modules/$(KERNEL)/build)
MODULE := $(O)/module/$(KERNEL)

.PHONY: all
all: modules tools

.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make modules [KERNEL=VERSION] [KDIR=HEADERS]   the module for one kernel, the running one if not said
.PHONY: modules
modules:
	@test -d "$(KDIR)" || { \
		echo "no headers for kernel $(KERNEL) at $(KDIR): install linux-headers-$(KERNEL), or say KDIR=" >&2; \
		exit 2; }
	@mkdir -p $(MODULE)/src
	@cp -rs --remove-destination $(CURDIR)/Kbuild $(CURDIR)/kmod $(MODULE)/src/
	$(MAKE) -C $(KDIR) M=$(MODULE)/src $(KBUILD_ARGS) modules
	@cp -u $(MODULE)/src/kmod/rstguard.ko $(MODULE)/

## make tools                     rstguard and rstguardd
.PHONY: tools
tools:
	$(MAKE) -C userspace O=$(O)

## make clean                     forget what was built, not what was downloaded
.PHONY: clean
clean:
	rm -rf $(O)/module $(O)/obj $(O)/rstguard $(O)/rstguardd $(O)/san $(O)/unit $(O)/tools $(O)/replay
