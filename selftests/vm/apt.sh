# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What apt can download here, and what is taken in place of a pinned version that is gone;
# sourced by lib.sh.

# Lines "PIN VERSION", the last one of a pin counts: what was taken for pins that were gone.
stand_ins=$build/stand-ins

# apt_offers PACKAGE...: lines "PACKAGE VERSION" of what can be downloaded, newest first.
# ("show" succeeds for a version that is not there, "policy" also counts what is installed
# and has left the archive, and speaks the user's language.)
apt_offers()
{
	apt-cache madison "$@" 2>/dev/null | awk '$NF == "Packages" { print $1, $3 }'
}

# apt_knows PACKAGE: has a version that can be downloaded
apt_knows()
{
	[ -n "$(apt_offers "$1")" ]
}

# Whoever else installs packages at the moment, unattended-upgrades for example, is waited for.
# apt does so for dpkg's lock when told, and not for that of the lists.
apt_lock_seconds=600
# shellcheck disable=SC2034 # host-deps
apt_waits=(-o "DPkg::Lock::Timeout=$apt_lock_seconds")
apt_update()
{
	local said told='' until=$((SECONDS + apt_lock_seconds))

	while said=$(LC_ALL=C apt-get -qq update 2>&1); [[ $said == *'Could not get lock'* ]]; do
		[ $SECONDS -lt $until ] || break
		[ -n "$told" ] || echo "${0##*/}: waiting for another package manager" >&2
		told=y
		sleep 5
	done
	[ -z "$said" ] || echo "$said" >&2
}

# A fresh CI machine has no package lists yet, and old lists name files that are gone.
apt_update_once()
{
	[ "$(id -u)" = 0 ] && [ -z "${apt_updated:-}" ] || return 0
	apt_updated=1
	echo "${0##*/}: apt-get update" >&2
	apt_update	# without a network: the lists as they are
}

# apt_download DIR PACKAGE[=VERSION]...
apt_download()
{
	# apt as root drops to user _apt, which cannot write below somebody's home
	(cd "$1" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "${@:2}") >&2 ||
		die "cannot download ${*:2}: try apt-get update"
}

# settle PIN HAVE OFFERS: print the version to take for a pin. What is in build/ already, as
# "HAVE VERSION" says, is taken with no look at the archive, so that all of a run and the
# runs after it agree: the pin, or what stood in for it before. Else the pin if "OFFERS PIN"
# lists it, or else the newest, which is the first there; none there: status 1.
# A pin that is not taken is told each time.
settle()
{
	local pin=$1 have=$2 offers=$3 last version offered

	last=$(awk -v pin="$pin" '$1 == pin { v = $2 } END { print v }' "$stand_ins" 2>/dev/null)
	if "$have" "$pin" || ! command -v apt-cache >/dev/null; then
		version=$pin
	elif [ -n "$last" ] && "$have" "$last"; then
		version=$last
	else
		apt_update_once
		offered=$("$offers" "$pin")
		version=$(grep -xF -m 1 -e "$pin" <<<"$offered" || head -n 1 <<<"$offered")
		[ -n "$version" ] || return 1
	fi
	if [ "$version" != "$pin" ]; then
		echo "${0##*/}: $pin was gone from the archive: $version stands in for it" >&2
		mkdir -p "$build"
		[ "$version" = "$last" ] || echo "$pin $version" >>"$stand_ins"
	fi
	echo "$version"
}
