// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/genetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "nl.h"

#define OTHER_VERSION \
	"; module and tools are of different versions: install both from one release, " \
	"then rmmod rstguard && modprobe rstguard"

__attribute__((format(printf, 3, 4)))
static int fail(struct nl *nl, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(nl->error, sizeof(nl->error), format, ap);
	va_end(ap);
	return err;
}

/* Only the kernel has port 0: what other programs send to us is ignored. */
int nl_receive(const struct mnl_socket *sock, void *buf, size_t size, int flags)
{
	struct sockaddr_nl from;
	socklen_t fromlen;
	ssize_t n;

	do {
		fromlen = sizeof(from);
		n = recvfrom(mnl_socket_get_fd(sock), buf, size, flags | MSG_TRUNC,
			     (struct sockaddr *)&from, &fromlen);
		if (n < 0 && errno != EINTR)
			return -errno;
	} while (n < 0 || fromlen < sizeof(from) || from.nl_pid);
	return (size_t)n > size ? -EMSGSIZE : (int)n;
}

/* The kernel's own words, if it has any, and what they are about. */
static int refused(struct nl *nl, const struct nlmsghdr *request, const struct nlmsg_error *e)
{
	const char *attr = e->offset ? nlmsg_config_attr_at(request, e->offset) : NULL;

	if (e->text)
		return fail(nl, e->code, "the kernel refuses%s%s: %s", attr ? " " : "",
			    attr ? attr : "", e->text);
	if (e->code == -EPERM)
		return fail(nl, e->code, "not permitted: what the module knows and does here "
			    "is for CAP_NET_ADMIN; run it as root");
	if (e->code == -EOPNOTSUPP)
		return fail(nl, e->code, "the module does not know this command" OTHER_VERSION);
	return fail(nl, e->code, "the kernel refuses%s%s: %s", attr ? " " : "", attr ? attr : "",
		    strerror(-e->code));
}

/*
 * struct exchange - a request that is being answered
 * @family: message type of the answers
 * @ended:  the kernel has said so
 * @torn:   the table changed between the pieces of a dump
 */
struct exchange {
	const struct nlmsghdr *request;
	const struct nl_reader *reader;
	uint16_t family;
	bool ended;
	bool torn;
};

static int take(struct nl *nl, struct exchange *x, const struct nlmsghdr *nlh)
{
	const char *bad = NULL;
	struct nlmsg_error e;

	if (nlh->nlmsg_seq != x->request->nlmsg_seq)
		return 0;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		x->torn = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		x->ended = true;
		bad = nlmsg_parse_error(nlh, &e);
		if (!bad && e.code)
			return refused(nl, x->request, &e);
	} else if (nlh->nlmsg_type == x->family && x->reader) {
		bad = x->reader->message(nlh, x->reader->arg);
	}
	if (!bad)
		return 0;
	return fail(nl, -EBADMSG, "the kernel's answer has no valid \"%s\"" OTHER_VERSION, bad);
}

static int exchange(struct nl *nl, struct exchange *x)
{
	if (mnl_socket_sendto(nl->sock, x->request, x->request->nlmsg_len) < 0)
		return fail(nl, -errno, "cannot ask the kernel: %s", strerror(errno));

	while (!x->ended) {
		const struct nlmsghdr *nlh = (void *)nl->answer;
		int err, n;

		n = nl_receive(nl->sock, nl->answer, sizeof(nl->answer), 0);
		if (n < 0)
			return fail(nl, n, "cannot read the kernel's answer: %s", strerror(-n));
		for (; nlmsg_ok(nlh, n); nlh = mnl_nlmsg_next(nlh, &n)) {
			err = take(nl, x, nlh);
			if (err)
				return err;
		}
	}
	return 0;
}

static const char *take_family(const struct nlmsghdr *nlh, void *arg)
{
	return nlmsg_parse_family(nlh, arg);
}

static int find_family(struct nl *nl)
{
	const struct nl_reader reader = { .message = take_family, .arg = &nl->family };
	struct exchange x = { .reader = &reader, .family = GENL_ID_CTRL };
	struct nlmsghdr *request;
	int err;

	request = nlmsg_request(nl->request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK,
				++nl->seq);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, RSTGUARD_GENL_NAME);
	x.request = request;
	err = exchange(nl, &x);
	nl->family.name = RSTGUARD_GENL_NAME;	/* the answer's buffer is used again */
	if (err == -ENOENT)
		return fail(nl, err, "the kernel module is not loaded: run modprobe rstguard "
			    "as root (not found there? make modules && make install)");
	if (!err && !nl->family.id)
		return fail(nl, -EPROTO, "the kernel does not describe the family rstguard");
	return err;
}

int nl_open(struct nl *nl)
{
	int one = 1, err;

	memset(nl, 0, sizeof(*nl));
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock)
		return fail(nl, -errno, "no generic netlink here: %s", strerror(errno));
	/* Both make refusals readable; without them there is still an errno. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));

	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		err = fail(nl, -errno, "cannot bind a netlink socket: %s", strerror(errno));
	else
		err = find_family(nl);
	if (err)
		nl_close(nl);
	return err;
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd)
{
	return nlmsg_request(nl->request, nl->family.id, cmd, NLM_F_ACK, ++nl->seq);
}

int nl_talk(struct nl *nl, struct nlmsghdr *request, const struct nl_reader *reader)
{
	struct exchange x = { .request = request, .reader = reader, .family = nl->family.id };
	int cmd = nlmsg_cmd(request), err;

	if (!(nl->family.cmds & BIT_ULL(cmd)))
		return fail(nl, -EOPNOTSUPP, "the module does not know command %d" OTHER_VERSION,
			    cmd);
	err = exchange(nl, &x);
	nl->torn = x.torn;
	return err;
}

int nl_tell(struct nl *nl, struct nlmsghdr *request)
{
	int err = nl_open(nl);

	if (!err) {
		request->nlmsg_type = nl->family.id;
		request->nlmsg_seq = ++nl->seq;
		err = nl_talk(nl, request, NULL);
	}
	nl_close(nl);
	return err;
}

int nl_dump(struct nl *nl, uint8_t cmd, const struct nl_reader *reader)
{
	int try, err = 0;

	for (try = 0; try < NL_DUMP_TRIES; try++) {
		struct nlmsghdr *request = nl_request(nl, cmd);

		request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		if (try && reader->restart)
			reader->restart(reader->arg);
		err = nl_talk(nl, request, reader);
		if (err || !nl->torn)
			break;
	}
	return err;
}
