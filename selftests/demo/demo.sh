#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154,SC2004
#
# demo.sh [-n SESSIONS]: forged RSTs against mail and VPN, without the module and with it.
#
# Runs in the test machine ("make demo"): it loads the module and starts servers.
# Status 0 if the attacks work without the module and fail with it, and if genuine
# resets arrive all the same; 1 if not; 2 if it could not be tried.
set -u

here=$(dirname "$(realpath "$0")")
export PATH=$here/../../build:$here/../../build/tools:$PATH
demo_dir=/tmp/rstg-demo
sessions=3
while getopts n: option; do
	case $option in
	n) sessions=$OPTARG ;;
	*) exit 2 ;;
	esac
done
rm -rf "$demo_dir"
mkdir -p "$demo_dir"

for part in ../net/topology mail vpn guard attacks genuine; do
	# shellcheck source=/dev/null
	. "$here/$part.sh"
done

declare -A without with said shown
failures=()

say() { printf '%4d s  %s\n' $SECONDS "$*"; }
fail() { failures+=("$*"); }
die() { echo "demo: $*" >&2; exit 2; }

cleanup()
{
	inject_stop
	mail_stop
	topo_down
	rmmod rstguard 2>/dev/null
	[ ! -d /results ] || [ ! -w /results ] ||	# not its sockets
		{
		guard_clear
		cp "$demo_dir"/{*events.*,inject.all,s_client.*,swaks.*,vpn/*.*[0-9]} "$mail_log" \
			/results
	} 2>/dev/null
}
trap cleanup EXIT

# $1 is "without" or "with": fills that column
all_attacks()
{
	local -n column=$1
	local attack name port trigger kind variant flags ttl id df line count=$sessions

	for attack in "${attacks[@]}"; do
		IFS='|' read -r name port trigger kind <<<"$attack"
		line=$(mail_log_lines)
		attack "$sessions" "$kind" "$port" "$trigger"
		column[$port]=$survived
		[ "$shots" -ge $((2 * sessions)) ] || fail "$name: only $shots forged RSTs were sent"
		if [ "$1" = with ]; then
			shown[$port]=$(guard_summary "$demo_dir/inject")
		elif [ "$kind" = mail ]; then
			said[$port]=$(mail_lost "$line")
		else
			said[$port]=$(grep -ho 'Connection reset' "$vpn_dir/client.$port".* | uniq -c |
				sed 's/^ *\([0-9]*\) /\1x /')
		fi
		say "$1 the module: $name, port $port: $survived of $sessions sessions survive"
	done
	# Without the module one will do: any RST in its place kills.
	[ "$1" = with ] || count=1
	for variant in "${variants[@]}"; do
		read -r flags ttl id df _ <<<"$variant"
		attack "$count" probe 587 starttls-reply -f "$flags" -T "$ttl" -I "$id" -D "$df"
		column[$variant]=$survived
		[ "$1" != with ] || shown[$variant]=$(guard_summary "$demo_dir/inject")
	done
	say "$1 the module: ${#variants[@]} variants of the same box at STARTTLS done"
}

# $1 names the column: what genuine resets look like to the client
all_genuine()
{
	local -n seen=$1
	local case name steps _

	for case in "${genuine_cases[@]}"; do
		IFS='|' read -r name steps _ <<<"$case"
		# shellcheck disable=SC2086 # port and steps are words
		seen[$name]=$(genuine_ask $steps)
	done
}

plain_rule()	# -A or -D
{
	local end

	for end in client server; do
		ip netns exec "rstg-$end" iptables "$1" INPUT -p tcp --tcp-flags RST RST -j DROP
	done
}

judge()
{
	local attack name port variant case want

	for attack in "${attacks[@]}"; do
		IFS='|' read -r name port _ <<<"$attack"
		[ "${without[$port]}" = 0 ] || fail "$name: sessions survive the attack anyway"
		[ "${with[$port]}" = "$sessions" ] || fail "$name: not saved"
	done
	for variant in "${variants[@]}"; do
		[ "${without[$variant]}" = 0 ] || fail "variant $variant: sessions survive anyway"
		[[ $variant == *may || ${with[$variant]} == "$sessions" ]] ||
			fail "variant $variant: not saved"
	done
	for case in "${genuine_cases[@]}"; do
		IFS='|' read -r name _ want <<<"$case"
		[[ ${genuine_off[$name]} == "$want "* ]] || fail "$name: ${genuine_off[$name]} by itself"
		[[ ${genuine_drop[$name]} == "$want "* ]] || fail "$name: ${genuine_drop[$name]} in drop mode"
		[[ ${genuine_rule[$name]} == "ETIMEDOUT "* ]] || fail "$name: passed the plain rule"
	done
	[ "$rule_saved" = "$sessions" ] || fail "the plain rule did not save the session"
}

print_tables()
{
	local attack name port trigger variant flags ttl id df case word

	printf '\nForged RSTs to both ends, from %d hops away; the ends are %d hops and %d ms apart.\n' \
		"$TOPO_INJECTOR_HOPS" "$TOPO_HOPS" $((2 * TOPO_DELAY))
	printf 'Sessions that survive: mail by openssl s_client and swaks, openvpn with a ping.\n\n'
	printf '%-39s %5s  %7s %5s  %-33s %s\n' attack port without with 'server log without (VPN: client)' \
		'rstguard monitor with it'
	for attack in "${attacks[@]}"; do
		IFS='|' read -r name port trigger _ <<<"$attack"
		printf '%-39s %5s  %7s %5s  %-33s %s\n' "$name" "$port" "${without[$port]}/$sessions" "${with[$port]}/$sessions" \
			"${said[$port]}" "${shown[$port]}"
	done

	printf '\nThe fields of that box were never published: the variants, at STARTTLS on 587.\n\n'
	printf '%-5s %-6s %5s %3s  %7s %5s  %s\n' flags TTL IP-ID DF without with 'rstguard monitor with it'
	for variant in "${variants[@]}"; do
		read -r flags ttl id df _ <<<"$variant"
		word=
		[ "${with[$variant]}" = "$sessions" ] || word=' - not saved'
		printf '%-5s %-6s %5s %3s  %7s %5s  %s%s\n' "$flags" "$ttl" "$id" "$df" \
			"${without[$variant]}/1" "${with[$variant]}/$sessions" "${shown[$variant]}" "$word"
	done

	printf '\nGenuine resets: what the client sees, and after how long (it gives up after 5 s).\n\n'
	printf '%-30s %-26s %-26s %s\n' '' 'module off' 'mode drop' 'iptables ... RST -j DROP'
	for case in "${genuine_cases[@]}"; do
		name=${case%%|*}
		printf '%-30s %-26s %-26s %s\n' "$name" "${genuine_off[$name]}" "${genuine_drop[$name]}" \
			"${genuine_rule[$name]}"
	done
	printf '%-30s %-26s %-26s %s\n' 'sessions saved on port 587' "${without[587]}/$sessions" \
		"${with[587]}/$sessions" "$rule_saved/$sessions"
}

declare -A genuine_off genuine_drop genuine_rule

[ -e "${RSTGUARD_KO:-}" ] || die "no module: RSTGUARD_KO=${RSTGUARD_KO:-}"
topo_up || die "no namespaces"
mail_start || die "postfix did not greet: $(cat "$demo_dir/greeting")"
vpn_start || die "openvpn did not start"
genuine_start || die "tcptalk did not start"
say "Linux $(uname -r): mail server and VPN server are up"

for port in 465 587 2525 1194 993; do
	kind=mail
	[[ $port != 1194 && $port != 993 ]] || kind=vpn
	session $kind $port 0 || die "port $port does not work even without attack"
done
say "all five services work without attack"

all_attacks without
all_genuine genuine_off

guard_load || die "cannot load the module"
all_attacks with
all_genuine genuine_drop

guard_mode off
plain_rule -A
attack "$sessions" probe 587 starttls-reply
rule_saved=$survived
all_genuine genuine_rule
plain_rule -D
say "the plain iptables rule done"

judge
print_tables
echo
if [ ${#failures[@]} -gt 0 ]; then
	printf 'FAILED: %s\n' "${failures[@]}"
	exit 1
fi
saved=0
for variant in "${variants[@]}"; do
	[ "${with[$variant]}" != "$sessions" ] || saved=$((saved + 1))
done
echo "All $((${#attacks[@]} * sessions)) attacked sessions died without the module and lived with it," \
	"and so in $saved of ${#variants[@]} variants; every genuine reset arrived."
