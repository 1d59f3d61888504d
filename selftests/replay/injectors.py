#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Do injectors get their names, and nobody else one? Over the generated captures.

    RSTGUARD    the binary (default: build/san/rstguard, else build/rstguard)

injectors.golden has a line for each RST that gets a name; all others must not.
Over the real captures, where they are: names that contradict the truth. Prints
TAP; exit 4: nothing to run.
"""
import glob
import json
import os
import subprocess
import sys

from corpus import CORPUS, INJECTORS, rows
from formats import HERE, OUT, Test, binary

# Whose captures these are, by how their names begin.
TRUTH = {"gfw17-": ("gfw-1", "gfw-2"), "zeek-rst-inject-rae": ("gfw-rae",)}


def hops(n):
    return "-" if n is None else str(n)


class Names(Test):
    """As formats.Test, with what `analyze` calls the senders of RSTs."""

    def events(self, path, injectors=INJECTORS):
        code, out, err = self.run(["-j", "--all", "-i", injectors, path])
        events = [json.loads(line) for line in out.splitlines()]
        if code or not events or events[-1]["event_type"] != "summary":
            return err or "exit status %d" % code
        return events[:-1]

    def names(self, path):
        """{frame: "NAME HOPS/HOPS"} of those that are not unknown; or what went wrong."""
        events = self.events(path)
        if isinstance(events, str):
            return events
        known = [(e["frame"], e["rst"]["injector"]) for e in events
                 if e.get("rst", {}).get("injector", {}).get("name", "unknown") != "unknown"]
        return {frame: "%s %s/%s" % (i["name"], hops(i["hops"]), hops(i["peer_hops"]))
                for frame, i in known}


def golden():
    wanted = {}
    with open(os.path.join(HERE, "injectors.golden")) as lines:
        for line in lines:
            words = line.split("#", 1)[0].split()
            if words:
                scenario, frame, name, distance = words
                wanted.setdefault(scenario, {})[int(frame)] = "%s %s" % (name, distance)
    return wanted


def points_scenarios(t):
    paths = sorted(glob.glob(os.path.join(HERE, "scenarios", "*.txt")))
    subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), OUT] + paths, check=True)
    wanted = golden()
    for path in paths:
        name = os.path.splitext(os.path.basename(path))[0]
        got = t.names(os.path.join(OUT, name + ".pcap"))
        want = wanted.pop(name, {})
        t.point(got == want, name, "wanted %s" % want, "got    %s" % got)
    t.point(not wanted, "each name belongs to a scenario", sorted(wanted))


def points_verdicts(t):
    """With names and without any: all else is the same, of each RST and in the summary."""
    empty = os.path.join(OUT, "injectors.none")
    with open(empty, "w"):
        pass
    named, differ = 0, []
    for path in sorted(glob.glob(os.path.join(OUT, "*.pcap"))):
        said = []
        for injectors in (INJECTORS, empty):
            code, out, err = t.run(["-j", "--all", "-i", injectors, path])
            events = [json.loads(line) for line in out.splitlines()]
            names = [e.get("rst", {}).pop("injector", None) for e in events]
            by_name = events[-1].pop("injectors", None) if events else None
            said.append((code, err, events))
            if injectors == INJECTORS:
                named += sum(n is not None and n["name"] != "unknown" for n in names)
            elif set(by_name or {}) - {"unknown"}:
                differ.append((os.path.basename(path), "a name of no fingerprint", by_name))
        if said[0] != said[1]:
            differ.append((os.path.basename(path), said))
    t.point(named and not differ, "a name changes no verdict and nothing else: %d names" % named,
            *differ)


def points_unknown(t):
    events = t.events(os.path.join(OUT, "tmobile-587.pcap"))
    unknown = {"name": "unknown", "hops": 3, "peer_hops": 12}
    t.point([e["rst"].get("injector") for e in events] == [unknown, unknown, None],
            "unknown, and how far away; the genuine one has no injector", events)
    _, out, _ = t.run(["-i", INJECTORS, os.path.join(OUT, "tmobile-587.pcap")])
    t.point(out.count(" injector=unknown hops=3/12 ") == 2, "the same as text", out)
    _, out, _ = t.run(["-i", INJECTORS, os.path.join(OUT, "gfw-2.pcap")])
    t.point(out.count(" injector=gfw-2 hops=-/12") == 3, "a name, and no distance", out)


# Two and one more; the server may live on in between, and the last one comes late.
LATE = """
host C 192.0.2.10:40112 linux
host S 203.0.113.5:25 linux hops=12 rtt=40ms
+0     open C S
+100us talk C S 5
+1s    C > S PA len=200
+45ms  S ! C RA ttl=209 id=27204 df=1 win=2977
+1ms   S ! C RA ttl=209 id=27204 df=1 win=2977
LIFE
+20ms  S ! C RA ttl=210 id=27168 df=1 win=2980 seq=-SENT
+PAUSE S ! C RA ttl=210 id=27168 df=1 win=2980 seq=-SENT
"""


def points_burst(t):
    together, apart = ["gfw-2"] * 4, ["gfw-2"] * 3 + ["unknown"]
    for sent, pause, wanted in ((300, "1ms", together), (300, "2s", apart),
                                (0, "1.9s", together), (0, "2s", apart)):
        path = os.path.join(OUT, "burst-%d-%s.txt" % (sent, pause))
        with open(path, "w") as f:
            f.write(LATE.replace("PAUSE", pause).replace("SENT", str(sent))
                    .replace("LIFE", "+2ms S > C PA len=%d" % sent if sent else ""))
        subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), OUT, path], check=True)
        events = t.events(path.replace(".txt", ".pcap"))
        got = [e["rst"].get("injector", {}).get("name") for e in events]
        t.point(got == wanted, "a burst is named as a whole, %s, the last one %s behind" %
                ("proven forged" if sent else "not proven", pause), got, events)


def points_summary(t):
    path = os.path.join(OUT, "gfw-1-and-2.pcap")
    _, out, _ = t.run(["-j", "-s", "-i", INJECTORS, path])
    t.point(json.loads(out)["injectors"] == {"gfw-1": 1, "gfw-2": 3}, "summary by injector", out)
    _, out, _ = t.run(["-s", "-i", INJECTORS, path])
    t.point("sent by" in out and " 3  gfw-2" in out, "the same as text", out)
    _, out, _ = t.run(["-j", "-s", "-i", INJECTORS, os.path.join(OUT, "tmobile-587.pcap")])
    t.point(json.loads(out)["injectors"] == {"unknown": 2}, "and by nobody known", out)


def points_file(t):
    bad = os.path.join(OUT, "injectors.tmp")
    with open(bad, "w") as f:
        f.write("injector x\n\trst 1 id = 4711\n\trst 1 idd = 4711\n")
    code, out, err = t.run(["-i", bad, os.path.join(OUT, "gfw-2.pcap")])
    t.point(code == 2 and not out and bad + ":3: name of a field expected" in err,
            "a bad line: status 2, file and line", code, out, err)
    code, _, err = t.run(["-i", bad + "-not", os.path.join(OUT, "gfw-2.pcap")])
    t.point(code == 2 and "No such file" in err, "no such file: status 2", code, err)
    with open(bad, "w"):
        pass
    events = t.events(os.path.join(OUT, "gfw-2.pcap"), bad)
    t.point([e["rst"]["injector"]["name"] for e in events] == ["unknown"] * 3,
            "an empty file: all are unknown", events)


def points_corpus(t):
    truth = rows("positive/TRUTH.tsv")
    if truth is None:
        t.point(True, "names in real captures # SKIP no captures at " + CORPUS)
        return
    named, wrong = 0, []
    for name in sorted({row["file"] for row in truth + (rows("negative/RST_FEATURES.tsv") or [])}):
        allowed = next((v for k, v in TRUTH.items() if os.path.basename(name).startswith(k)), ())
        got = t.names(os.path.join(CORPUS, name))
        if isinstance(got, str):
            wrong.append((name, got))
            continue
        named += len(got)
        wrong += [(name, frame, text) for frame, text in got.items()
                  if text.split()[0] not in allowed]
    t.point(named and not wrong, "names in real captures: %d, none of another" % named, *wrong)


def main():
    program = binary()
    if not program:
        print("1..0 # SKIP no build/rstguard: build it first")
        return 4
    t = Names(program)
    print("TAP version 13")
    points_scenarios(t)
    points_verdicts(t)
    points_unknown(t)
    points_burst(t)
    points_summary(t)
    points_file(t)
    points_corpus(t)
    print("1..%d" % t.n)
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
