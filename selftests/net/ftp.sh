# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Sourced, after demo/mail.sh: vsftpd in rstg-server, whose anonymous user may log in with
# AUTH TLS or without.

ftp_start()
{
	local dir=$work/ftp

	mkdir -p "$dir" /run/vsftpd/empty
	mail_certificate "$dir/ftp"
	cat >"$dir/vsftpd.conf" <<-CONF
		listen=YES
		anonymous_enable=YES
		secure_chroot_dir=/run/vsftpd/empty
		seccomp_sandbox=NO
		ssl_enable=YES
		allow_anon_ssl=YES
		ssl_ciphers=HIGH
		rsa_cert_file=$dir/ftp.crt
		rsa_private_key_file=$dir/ftp.key
	CONF
	ip netns exec rstg-server vsftpd "$dir/vsftpd.conf" >"$dir/log" 2>&1 &
	on_exit kill $!
	disown
	wait_port rstg-server 21
}
