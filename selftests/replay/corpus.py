#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Judge the judge: `rstguard analyze` over real captures whose truth is known.

    RSTGUARD_CORPUS   folder with positive/, negative/ and robust/
                      (default: ../shared/corpus beside the project)
    RSTGUARD          the binary (default: build/rstguard)
    RSTGUARD_SAN      the same under ASan and UBSan, for robust/
                      (default: build/san/rstguard, else RSTGUARD)

Prints TAP. Every miss and every false alarm is listed with its reasons, so that
a failing run says which rule to look at. Exit 4: nothing to run on.
"""
import csv
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPUS = os.environ.get("RSTGUARD_CORPUS", os.path.join(TOP, "..", "shared", "corpus"))
BINARY = os.environ.get("RSTGUARD", os.path.join(TOP, "build", "rstguard"))
INJECTORS = os.path.join(TOP, "userspace", "injectors")
SAN = os.environ.get("RSTGUARD_SAN", os.path.join(TOP, "build", "san", "rstguard"))

DETECTED_MIN = 0.90     # forged RSTs that must come out suspect or forged
ALARMS_MAX = 0.001      # genuine ones that may
SCORE_MAX = 17          # decibans of a genuine one; README says so
FILE_TIMEOUT = 60       # seconds; the largest capture takes one
# A provider's page: its FIN comes before the server's own answer, which is longer.
FORGED_FINS = ["qi-id1.cn-inject.pcap"]


def say(text=""):
    print("# " + text)


class Tap:
    """Test points, numbered as they come."""

    def __init__(self, plan):
        self.n = 0
        self.failed = 0
        print("TAP version 13")
        print("1..%d" % plan)

    def point(self, good, text):
        self.n += 1
        self.failed += not good
        print("%sok %d %s" % ("" if good else "not ", self.n, text))

    def skip(self, text, why):
        self.n += 1
        print("ok %d %s # SKIP %s" % (self.n, text, why))


class Run:
    """What the analyzer said of one file."""

    def __init__(self, binary, path):
        env = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
        self.rsts = {}
        self.fins = 0
        self.summary = None
        try:
            p = subprocess.run([binary, "analyze", "-j", "--all", "-i", INJECTORS, path], env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               timeout=FILE_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.status, self.stderr = 124, "no end after %d s" % FILE_TIMEOUT
            return
        self.status = p.returncode
        self.stderr = p.stderr.decode(errors="replace")
        for line in p.stdout.splitlines():
            event = json.loads(line)
            if event["event_type"] == "rst":
                self.rsts[event["frame"]] = event
            elif event["event_type"] == "fin":
                self.fins += 1
            elif event["event_type"] == "summary":
                self.summary = event

    def whole(self):
        """It ended in an orderly way, with a summary that agrees with its lines."""
        return (self.status in (0, 1) and self.summary is not None and
                self.summary["rsts"] == len(self.rsts) and
                "Sanitizer" not in self.stderr and "runtime error" not in self.stderr)


def rows(name):
    path = os.path.join(CORPUS, name)
    if not os.path.exists(path):
        return None
    with open(path, newline="") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def run_all(binary, paths):
    """As many at a time as there are processors; {path: Run} in the order given."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(paths, pool.map(lambda path: Run(binary, path), paths)))


class Judged:
    """The RSTs of a truth table beside what was said of them."""

    def __init__(self, table):
        names = list(dict.fromkeys(row["file"] for row in table))
        runs = run_all(BINARY, [os.path.join(CORPUS, name) for name in names])
        self.files = dict(zip(names, runs.values()))
        self.broken = ["%s: exit %d %s" % (name, run.status, run.stderr[:300])
                       for name, run in self.files.items() if not run.whole()]

    def fins(self):
        """Where a FIN was called forged."""
        return [name for name, run in self.files.items() if run.fins]

    def event(self, row):
        return self.files[row["file"]].rsts.get(int(row["frame"]))


def verdict(event):
    return event["rst"]["verdict"] if event else "missing"


def describe(row, event):
    if not event:
        return "%s:%s no line for this frame" % (row["file"], row["frame"])
    rst = event["rst"]
    proof = rst["proof"]["kind"] if rst["proof"] else "-"
    return "%s:%s %s score=%d families=%d proof=%s ttl=%d of %s flags=%s %s" % (
        row["file"], row["frame"], rst["verdict"], rst["score"], rst["families"], proof,
        rst["ttl"]["seen"], rst["ttl"]["baseline"], row["flags"], ",".join(rst["reasons"]))


def table(title, counts, total):
    say("%-22s %s" % (title, "  ".join("%s %d" % (v, counts.get(v, 0)) for v in
                                       ("genuine", "suspect", "forged", "missing"))))
    say("%-22s %d" % ("  of", total))


def positive(tap):
    truth = rows("positive/TRUTH.tsv")
    if truth is None:
        tap.skip("forged RSTs are detected", "no positive/TRUTH.tsv in " + CORPUS)
        tap.skip("genuine RSTs beside them are left alone", "same")
        tap.skip("forged FINs are found", "same")
        return
    judged = Judged(truth)
    for label in ("forged", "genuine", "undecided"):
        mine = [r for r in truth if r["label"] == label]
        table("positive, " + label, Counter(verdict(judged.event(r)) for r in mine), len(mine))
    for b in judged.broken:
        say("broken: " + b)

    forged = [r for r in truth if r["label"] == "forged"]
    hits = [r for r in forged if verdict(judged.event(r)) in ("suspect", "forged")]
    for r in forged:
        if r not in hits:
            say("missed: " + describe(r, judged.event(r)))
    rate = len(hits) / max(len(forged), 1)
    tap.point(rate >= DETECTED_MIN and not judged.broken,
              "forged RSTs are detected: %d of %d, %.1f %% (%.0f %% wanted)" %
              (len(hits), len(forged), 100 * rate, 100 * DETECTED_MIN))

    genuine = [r for r in truth if r["label"] == "genuine"]
    alarms = [r for r in genuine if verdict(judged.event(r)) != "genuine"]
    for r in alarms:
        say("false alarm: " + describe(r, judged.event(r)))
    tap.point(not alarms, "genuine RSTs beside them are left alone: %d of %d" %
              (len(genuine) - len(alarms), len(genuine)))
    tap.point([os.path.basename(name) for name in judged.fins()] == FORGED_FINS,
              "forged FINs are found in %s" % " ".join(judged.fins()))


def negative(tap):
    truth = rows("negative/RST_FEATURES.tsv")
    if truth is None:
        tap.skip("genuine RSTs are left alone", "no negative/RST_FEATURES.tsv in " + CORPUS)
        tap.skip("none of them comes near a verdict", "same")
        tap.skip("no FIN is called forged", "same")
        return
    judged = Judged(truth)
    table("negative", Counter(verdict(judged.event(r)) for r in truth), len(truth))
    for b in judged.broken:
        say("broken: " + b)
    # A frame without a line is no alarm; it is wrong all the same.
    missing = [r for r in truth if not judged.event(r)]
    for r in missing:
        say("missing: %s:%s" % (r["file"], r["frame"]))
    alarms = [r for r in truth if verdict(judged.event(r)) in ("suspect", "forged")]
    for r in alarms:
        say("false alarm: " + describe(r, judged.event(r)))
    rate = len(alarms) / max(len(truth), 1)
    tap.point(rate <= ALARMS_MAX and not judged.broken,
              "genuine RSTs are left alone: %d alarms in %d, %.2f %% (%.1f %% allowed)" %
              (len(alarms), len(truth), 100 * rate, 100 * ALARMS_MAX))
    scored = [(judged.event(r)["rst"]["score"], r) for r in truth if judged.event(r)]
    highest = max(score for score, _ in scored)
    for score, r in scored:
        if score > SCORE_MAX:
            say("high: " + describe(r, judged.event(r)))
    tap.point(highest <= SCORE_MAX,
              "none of them comes near a verdict: the highest score is %d (%d allowed)" %
              (highest, SCORE_MAX))
    tap.point(not judged.fins(), "no FIN is called forged: %d" % len(judged.fins()))


def robust(tap, folder):
    text = "%s: every file is read or called damaged" % folder
    path = os.path.join(CORPUS, folder)
    if not os.path.isdir(path):
        tap.skip(text, "no %s/ in %s" % (folder, CORPUS))
        return
    binary = SAN if os.path.exists(SAN) else BINARY
    if binary != SAN:
        say("%s: no sanitizer build at %s, using %s" % (folder, SAN, BINARY))
    paths = sorted(os.path.join(base, name) for base, _, names in os.walk(path)
                   for name in names if not name.endswith((".tsv", ".md")))
    bad, damaged = 0, 0
    for one, run in run_all(binary, paths).items():
        name = os.path.basename(one)
        damaged += run.status == 1
        if not run.whole():
            bad += 1
            say("broken: %s: exit %d: %s" % (name, run.status, run.stderr[:2000]))
        elif run.status == 1:
            say("damaged: %s: %s" % (name, run.summary["damaged"]))
    tap.point(paths and not bad, "%s (%d files, %d damaged, %d broken)" %
              (text, len(paths), damaged, bad))


def main():
    if not os.path.isdir(CORPUS):
        print("1..0 # SKIP no captures at %s: set RSTGUARD_CORPUS" % CORPUS)
        return 4
    if not os.path.exists(BINARY):
        print("1..0 # SKIP no %s: build it first" % BINARY)
        return 4
    tap = Tap(9)
    positive(tap)
    negative(tap)
    for folder in ("positive", "negative", "robust"):
        robust(tap, folder)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
