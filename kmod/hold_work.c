// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work item of a hold: it asks, and lets go what was not proven in time.
 *
 * It does one step after another: takes what is due under the lock and acts after it. What
 * is due is the head of one of two queues, so that a step costs the same however much is
 * held; and after some steps others have their turn.
 *
 * Locks: a case is let go under the lock of its flow and, inside, that of the hold, as a
 * proof is found. So it is either proven or let go, and the flow knows which.
 */
#include <linux/ktime.h>
#include <linux/netdevice.h>

#include "hold_work.h"
#include "net.h"
#include "probe.h"

/* Steps until others have their turn. */
#define STEPS_MAX	256
/* When questions have run out: a few come back in the meantime. */
#define DRY_NS		(5 * NSEC_PER_MSEC)
/*
 * The machine was late, and a deadline has passed: the answer may be in the backlog of a
 * softirq that has not run yet. So it is looked at once more, after this.
 */
#define AGAIN_NS	(5 * NSEC_PER_MSEC)
/*
 * How much of the time that does not count may be added to what a reset waits. Longer
 * stalls have not been seen, on a host with three machines on two CPUs.
 */
#define STALL_MAX_NS	(5ULL * NSEC_PER_SEC)

/**
 * struct step - taken under the lock and done after it
 * @what:    what to do
 * @why:     enum rstguard_release
 * @pressed: it had to make room
 * @key:     flow
 * @d:       alleged sender
 * @came:    of which case of that sender
 * @packets: to release
 * @ev:      for the report
 * @held_ns: how long they were held
 * @resets:  how many resets they stand for
 */
struct step {
	enum { NOTHING, MORE, ASK, RELEASE } what;
	u8 why;
	bool pressed;
	struct rstg_key key;
	unsigned int d;
	u64 came;
	struct list_head packets;
	struct rstg_event ev;
	u64 held_ns;
	u32 resets;
};

static void step_is(struct step *step, int what, const struct rstg_case *c)
{
	step->what = what;
	step->key = c->key;
	step->d = c->d;
	step->came = c->came;
}

/* Is it the case that the step is about? */
static struct rstg_case *case_of(struct rstg_hold *hold, const struct step *step)
{
	struct rstg_case *c = rstg_hold_find(hold, &step->key, step->d);

	return c && c->open && c->came == step->came ? c : NULL;
}

/* So much has not counted that it has waited long enough nevertheless. */
static bool too_late(const struct rstg_case *c, u64 now)
{
	return now >= c->came + c->max + STALL_MAX_NS;
}

static bool is_due(const struct rstg_hold *hold, const struct rstg_case *c, u64 now)
{
	return hold->dead || c->end.expires <= rstg_clock_time(&hold->clock, now) ||
	       too_late(c, now);
}

static struct rstg_case *first_due(struct rstg_hold *hold, u64 now)
{
	struct rstg_case *c = list_first_entry_or_null(&hold->ages, struct rstg_case, age);
	struct timerqueue_node *node = timerqueue_getnext(&hold->ends);

	if (c && too_late(c, now))
		return c;
	if (!node)
		return NULL;
	c = container_of(node, struct rstg_case, end);
	return is_due(hold, c, now) ? c : NULL;
}

static void step_end(struct rstg_hold *hold, struct rstg_case *c, u64 now, struct step *step)
{
	step->what = MORE;
	if (!c->open) {
		rstg_hold_forget(hold, c);
		return;
	}
	if (hold->clock.late && !c->again && !c->leaving && c->n && !hold->dead &&
	    !too_late(c, now)) {
		c->again = true;
		rstg_hold_set_end(hold, c, rstg_clock_time(&hold->clock, now) + AGAIN_NS);
		return;
	}
	step_is(step, RELEASE, c);
}

/* Without a token it waits for its turn, and may still prove itself unasked. */
static void step_ask(struct rstg_hold *hold, struct rstg_case *c, u64 time, struct step *step)
{
	const u64 late = time - c->ask.expires;

	if (!rstg_budget_ask(&hold->budget, c->tries)) {
		hold->dry = !c->tries;
		if (hold->dry)
			return;
		/* It was asked before: that has to do. */
		rstg_hold_set_ask(hold, c, U64_MAX);
		step->what = MORE;
		return;
	}
	if (!c->tries && late > DRY_NS)
		rstg_count(hold->rnet, RSTG_STAT_PROBE_WAITED);
	rstg_hold_set_ask(hold, c, U64_MAX);
	step_is(step, ASK, c);
}

static void next_step(struct rstg_hold *hold, struct step *step)
{
	struct timerqueue_node *node;
	struct rstg_case *c;
	u64 now, time;

	step->what = NOTHING;
	spin_lock_bh(&hold->lock);
	now = ktime_get_ns();
	time = rstg_clock_time(&hold->clock, now);
	c = first_due(hold, now);
	node = timerqueue_getnext(&hold->asks);
	if (c)
		step_end(hold, c, now, step);
	else if (node && node->expires <= time && !hold->dry)
		step_ask(hold, container_of(node, struct rstg_case, ask), time, step);
	spin_unlock_bh(&hold->lock);
}

static void step_asked(struct rstg_hold *hold, const struct step *step, int err)
{
	struct rstg_case *c;

	spin_lock_bh(&hold->lock);
	c = case_of(hold, step);
	if (c && !c->leaving) {
		c->asked = rstg_hold_time(hold);
		if (!c->tries++)
			rstg_hold_set_end(hold, c, rstg_case_deadline(c, c->asked));
		rstg_hold_set_ask(hold, c, rstg_case_next_ask(c));
	}
	if (c && err && c->probes)
		c->probes--;
	spin_unlock_bh(&hold->lock);
}

/* The answer may be there before the question was seen to be sent, so it is noted before. */
static void note(struct rstg_case *c, struct rstg_probe *probe)
{
	if (!c->probes++) {
		c->q_seq = probe->q.seq;
		c->first = ktime_get_ns();
	}
	c->q_len = probe->q.len;
	probe->q.seq = c->q_seq;
	probe->in = c->ev.ifindex;
	probe->mark = c->mark;
}

/* Return: 0 with a question, -ECANCELED when the case was decided meanwhile. */
static int prepare(struct rstg_hold *hold, const struct step *step, struct rstg_entry *e,
		   struct rstg_probe *probe)
{
	struct rstg_case *c;
	int err = 0;

	spin_lock_bh(&e->lock);
	spin_lock(&hold->lock);
	c = case_of(hold, step);
	if (!c || c->leaving)
		err = -ECANCELED;
	else if (!rstg_question(&e->flow, step->d, &probe->q))
		err = -ENODATA;
	else
		note(c, probe);
	spin_unlock(&hold->lock);
	spin_unlock_bh(&e->lock);
	return err;
}

static void ask(struct rstg_hold *hold, const struct step *step)
{
	struct rstg_probe probe = { .key = step->key, .d = step->d };
	struct rstg_entry *e;
	int err = -ENODATA;

	rcu_read_lock();
	e = rstg_table_find(&step->key);
	if (e)
		err = prepare(hold, step, e, &probe);
	if (!err)
		err = rstg_probe_send(hold->rnet->net, hold->asker, &probe);
	rcu_read_unlock();
	if (err == -ECANCELED)
		return;
	rstg_count(hold->rnet, err ? RSTG_STAT_PROBE_FAILED : RSTG_STAT_PROBE_SENT);
	step_asked(hold, step, err);
}

/* Takes the packets, unless it was proven meanwhile, or it need not be let go yet. */
static void take(struct rstg_hold *hold, struct step *step)
{
	u64 now = ktime_get_ns();
	struct rstg_case *c;

	step->why = RSTGUARD_RELEASE_NONE;
	step->pressed = false;
	step->resets = 0;
	spin_lock(&hold->lock);
	c = case_of(hold, step);
	if (c && is_due(hold, c, now)) {
		step->pressed = c->leaving;
		step->why = RSTGUARD_RELEASE_SILENCE;
		if (hold->dead)
			step->why = RSTGUARD_RELEASE_STOPPED;
		else if (c->leaving)
			step->why = RSTGUARD_RELEASE_PRESSURE;
		if (!c->tries && !step->pressed && !hold->dead && c->n)
			rstg_count(hold->rnet, RSTG_STAT_PROBE_WAITED);
		step->ev = c->ev;
		step->held_ns = now - c->came;
		step->resets = c->resets;
		rstg_hold_take(hold, c, &step->packets);
	}
	spin_unlock(&hold->lock);
}

static bool waits(struct rstg_hold *hold, const struct step *step)
{
	const struct rstg_case *c;
	bool open;

	spin_lock(&hold->lock);
	c = rstg_hold_find(hold, &step->key, step->d);
	open = c && c->open;
	spin_unlock(&hold->lock);
	return open;
}

/*
 * The flow may be evicted again, and knows what became of its resets: each of those let go
 * may be the end of it. After a FIN a reset cuts nothing short: silence of a peer that has
 * nothing left to say or, like whom it talked to, was reset right behind the FIN, is not
 * the price of a hold.
 */
static void settle(struct rstg_hold *hold, struct step *step)
{
	struct rstg_held *h;
	struct rstg_entry *e;

	INIT_LIST_HEAD(&step->packets);
	rcu_read_lock();
	local_bh_disable();
	e = rstg_table_find(&step->key);
	if (!e) {
		take(hold, step);
		goto unlock;
	}
	spin_lock(&e->lock);
	take(hold, step);
	if (!waits(hold, step))
		e->flow.rst[step->d].flags &= ~RSTG_RST_HELD;
	if (step->why == RSTGUARD_RELEASE_SILENCE && rstg_flow_fin_seen(&e->flow))
		step->why = RSTGUARD_RELEASE_CLOSING;
	list_for_each_entry(h, &step->packets, node)
		rstg_track_released(&e->flow, step->d, h->seq, ktime_get_ns());
	spin_unlock(&e->lock);
unlock:
	local_bh_enable();
	rcu_read_unlock();
}

static void release(struct rstg_hold *hold, struct step *step)
{
	struct rstg_held *h, *tmp;

	settle(hold, step);
	/* Proven meanwhile, or gone with their device. */
	if (list_empty(&step->packets))
		return;

	rstg_count_n(hold->rnet, RSTG_STAT_RST_RELEASED, step->resets);
	if (step->why == RSTGUARD_RELEASE_CLOSING)
		rstg_count_n(hold->rnet, RSTG_STAT_RST_RELEASED_CLOSING, step->resets);
	if (step->pressed) {
		rstg_count_n(hold->rnet, RSTG_STAT_HOLD_BUDGET, step->resets);
		rstg_count_n(hold->rnet, RSTG_STAT_HOLD_PRESSURE, step->resets);
	}
	step->ev.action = RSTGUARD_ACTION_RELEASED;
	step->ev.release = step->why;
	step->ev.time_ns = ktime_get_real_ns();
	step->ev.op.after = rstg_beat(step->held_ns);
	step->ev.op.rsts = min_t(u32, step->resets, U16_MAX);
	rstg_event_post(hold->rnet, &step->ev);

	list_for_each_entry_safe(h, tmp, &step->packets, node) {
		rstg_hook_resume(h->skb, &h->state);
		rstg_held_free(h);
	}
}

/* Up to so many steps. Return: whether nothing is left to do for now. */
static bool run(struct rstg_hold *hold, unsigned int steps)
{
	struct step step;

	while (steps--) {
		next_step(hold, &step);
		if (step.what == NOTHING)
			return true;
		if (step.what == ASK)
			ask(hold, &step);
		else if (step.what == RELEASE)
			release(hold, &step);
		cond_resched();
	}
	return false;
}

/**
 * rstg_hold_run_all() - let go all that is held
 * @hold: dead
 *
 * Context: process; may sleep.
 */
void rstg_hold_run_all(struct rstg_hold *hold)
{
	while (!run(hold, STEPS_MAX))
		;
}

/* When is there something to do, in the time of the clock? */
static u64 next_time(const struct rstg_hold *hold, u64 time)
{
	const struct rb_node *end = rb_first_cached(&hold->ends.rb_root);
	const struct rb_node *ask = rb_first_cached(&hold->asks.rb_root);
	u64 next = U64_MAX;

	if (end)
		next = rb_entry(end, struct timerqueue_node, node)->expires;
	if (ask && hold->dry)
		next = min(next, time + DRY_NS);
	else if (ask)
		next = min_t(u64, next, rb_entry(ask, struct timerqueue_node, node)->expires);
	return next;
}

static void wait_for_next(struct rstg_hold *hold, bool done)
{
	u64 now, next;

	spin_lock_bh(&hold->lock);
	now = ktime_get_ns();
	next = done ? next_time(hold, rstg_clock_time(&hold->clock, now)) : 0;
	hold->clock.due = 0;
	if (next != U64_MAX && !hold->dead) {
		next = rstg_clock_next(&hold->clock, now, next);
		hrtimer_start(&hold->timer, ns_to_ktime(next), HRTIMER_MODE_ABS_SOFT);
	}
	spin_unlock_bh(&hold->lock);
}

/**
 * rstg_hold_work() - the work item
 * @work: of a hold
 */
void rstg_hold_work(struct work_struct *work)
{
	struct rstg_hold *hold = container_of(work, struct rstg_hold, work);

	spin_lock_bh(&hold->lock);
	rstg_clock_look(&hold->clock, ktime_get_ns());
	hold->dry = false;
	spin_unlock_bh(&hold->lock);
	wait_for_next(hold, run(hold, STEPS_MAX));
}
