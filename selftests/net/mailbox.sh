# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced, after demo/mail.sh: dovecot in rstg-server with IMAP and POP3, which speak
# STARTTLS at 143 and 110, TLS from the start at 993 and 995. Beside the other instance,
# which knows the users of the mail server.

mailbox_dir=$work/mailbox

mailbox_configure()
{
	mkdir -p "$mailbox_dir/home"
	chown nobody "$mailbox_dir/home"
	mail_certificate "$mailbox_dir/mail"
	cat >"$mailbox_dir/dovecot.conf" <<-CONF
		base_dir = $mailbox_dir/run
		state_dir = $mailbox_dir/run
		log_path = $mailbox_dir/log
		protocols = imap pop3
		listen = *, ::
		ssl = yes
		ssl_cert = <$mailbox_dir/mail.crt
		ssl_key = <$mailbox_dir/mail.key
		auth_mechanisms = plain login
		mail_location = maildir:$mailbox_dir/home/mail
		mail_max_userip_connections = 100
		passdb {
		  driver = static
		  args = user=$mail_user password=$mail_password
		}
		userdb {
		  driver = static
		  args = uid=nobody gid=nogroup home=$mailbox_dir/home
		}
		# Not a process for each session: they take longer to start than to serve it.
		service auth {
		  client_limit = 3000
		}
		service imap-login {
		  service_count = 0
		}
		service pop3-login {
		  service_count = 0
		}
		service imap {
		  service_count = 1000
		}
		service pop3 {
		  service_count = 1000
		}
	CONF
}

mailbox_start()
{
	local port

	mailbox_configure
	in_server dovecot -c "$mailbox_dir/dovecot.conf" || return
	on_exit in_server dovecot -c "$mailbox_dir/dovecot.conf" stop
	# The first client pays for starting the processes: let that be ours.
	for port in 143 110; do
		# shellcheck disable=SC2016 # for the inner shell
		timeout 60 ip netns exec rstg-server bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0 &&
			read -r -t 55 greeting <&3 && [[ $greeting == *OK* ]]' $port || return
	done
}
