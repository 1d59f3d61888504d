#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What others look at, beside rstguard, over the same captures.

    baselines.py

Six rules, re-stated from their descriptions as short as they go, say which RSTs
they would call forged; so does `rstguard analyze`. Prints how many forged and how
many genuine ones each names, and what rstguard's score alone would do at other
thresholds. Needs, as corpus.py:

    RSTGUARD_CORPUS   folder with positive/ and negative/
    RSTGUARD          the binary (default: build/rstguard)

The generated captures of scenarios/ are judged as well: they have all known
injectors, but are of our own making. What somebody else sends in genuine-* is a
firewall or a NAT that stands in for a peer: genuine, since nothing else answers.
Documentation/figures.rst has the result.
"""
import os
import re
import sys
import tempfile
from collections import defaultdict

import corpus
import fit
import gen
from packets import ACK, FIN, RST, SYN, read

SCENARIOS = os.path.join(corpus.TOP, "selftests", "replay", "scenarios")
THRESHOLDS = (5, 10, 15, 20, 25, 30, 35, 40, 45, 50)


def ahead(a, b):
    """How far sequence number a lies beyond b."""
    return ((a - b + 0x80000000) & 0xffffffff) - 0x80000000


class Side:
    """What one sender of a connection has shown so far."""

    def __init__(self):
        self.packets = []       # without RSTs
        self.rsts = []
        self.fin = False


# Each rule: (rst, its alleged sender, the other side) -> would it call it forged?
# A sender of whom nothing was seen is not judged, unless the rule is about that.

def ttl_last(rst, me, _):
    """TTL differs from the last packet: Clayton et al. 2006 and many recipes."""
    return bool(me.packets) and rst.ttl != me.packets[-1].ttl


def ttl_syn(rst, me, _):
    """TTL differs from the SYN or SYN-ACK: KCCat and its kind."""
    syn = next((p for p in me.packets if p.flags & SYN), None)
    return syn is not None and rst.ttl != syn.ttl


def id_small(rst, *_):
    """IP-ID 0 to 15: GoodbyeDPI's passive filter."""
    return rst.id is not None and rst.id <= 15


def b4(rst, me, peer):
    """b4's five checks, in their order; only where the other side was seen to send."""
    if not peer.packets:
        return False
    if me.rsts or not me.packets:
        return True
    if any(p.options for p in me.packets) and (not rst.options or not rst.flags & ACK):
        return True
    return abs(rst.ttl - me.packets[0].ttl) > 3


def seq_change(rst, me, peer):
    """Weaver et al. 2009, RST_SEQ_CHANGE, all six conditions; the second of the pair."""
    if not me.rsts or me.fin:
        return False
    first = me.rsts[-1]
    acks = [p.ack for p in peer.packets if p.flags & ACK]
    return (ahead(rst.seq, first.seq) > 2 and rst.time - first.time < 2 and
            all(ahead(rst.seq, p.seq) > 0 for p in me.packets[-10:]) and
            all(ahead(rst.seq, a) > 2 for a in acks[-10:]) and
            not peer.fin and not peer.rsts)


NOW = [
    ("TTL differs from the last packet", ttl_last),
    ("TTL differs from SYN-ACK", ttl_syn),
    ("IP-ID 0-15", id_small),
    ("b4's five checks", b4),
    ("Weaver's RST_SEQ_CHANGE", seq_change),
]
SURICATA = "Suricata's suspected_rst_inject"
HELD, SUSPECT = "rstguard, held from 10 on", "rstguard, suspect or forged"
NAMES = [name for name, _ in NOW] + [SURICATA, HELD, SUSPECT]


def rules(path):
    """{frame: names of the rules that call this RST forged}"""
    flows, called = {}, defaultdict(set)
    for p in read(path):
        key = tuple(sorted((p.src, p.dst)))
        flow = flows.setdefault(key, {})
        if p.flags & SYN and not p.flags & ACK and any(s.rsts or s.fin for s in flow.values()):
            flow.clear()        # the ports are taken anew
        me, peer = (flow.setdefault(end, Side()) for end in (p.src, p.dst))
        if p.flags & RST:
            called[p.frame] = {name for name, rule in NOW if rule(p, me, peer)}
            me.rsts.append(p)
            continue
        # A regular packet of whoever reset: then it did not.
        for rst in me.rsts:
            called[rst.frame].add(SURICATA)
        me.packets.append(p)
        me.fin |= bool(p.flags & FIN)
    return called


def passive(event, weight):
    """The score without what came later."""
    rst = event["rst"]
    return rst["score"] - sum(weight[r] for r in rst["reasons"] if r.startswith("life-"))


class Tally:
    """Of one set of captures: how many RSTs of each truth, and who names how many."""

    def __init__(self):
        self.total = defaultdict(int)
        self.named = defaultdict(lambda: defaultdict(int))
        self.above = defaultdict(lambda: defaultdict(int))
        self.wrong = []

    def add(self, what, label, names, event, weight):
        """@what: file and frame; @names: the rules that call it forged."""
        names = set(names)
        self.total[label] += 1
        score = passive(event, weight) if event else 0
        if event and (event["rst"]["verdict"] != "genuine"):
            names |= {SUSPECT, HELD}
        if score >= 10:
            names.add(HELD)
        if label == "forged" and SUSPECT not in names:
            self.note("forged, not suspect", what, score, event)
        elif label == "genuine" and HELD in names:
            self.note("genuine, suspect" if SUSPECT in names else "genuine, held", what, score,
                      event)
        for name in names:
            self.named[name][label] += 1
        for threshold in THRESHOLDS:
            self.above[threshold][label] += score >= threshold

    def note(self, kind, what, score, event):
        reasons = event["rst"]["reasons"] if event else ["no", "line"]
        self.wrong.append("%-20s %s %d %s" % (kind, what, score, " ".join(reasons)))

    def share(self, counts, label):
        n = self.total[label]
        return "%4d of %4d %6.2f %%" % (counts[label], n, 100 * counts[label] / max(n, 1))

    def show(self, title):
        print("%s\n\n%-34s %-22s %s" % (title, "rule", "forged, named", "genuine, named"))
        for name in NAMES:
            print("%-34s %s   %s" % (name, self.share(self.named[name], "forged"),
                                     self.share(self.named[name], "genuine")))
        print("\n%-34s" % "rstguard's score alone, from")
        for threshold in THRESHOLDS:
            print("%-34d %s   %s" % (threshold, self.share(self.above[threshold], "forged"),
                                     self.share(self.above[threshold], "genuine")))
        print("\nwhere rstguard errs, with the score:")
        print("\n".join(self.wrong) + "\n")


def captured(weight):
    tally = Tally()
    truth = [(r, r["label"]) for r in corpus.rows("positive/TRUTH.tsv")]
    truth += [(r, "genuine") for r in corpus.rows("negative/RST_FEATURES.tsv")]
    judged = corpus.Judged([r for r, _ in truth])
    called = {name: rules(os.path.join(corpus.CORPUS, name)) for name in judged.files}
    for row, label in truth:
        if label != "undecided":
            tally.add("%s:%s" % (os.path.basename(row["file"]), row["frame"]), label,
                      called[row["file"]].get(int(row["frame"]), ()),
                      judged.event(row), weight)
    return tally


def generated(weight):
    tally = Tally()
    with tempfile.TemporaryDirectory() as tmp:
        for name in sorted(os.listdir(SCENARIOS)):
            if not name.endswith(".txt"):
                continue
            scenario = gen.generate(os.path.join(SCENARIOS, name), tmp)
            path = os.path.join(tmp, name[:-4] + ".pcap")
            run, called = corpus.Run(corpus.BINARY, path), rules(path)
            for frame, event in run.rsts.items():
                forged = (re.match(r" *\S+ \S+ !", scenario.listing[frame - 1]) and
                          not name.startswith("genuine-"))
                tally.add("%s:%d" % (name[:-4], frame), "forged" if forged else "genuine",
                          called[frame], event, weight)
    return tally


def main():
    if corpus.rows("positive/TRUTH.tsv") is None or not os.path.exists(corpus.BINARY):
        print("baselines: no captures at %s or no %s" % (corpus.CORPUS, corpus.BINARY),
              file=sys.stderr)
        return 4
    weight = {name: db for name, (_, _, db) in fit.weights().items()}
    captured(weight).show("Captures with known truth")
    generated(weight).show("Generated captures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
