#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is taken for a pinned kernel or source, and that all who ask get the same answer.
#
# A copy of the tree, with an apt that knows an archive of a few lines: PACKAGE VERSION. It
# answers as apt 2.6.1 and 3.0.4 do, and to a user who reads German. Virtual machines do not
# start: "run" only writes down how it was called.
here=$(dirname "$(realpath "$0")")
. "$here/../lib.sh"
require apt-cache dpkg-deb depmod flock xz make

work=$(mktemp -d)
on_exit rm -rf "$work"
export fake=$work
tree=$work/tree
mkdir "$tree" "$work/bin"
cp -r "$here/.." "$tree/selftests"
cp -r "$here"/../../{Makefile,Kbuild,kmod} "$tree"
unset MAKEFLAGS MFLAGS RSTGUARD_KERNELS

cat >"$tree/selftests/vm/kernels" <<-EOF
	6.1.0-56-amd64			check
	6.12.117+deb12-amd64		check
	6.12.117+deb12-rt-amd64		extra
EOF
echo linux-source-6.12 6.12.117-1~deb12u1 >"$tree/selftests/linux-source"
cat >"$tree/selftests/vm/run" <<-'EOF'
	#!/bin/bash
	echo "run $*"
	exit 4	# once is enough
EOF

cat >"$work/bin/apt-cache" <<-'EOF'
	#!/bin/bash
	[ ! -e "$fake/no-apt" ] || { echo "apt-cache $* was not expected" >&2; exit 1; }
	case $1 in
	madison)
		for package in "${@:2}"; do
			awk -v p="$package" '$1 == p {
				printf "%10s | %10s | http://a.example x/main amd64 Packages\n", $1, $2
			}' "$fake/archive"
			echo "     $package |       9999 | http://a.example x/main Sources"
		done ;;
	pkgnames)
		awk -v p="$2" 'index($1, p) == 1 { print $1 }' "$fake/archive" "$fake/installed" ;;
	show)
		grep -q "^${2%%=*} " "$fake/archive" "$fake/installed" ;;
	policy)
		printf '%s:\n  Installiert:           (keine)\n' "$2"
		awk -v p="$2" '$1 == p { print "  Installationskandidat: " $2; exit }' \
			"$fake/archive" "$fake/installed" ;;
	depends)
		word='Hängt ab von'
		[ "$LC_ALL" != C ] || word=Depends
		printf '%s\n  %s: linux-kbuild-%s\n' "$3" "$word" "${3#linux-image-}" ;;
	esac
EOF

cat >"$work/bin/apt-get" <<-'EOF'
	#!/bin/bash
	case " $* " in
	*" update "*)
		if [ -s "$fake/locks" ]; then	# as many times
			sed -i 1d "$fake/locks"
			echo 'E: Could not get lock /var/lib/apt/lists/lock.' >&2
			exit 100
		fi
		[ ! -e "$fake/archive-of-today" ] || mv "$fake/archive-of-today" "$fake/archive"
		exit ;;
	esac
	deb=$fake/deb
	for package in "${@:5}"; do	# -qq -o OPTION download PACKAGE[=VERSION]...
		name=${package%%=*} k=$(sed -E 's/^linux-(image|headers)-//' <<<"$package")
		grep -q "^${package/=/ }\>" "$fake/archive" || exit 100
		rm -rf "$deb"
		mkdir -p "$deb/DEBIAN" "$deb/usr/src"
		printf '%s\n' "Package: $name" 'Version: 1' 'Architecture: all' \
			'Maintainer: a <a@a.example>' 'Description: a' >"$deb/DEBIAN/control"
		case $name in
		linux-image-*)
			lib=lib
			[[ $k != *deb13* ]] || lib=usr/lib	# since then
			mkdir -p "$deb/boot" "$deb/$lib/modules/$k"
			head -c 4096 /dev/zero >"$deb/boot/vmlinuz-$k" ;;
		linux-headers-*)
			mkdir "$deb/usr/src/$name"
			printf 'modules:\n\tmkdir -p $(M)/kmod\n\ttouch $(M)/kmod/rstguard.ko\n' \
				>"$deb/usr/src/$name/Makefile" ;;
		linux-source-*)
			cp "$fake/$name.tar.xz" "$deb/usr/src" ;;
		esac
		dpkg-deb -b "$deb" "${name}_1_all.deb" >/dev/null
	done
EOF

cat >"$work/bin/id" <<-'EOF'
	#!/bin/bash
	cat "$fake/user"
EOF
chmod +x "$work"/bin/*
PATH=$work/bin:$PATH

source=$work/linux-6.12
mkdir -p "$source"/{tools/testing/selftests/kselftest,scripts,tools/net/ynl,Documentation/netlink}
touch "$source"/tools/testing/selftests/kselftest{.h,_harness.h,/runner.sh} \
	"$source"/tools/testing/selftests/lib.mk \
	"$source"/scripts/{checkpatch.pl,const_structs.checkpatch,kernel-doc,spelling.txt} \
	"$source"/tools/net/ynl/cli.py "$source"/Documentation/netlink/genetlink.yaml
tar -C "$work" -cJf "$work/linux-source-6.12.tar.xz" linux-6.12

# archive LINE...: nothing is in build/, and apt knows what runs and compiles these KERNEL, or
# this PACKAGE VERSION
archive()
{
	rm -rf "$tree/build" "$work"/{no-apt,archive-of-today}
	: >"$work/installed"
	echo 1000 >"$work/user"
	archive_lines "$@" >"$work/archive"
}

archive_lines()
{
	local line

	for line; do
		case $line in
		*" "*)	echo "$line" ;;
		*)	printf "linux-%s-$line 1\n" image headers kbuild ;;
		esac
	done
}

# gives STATUS STDOUT COMMAND...: what it ends with and prints; stderr is kept for "says"
gives()
{
	local status=0 output

	output=$(cd "$tree" && "${@:3}" 2>"$work/said") || status=$?
	[ "$status" = "$1" ] && [ "$output" = "$2" ] && return
	printf 'status %s, printed:\n%s\n' "$status" "$output"
	cat "$work/said"
	return 1
}

# says [PATTERN...]: on stderr a line for each, in that order, and no other
says()
{
	local lines i

	mapfile -t lines <"$work/said"
	for ((i = 1; i <= $#; i++)); do
		# shellcheck disable=SC2053 # a pattern is meant
		[[ ${lines[i - 1]:-} == *${!i}* ]] || break
	done
	[ $i -gt $# ] && [ ${#lines[@]} = $# ] && return
	printf 'said: %s\n' "${lines[@]}"
	return 1
}

fetch=selftests/vm/fetch-kernel
pins=(6.1.0-56-amd64 6.12.117+deb12-amd64)
both=$'6.1.0-56-amd64\n6.12.117+deb12-amd64'
new=6.12.118+deb13.1-amd64
mixed=$'6.1.0-56-amd64\n'$new
stands_in="${pins[1]} was gone* $new stands in for it"

# What must not be taken for 6.12.117+deb12-amd64: an older one, another flavour, another
# series, a metapackage, an image or headers alone, what is merely installed.
others=(6.12.99+deb12-amd64 6.12.118+deb13-amd64 6.12.119+deb13-rt-amd64
	6.12.119+deb13-cloud-amd64 6.13.1+deb13-amd64 6.120.1+deb14-amd64 6.12-amd64
	"linux-image-6.12.120+deb13-amd64 1" "linux-headers-6.12.121+deb13-amd64 1")
without_pin()
{
	archive 6.1.0-55-amd64 6.1.0-56-amd64 6.1.0-56-rt-amd64 6.1.0-100-rt-amd64 $new "${others[@]}"
	archive_lines 6.12.130+deb13-amd64 "${pins[1]}" >"$work/installed"
}

pins_there()
{
	archive "${pins[@]}" $new "${others[@]}"
	gives 0 "$both" $fetch -l check && says
}

pin_gone()
{
	without_pin
	gives 0 "$mixed" $fetch -l check && says "$stands_in"
}

numbers_not_letters()
{
	archive 6.1.0-57-amd64 6.1.0-100-amd64 6.1.0-99-amd64 6.1.0-200-rt-amd64 "${pins[1]}"
	gives 0 $'6.1.0-100-amd64\n'"${pins[1]}" $fetch -l check && says ' 6.1.0-100-amd64 stands in'
}

flavour_kept()
{
	without_pin
	gives 0 6.12.119+deb13-rt-amd64 $fetch -l extra && says ' 6.12.119+deb13-rt-amd64 stands in' &&
		archive "${pins[@]}" $new &&
		gives 2 "" $fetch -l extra && says 'no kernel 6.12.117+deb12-rt-amd64, nor another'
}

# Without the second half "make vm" would build nothing and go on.
series_gone()
{
	archive 6.1.0-56-amd64 6.13.1+deb13-amd64 6.12.119+deb13-rt-amd64 6.12-amd64
	gives 2 "" $fetch -l check &&
		says 'no kernel 6.12.117+deb12-amd64, nor another of its series and flavour' &&
		gives 2 "" $fetch && gives 2 "" make -s -o deps vm-modules
}

# Lists of yesterday that name what is gone, and none at all.
lists_first()
{
	archive "${pins[@]}"
	archive_lines 6.1.0-56-amd64 $new >"$work/archive-of-today"
	echo 0 >"$work/user"
	gives 0 "$mixed" $fetch -l check && says 'apt-get update' "$stands_in" || return
	archive
	archive_lines "${pins[@]}" >"$work/archive-of-today"
	echo 0 >"$work/user"
	gives 0 "$both" $fetch -l check && says 'apt-get update'
}

# Somebody else is at it: it is waited for. (sleep(1) is fake, too.)
lists_locked()
{
	local status

	archive
	archive_lines "${pins[@]}" >"$work/archive-of-today"
	echo 0 >"$work/user"
	printf '%s\n' 1 2 3 >"$work/locks"
	printf '#!/bin/sh\n' >"$work/bin/sleep"
	chmod +x "$work/bin/sleep"
	gives 0 "$both" $fetch -l check &&
		says 'apt-get update' 'waiting for another package manager'
	status=$?
	rm "$work/bin/sleep"
	return $status
}

# From here to "no_network": of one run, and the next ones.
modules_built()
{
	without_pin
	gives 0 "" make -s -o deps vm-modules &&
		[ "$(grep -c "stands in" "$work/said")" = 1 ] &&
		ls "$tree/build/module/"{6.1.0-56-amd64,$new}/rstguard.ko
}

no_network()
{
	touch "$work/no-apt"
	gives 0 "$mixed" $fetch -l check && says "$stands_in" &&
		gives 0 "" $fetch && says "$stands_in" &&
		gives 0 "" make -s modules KERNEL=$new && says
}

# A newer one, and the pin again: not in the middle of a run, nor behind anybody's back.
stays()
{
	rm "$work/no-apt"
	archive_lines "${pins[@]}" 6.12.140+deb13-amd64 >>"$work/archive"
	gives 0 "$mixed" $fetch -l check && says "$stands_in" || return
	rm -r "$tree/build/kernels/$new"
	gives 0 "$both" $fetch -l check && says
}

# with_kernel FILE: "run" was told to boot what stands in
with_kernel()
{
	grep -qE -- "^run .*-k ${new//[+.]/[&]} " "$1" && return
	head "$1"
	return 1
}

machines()
{
	local results=$tree/build/results

	without_pin
	"$tree/selftests/vm/linux-6.12.sh" >/dev/null 2>&1
	with_kernel "$results/vm-$new/run.log" || return
	"$tree/selftests/long/linux-6.12.sh" >/dev/null 2>&1
	with_kernel "$results/long-$new/run.log" || return
	"$tree/selftests/bench/run" >/dev/null 2>&1
	with_kernel "$tree/build/bench/$new/log"
}

asked_by_name()
{
	without_pin
	RSTGUARD_KERNELS="6.12.99+deb12-amd64  ${pins[1]}" \
		gives 0 $'6.12.99+deb12-amd64\n'"${pins[1]}" $fetch -l check && says &&
		gives 2 "" $fetch "${pins[1]}" &&
		says "no linux-image-${pins[1]} *: $new 6.12.118+deb13-amd64 6.12.99+deb12-amd64" &&
		gives 2 "" $fetch -p "${pins[1]}" &&
		gives 2 "" make -s modules KERNEL="${pins[1]}" &&
		[ ! -e "$tree/build/kernels/${pins[1]}" ] &&
		RSTGUARD_KERNELS=6.12.99+deb12-amd64 \
			gives 0 "" make -s modules KERNEL=6.12.99+deb12-amd64
}

series_not_asked_for()
{
	archive
	RSTGUARD_KERNELS=$new gives 4 "" selftests/vm/linux-6.1.sh && says "kernel 6.1: $new"
}

packages()
{
	without_pin
	gives 0 "$(printf "linux-%s-$new\n" headers image kbuild)" $fetch -p $new && says
}

source_there()
{
	archive "linux-source-6.12 6.12.118-1" "linux-source-6.12 6.12.117-1~deb12u1"
	gives 0 "$tree/build/linux-source" selftests/fetch-source -p && says &&
		gives 0 6.12.117-rstguard-debug selftests/debug/build-kernel -p && says
}

source_gone()
{
	local line='6.12.117-1~deb12u1 was gone* 6.12.118-1 stands in for it'

	archive "linux-source-6.12 6.12.118-1" "linux-source-6.12 6.12.117-1~deb12u10"
	gives 0 "" selftests/fetch-source && says "$line" &&
		[ -e "$tree/build/linux-source/scripts/checkpatch.pl" ] &&
		gives 0 6.12.118-rstguard-debug selftests/debug/build-kernel -p && says "$line" &&
		touch "$work/no-apt" &&
		gives 0 "$tree/build/linux-source" selftests/fetch-source -p && says "$line"
}

no_source()
{
	archive "linux-source-6.13 6.13.1-1"
	gives 2 "" selftests/fetch-source && says 'knows no linux-source-6.12'
}

tap_plan 17
tap "pins that are there are taken, silently" pins_there
tap "a pin that is gone: the newest of its series and flavour, in one line" pin_gone
tap "newest by number" numbers_not_letters
tap "PREEMPT_RT stays PREEMPT_RT" flavour_kept
tap "nothing of the series: an error, and no shorter list" series_gone
tap "root looks at today's archive, not at old lists" lists_first
tap "lists that are locked are waited for" lists_locked
tap "modules are built for what stands in, told once" modules_built
tap "what is unpacked needs no network" no_network
tap "it stays while it is unpacked; then the pin comes back" stays
tap "check, long and bench boot the same" machines
tap "what is asked for by name is not replaced" asked_by_name
tap "a series that is not among those asked for is skipped" series_not_asked_for
tap "packages of a kernel, in any language" packages
tap "source: the pin when it is there" source_there
tap "source: the newest when it is gone, for harness and debug kernel" source_gone
tap "source: none is an error" no_source
tap_done
