# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced, after demo/mail.sh: exim in rstg-server at the ports of a mail server, with
# another TLS library and other words than postfix. Mail that arrives stays in its queue.

exim=/opt/usr/sbin/exim4	# as selftests/vm/packages has it

exim_log=$work/exim/log-main

exim_start() # [LINE...]: of its configuration
{
	local dir=$work/exim

	mkdir -p "$dir"
	mail_certificate "$dir/mail"
	chown Debian-exim: "$dir" "$dir"/mail.*
	cat >"$dir/conf" <<-CONF
		primary_hostname = mail.example.test
		spool_directory = $dir
		log_file_path = $dir/log-%s
		pid_file_path = $dir/pid
		daemon_smtp_ports = 25 : 587 : 465
		tls_on_connect_ports = 465
		tls_advertise_hosts = *
		tls_certificate = $dir/mail.crt
		tls_privatekey = $dir/mail.key
		acl_smtp_rcpt = acl_rcpt
		queue_only = true
		host_lookup =
		smtp_accept_max = 50
		$(printf '%s\n' "$@")
		begin acl
		acl_rcpt:
		  accept
	CONF
	in_server "$exim" -C "$dir/conf" -bd || return
	exim_pid=$(busywait 5000 cat "$dir/pid") || return
	on_exit kill "$exim_pid"
	wait_port rstg-server 25
}

exim_stop()
{
	kill "$exim_pid"
	rm -f "$work/exim/pid"	# it would do so by the program at its usual place
	busywait 20000 exim_gone
}

exim_gone() { [ ! -e "/proc/$exim_pid" ]; }
