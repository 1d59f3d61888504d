// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the first namespace may hold and ask is its own. All others, which anybody may make
 * (unshare -Urn), share a small part of that, and none of them may take all of it.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/spinlock.h>

#include "budget.h"

/*
 * Resets of a thousand connections a second that wait for 3 s, and a fourth more. The
 * memory of a reset is what the driver took for it: 768 octets, or a page.
 */
#define HOST_PACKETS	4096
#define HOST_BYTES	(16 << 20)
/* A container's connections; as much as all had together before there were two kinds. */
#define GUEST_PACKETS	256
#define GUEST_BYTES	(512 << 10)
/* All guests. */
#define GUESTS_PACKETS	1024
#define GUESTS_BYTES	(2 << 20)

/* A thousand connections a second that end by a reset, each asked about twice. */
#define HOST_RATE	2000
#define GUESTS_RATE	200
/* A question that is asked once more leaves this part of a second to first ones. */
#define REPEATS_LEAVE	4

static atomic_t guests_packets = ATOMIC_INIT(0);
static atomic_t guests_bytes = ATOMIC_INIT(0);

static DEFINE_SPINLOCK(guests_lock); /* protects @guests_questions; nothing is taken inside */
static struct rstg_bucket guests_questions = { .tokens = GUESTS_RATE };

/**
 * rstg_budget_init() - nothing taken yet
 * @b:     budget
 * @guest: of another namespace than the first
 */
void rstg_budget_init(struct rstg_budget *b, bool guest)
{
	b->guest = guest;
	b->packets = 0;
	b->bytes = 0;
	rstg_bucket_init(&b->questions, HOST_RATE);
}

/**
 * rstg_budget_max() - how many packets it may hold at most
 * @b: budget
 */
u32 rstg_budget_max(const struct rstg_budget *b)
{
	return b->guest ? GUEST_PACKETS : HOST_PACKETS;
}

/* Count first, then look: two guests must not both take the last place. */
static bool guests_take(u32 bytes)
{
	if (atomic_inc_return(&guests_packets) > GUESTS_PACKETS)
		goto undo_packets;
	if (atomic_add_return(bytes, &guests_bytes) > GUESTS_BYTES)
		goto undo_bytes;
	return true;

undo_bytes:
	atomic_sub(bytes, &guests_bytes);
undo_packets:
	atomic_dec(&guests_packets);
	return false;
}

/**
 * rstg_budget_take() - may one more packet be held?
 * @b:     budget
 * @bytes: that it takes
 *
 * Return: whether it may, and then it is counted.
 */
bool rstg_budget_take(struct rstg_budget *b, u32 bytes)
{
	const u32 bytes_max = b->guest ? GUEST_BYTES : HOST_BYTES;

	if (b->packets >= rstg_budget_max(b) || bytes > bytes_max - b->bytes)
		return false;
	if (b->guest && !guests_take(bytes))
		return false;
	b->packets++;
	b->bytes += bytes;
	return true;
}

/**
 * rstg_budget_give() - a packet that was taken is held no more
 * @b:     budget
 * @bytes: as it was taken with
 */
void rstg_budget_give(struct rstg_budget *b, u32 bytes)
{
	b->packets--;
	b->bytes -= bytes;
	if (!b->guest)
		return;
	atomic_dec(&guests_packets);
	atomic_sub(bytes, &guests_bytes);
}

/**
 * rstg_budget_ask() - may one more question be sent?
 * @b:     budget
 * @again: the same sender was asked before
 */
bool rstg_budget_ask(struct rstg_budget *b, bool again)
{
	bool may;

	if (!b->guest)
		return rstg_bucket_take(&b->questions, HOST_RATE, HOST_RATE,
					again ? HOST_RATE / REPEATS_LEAVE : 0);
	spin_lock_bh(&guests_lock);
	may = rstg_bucket_take(&guests_questions, GUESTS_RATE, GUESTS_RATE,
			       again ? GUESTS_RATE / REPEATS_LEAVE : 0);
	spin_unlock_bh(&guests_lock);
	return may;
}

/**
 * rstg_budget_exit() - all that was taken must have been given back
 */
void rstg_budget_exit(void)
{
	WARN_ON_ONCE(atomic_read(&guests_packets) || atomic_read(&guests_bytes));
}
