# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Debian's package of the kernel source: which version is meant and how it is unpacked;
# sourced by fetch-source and debug/build-kernel after vm/lib.sh.

source_file=$top/selftests/linux-source

# choose_source HAVE: set package and version; HAVE VERSION says that it is in build/ (see settle)
choose_source()
{
	local pin

	read -r package pin <<<"$(grep -v '^#' "$source_file")"
	version=$(settle "$pin" "$1" source_versions) ||
		die "apt knows no $package at all: try apt-get update, or edit $source_file"
}

source_versions()
{
	apt_offers "$package" | cut -d ' ' -f 2
}

# unpack_source DIR [TAR OPTION...]: below DIR, which must be empty. The package holds one
# compressed tarball; what is not wanted of it never reaches the disk.
unpack_source()
{
	apt_download "$1" "$package=$version"
	mkdir "$1/tree"
	dpkg-deb --fsys-tarfile "$1/$package"_*.deb |
		tar -xO --wildcards "*/$package.tar.xz" |
		xz -dc -T0 |
		tar -x -C "$1/tree" --strip-components=1 "${@:2}"
}
