#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154
#
# What was said when the line was cut, and what was done to STARTTLS without cutting it:
# postfix, openvpn, sshd and nginx with their usual clients, attacked at the moment that
# the injector waits for; and a box in the path that rewrites what postfix says.
. "$(dirname "$(realpath "$0")")/common.sh"
# shellcheck source=stories.sh
. "$net_dir/stories.sh"

TOPO_DELAY=30
TOPO_NEAR=none	# nobody answers before the injector has shot
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

# TO_SERVER TO_CLIENT DIALOG [END NOTICE]...
box() { rewritten 25 "$@"; }

greeting_of_a_firewall='1s/^220 [^\r]*/220 ****************************2******0*0*00/'
# As a box that speaks TLS to nobody would have it: the server is asked for nothing much.
no_starttls='s/^STARTTLS/NOOP/'

tap_plan 22
listen client server
for end in client server; do
	in_ns $end rstguard set mode hold hold-min-ms 1500
done
# The first of all: what a server offers is remembered.
tap "no STARTTLS, as from a server that never had it" box '' '/STARTTLS/d' ehlo

tap "cut at STARTTLS" cut 25 starttls starttls client mail_probe 25
tap "cut at STARTTLS, submission" cut 587 starttls starttls client mail_probe 587
tap "cut at STARTTLS, on an odd port" cut 2525 starttls starttls client mail_probe 2525
tap "cut at the answer to STARTTLS" cut 587 starttls-reply starttls-accepted server mail_send 587
tap "cut at ClientHello" cut 465 client-hello tls-client-hello client mail_probe 465
tap "cut at ClientHello behind STARTTLS" cut 25 client-hello tls-client-hello client mail_probe 25
tap "cut at the first packet of OpenVPN" cut 1194 openvpn openvpn-reset client vpn_session 1194 0
tap "cut at OpenVPN's, on a port of mail" cut 993 openvpn openvpn-reset client vpn_session 993 1
tap "cut at SSH's banner" cut 22 bytes=15 ssh-banner client ssh_ask
tap "cut at a request for a page" cut 80 bytes=20 http-request client web_get

tap "left alone" unchanged starttls 'TLS started'
tap "STARTTLS taken away" box '' '/STARTTLS/d' ehlo client starttls-absent
tap "STARTTLS masked" box '' 's/STARTTLS/XXXXXXXA/' ehlo client capability-masked
tap "STARTTLS masked with X" box '' 's/STARTTLS/XXXXXXXX/' ehlo client capability-masked
tap "the greeting masked" box '' "$greeting_of_a_firewall" ehlo client greeting-masked
tap "the command mangled" box 's/^STARTTLS/XXXXXXXX/' '' starttls \
	client starttls-refused server command-mangled
tap "refused by the box" box "$no_starttls" 's/^250 2.0.0 Ok/502 5.5.1 No such command/' starttls \
	client starttls-refused
# A server whose certificate cannot be read says the same: that proves nothing.
tap "refused for now" box "$no_starttls" 's/^250 2.0.0 Ok/454 4.7.0 TLS not available/' starttls
tap "it was refused" grep -q '454 4.7.0' "$work/dialog"
tap "left alone again" unchanged starttls 'TLS started'
tap "it is counted" test "$(at_both starttls_tampered)" = 7
tap_done
