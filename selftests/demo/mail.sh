# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced: a mail server of our own in rstg-server, and its clients in rstg-client.
# Postfix with TLS and dovecot's SASL, configured below $demo_dir only; mail that
# arrives is thrown away. 25 and 587 and 2525 speak STARTTLS, 465 TLS from the start.

mail_log=/var/log/rstg-demo-mail.log	# postlogd insists on /var
mail_user=sam mail_password=correct-horse

mail_certificate()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=mail.example.test -keyout "$1.key" -out "$1.crt" 2>/dev/null
}

mail_dovecot()
{
	mkdir -p "$demo_dir/dovecot"
	cat >"$demo_dir/dovecot/dovecot.conf" <<-CONF
		base_dir = $demo_dir/dovecot/run
		state_dir = $demo_dir/dovecot/run
		log_path = $demo_dir/dovecot/log
		protocols =
		ssl = no
		auth_mechanisms = plain login
		passdb {
		  driver = static
		  args = user=$mail_user password=$mail_password
		}
		userdb {
		  driver = static
		  args = uid=nobody gid=nogroup home=/nonexistent
		}
		service auth {
		  unix_listener auth-postfix {
		    mode = 0666
		  }
		}
	CONF
	in_server dovecot -c "$demo_dir/dovecot/dovecot.conf"
}

mail_postfix()
{
	local dir=$demo_dir/postfix daemons

	# What "postfix start" would create, check and warn about for ten seconds.
	mkdir -p "$dir/data" "$dir"/queue/{active,bounce,corrupt,defer,deferred,flush,hold} \
		"$dir"/queue/{incoming,maildrop,pid,private,public,saved,trace}
	chown postfix "$dir/data" "$dir"/queue/*
	chown root "$dir/queue/pid"
	chgrp postdrop "$dir"/queue/{public,maildrop}
	chmod 700 "$dir/data"
	cat >"$dir/main.cf" <<-CONF
		compatibility_level = 3.6
		queue_directory = $dir/queue
		data_directory = $dir/data
		maillog_file = $mail_log
		myhostname = mail.example.test
		mydestination = example.test
		mynetworks = 127.0.0.0/8
		local_transport = discard:
		default_transport = discard:
		local_recipient_maps =
		alias_maps =
		disable_dns_lookups = yes
		smtpd_peername_lookup = no
		smtpd_tls_cert_file = $dir/mail.crt
		smtpd_tls_key_file = $dir/mail.key
		smtpd_tls_security_level = may
		smtpd_tls_auth_only = yes
		smtpd_sasl_auth_enable = yes
		smtpd_sasl_type = dovecot
		smtpd_sasl_path = $demo_dir/dovecot/run/auth-postfix
		smtpd_relay_restrictions = permit_sasl_authenticated, reject
		smtpd_timeout = 30s
	CONF
	cat >"$dir/master.cf" <<-CONF
		smtp       inet       n - n - - smtpd
		submission inet       n - n - - smtpd -o smtpd_tls_security_level=encrypt
		2525       inet       n - n - - smtpd -o smtpd_tls_security_level=encrypt
		smtps      inet       n - n - - smtpd -o smtpd_tls_wrappermode=yes
		cleanup    unix       n - n - 0 cleanup
		qmgr       unix       n - n 300 1 qmgr
		tlsmgr     unix       - - n 1000? 1 tlsmgr
		rewrite    unix       - - n - - trivial-rewrite
		bounce     unix       - - n - 0 bounce
		defer      unix       - - n - 0 bounce
		trace      unix       - - n - 0 bounce
		anvil      unix       - - n - 1 anvil
		proxymap   unix       - - n - - proxymap
		discard    unix       - - n - - discard
		error      unix       - - n - - error
		retry      unix       - - n - - error
		postlog    unix-dgram n - n - 1 postlogd
	CONF
	mail_certificate "$dir/mail"
	rm -f "$mail_log"
	daemons=$(postconf -dh daemon_directory)
	in_server "$daemons/master" -c "$dir" -w
}

mail_start()
{
	mail_dovecot
	mail_postfix
	# The first client pays for starting smtpd and tlsmgr: let that be ours.
	# shellcheck disable=SC2016 # for the inner shell
	timeout 60 ip netns exec rstg-server bash -c 'until exec 3<>/dev/tcp/127.0.0.1/587; do
		sleep 0.2; done; read -r -t 55 greeting <&3; echo "$greeting" >&2
		[[ $greeting == 220* ]]' 2>"$demo_dir/greeting"
}

mail_stop()
{
	local pid

	for pid in "$demo_dir/postfix/queue/pid/master.pid" "$demo_dir/dovecot/run/master.pid"; do
		[ ! -e "$pid" ] || kill "$(tr -d ' ' <"$pid")" 2>/dev/null
	done
	return 0
}

# Both clients: PORT; status 0 if the server said a proper goodbye.
mail_probe()
{
	local starttls=(-starttls smtp -name client.example.test)

	[ "$1" != 465 ] || starttls=()
	echo QUIT | timeout 60 ip netns exec rstg-client openssl s_client "${starttls[@]}" \
		-connect "$server4:$1" -quiet -crlf 2>&1 | tee -a "$demo_dir/s_client.$1" |
		grep -q '^221 '
}

mail_send()
{
	local tls=--tls

	[ "$1" != 465 ] || tls=--tls-on-connect
	timeout 90 ip netns exec rstg-client swaks --server "$server4" --port "$1" $tls \
		--timeout 60 --auth PLAIN --auth-user "$mail_user" --auth-password "$mail_password" \
		--helo client.example.test --from sam@example.test --to alex@example.test \
		>>"$demo_dir/swaks.$1" 2>&1
}

# What postfix said of lost connections since line $1 of its log, most frequent first.
mail_lost()
{
	tail -n "+$(($1 + 1))" "$mail_log" | grep -o 'lost connection after [A-Z]*' |
		sort | uniq -c | sort -rn | sed 's/^ *\([0-9]*\) /\1x /' | head -n 1
}

mail_log_lines() { wc -l <"$mail_log"; }
