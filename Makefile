# SPDX-License-Identifier: GPL-2.0-only
#
# `make help` says what there is. Everything is built below build/, nothing beside
# its source: one tree serves several kernels and two userspace builds at once.

KERNEL ?= $(shell uname -r)
O := $(CURDIR)/build
export O

# A kernel unpacked for the tests brings its headers; any other has its own. What takes a
# look at the archive is asked once, when it is first used.
known := $(RSTGUARD_KERNELS) $(shell grep -hs '^[0-9]' selftests/vm/kernels build/stand-ins)
headers_of = $(if $(filter $1,$(known)),$(shell selftests/vm/kdir $1),/lib/modules/$1/build)
KDIR ?= $(eval KDIR := $(call headers_of,$(KERNEL)))$(KDIR)
MODULE := $(O)/module/$(KERNEL)
KERNELS ?= $(eval KERNELS := $(shell selftests/vm/fetch-kernel -l check))$(or \
	$(KERNELS),$(error no kernels to build for: see above))

.PHONY: all
all: modules tools

.PHONY: help
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))

## make modules          the module for the running kernel; KERNEL=VERSION or KDIR=HEADERS for another
.PHONY: modules
modules:
	@test -d "$(KDIR)" || { \
		echo "no headers for kernel $(KERNEL) at $(KDIR): install linux-headers-$(KERNEL), or say KDIR=" >&2; \
		exit 2; }
	@mkdir -p $(MODULE)/src
	@cp -rs --remove-destination $(CURDIR)/Kbuild $(CURDIR)/kmod $(MODULE)/src/
	$(MAKE) -C $(KDIR) M=$(MODULE)/src $(KBUILD_ARGS) modules
	@cp -u $(MODULE)/src/kmod/rstguard.ko $(MODULE)/

## make tools            rstguard and rstguardd
.PHONY: tools
tools:
	$(MAKE) -C userspace O=$(O)

## make install          module, programs, man pages; as root, DESTDIR= and PREFIX= as usual
.PHONY: install
install:
	$(MAKE) -C $(KDIR) M=$(MODULE)/src INSTALL_MOD_STRIP=1 \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	$(if $(DESTDIR),,depmod -a $(KERNEL))
	$(MAKE) -C userspace O=$(O) install

# --- what follows needs more than a compiler: it installs that, or says what --------

.PHONY: deps
deps:
	@selftests/vm/host-deps

.PHONY: vm-modules
vm-modules: deps
	@for kernel in $(KERNELS); do \
		$(MAKE) -s modules KERNEL=$$kernel || exit; \
	done

.PHONY: vm
vm: vm-modules tools
	$(MAKE) -s -C selftests/tools O=$(O)
	selftests/vm/rootfs

## make demo             a mail and a VPN session under attack, without rstguard and with it
.PHONY: demo
demo: vm
	@for kernel in $(KERNELS); do \
		mkdir -p $(O)/results/demo-$$kernel; \
		selftests/vm/run -k $$kernel -t 1500 -r $(O)/results/demo-$$kernel \
			-- selftests/demo/demo.sh || exit; \
	done

## make check            every test; one closing line
.PHONY: check
check: vm check-programs
	@selftests/run $$($(MAKE) -s -C selftests list O=$(O)) \
		$(CURDIR)/selftests/vm/selftest.sh $(CURDIR)/selftests/vm/linux-*.sh

## make check-host       of these, the ones that need no virtual machine
.PHONY: check-host
check-host: deps tools check-programs
	@selftests/run $$($(MAKE) -s -C selftests list O=$(O))

.PHONY: check-programs
check-programs: deps
	selftests/fetch-source
	$(MAKE) -s -C userspace O=$(O) SAN=1
	$(MAKE) -s -C selftests programs O=$(O)

## make check-long       what check has in small: 1000 loads, 10000 resets and as many forged; hours
.PHONY: check-long
check-long: vm
	@selftests/run $(CURDIR)/selftests/long/linux-*.sh

## make debugcheck       the module under a kernel with KASAN, lockdep, kmemleak, ...; built first
.PHONY: debugcheck
debugcheck: deps
	selftests/vm/rootfs
	@selftests/run $(CURDIR)/selftests/debug/check

## make bench            what it costs: instructions for each forwarded packet, beside conntrack's; analyze
.PHONY: bench
bench: deps tools
	@selftests/bench/run $(KERNELS)
	@selftests/bench/core
	@selftests/bench/analyze

## make fuzz [SECONDS=60]  each parser with libFuzzer
.PHONY: fuzz
fuzz: deps
	$(MAKE) -C selftests fuzz O=$(O) $(if $(SECONDS),SECONDS=$(SECONDS))

## make regen            the generated netlink code anew from Documentation/netlink/specs
.PHONY: regen
regen:
	selftests/fetch-source
	selftests/style/regen --write

## make fit [CORPUS=DIR]  the weights against captures with known truth: old, new, counts
.PHONY: fit
fit: tools
	@$(if $(CORPUS),RSTGUARD_CORPUS=$(CORPUS)) selftests/replay/fit.py

## make figures [CORPUS=DIR]  the tables of Documentation/figures.rst
.PHONY: figures
figures: tools
	@$(if $(CORPUS),RSTGUARD_CORPUS=$(CORPUS)) selftests/replay/baselines.py
	@$(if $(CORPUS),RSTGUARD_CORPUS=$(CORPUS)) selftests/replay/fit.py

## make clean            what was built; what was downloaded stays
.PHONY: clean
clean:
	rm -rf $(addprefix $(O)/,module obj rstguard rstguardd san unit tools replay fuzz results bench)
