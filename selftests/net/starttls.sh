#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154
#
# What was said when the line was cut, and what was done to STARTTLS without cutting it:
# postfix, openvpn, sshd and nginx with their usual clients, attacked at the moment that
# the injector waits for; and a box in the path that rewrites what postfix says.
. "$(dirname "$(realpath "$0")")/common.sh"

TOPO_DELAY=20
net_load
require openssl swaks postconf dovecot openvpn sshd ssh-keygen ssh-keyscan nginx curl socat nft
net_topology
demo_dir=$work
chmod 755 "$work"	# the servers read there with less than root's rights
for part in mail vpn; do
	# shellcheck source=/dev/null
	. "$net_dir/../demo/$part.sh"
done
on_exit mail_stop
mail_start || skip_all "no mail server"
vpn_start || skip_all "no VPN"

web_serve()
{
	mkdir -p "$work/web"
	echo it works >"$work/web/index.html"
	chmod 755 "$work/web"
	cat >"$work/nginx.conf" <<-CONF
		pid $work/nginx.pid;
		error_log $work/nginx.log;
		events { }
		http { access_log off; server { listen 80; root $work/web; } }
	CONF
	in_server nginx -c "$work/nginx.conf" -e "$work/nginx.log" &&
		on_exit sh -c "kill \$(cat $work/nginx.pid)"
}

ssh_serve()
{
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key" &&
		in_server "$(command -v sshd)" -f /dev/null -h "$work/host_key" -p 22 \
			-o PidFile="$work/sshd.pid" && on_exit sh -c "kill \$(cat $work/sshd.pid)"
}

web_get() { in_client curl -s --max-time 60 "http://$server4/" | grep -q 'it works'; }
ssh_ask() { in_client ssh-keyscan -T 60 "$server4" 2>/dev/null | grep -q ed25519; }

web_serve || skip_all "no web server"
ssh_serve || skip_all "no SSH server"

# --- the line is cut --------------------------------------------------------------------------

forget_events()
{
	: >"$work/events.client"
	: >"$work/events.server"
}

# Did the END tell of a reset, STAGE having been said last by SIDE?
told_stage()
{
	jq -se --arg stage "$2" --arg by "$3" \
		'any(.rst.trigger.stage == $stage and .rst.trigger.by == $by)' \
		"$work/events.$1" >/dev/null
}

# PORT TRIGGER STAGE SIDE SESSION...: the session lives, and the end which knew what its
# peer had not yet heard says what was said last
cut()
{
	local port=$1 trigger=$2 stage=$3 side=$4 status
	shift 4

	forget_events
	inject_start "$work/inject" -p t-mobile -P "$port" -t "$trigger" || return
	"$@"
	status=$?
	inject_stop
	echo "$* ended with $status; $(grep -c '^shot' "$work/inject") shots"
	busywait 5000 told_stage "$side" "$stage" "$side" || {
		cat "$work"/events.*
		return 1
	}
	return $status
}

# --- the line is rewritten ----------------------------------------------------------------------

# Line by line, in both directions: what sed makes of it.
box_rewrites() # TO_SERVER TO_CLIENT
{
	cat >"$work/box" <<-END
		#!/bin/sh
		sed -u '$1' | socat -t 5 - TCP:$server4:25 | sed -u '$2'
	END
	chmod +x "$work/box"
	ip netns exec rstg-isp socat -t 5 TCP-LISTEN:2600,fork,reuseaddr EXEC:"$work/box" \
		2>/dev/null &
	box_pid=$!
	in_isp nft -f - <<-END && wait_port rstg-isp 2600
		table ip box {
			chain in {
				type nat hook prerouting priority -100;
				iifname client tcp dport 25 redirect to :2600
			}
		}
	END
}

box_gone()
{
	in_isp nft delete table ip box
	kill "$box_pid"
	wait "$box_pid"
} 2>/dev/null

# As far as EHLO, or on to STARTTLS if it is offered; how it ends is up to the box.
dialog()
{
	in_client timeout 60 swaks --server "$server4" --port 25 --timeout 30 "$@" \
		--helo client.example.test --from sam@example.test --to alex@example.test \
		>"$work/dialog" 2>&1
	return 0
}

ehlo() { dialog --quit-after EHLO; }
starttls() { dialog --tls --quit-after STARTTLS; }

told_notice() { grep -q "\"notice\":\"$2\"" "$work/events.$1"; } # END NOTICE

nothing_noticed()
{
	sleep 0.5
	! grep -h '"event_type":"starttls"' "$work"/events.*
}

# TO_SERVER TO_CLIENT DIALOG [END NOTICE]...: is all of it told, and nothing without any?
rewritten()
{
	local dialog=$3 status=0

	forget_events
	box_rewrites "$1" "$2" || return
	shift 3
	"$dialog"
	box_gone
	[ $# -gt 0 ] || nothing_noticed || status=1
	while [ $# -gt 0 ]; do
		busywait 5000 told_notice "$1" "$2" || { echo "the $1 did not tell of $2"; status=1; }
		shift 2
	done
	cat "$work/dialog" "$work"/events.*
	return $status
}

unchanged() # DIALOG
{
	forget_events
	"$1"
	grep -q "$2" "$work/dialog" && nothing_noticed
}

tap_plan 15
listen client server
for end in client server; do
	in_ns $end rstguard set mode hold hold-min-ms 1500
done
tap "cut at STARTTLS, submission" cut 587 starttls starttls client mail_probe 587
tap "cut at STARTTLS, on an odd port" cut 2525 starttls starttls client mail_probe 2525
tap "cut at the answer to STARTTLS" cut 587 starttls-reply starttls-accepted server mail_send 587
tap "cut at ClientHello" cut 465 client-hello tls-client-hello client mail_probe 465
tap "cut at the first packet of OpenVPN" cut 1194 openvpn openvpn-reset client vpn_session 1194 0
tap "cut at SSH's banner" cut 22 bytes=15 ssh-banner client ssh_ask
tap "cut at a request for a page" cut 80 bytes=20 http-request client web_get

tap "no STARTTLS, as from a server that never had it" rewritten '' '/STARTTLS/d' ehlo
tap "left alone" unchanged starttls 'TLS started'
tap "STARTTLS taken away" rewritten '' '/STARTTLS/d' ehlo client starttls-absent
tap "STARTTLS masked" rewritten '' 's/STARTTLS/XXXXXXXA/' ehlo client capability-masked
tap "the greeting masked" rewritten '' '1s/^220 [^\r]*/220 ****************************2******0*0*00/' ehlo client greeting-masked
tap "the command mangled" rewritten 's/^STARTTLS/XXXXXXXX/' '' starttls \
	client starttls-refused server command-mangled
tap "left alone again" unchanged starttls 'TLS started'
tap "it is counted" test "$(at_both starttls_tampered)" = 5
tap_done
