#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Hold the weights of the reasons against captures whose truth is known.

    fit.py [--write]

Prints for each reason its weight, how often forged and genuine resets show it,
what that amounts to in decibans, and the weight that follows. --write puts those
into kmod/core/limits.h; then `make regen`, and the tests. Needs, as corpus.py:

    RSTGUARD_CORPUS   folder with positive/ and negative/
    RSTGUARD          the binary (default: build/rstguard)

A connection counts once, however many resets it has, and for a reason by the
share of them that show it: three copies are one piece of evidence. Half a
connection is added to every count (Krichevsky and Trofimov), so that what was
never seen is not called impossible. That gives a likelihood ratio and, of its
logarithm, an interval of 95 %.

What no forged connection shows has no lower bound, what no genuine one shows no
upper one. A weight within the interval stays. One that claims more than the
interval allows moves to its bound. One that claims less is marked ">" and stays:
captures of one injector must not outweigh what is known of thirty, and a false
alarm is worse than a miss. Where fewer than MIN_SEEN connections show a reason,
nothing follows. Then weights that must not cross are pooled (CHAINS), and none
leaves its limits.
"""
import math
import os
import re
import sys
from collections import defaultdict

import corpus

LIMITS = os.path.join(corpus.TOP, "kmod", "core", "limits.h")
REASONS = os.path.join(corpus.TOP, "kmod", "core", "reasons.h")

HALF = 0.5
Z = 1.96
MIN_SEEN = 5
# No passive reason makes a suspect by itself; context counts for no family.
TOP, BOTTOM, TOP_CONTEXT = 25, -20, 5

# The later ones are the same with more to it, and may not weigh less.
CHAINS = [
    ["ttl-same", "ttl-alias", "ttl-moved", "ttl-far"],
    ["ip-id-near", "ip-id-far"],
    ["df-differs-bare", "df-differs"],
    ["timestamp-missing", "timestamp-missing-linux"],
    ["early-bare", "early", "early-half"],
    ["flow-label-zero", "flow-label"],
]
UNSCORED = {"no-flow", "no-handshake", "thin-baseline"}
# Proof is no matter of likelihood.
PROOF = "life"


def weights():
    """{name: [enum, family, decibans]} in the order of the list."""
    with open(LIMITS) as f:
        value = dict(re.findall(r"#define RSTG_W_(\w+)\s+(-?\d+)", f.read()))
    with open(REASONS) as f:
        rows = re.findall(r'RSTG_REASON\((\w+), (\w+), RSTG_W_\w+, "([^"]+)"', f.read())
    return {name: [enum, family.lower(), int(value[enum])] for enum, family, name in rows}


def labelled():
    """[(connection, label, event)] of every scored RST with a known truth."""
    truth = [(r, r["label"]) for r in corpus.rows("positive/TRUTH.tsv")]
    truth += [(r, "genuine") for r in corpus.rows("negative/RST_FEATURES.tsv")]
    judged = corpus.Judged([r for r, _ in truth])
    for row, label in truth:
        event = judged.event(row)
        if not event or UNSCORED & set(event["rst"]["reasons"]):
            continue
        ends = sorted(((event["src_ip"], event["src_port"]),
                       (event["dest_ip"], event["dest_port"])))
        yield (row["file"], *ends), label, event


def count():
    """{label: (connections, {reason: how many of them show it})}"""
    flows = defaultdict(lambda: defaultdict(list))
    for flow, label, event in labelled():
        flows[label][flow].append(event["rst"]["reasons"])
    out = {}
    for label, by_flow in flows.items():
        shown = defaultdict(float)
        for rsts in by_flow.values():
            for reasons in rsts:
                for reason in reasons:
                    shown[reason] += 1 / len(rsts)
        out[label] = (len(by_flow), shown)
    return out


def estimate(f, total_f, g, total_g):
    """Decibans, and the bounds of the interval."""
    unseen_f, unseen_g = not f, not g
    f, g = f + HALF, g + HALF
    total_f, total_g = total_f + 2 * HALF, total_g + 2 * HALF
    log = math.log((f / total_f) / (g / total_g))
    spread = Z * math.sqrt(1 / f - 1 / total_f + 1 / g - 1 / total_g)
    db = 10 / math.log(10)
    return (log * db, -math.inf if unseen_f else (log - spread) * db,
            math.inf if unseen_g else (log + spread) * db)


def follow(old, low, high, family):
    """The weight without what it claims too much: only ever nearer to 0."""
    new = old
    if old > 0 and old > high:
        new = max(round(high), 0)
    elif old < 0 and old < low:
        new = min(round(low), 0)
    return max(BOTTOM, min(new, TOP_CONTEXT if family == "context" else TOP))


def pool(values, chain):
    """Isotonic regression by pooling neighbours that are in the wrong order."""
    blocks = []
    for name in chain:
        blocks.append([values[name], [name]])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, names = blocks.pop()
            n, m = len(blocks[-1][1]), len(names)
            blocks[-1] = [math.trunc((blocks[-1][0] * n + value * m) / (n + m)),
                          blocks[-1][1] + names]
    for value, names in blocks:
        for name in names:
            values[name] = value


def write(changed):
    with open(LIMITS) as f:
        text = f.read()
    for enum, new in changed.items():
        text = re.sub(r"(#define RSTG_W_%s\s+)-?\d+" % enum, r"\g<1>%d" % new, text)
    with open(LIMITS, "w") as f:
        f.write(text)


def main(args):
    if args not in ([], ["--write"]):
        print(__doc__.split("\n\n")[1].strip(), file=sys.stderr)
        return 2
    if corpus.rows("positive/TRUTH.tsv") is None or not os.path.exists(corpus.BINARY):
        print("fit: no captures at %s or no %s" % (corpus.CORPUS, corpus.BINARY), file=sys.stderr)
        return 4
    old, counts = weights(), count()
    total_f, forged = counts["forged"]
    total_g, genuine = counts["genuine"]
    result, lines = {}, {}
    for name, (_, family, db) in old.items():
        f, g = forged[name], genuine[name]
        if name in UNSCORED or family == PROOF:
            result[name] = db
            lines[name] = "%7s %7s" % ("", "")
            continue
        likely, low, high = estimate(f, total_f, g, total_g)
        result[name] = follow(db, low, high, family) if f + g >= MIN_SEEN else db
        lines[name] = "%7.1f %7.1f %8.1f %8.1f %6.1f%s" % (
            f, g, likely, low, high, "  >" if f + g >= MIN_SEEN and db + 0.5 < low else "")
    for chain in CHAINS:
        pool(result, chain)

    print("%d connections with forged resets, %d with genuine ones" % (total_f, total_g))
    print("%-24s %4s %4s %7s %7s %8s %8s %6s" % ("reason", "old", "new", "forged", "genuine",
                                              "decibans", "from", "to"))
    for name, (_, _, db) in old.items():
        print("%-24s %+4d %+4d %s%s" % (name, db, result[name], lines[name],
                                        "  <" if result[name] != db else ""))
    if args:
        write({enum: result[name] for name, (enum, _, db) in old.items() if result[name] != db})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
