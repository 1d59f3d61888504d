# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced: the attacks, and how many sessions live through each.

# What is attacked: name | port | trigger | kind of session
attacks=(
	"TLS from the start, at ClientHello|465|client-hello|mail"
	"submission, at STARTTLS's answer|587|starttls-reply|mail"
	"submission on an odd port, at STARTTLS|2525|starttls|mail"
	"OpenVPN, at its first packet|1194|openvpn|vpn"
	"OpenVPN on the port of IMAPS|993|openvpn|vpn"
)

# The T-Mobile family: the fields of its RSTs were never published, so every
# combination that fits the reports. Each line: flags, TTL less the hops from the
# injector, IP-ID, DF, and whether it must be survived. A bare RST says so little of
# itself, except for IP-ID 0 without DF, which no stack sends, that only the answer of
# the peer can tell; on a machine that stalls it may come too late.
variants=(
	"RA 64-h 0 0 must" "RA 64-h 0 1 must" "RA 64-h 1234 0 must" "RA 64-h 1234 1 must"
	"RA 255-h 0 0 must" "RA 255-h 0 1 must" "RA 255-h 1234 0 must" "RA 255-h 1234 1 must"
	"R 64-h 0 0 must" "R 64-h 0 1 may" "R 64-h 1234 0 may" "R 64-h 1234 1 may"
	"R 255-h 0 0 must" "R 255-h 0 1 may" "R 255-h 1234 0 may" "R 255-h 1234 1 may"
)

# KIND PORT NUMBER: one session
session()
{
	case $1 in
	probe) mail_probe "$2" ;;
	mail)	# openssl s_client as the first, then mails with AUTH
		if [ "$3" = 0 ]; then mail_probe "$2"; else mail_send "$2"; fi ;;
	vpn) vpn_session "$2" "$3" ;;
	esac
}

# COUNT KIND PORT: so many at once; sets $survived
sessions_run()
{
	local i pids=() pid

	for ((i = 0; i < $1; i++)); do
		session "$2" "$3" "$i" & pids+=($!)
	done
	survived=0
	for pid in "${pids[@]}"; do
		! wait "$pid" || survived=$((survived + 1))
	done
}

# COUNT KIND PORT TRIGGER [INJECTOR OPTION...]: the same under attack; sets $shots too
attack()
{
	local count=$1 kind=$2 port=$3 trigger=$4
	shift 4

	guard_clear
	inject_start "$demo_dir/inject" -p t-mobile -P "$port" -t "$trigger" "$@" || return
	sessions_run "$count" "$kind" "$port"
	inject_stop
	cat "$demo_dir/inject" >>"$demo_dir/inject.all"
	shots=$(grep -c '^shot' "$demo_dir/inject")
}
