# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Sourced, after demo/mail.sh: exim in rstg-server at the ports of a mail server, with
# another TLS library and other words than postfix. Mail that arrives is thrown away.

exim=/opt/usr/sbin/exim4	# as selftests/vm/packages has it

exim_start()
{
	local dir=$work/exim

	mkdir -p "$dir"
	mail_certificate "$dir/mail"
	chown -R Debian-exim: "$dir"
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
		acl_smtp_data = acl_data
		host_lookup =
		smtp_accept_max = 50
		begin acl
		acl_rcpt:
		  accept
		acl_data:
		  discard
	CONF
	in_server "$exim" -C "$dir/conf" -bd || return
	on_exit sh -c "kill \$(cat $dir/pid)"
	wait_port rstg-server 25
}
