// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink family "rstguard". The policies and the table of operations
 * are generated from Documentation/netlink/specs/rstguard.yaml; here are the
 * handlers, and every refusal says why.
 */
#include <linux/module.h>
#include <linux/rwsem.h>
#include <net/genetlink.h>
#include <net/ipv6.h>

#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "table.h"

/*
 * Packets go on being judged while the family comes and goes with the module,
 * and the number of its group may be another family's a moment later.
 */
static DECLARE_RWSEM(registration); /* protects @registered */
static bool registered;

static int put_addr(struct sk_buff *msg, int attr, const struct rstg_addr *a)
{
	return rstg_addr_is_v4(a) ? nla_put(msg, attr, 4, &a->w[3]) :
				    nla_put(msg, attr, 16, a->w);
}

static u32 ticks_to_us(u32 ticks)
{
	return div_u64((u64)ticks << 10, 1000);
}

/* The values in use, one octet each. */
static int put_ttls(struct sk_buff *msg, int attr, const struct rstg_ttl *t)
{
	u8 ttls[RSTG_TTL_SLOTS];
	unsigned int i, n = 0;

	for (i = 0; i < RSTG_TTL_SLOTS; i++)
		if (t->n[i])
			ttls[n++] = t->val[i];
	return nla_put(msg, attr, n, ttls);
}

/* --- configuration --------------------------------------------------------- */

/**
 * rstg_netlink_reply() - begin the answer to a request
 * @info:    request
 * @cmd:     RSTGUARD_CMD_*
 * @payload: octets that its attributes need
 * @hdr:     set to what rstg_netlink_finish() wants
 *
 * Return: NULL without memory.
 */
struct sk_buff *rstg_netlink_reply(struct genl_info *info, u8 cmd, size_t payload, void **hdr)
{
	struct sk_buff *msg = genlmsg_new(payload, GFP_KERNEL);

	if (!msg)
		return NULL;
	*hdr = genlmsg_put_reply(msg, info, &rstg_family, 0, cmd);
	if (!*hdr) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/**
 * rstg_netlink_finish() - end the answer to a request
 * @info: request
 * @msg:  from rstg_netlink_reply(); gone afterwards
 * @hdr:  likewise
 * @err:  0, or why it has become no answer
 *
 * Return: 0 or a negative error: @err, if there is one.
 */
int rstg_netlink_finish(struct genl_info *info, struct sk_buff *msg, void *hdr, int err)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

#define PREFIX_LEN	17

/* As the attribute has them: 16 octets of address, one of length. */
static int put_prefixes(struct sk_buff *msg, int attr, const struct rstg_prefix *p, u32 n)
{
	u8 list[RSTG_EXEMPT_MAX][PREFIX_LEN];
	u32 i;

	for (i = 0; i < n; i++) {
		memcpy(list[i], p[i].addr.w, sizeof(p[i].addr.w));
		list[i][PREFIX_LEN - 1] = p[i].len;
	}
	return nla_put(msg, attr, n * PREFIX_LEN, list);
}

static int put_config(struct sk_buff *msg, const struct rstg_net *rnet,
		      const struct rstg_cfg *cfg)
{
	if (nla_put_u32(msg, RSTGUARD_A_CONFIG_MODE, cfg->mode) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_MAX_FLOWS, cfg->max_flows) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_HASHSIZE, rstg_table_hashsize()) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_MAX_FLOWS_GLOBAL, rstg_table_max_flows()) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_FLOWS, atomic_read(&rnet->flows)) ||
	    nla_put_string(msg, RSTGUARD_A_CONFIG_VERSION, THIS_MODULE->version ?: "") ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_HOLD_MIN_MS, cfg->hold_min_ms) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_HOLD_MAX_MS, cfg->hold_max_ms) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_HOLD_SCOPE, cfg->hold_scope) ||
	    nla_put(msg, RSTGUARD_A_CONFIG_HOLD_PORTS,
		    cfg->n_ports * sizeof(cfg->ports[0]), cfg->ports) ||
	    nla_put_u32(msg, RSTGUARD_A_CONFIG_HOLD_WAIT, cfg->hold_wait) ||
	    put_prefixes(msg, RSTGUARD_A_CONFIG_EXEMPT, cfg->exempt, cfg->n_exempt))
		return -EMSGSIZE;
	return 0;
}

int rstguard_nl_get_config_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct rstg_net *rnet = rstg_net(genl_info_net(info));
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = rstg_netlink_reply(info, RSTGUARD_CMD_GET_CONFIG, NLMSG_GOODSIZE, &hdr);
	if (!msg)
		return -ENOMEM;

	rcu_read_lock();
	err = put_config(msg, rnet, rcu_dereference(rnet->cfg));
	rcu_read_unlock();
	return rstg_netlink_finish(info, msg, hdr, err);
}

static void get_u32(const struct nlattr *attr, u32 *value, u32 bit, u32 *what)
{
	if (!attr)
		return;
	*value = nla_get_u32(attr);
	*what |= bit;
}

static int get_ports(const struct nlattr *attr, struct rstg_change *change,
		     struct netlink_ext_ack *extack)
{
	struct rstg_cfg *cfg = &change->cfg;

	if (!attr)
		return 0;
	if (nla_len(attr) % sizeof(u16) || nla_len(attr) > sizeof(cfg->ports)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "expected up to 32 ports of 2 octets each");
		return -EINVAL;
	}
	cfg->n_ports = nla_len(attr) / sizeof(u16);
	memcpy(cfg->ports, nla_data(attr), nla_len(attr));
	change->what |= RSTG_CHANGE_HOLD_PORTS;
	return 0;
}

static int get_exempt(const struct nlattr *attr, struct rstg_change *change,
		      struct netlink_ext_ack *extack)
{
	struct rstg_cfg *cfg = &change->cfg;
	const u8 *octets;
	u32 i;

	if (!attr)
		return 0;
	if (nla_len(attr) % PREFIX_LEN || nla_len(attr) > RSTG_EXEMPT_MAX * PREFIX_LEN) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "expected up to 16 networks of 17 octets each");
		return -EINVAL;
	}
	cfg->n_exempt = nla_len(attr) / PREFIX_LEN;
	for (i = 0; i < cfg->n_exempt; i++) {
		octets = nla_data(attr) + i * PREFIX_LEN;
		memcpy(cfg->exempt[i].addr.w, octets, PREFIX_LEN - 1);
		cfg->exempt[i].len = octets[PREFIX_LEN - 1];
		if (cfg->exempt[i].len > 128) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "a network has at most 128 leading bits");
			return -EINVAL;
		}
	}
	change->what |= RSTG_CHANGE_EXEMPT;
	return 0;
}

int rstguard_nl_set_config_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct rstg_net *rnet = rstg_net(genl_info_net(info));
	struct rstg_change change = {};
	struct nlattr **a = info->attrs;
	int err;

	get_u32(a[RSTGUARD_A_CONFIG_MODE], &change.cfg.mode,
		RSTG_CHANGE_MODE, &change.what);
	get_u32(a[RSTGUARD_A_CONFIG_MAX_FLOWS], &change.cfg.max_flows,
		RSTG_CHANGE_MAX_FLOWS, &change.what);
	get_u32(a[RSTGUARD_A_CONFIG_HOLD_MIN_MS], &change.cfg.hold_min_ms,
		RSTG_CHANGE_HOLD_MIN, &change.what);
	get_u32(a[RSTGUARD_A_CONFIG_HOLD_MAX_MS], &change.cfg.hold_max_ms,
		RSTG_CHANGE_HOLD_MAX, &change.what);
	get_u32(a[RSTGUARD_A_CONFIG_HOLD_SCOPE], &change.cfg.hold_scope,
		RSTG_CHANGE_HOLD_SCOPE, &change.what);
	get_u32(a[RSTGUARD_A_CONFIG_HOLD_WAIT], &change.cfg.hold_wait,
		RSTG_CHANGE_HOLD_WAIT, &change.what);
	err = get_ports(a[RSTGUARD_A_CONFIG_HOLD_PORTS], &change, info->extack);
	if (!err)
		err = get_exempt(a[RSTGUARD_A_CONFIG_EXEMPT], &change, info->extack);
	if (err)
		return err;
	if (!change.what) {
		NL_SET_ERR_MSG(info->extack, "nothing to set: give a mode or another setting");
		return -EINVAL;
	}
	return rstg_net_configure(rnet, &change, netlink_capable(skb, CAP_NET_ADMIN),
				  info->extack);
}

/* --- counters -------------------------------------------------------------- */

static int put_counter(struct sk_buff *msg, const struct rstg_net *rnet, enum rstg_stat s)
{
	struct nlattr *nest = nla_nest_start(msg, RSTGUARD_A_STATS_COUNTER);

	if (!nest ||
	    nla_put_string(msg, RSTGUARD_A_COUNTER_NAME, rstg_stat_names[s]) ||
	    nla_put_u64_64bit(msg, RSTGUARD_A_COUNTER_VALUE,
			      rstg_stat_sum(rnet->stats, s), RSTGUARD_A_COUNTER_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int rstguard_nl_get_stats_doit(struct sk_buff *skb, struct genl_info *info)
{
	/* Header, name and value with their headers and padding: 64 is ample. */
	const size_t payload = RSTG_STAT_MAX * 64;
	const struct rstg_net *rnet = rstg_net(genl_info_net(info));
	const struct nlattr *want = info->attrs[RSTGUARD_A_STATS_NAME];
	struct sk_buff *msg;
	int s, err = -ENOENT;
	void *hdr;

	msg = rstg_netlink_reply(info, RSTGUARD_CMD_GET_STATS, payload, &hdr);
	if (!msg)
		return -ENOMEM;

	for (s = 0; s < RSTG_STAT_MAX; s++) {
		if (want && nla_strcmp(want, rstg_stat_names[s]))
			continue;
		err = put_counter(msg, rnet, s);
		if (err)
			break;
	}
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, want, "no counter of that name");
	return rstg_netlink_finish(info, msg, hdr, err);
}

/* --- flows ----------------------------------------------------------------- */

static int put_dir(struct sk_buff *msg, int attr, const struct rstg_dir *dir, bool v4)
{
	u32 idle = rstg_beat(ktime_get_ns()) - dir->last;
	struct nlattr *nest;

	if (!(dir->flags & RSTG_D_SEEN))
		return 0;
	nest = nla_nest_start(msg, attr);
	if (!nest ||
	    put_ttls(msg, RSTGUARD_A_DIR_TTL, &dir->ttl) ||
	    nla_put_u8(msg, RSTGUARD_A_DIR_IPID_CLASS,
		       v4 ? rstg_ipid_class(&dir->ipid) : RSTG_IPID_UNKNOWN) ||
	    nla_put_u16(msg, RSTGUARD_A_DIR_IPID_LAST, v4 ? dir->ipid.last : 0) ||
	    (dir->rtt && nla_put_u32(msg, RSTGUARD_A_DIR_RTT_US, ticks_to_us(dir->rtt))) ||
	    nla_put_u32(msg, RSTGUARD_A_DIR_IDLE_MS, rstg_beats_to_ms(idle)) ||
	    nla_put_u8(msg, RSTGUARD_A_DIR_PACKETS, dir->pkts) ||
	    nla_put_u16(msg, RSTGUARD_A_DIR_FLAGS, dir->flags))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static enum rstguard_flow_state state_of(const struct rstg_flow *flow)
{
	u16 any = flow->dir[0].flags | flow->dir[1].flags;

	if (any & RSTG_D_RST)
		return RSTGUARD_FLOW_STATE_RESET;
	if (any & RSTG_D_FIN)
		return RSTGUARD_FLOW_STATE_CLOSING;
	return rstg_flow_open(flow) ? RSTGUARD_FLOW_STATE_OPEN : RSTGUARD_FLOW_STATE_EMBRYO;
}

static int put_flow(struct sk_buff *msg, const struct rstg_key *key, const struct rstg_flow *flow)
{
	unsigned int s = !(flow->dir[0].flags & RSTG_D_FIRST);
	bool v4 = rstg_addr_is_v4(&key->addr[s]);

	if (put_addr(msg, RSTGUARD_A_FLOW_SADDR, &key->addr[s]) ||
	    put_addr(msg, RSTGUARD_A_FLOW_DADDR, &key->addr[!s]) ||
	    nla_put_u16(msg, RSTGUARD_A_FLOW_SPORT, key->port[s]) ||
	    nla_put_u16(msg, RSTGUARD_A_FLOW_DPORT, key->port[!s]) ||
	    nla_put_u32(msg, RSTGUARD_A_FLOW_STATE, state_of(flow)) ||
	    put_dir(msg, RSTGUARD_A_FLOW_ORIG, &flow->dir[s], v4) ||
	    put_dir(msg, RSTGUARD_A_FLOW_REPLY, &flow->dir[!s], v4))
		return -EMSGSIZE;
	return 0;
}

static int get_addr(struct rstg_addr *addr, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	if (nla_len(attr) == 16) {
		memcpy(addr, nla_data(attr), 16);
	} else if (nla_len(attr) == 4) {
		ipv6_addr_set_v4mapped(nla_get_be32(attr), (struct in6_addr *)addr->w);
	} else {
		NL_SET_ERR_MSG_ATTR(extack, attr, "an address has 4 or 16 octets");
		return -EINVAL;
	}
	return 0;
}

/* A connection as the four attributes name it. */
static int get_tuple(struct rstg_pkt *tuple, const struct nlattr *saddr,
		     const struct nlattr *daddr, const struct nlattr *sport,
		     const struct nlattr *dport, struct netlink_ext_ack *extack)
{
	int err;

	if (!saddr || !daddr || !sport || !dport) {
		NL_SET_ERR_MSG(extack, "a flow is named by both addresses and both ports");
		return -EINVAL;
	}
	err = get_addr(&tuple->saddr, saddr, extack);
	if (!err)
		err = get_addr(&tuple->daddr, daddr, extack);
	tuple->sport = nla_get_u16(sport);
	tuple->dport = nla_get_u16(dport);
	return err;
}

int rstguard_nl_get_flow_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct rstg_net *rnet = rstg_net(genl_info_net(info));
	struct nlattr **a = info->attrs;
	struct rstg_pkt tuple;
	struct rstg_entry *e;
	struct rstg_flow flow;
	struct rstg_key key;
	struct sk_buff *msg;
	unsigned int d;
	void *hdr;
	int err;

	err = get_tuple(&tuple, a[RSTGUARD_A_FLOW_SADDR], a[RSTGUARD_A_FLOW_DADDR],
			a[RSTGUARD_A_FLOW_SPORT], a[RSTGUARD_A_FLOW_DPORT], info->extack);
	if (err)
		return err;

	rcu_read_lock();
	e = rstg_table_lookup(rnet, &tuple, 0, &d);
	if (e) {
		key = e->key;
		spin_lock_bh(&e->lock);
		flow = e->flow;
		spin_unlock_bh(&e->lock);
	}
	rcu_read_unlock();
	if (!e) {
		NL_SET_ERR_MSG(info->extack, "no such flow in this namespace");
		return -ENOENT;
	}

	msg = rstg_netlink_reply(info, RSTGUARD_CMD_GET_FLOW, NLMSG_GOODSIZE, &hdr);
	if (!msg)
		return -ENOMEM;
	return rstg_netlink_finish(info, msg, hdr, put_flow(msg, &key, &flow));
}

struct dump {
	struct sk_buff *msg;
	struct netlink_callback *cb;
};

static int dump_one(const struct rstg_key *key, const struct rstg_flow *flow, void *arg)
{
	struct dump *d = arg;
	void *hdr;

	hdr = genlmsg_put(d->msg, NETLINK_CB(d->cb->skb).portid, d->cb->nlh->nlmsg_seq,
			  &rstg_family, NLM_F_MULTI, RSTGUARD_CMD_GET_FLOW);
	if (!hdr)
		return -EMSGSIZE;
	if (put_flow(d->msg, key, flow)) {
		genlmsg_cancel(d->msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(d->msg, hdr);
	return 0;
}

int rstguard_nl_get_flow_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump d = { .msg = skb, .cb = cb };
	unsigned long cursor[2] = { cb->args[0], cb->args[1] };
	int err;

	err = rstg_table_walk(rstg_net(sock_net(skb->sk)), cursor, dump_one, &d);
	cb->args[0] = cursor[0];
	cb->args[1] = cursor[1];
	/* A full message is sent and the walk goes on; an empty one says the end. */
	return err && !skb->len ? err : skb->len;
}

/* --- events ---------------------------------------------------------------- */

/**
 * rstg_netlink_listened() - does anyone read the events of this namespace?
 * @rnet: namespace
 */
bool rstg_netlink_listened(const struct rstg_net *rnet)
{
	return READ_ONCE(registered) &&
	       genl_has_listeners(&rstg_family, rnet->net, RSTGUARD_NLGRP_EVENTS);
}

/* What a packet was and what is thought of it. */
static int put_rst(struct sk_buff *msg, const struct rstg_event *ev)
{
	const struct rstg_opinion *op = &ev->op;
	const struct rstg_pkt *pkt = &ev->pkt;

	if (nla_put_u32(msg, RSTGUARD_A_EVENT_TYPE, ev->type) ||
	    nla_put_u64_64bit(msg, RSTGUARD_A_EVENT_TIME_NS, ev->time_ns, RSTGUARD_A_EVENT_PAD) ||
	    put_addr(msg, RSTGUARD_A_EVENT_SADDR, &pkt->saddr) ||
	    put_addr(msg, RSTGUARD_A_EVENT_DADDR, &pkt->daddr) ||
	    nla_put_u16(msg, RSTGUARD_A_EVENT_SPORT, pkt->sport) ||
	    nla_put_u16(msg, RSTGUARD_A_EVENT_DPORT, pkt->dport) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_IFINDEX, ev->ifindex) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_VERDICT, op->verdict) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_ACTION, ev->action) ||
	    nla_put_s32(msg, RSTGUARD_A_EVENT_SCORE, op->score) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_FAMILIES, op->families) ||
	    nla_put_u64_64bit(msg, RSTGUARD_A_EVENT_REASONS, op->reasons, RSTGUARD_A_EVENT_PAD) ||
	    nla_put_u8(msg, RSTGUARD_A_EVENT_TTL, pkt->ttl) ||
	    put_ttls(msg, RSTGUARD_A_EVENT_TTL_BASELINE, &op->ttl) ||
	    nla_put_u16(msg, RSTGUARD_A_EVENT_TCP_FLAGS, pkt->flags) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_TCP_SEQ, pkt->seq) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_TCP_ACK, pkt->ack) ||
	    nla_put_u16(msg, RSTGUARD_A_EVENT_TCP_WIN, pkt->win))
		return -EMSGSIZE;
	if (op->rtt && nla_put_u32(msg, RSTGUARD_A_EVENT_RTT_US, ticks_to_us(op->rtt)))
		return -EMSGSIZE;
	if ((pkt->bits & RSTG_PKT_HAS_ID) &&
	    (nla_put_u16(msg, RSTGUARD_A_EVENT_IPID, pkt->ip_id) ||
	     nla_put_u8(msg, RSTGUARD_A_EVENT_IPID_CLASS, op->ipid_class) ||
	     nla_put_u16(msg, RSTGUARD_A_EVENT_IPID_LAST, op->ipid_last)))
		return -EMSGSIZE;
	if (op->proof != RSTG_PROOF_NONE && nla_put_u32(msg, RSTGUARD_A_EVENT_PROOF, op->proof))
		return -EMSGSIZE;
	if (op->rsts && nla_put_u32(msg, RSTGUARD_A_EVENT_RSTS, op->rsts))
		return -EMSGSIZE;
	return 0;
}

static_assert((int)RSTGUARD_STAGE_DATA == (int)RSTG_STAGE_DATA);
static_assert((int)RSTG_STAGE_MAX == (int)RSTGUARD_STAGE_DATA + 1);
static_assert((int)RSTGUARD_STAGE_STARTTLS == (int)RSTG_STAGE_STARTTLS);
static_assert((int)RSTGUARD_STAGE_TLS_CLIENT_HELLO == (int)RSTG_STAGE_TLS_CLIENT_HELLO);
static_assert((int)RSTGUARD_STAGE_OPENVPN_RESET == (int)RSTG_STAGE_OPENVPN_RESET);
static_assert((int)RSTGUARD_PHASE_SYN == (int)RSTG_PHASE_SYN);
static_assert((int)RSTG_PHASE_MAX == (int)RSTGUARD_PHASE_DATA + 1);
static_assert((int)RSTGUARD_SALVO_RST == (int)RSTG_SALVO_RST);
static_assert((int)RSTG_SALVO_MAX == (int)RSTGUARD_SALVO_MIXED + 1);
static_assert((int)RSTGUARD_NOTICE_STARTTLS_OFFERED == (int)RSTG_NOTICE_OFFERED);
static_assert((int)RSTGUARD_NOTICE_STARTTLS_ABSENT == (int)RSTG_NOTICE_ABSENT);
static_assert((int)RSTGUARD_NOTICE_CAPABILITY_MASKED == (int)RSTG_NOTICE_MASKED);
static_assert((int)RSTGUARD_NOTICE_GREETING_MASKED == (int)RSTG_NOTICE_GREETING);
static_assert((int)RSTGUARD_NOTICE_COMMAND_MANGLED == (int)RSTG_NOTICE_MANGLED);
static_assert((int)RSTGUARD_NOTICE_STARTTLS_REFUSED == (int)RSTG_NOTICE_REFUSED);

static int put_said(struct sk_buff *msg, const struct rstg_event *ev)
{
	const struct rstg_trigger *trigger = &ev->trigger;

	if (ev->type == RSTGUARD_EVENT_TYPE_STARTTLS)
		return nla_put_u32(msg, RSTGUARD_A_EVENT_NOTICE, ev->notice);
	if (ev->policy[0] && nla_put_string(msg, RSTGUARD_A_EVENT_POLICY, ev->policy))
		return -EMSGSIZE;
	if (ev->type == RSTGUARD_EVENT_TYPE_CLOSE &&
	    nla_put_u32(msg, RSTGUARD_A_EVENT_CLOSED_BY, ev->closed_by))
		return -EMSGSIZE;
	if (nla_put_u32(msg, RSTGUARD_A_EVENT_STAGE, trigger->stage) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_STAGE_BY, trigger->by) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_STAGE_MS, rstg_beats_to_ms(trigger->beats)) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_PHASE, trigger->phase) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_SALVO, ev->op.salvo))
		return -EMSGSIZE;
	if (trigger->tls && nla_put_u8(msg, RSTGUARD_A_EVENT_TLS, trigger->tls))
		return -EMSGSIZE;
	return 0;
}

static int put_event(struct sk_buff *msg, const struct rstg_event *ev, u32 lost)
{
	bool waited = (ev->op.proof != RSTG_PROOF_NONE && ev->type != RSTGUARD_EVENT_TYPE_FIN) ||
		      ev->action == RSTGUARD_ACTION_RELEASED;

	if (nla_put_u32(msg, RSTGUARD_A_EVENT_SEQ, ev->seq) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_LOST, lost) ||
	    put_rst(msg, ev) || put_said(msg, ev))
		return -EMSGSIZE;
	if (waited && nla_put_u32(msg, RSTGUARD_A_EVENT_AFTER_MS, rstg_beats_to_ms(ev->op.after)))
		return -EMSGSIZE;
	if (ev->release && nla_put_u32(msg, RSTGUARD_A_EVENT_RELEASE, ev->release))
		return -EMSGSIZE;
	return 0;
}

/* --- what is held ----------------------------------------------------------- */

static int put_held(struct sk_buff *msg, const struct rstg_held_info *info)
{
	if (put_rst(msg, &info->ev) || put_said(msg, &info->ev) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_AFTER_MS, info->held_ms) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_LEFT_MS, info->left_ms) ||
	    nla_put_u32(msg, RSTGUARD_A_EVENT_PROBES, info->probes))
		return -EMSGSIZE;
	return 0;
}

static bool same_source(const struct rstg_pkt *a, const struct rstg_pkt *b)
{
	return a->sport == b->sport && a->dport == b->dport &&
	       !memcmp(&a->saddr, &b->saddr, sizeof(a->saddr)) &&
	       !memcmp(&a->daddr, &b->daddr, sizeof(a->daddr));
}

int rstguard_nl_get_held_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct rstg_net *rnet = rstg_net(genl_info_net(info));
	struct nlattr **a = info->attrs;
	struct rstg_held_info held;
	struct rstg_pkt tuple;
	struct sk_buff *msg;
	unsigned long cursor[2] = {};
	void *hdr;
	int err;

	err = get_tuple(&tuple, a[RSTGUARD_A_EVENT_SADDR], a[RSTGUARD_A_EVENT_DADDR],
			a[RSTGUARD_A_EVENT_SPORT], a[RSTGUARD_A_EVENT_DPORT], info->extack);
	if (err)
		return err;
	while (rstg_hold_get(&rnet->hold, cursor, &held))
		if (same_source(&held.ev.pkt, &tuple))
			goto found;
	NL_SET_ERR_MSG(info->extack, "no reset of that sender is held");
	return -ENOENT;

found:
	msg = rstg_netlink_reply(info, RSTGUARD_CMD_GET_HELD, NLMSG_GOODSIZE, &hdr);
	if (!msg)
		return -ENOMEM;
	return rstg_netlink_finish(info, msg, hdr, put_held(msg, &held));
}

int rstguard_nl_get_held_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct rstg_net *rnet = rstg_net(sock_net(skb->sk));
	struct rstg_held_info held;
	unsigned long cursor[2];
	void *hdr;

	for (;;) {
		memcpy(cursor, cb->args, sizeof(cursor));
		if (!rstg_hold_get(&rnet->hold, cursor, &held))
			break;
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				  &rstg_family, NLM_F_MULTI, RSTGUARD_CMD_GET_HELD);
		if (!hdr)
			break;
		if (put_held(skb, &held)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		memcpy(cb->args, cursor, sizeof(cursor));
	}
	return skb->len;
}

/* --- sending events --------------------------------------------------------- */

/**
 * rstg_netlink_send() - tell the readers of a namespace
 * @rnet: namespace
 * @ev:   event
 * @lost: events of this namespace that were not sent so far
 *
 * Context: process; may sleep.
 * Return: 0 or -errno when the event was not sent.
 */
int rstg_netlink_send(const struct rstg_net *rnet, const struct rstg_event *ev, u32 lost)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put(msg, 0, 0, &rstg_family, 0, RSTGUARD_CMD_EVENT);
	if (!hdr || put_event(msg, ev, lost)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);

	down_read(&registration);
	/* A reader that is slow or has just left is none of our failures. */
	if (registered)
		genlmsg_multicast_netns(&rstg_family, rnet->net, msg, 0,
					RSTGUARD_NLGRP_EVENTS, GFP_KERNEL);
	else
		nlmsg_free(msg);
	up_read(&registration);
	return 0;
}

static const struct genl_multicast_group groups[] = {
	[RSTGUARD_NLGRP_EVENTS] = {
		.name = RSTGUARD_MCGRP_EVENTS,
		/* Who talks to whom is not for everybody. */
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family rstg_family __ro_after_init = {
	.name = RSTGUARD_GENL_NAME,
	.version = RSTGUARD_GENL_VERSION,
	.maxattr = 0,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = rstguard_nl_ops,
	.n_ops = ARRAY_SIZE(rstguard_nl_ops),
	.resv_start_op = RSTGUARD_CMD_GET_CONFIG,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int __init rstg_netlink_init(void)
{
	int err = genl_register_family(&rstg_family);

	if (!err)
		WRITE_ONCE(registered, true);
	return err;
}

void rstg_netlink_exit(void)
{
	down_write(&registration);
	WRITE_ONCE(registered, false);
	up_write(&registration);
	genl_unregister_family(&rstg_family);
}
