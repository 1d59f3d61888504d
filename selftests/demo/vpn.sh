# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced: OpenVPN over TCP, TLS with two self-made certificates that know each other
# by fingerprint (no authority needed since 2.5). A session is good when a ping comes
# back through the tunnel.

vpn_dir=$demo_dir/vpn

vpn_certificates()
{
	local who

	mkdir -p "$vpn_dir"
	for who in server client; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
			-subj "/CN=$who" -keyout "$vpn_dir/$who.key" -out "$vpn_dir/$who.crt" 2>/dev/null
		openssl x509 -in "$vpn_dir/$who.crt" -noout -fingerprint -sha256 |
			sed 's/.*=//' >"$vpn_dir/$who.print"
	done
}

# PORT TUNNEL: a server there, with 10.78.TUNNEL.0/24
vpn_serve()
{
	ip netns exec rstg-server openvpn --dev "tun$2" --dev-type tun --proto tcp-server \
		--port "$1" --server "10.78.$2.0" 255.255.255.0 --topology subnet --dh none \
		--cert "$vpn_dir/server.crt" --key "$vpn_dir/server.key" --duplicate-cn \
		--peer-fingerprint "$(cat "$vpn_dir/client.print")" --keepalive 5 30 \
		--disable-dco --verb 3 >"$vpn_dir/server.$1" 2>&1 &
	disown
	for ((i = 0; i < 200; i++)); do
		grep -qs 'Initialization Sequence Completed' "$vpn_dir/server.$1" && return
		sleep 0.1
	done
	return 1
}

vpn_start()
{
	modprobe tun 2>/dev/null
	vpn_certificates
	vpn_serve 1194 1 && vpn_serve 993 2
}

# PORT NUMBER: one session, with a tunnel device of that number
vpn_session()
{
	local port=$1 n=$2 tunnel=1 log=$vpn_dir/client.$1.$2 i pid status=1

	[ "$port" = 1194 ] || tunnel=2
	rm -f "$log"
	timeout 60 ip netns exec rstg-client openvpn --dev "tun$n" --dev-type tun \
		--proto tcp-client --remote "$server4" "$port" --client --nobind \
		--cert "$vpn_dir/client.crt" --key "$vpn_dir/client.key" \
		--peer-fingerprint "$(cat "$vpn_dir/server.print")" \
		--connect-retry 60 --disable-dco --verb 3 >"$log" 2>&1 &
	pid=$!
	for ((i = 0; i < 400; i++)); do
		if grep -qs 'Initialization Sequence Completed' "$log"; then
			in_client ping -q -c 2 -i 0.3 -W 3 -I "tun$n" "10.78.$tunnel.1" >/dev/null && status=0
			break
		fi
		# One TCP connection per session: what comes after a reset is another.
		! grep -qs 'Connection reset\|SIGUSR1\|SIGTERM' "$log" || break
		sleep 0.1
	done
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	return $status
}
