#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The command line of `rstguard analyze`: what it takes, says and ends with.

    RSTGUARD    the binary (default: build/san/rstguard, else build/rstguard)

Prints TAP; exit 4: nothing to run.
"""
import json
import os
import pty
import subprocess
import sys
import time

from formats import OUT, HERE, Test, binary, enhanced, interface, pcap, read_pcap, section

SCENARIO = "tmobile-587"        # two forged RSTs and a genuine one in 23 packets
GENUINE = "genuine-windows"     # one RST
SUSPECT = "gfw-2"               # three, none proven
SILENT = 1.6                    # seconds; a progress line is due after one


def scenario(name):
    return os.path.join(OUT, name + ".pcap")


def generate(*names):
    subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), OUT] +
                   [os.path.join(HERE, "scenarios", name + ".txt") for name in names],
                   check=True)


class Shell(Test):
    """As formats.Test, and with a terminal where one is asked for."""

    def summary(self, args):
        code, out, err = self.run(["-j"] + args)
        lines = [json.loads(line) for line in out.splitlines()]
        return code, lines[-1] if lines else {}, lines[:-1], err

    def at_terminal(self, args, env=None, feed=None):
        """Both outputs at one terminal; @feed: chunks for stdin, with a pause before each."""
        master, slave = pty.openpty()
        p = subprocess.Popen([self.program, "analyze"] + args, stdout=slave, stderr=slave,
                             stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                             env={**os.environ, "TERM": "xterm", "NO_COLOR": "", **(env or {})})
        os.close(slave)
        for pause, chunk in feed or ():
            time.sleep(pause)
            p.stdin.write(chunk)
            p.stdin.flush()
        if feed:
            p.stdin.close()
        said = b""
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:     # the other end is closed
                break
            if not chunk:
                break
            said += chunk
        os.close(master)
        p.wait(30)
        return said.decode()


def points_filter(t, path):
    code, end, rsts, err = t.summary(["--all", path])
    t.point(code == 0 and end["packets"] == 23 and end["filtered"] == 0 and len(rsts) == 3,
            "without a filter: every packet", end, err)
    for text in ("tcp port 587", "host 203.0.113.5 and ip"):
        code, end, some, err = t.summary(["--all", "--filter", text, path])
        t.point(code == 0 and end["packets"] == 23 and some == rsts,
                "filter that all pass: " + text, end, err)
    code, end, some, err = t.summary(["--all", "-f", "tcp[13] & 4 == 0 or src port 587", path])
    t.point(code == 0 and end["filtered"] == 1 and end["packets"] == 22 and
            [r["frame"] for r in some] == [r["frame"] for r in rsts[:2]],
            "filtered packets are counted and keep their numbers", end, some, err)
    code, end, some, err = t.summary(["-f", "tcp port 25", path])
    t.point(code == 0 and end["filtered"] == 23 and end["packets"] == 0 and not some,
            "filter that none passes", end, err)
    code, out, err = t.run(["-f", "tcp prot 25", path])
    t.point(code == 2 and not out and "filter: " in err and "syntax error" in err,
            "no filter: status 2, before any file is read", code, out, err)


def points_filter_links(t, packets):
    """The same expression over frames that have IP at different places."""
    data = section("<") + interface("<", "ethernet") + interface("<", "raw")
    data += b"".join(enhanced("<", p, n % 2, ("ethernet", "raw")[n % 2], 10**6)
                     for n, p in enumerate(packets))
    path = os.path.join(OUT, "options.tmp")
    with open(path, "wb") as f:
        f.write(data)
    code, end, rsts, err = t.summary(["--all", "-f", "tcp port 587", path])
    t.point(code == 0 and end["filtered"] == 0 and len(rsts) == 3,
            "filter over two link types in one file", end, err)
    with open(path, "wb") as f:
        f.write(pcap(packets, "nflog"))
    code, end, rsts, err = t.summary(["-f", "tcp port 587", path])
    t.point(code == 2 and "packet 1: filter" in err and "NFLOG" in err,
            "filter that libpcap has no way to apply: status 2, link type named", code, err)
    for link, wanted in ("radiotap", 0), ("ethernet", 2):
        with open(path, "wb") as f:
            f.write(pcap(packets, link))
        code, end, rsts, err = t.summary(["--all", "-f", "wlan type data", path])
        t.point(code == wanted and (len(rsts) == 3 if not code else "packet 1: filter" in err),
                "filter that makes sense for radio alone, on %s: status %d" % (link, wanted),
                code, rsts, err)


# Options that are none, as they are found before anything else is done.
def points_no_such_option(t):
    for words, named in ((("status", "-xj"), "-x"), (("status", "-jx"), "-x"),
                         (("status", "--json", "-xj"), "-x"), (("list", "flows", "-jx"), "-x"),
                         (("status", "--jsonn"), "--jsonn"), (("status", "-a"), "-a"),
                         (("status", "--all"), "--all"), (("status", "--json=1"), "--json=1")):
        p = subprocess.run((t.program,) + words, timeout=60, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        t.point(p.returncode == 2 and "no such option: %s (" % named in p.stderr,
                "no such option: " + " ".join(words), p.returncode, p.stderr)


def points_status(t, path):
    for args, status in (
            (["--fail-on", "suspect", scenario(GENUINE)], 0),
            (["--fail-on", "suspect", scenario(SUSPECT)], 3),
            (["--fail-on", "forged", scenario(SUSPECT)], 0),
            (["--fail-on", "forged", path], 3),
            (["--fail-on=suspect", "-s", scenario(GENUINE), path, scenario(GENUINE)], 3),
            ([path], 0)):
        code, out, err = t.run(args)
        t.point(code == status, "status %d: %s" % (status, " ".join(
            os.path.basename(a) for a in args)), code, out, err)
    code, _, err = t.run(["--fail-on", "sometimes", path])
    t.point(code == 2 and "suspect or forged" in err, "--fail-on something else: status 2", err)
    code, _, err = t.run(["-a", "-s", path])
    t.point(code == 2 and "usage" in err, "all lines and none: status 2", err)


def points_summary(t, path):
    code, end, rsts, err = t.summary(["-s", path])
    t.point(code == 0 and not rsts and end["forged"] == 2, "-s: no line for a RST", end, rsts)
    t.point(end["peers"] == [{"ip": "203.0.113.5", "suspect": 0, "forged": 2}] and
            end["other_peers"] == 0, "summary by peer", end)
    t.point(end["reasons"]["life-data"] == 2 and end["reasons"]["early-half"] == 1 and
            "after-reset" not in end["reasons"], "summary by reason", end)
    _, end, _, _ = t.summary(["-s", scenario(GENUINE)])
    t.point(end["peers"] == [] and end["reasons"] == {}, "nothing found: both are empty", end)
    _, out, _ = t.run(["-s", path])
    t.point("in the name of" in out and "203.0.113.5" in out and "life-data: " in out,
            "the same as text", out)
    _, out, _ = t.run([scenario(GENUINE), path])
    t.point(out.count(" packets, ") == 2, "several files: a summary for each", out)


# Three or more resets in the name of a server of its own; some are proven, as LIFE is there.
PEER = """
host C 192.0.2.10:{port} linux
host S 203.0.113.{peer}:25 linux hops=12 rtt=40ms
+0     open C S
+100us talk C S 5
+1s    C > S PA len=200
+45ms  S ! C RA ttl=209 id=27204 df=1 win=2977
"""
COPY = "+100us S ! C RA ttl=209 id=27204 df=1 win=2977\n"
LIFE = "+20ms  S > C PA len=300\n"
PEERS = 25      # 20 are listed


def peer_resets(peer):
    """How many, from 3 on; no two peers have as many, nor does the order follow the address."""
    return 3 + 7 * peer % PEERS


def points_peers(t):
    names = ["peer-%d" % peer for peer in range(PEERS)]
    for peer, name in enumerate(names):
        with open(scenario(name).replace(".pcap", ".txt"), "w") as f:
            f.write(PEER.format(port=40000 + peer, peer=1 + peer))
            f.write(COPY * (peer_resets(peer) - 1) + (LIFE if peer % 2 else ""))
    subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), OUT] +
                   [scenario(name).replace(".pcap", ".txt") for name in names], check=True)
    path = os.path.join(OUT, "options.tmp")
    with open(path, "wb") as f:
        f.write(pcap(sorted(p for name in names for p in read_pcap(scenario(name)))))

    order = sorted(range(PEERS), key=peer_resets, reverse=True)
    wanted = [("203.0.113.%d" % (1 + peer), 0 if peer % 2 else peer_resets(peer),
               peer_resets(peer) if peer % 2 else 0) for peer in order[:20]]
    rest = sum(peer_resets(peer) for peer in order[20:])
    _, end, _, err = t.summary(["-s", path])
    got = [(p["ip"], p["suspect"], p["forged"]) for p in end["peers"]]
    t.point(got == wanted and end["other_peers"] == rest,
            "summary by peer: the 20 with the most resets first, all others in one number",
            got, wanted, end, err)
    _, out, _ = t.run(["-s", path])
    lines = ["  %8d %8d  %s\n" % (forged, suspect, ip) for ip, suspect, forged in wanted]
    t.point("in the name of\n%s  %17d  others\n" % ("".join(lines), rest) in out,
            "the same as text", out)


def points_damage(t, packets):
    path = os.path.join(OUT, "options.tmp")
    good = section("<") + interface("<", "ethernet")
    good += b"".join(enhanced("<", p, 0, "ethernet", 10**6) for p in packets[:5])
    for name, data, at, frames in (
            ("pcapng, impossible length", good + b"\x06\0\0\0\x07\0\0\0", len(good), 5),
            ("pcapng, unknown interface", good +
             enhanced("<", packets[5], 7, "ethernet", 10**6), len(good), 5),
            ("pcap, cut short", pcap(packets)[:-10], len(pcap(packets)) - 10, len(packets) - 1)):
        with open(path, "wb") as f:
            f.write(data)
        code, end, _, err = t.summary([path])
        t.point(code == 1 and end["damaged_at"] == at and end["packets"] == frames and
                "damaged after packet %d, at octet %d: " % (frames, at) in err,
                "damage is located: " + name, code, end, err)
    p = subprocess.run([t.program, "analyze", "-j", "-"], input=pcap(packets)[:-10],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = json.loads(p.stdout.splitlines()[-1])
    t.point(p.returncode == 1 and end["damaged_at"] is None and end["damaged"],
            "from a pipe the packet has to do", end)


def points_terminal(t, path, packets):
    said = t.at_terminal([path])
    t.point("\033[1;31m  [FORGED]\033[0m" in said, "colour on a terminal", repr(said))
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        said = t.at_terminal([path], env={name: value})
        t.point("[FORGED]" in said and "\033" not in said, "none with %s=%s" % (name, value),
                repr(said))
    said = t.at_terminal(["-j", path])
    t.point("\033" not in said, "none in JSON", repr(said))
    _, out, err = t.run([path])
    t.point("\033" not in out + err and "\r" not in out + err, "none in a file", out, err)

    # Long enough for two looks at the clock, with a pause in between.
    whole = pcap(packets)
    half = whole + whole[24:] * (9000 // len(packets))
    feed = [(0, half), (SILENT, whole[24:] * (9000 // len(packets)))]
    said = t.at_terminal(["-s", "-"], feed=feed)
    t.point("\r-: " in said and " packets\033[K" in said and "\r\033[K-: " in said,
            "progress on a terminal, and gone at the end", repr(said))
    said = t.at_terminal(["-s", path])
    t.point(" %," not in said and "\033[K" not in said, "none for what is short", repr(said))


def main():
    program = binary()
    if not program:
        print("1..0 # SKIP no build/rstguard: build it first")
        return 4
    generate(SCENARIO, GENUINE, SUSPECT)
    path = scenario(SCENARIO)
    packets = read_pcap(path)

    t = Shell(program)
    print("TAP version 13")
    points_filter(t, path)
    points_filter_links(t, packets)
    points_status(t, path)
    points_summary(t, path)
    points_peers(t)
    points_no_such_option(t)
    points_damage(t, packets)
    points_terminal(t, path, packets)
    print("1..%d" % t.n)
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
