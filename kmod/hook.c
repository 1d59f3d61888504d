// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet's way through rstguard, and the only place that decides its fate.
 *
 * PRE_ROUTING at -290 sees it whole (defragmentation is at -400), after the
 * administrator's raw table (-300) and before conntrack (-200): an exact RST
 * that gets there closes the conntrack entry, and with it the NAT mapping,
 * whatever a later hook decides.
 *
 * POST_ROUTING comes last, with the addresses that will be on the wire: it adds
 * what our side sends, so that behind SNAT both directions meet in one flow.
 */
#include <linux/if.h>
#include <linux/ktime.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "limits.h"
#include "model.h"
#include "net.h"
#include "skb.h"
#include "table.h"
#include "talk.h"

/* After raw (-300), before SELinux's -225 and conntrack's -200. */
#define PRIORITY_PRE	(NF_IP_PRI_RAW + 10)
/* After SNAT (100) and before conntrack confirms, which is the very last. */
#define PRIORITY_POST	(NF_IP_PRI_CONNTRACK_CONFIRM - 1)

/*
 * One packet on its way, so that the steps below need no ten arguments. They all
 * run with bottom halves off, which inbound() and outbound() see to.
 */
struct visit {
	struct rstg_net *rnet;
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	const struct net_device *dev;
	enum rstg_where where;
	unsigned int d;		/* its sender: which endpoint of the flow's key */
	unsigned int proven;	/* held resets that it showed to be forged */
	u8 nth;			/* which of its burst, if it is a reset */
	u64 now_ns;		/* read under the flow's lock: for a flow it never goes back */
	struct rstg_pkt pkt;
	struct rstg_opinion op;
	/* With a report about resets or a closing: */
	struct rstg_trigger trigger;
	const struct rstg_rule *rule;	/* that decides, or NULL */
};

/*
 * A forged RST need not bother with a checksum, and the stack will drop it:
 * neither judge it nor let it end a flow. Never asked on the data path.
 */
static bool checksum_ok(struct sk_buff *skb, const struct visit *v)
{
	unsigned int thoff = skb_network_offset(skb) + v->pkt.thoff;

	return !nf_checksum(skb, NF_INET_PRE_ROUTING, thoff, IPPROTO_TCP, v->state->pf);
}

static bool guarded_port(const struct rstg_cfg *cfg, const struct rstg_pkt *pkt)
{
	u32 i;

	for (i = 0; i < cfg->n_ports; i++)
		if (cfg->ports[i] == pkt->sport || cfg->ports[i] == pkt->dport)
			return true;
	return false;
}

/* Where no policy says it. */
static enum rstguard_hold hold_by_scope(const struct rstg_cfg *cfg, const struct rstg_pkt *pkt)
{
	switch (cfg->hold_scope) {
	case RSTGUARD_HOLD_SCOPE_ALL:
		return RSTGUARD_HOLD_ALL;
	case RSTGUARD_HOLD_SCOPE_PORTS:
		return guarded_port(cfg, pkt) ? RSTGUARD_HOLD_ALL : RSTGUARD_HOLD_SUSPICIOUS;
	case RSTGUARD_HOLD_SCOPE_NONE:
		return RSTGUARD_HOLD_NONE;
	default:
		return RSTGUARD_HOLD_SUSPICIOUS;
	}
}

static bool exempt(const struct rstg_cfg *cfg, const struct rstg_pkt *pkt)
{
	u32 i;

	for (i = 0; i < cfg->n_exempt; i++)
		if (rstg_prefix_has(&cfg->exempt[i], &pkt->saddr) ||
		    rstg_prefix_has(&cfg->exempt[i], &pkt->daddr))
			return true;
	return false;
}

/* Which resets of such a connection do the settings want to see proven? */
static enum rstguard_hold wanted(const struct rstg_cfg *cfg, const struct visit *v)
{
	if (exempt(cfg, &v->pkt))
		return RSTGUARD_HOLD_NONE;
	return v->rule ? v->rule->hold : hold_by_scope(cfg, &v->pkt);
}

/* What an event has of any packet. */
static void begin_event(const struct visit *v, u8 type, struct rstg_event *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->time_ns = ktime_get_real_ns();
	ev->ifindex = v->dev->ifindex;
	ev->type = type;
	ev->pkt = v->pkt;
}

/* What it has of one that was recalled. */
static void add_said(const struct visit *v, struct rstg_event *ev)
{
	ev->trigger = v->trigger;
	if (v->rule)
		memcpy(ev->policy, v->rule->name, sizeof(ev->policy));
}

static void fill_event(const struct visit *v, u8 type, u8 action, struct rstg_event *ev)
{
	begin_event(v, type, ev);
	add_said(v, ev);
	ev->action = action;
	ev->nth = v->nth;
	ev->op = v->op;
}

/* Under the flow's lock, so that no proof slips in between verdict and parking. */
static bool park(struct visit *v, struct rstg_entry *e, bool patient)
{
	struct rstg_event ev;

	fill_event(v, RSTGUARD_EVENT_TYPE_RST, RSTGUARD_ACTION_HELD, &ev);
	switch (rstg_hold_park(&v->rnet->hold, v->skb, v->state, e, v->d, &ev, patient,
			       v->now_ns)) {
	case RSTG_PARKED:
		e->flow.rst[v->d].flags |= RSTG_RST_HELD;
		return true;
	case RSTG_PARK_BUDGET:
		rstg_count(v->rnet, RSTG_STAT_HOLD_BUDGET);
		return false;
	case RSTG_PARK_NOMEM:
		rstg_count(v->rnet, RSTG_STAT_HOLD_NOMEM);
		return false;
	case RSTG_PARK_UNFIT:
		rstg_count(v->rnet, RSTG_STAT_HOLD_UNFIT);
		return false;
	}
	return false;
}

/* Worth a long wait: by policy or setting, or because its sender once took long to answer. */
static bool patient(const struct rstg_cfg *cfg, const struct visit *v, const struct rstg_entry *e)
{
	const u32 wait = v->rule ? v->rule->wait : cfg->hold_wait;

	return wait == RSTGUARD_WAIT_PATIENT || e->flow.side[v->d].flags & RSTG_S_SLEPT;
}

/*
 * What ends a connection is held, whatever it looks like, so that no forger can do it by
 * looking right. What can end none passes at once: its receiver throws it away.
 */
static enum rstguard_action decide(struct visit *v, struct rstg_entry *e, bool ends)
{
	const struct rstg_cfg *cfg = rcu_dereference(v->rnet->cfg);
	enum rstguard_hold hold;

	if (cfg->mode != RSTGUARD_MODE_HOLD && cfg->mode != RSTGUARD_MODE_DROP)
		return RSTGUARD_ACTION_NONE;
	hold = wanted(cfg, v);
	if (hold == RSTGUARD_HOLD_NONE)
		return RSTGUARD_ACTION_NONE;
	if (cfg->mode == RSTGUARD_MODE_DROP && rstg_judge_overwhelming(&v->op))
		return RSTGUARD_ACTION_DROPPED;
	if (ends && (hold == RSTGUARD_HOLD_ALL || v->op.score >= RSTG_SCORE_DOUBT) &&
	    park(v, e, patient(cfg, v, e)))
		return RSTGUARD_ACTION_HELD;
	return RSTGUARD_ACTION_NONE;
}

static void count_rst(const struct visit *v, enum rstguard_action action)
{
	if (v->op.verdict != RSTG_GENUINE)
		rstg_count(v->rnet, RSTG_STAT_RST_SUSPECT);
	else if (!rstg_scored(&v->op))
		rstg_count(v->rnet, RSTG_STAT_RST_UNSCORED);
	else
		rstg_count(v->rnet, RSTG_STAT_RST_GENUINE);
	if (action == RSTGUARD_ACTION_DROPPED)
		rstg_count(v->rnet, RSTG_STAT_RST_DROPPED);
	if (action == RSTGUARD_ACTION_HELD)
		rstg_count(v->rnet, RSTG_STAT_RST_HELD);
}

static void report(const struct visit *v, u8 type, enum rstguard_action action)
{
	struct rstg_event ev;

	fill_event(v, type, action, &ev);
	rstg_event_post(v->rnet, &ev);
}

/* Under the flow's lock. A sender who spoke within the shortest age needs no closer look. */
static __always_inline void renew(const struct visit *v, struct rstg_entry *e)
{
	const u32 beat = rstg_beat(v->now_ns);

	if (unlikely(beat - e->flow.dir[v->d].last > RSTG_AGE_RESET))
		rstg_entry_renew(e, v->d, beat);
}

/* Under the flow's lock, before it is fed: what was said, and what that means for us. */
static void recall(struct visit *v, const struct rstg_entry *e)
{
	const struct rstg_cfg *cfg = rcu_dereference(v->rnet->cfg);
	const struct rstg_rule otherwise = {
		.hold = hold_by_scope(cfg, &v->pkt),
		.wait = cfg->hold_wait,
	};

	rstg_talk_trigger(e, v->now_ns, &v->trigger);
	v->rule = rstg_policies_match(rcu_dereference(v->rnet->policies), &v->pkt,
				      (struct rstg_said){ v->trigger.stage, v->trigger.services },
				      &otherwise);
}

static noinline enum rstguard_action on_rst(struct visit *v, struct rstg_entry *e)
{
	enum rstguard_action action;
	bool matters, ends;

	spin_lock(&e->lock);
	v->now_ns = ktime_get_ns();
	renew(v, e);
	recall(v, e);
	/* Asked before it is judged: that a RST came is remembered by then. */
	matters = rstg_judge_matters(&e->flow);
	ends = matters && rstg_track_may_end(&e->flow, v->d, v->pkt.seq);
	rstg_feed(&e->flow, &v->pkt, v->d, v->where, v->now_ns, &v->op);
	v->nth = e->flow.rst[v->d].n;
	action = decide(v, e, ends);
	if (action == RSTGUARD_ACTION_NONE)
		rstg_track_released(&e->flow, v->d, v->pkt.seq, v->now_ns);
	spin_unlock(&e->lock);

	count_rst(v, action);
	if (matters && !ends)
		rstg_count(v->rnet, RSTG_STAT_RST_HARMLESS);
	report(v, RSTGUARD_EVENT_TYPE_RST, action);
	return action;
}

/* The sender of a reset speaks: does it live, does it answer our question? */
static noinline enum rstg_news feed_watched(struct visit *v, struct rstg_entry *e)
{
	enum rstg_news news = RSTG_NEWS_NONE, more;
	struct rstg_opinion op;
	struct rstg_asked asked;

	/* Others are not looked at for their checksum: they prove nothing. */
	if (v->where == RSTG_INBOUND && !checksum_ok(v->skb, v)) {
		rstg_count(v->rnet, RSTG_STAT_BAD_CHECKSUM);
		return RSTG_NEWS_NONE;
	}
	recall(v, e);
	v->nth = 0;
	if (v->where == RSTG_INBOUND && rstg_hold_asked(&v->rnet->hold, &e->key, v->d, &asked))
		news = rstg_feed_answer(&e->flow, &v->pkt, v->d, &asked, v->now_ns, &op);
	more = rstg_feed(&e->flow, &v->pkt, v->d, v->where, v->now_ns, &v->op);
	if (news == RSTG_NEWS_LIFE)
		v->op = op;
	else
		news = more;
	v->proven = 0;
	if (news == RSTG_NEWS_LIFE) {
		v->proven = rstg_hold_prove(&v->rnet->hold, e, v->d);
		if (v->proven)
			v->op.rsts = v->proven;
	}
	return news;
}

/* Behind a FIN in its name: a packet that refutes it must be whole. */
static noinline enum rstg_news feed_claimed(struct visit *v, struct rstg_entry *e)
{
	if (unlikely(rstg_judge_fin_false(&e->flow, &v->pkt, v->d, v->where))) {
		if (!checksum_ok(v->skb, v)) {
			rstg_count(v->rnet, RSTG_STAT_BAD_CHECKSUM);
			return RSTG_NEWS_NONE;
		}
		recall(v, e);
		v->nth = 0;
	}
	return rstg_feed(&e->flow, &v->pkt, v->d, v->where, v->now_ns, &v->op);
}

/* What was noticed of STARTTLS: some of it only means something of a server known before. */
static noinline void notice(struct visit *v, u8 notices)
{
	const struct rstg_pkt *pkt = &v->pkt;
	struct rstg_event ev;
	unsigned int i;

	if (notices & BIT(RSTG_NOTICE_OFFERED))
		rstg_offers_add(&v->rnet->offers, &pkt->saddr, pkt->sport);
	if (notices & BIT(RSTG_NOTICE_ABSENT) &&
	    !rstg_offers_know(&v->rnet->offers, &pkt->saddr, pkt->sport))
		notices &= ~BIT(RSTG_NOTICE_ABSENT);
	notices &= ~BIT(RSTG_NOTICE_OFFERED);
	for (i = 0; notices >> i; i++) {
		if (!(notices & BIT(i)))
			continue;
		rstg_count(v->rnet, RSTG_STAT_STARTTLS);
		begin_event(v, RSTGUARD_EVENT_TYPE_STARTTLS, &ev);
		ev.notice = i;
		rstg_event_post(v->rnet, &ev);
	}
}

/* Under the flow's lock. Return: what is new of it, bits of enum rstg_notice. */
static __always_inline u8 hear(const struct visit *v, struct rstg_entry *e)
{
	/* Most packets of a flow are of a direction that is read to its end, or empty. */
	if (likely(e->flow.dir[v->d].flags & RSTG_D_HEARD) || !v->pkt.len)
		return 0;
	return rstg_talk_hear(e, v->skb, &v->pkt, v->d);
}

/* Under the flow's lock. */
static __always_inline enum rstg_news learn(struct visit *v, struct rstg_entry *e)
{
	const u16 flags = e->flow.dir[v->d].flags;

	if (unlikely(flags & RSTG_D_LOOK))
		return flags & RSTG_D_WATCH ? feed_watched(v, e) : feed_claimed(v, e);
	rstg_feed(&e->flow, &v->pkt, v->d, v->where, v->now_ns, &v->op);
	return RSTG_NEWS_NONE;
}

static __always_inline void tell(struct visit *v, u8 notices, enum rstg_news news)
{
	if (unlikely(notices))
		notice(v, notices);
	if (likely(news == RSTG_NEWS_NONE))
		return;
	if (news == RSTG_NEWS_FIN) {
		rstg_count(v->rnet, RSTG_STAT_FIN_FORGED);
		report(v, RSTGUARD_EVENT_TYPE_FIN, RSTGUARD_ACTION_NONE);
		return;
	}
	rstg_count(v->rnet, RSTG_STAT_RST_PROVEN);
	report(v, RSTGUARD_EVENT_TYPE_LIFE,
	       v->proven ? RSTGUARD_ACTION_DROPPED : RSTGUARD_ACTION_NONE);
}

static void feed(struct visit *v, struct rstg_entry *e)
{
	enum rstg_news news;
	u8 notices;

	spin_lock(&e->lock);
	v->now_ns = ktime_get_ns();
	renew(v, e);
	notices = hear(v, e);
	news = learn(v, e);
	spin_unlock(&e->lock);
	tell(v, notices, news);
}

static void report_close(const struct visit *v, enum rstguard_side side)
{
	struct rstg_event ev;

	begin_event(v, RSTGUARD_EVENT_TYPE_CLOSE, &ev);
	add_said(v, &ev);
	ev.closed_by = side;
	rstg_event_post(v->rnet, &ev);
}

/* feed() for one that may begin a connection or end it. */
static noinline void feed_turn(struct visit *v, struct rstg_entry *e)
{
	enum rstguard_side side;
	enum rstg_news news;
	bool closes;
	u8 notices;

	spin_lock(&e->lock);
	v->now_ns = ktime_get_ns();
	renew(v, e);
	notices = hear(v, e);
	closes = v->pkt.flags & RSTG_FIN && !rstg_flow_fin_seen(&e->flow);
	if (closes) {
		recall(v, e);
		closes = v->rule && v->rule->closings;
	}
	news = learn(v, e);
	/* A FIN that does not follow what was sent before it closes nothing. */
	closes = closes && rstg_flow_fin_seen(&e->flow);
	side = rstg_talk_side(e, v->d);
	/* A SYN that the flow began anew with ends what was said before. */
	if (v->pkt.flags & RSTG_SYN && !rstg_flow_synced(&e->flow))
		rstg_talk_forget(e);
	spin_unlock(&e->lock);

	if (closes)
		report_close(v, side);
	tell(v, notices, news);
}

/* VRFs may use the same addresses: the device's master tells them apart. */
static u32 vrf_of(const struct net_device *dev)
{
	if (likely(!netif_is_l3_slave(dev) && !netif_is_l3_master(dev)))
		return 0;
	return l3mdev_master_ifindex_rcu(dev);
}

static enum rstguard_action visit(struct visit *v)
{
	const u32 vrf = vrf_of(v->dev);
	const struct rstg_cfg *cfg;
	struct rstg_entry *e;

	e = rstg_table_lookup(v->rnet, &v->pkt, vrf, &v->d);
	if (unlikely(!e)) {
		/* A RST begins nothing, so that a spoofed one leaves no trace. */
		if (v->pkt.flags & RSTG_RST) {
			if (v->where == RSTG_INBOUND)
				rstg_count(v->rnet, RSTG_STAT_RST_NO_FLOW);
			return RSTGUARD_ACTION_NONE;
		}
		cfg = rcu_dereference(v->rnet->cfg);
		e = rstg_table_insert(v->rnet, &v->pkt, vrf, cfg->max_flows);
		if (!e)
			return RSTGUARD_ACTION_NONE;
	}
	if (likely(!(v->pkt.flags & (RSTG_RST | RSTG_SYN | RSTG_FIN)))) {
		feed(v, e);
		return RSTGUARD_ACTION_NONE;
	}
	if (v->pkt.flags & RSTG_RST && v->where == RSTG_INBOUND)
		return on_rst(v, e);
	feed_turn(v, e);
	return RSTGUARD_ACTION_NONE;
}

static bool parse(struct visit *v)
{
	enum rstg_pkt_err err = rstg_skb_to_pkt(v->skb, &v->pkt);

	if (likely(err == RSTG_PKT_OK))
		return true;
	if (err == RSTG_PKT_BAD || err == RSTG_PKT_SHORT)
		rstg_count(v->rnet, RSTG_STAT_BAD_HEADER);
	return false;
}

static unsigned int inbound(struct rstg_net *rnet, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	/* Nothing of it is read before it was written; clearing it costs as much as hashing. */
	struct visit v __uninitialized;
	enum rstguard_action action;

	/* What came in by a VRF's member comes again by the VRF itself. */
	if (unlikely(state->in->flags & IFF_LOOPBACK || netif_is_l3_master(state->in)))
		return NF_ACCEPT;
	v.rnet = rnet;
	v.skb = skb;
	v.state = state;
	v.dev = state->in;
	v.where = RSTG_INBOUND;
	if (!parse(&v))
		return NF_ACCEPT;
	/* The low bits tell the interfaces of a host apart; 0 would mean none. */
	v.pkt.iif = (u16)state->in->ifindex ?: 1;
	if (unlikely(v.pkt.flags & (RSTG_RST | RSTG_SYN | RSTG_FIN)) && !checksum_ok(skb, &v)) {
		rstg_count(rnet, RSTG_STAT_BAD_CHECKSUM);
		return NF_ACCEPT;
	}
	/* What arrives does so in softirq, unless NFQUEUE in raw had it: nf_reinject(). */
	if (likely(softirq_count())) {
		action = visit(&v);
	} else {
		local_bh_disable();
		action = visit(&v);
		local_bh_enable();
	}
	switch (action) {
	case RSTGUARD_ACTION_DROPPED:
		return NF_DROP;
	case RSTGUARD_ACTION_HELD:
		return NF_STOLEN;
	default:
		return NF_ACCEPT;
	}
}

/* Forwarded as it came: PRE_ROUTING has seen all there is to see. */
static bool seen_inbound(const struct sk_buff *skb)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct;

	if (!skb->skb_iif)
		return false;	/* sent by this host */
	ct = nf_ct_get(skb, &info);
	return !ct || !(ct->status & IPS_NAT_MASK);
}

/*
 * SYNPROXY, and helpers that rewrite what is said (FTP, SIP), change sequence numbers in
 * nf_confirm(), which is behind us: what both sides say of each other does not fit here.
 */
static bool adjusted(const struct sk_buff *skb)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	return ct && test_bit(IPS_SEQ_ADJUST_BIT, &ct->status);
}

static noinline void mark_adjusted(struct rstg_net *rnet, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct rstg_pkt pkt;
	struct rstg_entry *e;
	unsigned int d;
	bool first;

	if (rstg_skb_to_pkt(skb, &pkt) != RSTG_PKT_OK)
		return;
	e = rstg_table_lookup(rnet, &pkt, vrf_of(state->out), &d);
	if (!e)
		return;
	spin_lock_bh(&e->lock);
	first = rstg_flow_adjust(&e->flow);
	spin_unlock_bh(&e->lock);
	if (first)
		rstg_count(rnet, RSTG_STAT_FLOW_NOT_COMPARABLE);
}

static noinline void outbound(struct rstg_net *rnet, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct visit v __uninitialized;

	if (unlikely(state->out->flags & IFF_LOOPBACK))
		return;
	v.rnet = rnet;
	v.skb = skb;
	v.state = state;
	v.dev = state->out;
	v.where = RSTG_OUTBOUND;
	v.pkt.iif = 0;
	/* What a process sends comes here outside of softirq, unlike what arrives. */
	local_bh_disable();
	if (parse(&v))
		visit(&v);
	local_bh_enable();
}

static unsigned int pre4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (ip_hdr(skb)->protocol != IPPROTO_TCP)
		return NF_ACCEPT;
	return inbound(priv, skb, state);
}

static unsigned int pre6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return inbound(priv, skb, state);
}

static unsigned int post(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct rstg_net *rnet = priv;

	/* Our own question teaches nothing. */
	if (!seen_inbound(skb) && !rstg_hold_asks(&rnet->hold, skb))
		outbound(priv, skb, state);
	if (unlikely(adjusted(skb)))
		mark_adjusted(priv, skb, state);
	return NF_ACCEPT;
}

/* Each namespace registers a copy, which carries its struct rstg_net. */
static const struct nf_hook_ops hooks[RSTG_HOOKS] = {
	{
		.hook = pre4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PRIORITY_PRE,
	},
	{
		.hook = post,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = PRIORITY_POST,
	},
	{
		.hook = pre6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PRIORITY_PRE,
	},
	{
		.hook = post,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = PRIORITY_POST,
	},
};

static const struct nf_hook_entries *hooks_at(const struct nf_hook_state *state)
{
	struct net *net = state->net;

	if (state->pf == NFPROTO_IPV4)
		return rcu_dereference(net->nf.hooks_ipv4[state->hook]);
	return rcu_dereference(net->nf.hooks_ipv6[state->hook]);
}

/**
 * rstg_hook_resume() - let a packet go on behind our hook
 * @skb:   packet that was stolen there; it is taken
 * @state: as it was then
 *
 * What nf_reinject() does, which is not exported: the hooks after ours see the
 * packet once, those before it not again.
 *
 * Context: process; our hooks are registered, or the packet is dropped.
 */
void rstg_hook_resume(struct sk_buff *skb, struct nf_hook_state *state)
{
	const struct nf_hook_ops *ours = rstg_net(state->net)->hooks;
	const struct nf_hook_entries *e;
	struct nf_hook_ops **ops;
	unsigned int i;
	int ret = 0;

	local_bh_disable();
	rcu_read_lock();
	e = hooks_at(state);
	ops = e ? nf_hook_entries_get_hook_ops(e) : NULL;
	for (i = 0; e && i < e->num_hook_entries; i++)
		if (ops[i] >= ours && ops[i] < ours + RSTG_HOOKS)
			break;
	if (!e || i == e->num_hook_entries)
		kfree_skb(skb);
	else
		ret = nf_hook_slow(skb, state, e, i + 1);
	if (ret == 1)
		state->okfn(state->net, state->sk, skb);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * rstg_hooks_register() - begin to see the packets of a namespace
 * @rnet: namespace
 *
 * Defragmentation comes with it: a RST in fragments would be put together
 * behind our back.
 *
 * Context: process; may sleep.
 */
int rstg_hooks_register(struct rstg_net *rnet)
{
	struct net *net = rnet->net;
	int err, i;

	for (i = 0; i < RSTG_HOOKS; i++) {
		rnet->hooks[i] = hooks[i];
		rnet->hooks[i].priv = rnet;
	}

	err = nf_defrag_ipv4_enable(net);
	if (err)
		return err;
	err = nf_defrag_ipv6_enable(net);
	if (err)
		goto err_defrag4;
	err = nf_register_net_hooks(net, rnet->hooks, RSTG_HOOKS);
	if (err)
		goto err_defrag6;
	return 0;

err_defrag6:
	nf_defrag_ipv6_disable(net);
err_defrag4:
	nf_defrag_ipv4_disable(net);
	return err;
}

/**
 * rstg_hooks_unregister() - see no more packets
 * @rnet: namespace
 *
 * Packets may still be inside until an RCU grace period has passed.
 */
void rstg_hooks_unregister(struct rstg_net *rnet)
{
	struct net *net = rnet->net;

	nf_unregister_net_hooks(net, rnet->hooks, RSTG_HOOKS);
	nf_defrag_ipv6_disable(net);
	nf_defrag_ipv4_disable(net);
}
