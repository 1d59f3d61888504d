#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A mail server's log and rstguard's events: what `rstguard mail-report` makes of them.

    RSTGUARD    the binary (default: build/san/rstguard, else build/rstguard)

mail/LOG.log with mail/EVENTS.json has to give mail/EVENTS.golden, word for word; the
class and the evidence of each line are reasoned. tmobile.log is what the owner of a
server published in January 2012, and has five answers. Prints TAP; exit 4: nothing to run.
"""
import calendar
import json
import os
import stat
import subprocess
import sys

from formats import HERE, OUT, Test, binary

MAIL = os.path.join(HERE, "mail")

# EVENTS and whose log they belong to.
CASES = (
    ("tmobile-forged", "tmobile"),
    ("tmobile-suspect", "tmobile"),
    ("tmobile-genuine", "tmobile"),
    ("tmobile-alert", "tmobile"),
    ("tmobile-nothing", "tmobile"),
    ("tmobile-analyze", "tmobile"),
    ("innocent", "innocent"),
    ("dovecot", "dovecot"),
    ("exim", "exim"),
    ("saved", "saved"),
    ("nat", "nat"),
)

# Lines without a year are of the year before this, whenever the tree was checked out.
WRITTEN = {"tmobile-timed": (2012, 1, 13), "dovecot": (2026, 11, 27), "nat": (2026, 11, 27)}

LINE = "2026-11-26T10:00:0%d+00:00 mx postfix/smtpd[9]: %s\n"


def fixture(name):
    return os.path.join(MAIL, name)


def copy_of(log):
    """With the time at which it was last written to."""
    path = os.path.join(OUT, log + ".log")
    with open(fixture(log + ".log"), "rb") as source, open(path, "wb") as copy:
        copy.write(source.read())
    if log in WRITTEN:
        when = calendar.timegm(WRITTEN[log] + (0, 0, 0))
        os.utime(path, (when, when))
    return path


def write(name, octets):
    path = os.path.join(OUT, name)
    with open(path, "wb") as f:
        f.write(octets if isinstance(octets, bytes) else octets.encode())
    return path


class Report(Test):
    """As formats.Test, with another subcommand and in UTC."""

    def run(self, args, stdin=None, env=None):
        p = subprocess.run([self.program, "mail-report"] + args, input=stdin, timeout=60,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=OUT,
                           env={**os.environ, "TZ": "UTC", **(env or {})})
        return p.returncode, p.stdout.decode(), p.stderr.decode()

    def sessions(self, args, stdin=None, env=None):
        code, out, err = self.run(["-j"] + args, stdin, env)
        lines = [json.loads(line) for line in out.splitlines()]
        return code, lines[:-1], lines[-1] if lines else {}, err


def points_golden(t):
    for events, log in CASES:
        path = copy_of(log)
        args = ["--log", os.path.basename(path), "--events", fixture(events + ".json")]
        code, out, err = t.run(args)
        with open(fixture(events + ".golden")) as f:
            wanted = f.read()
        t.point(code == 0 and out == wanted and not err, events, code, out, err)
        code, sessions, end, _ = t.sessions(args)
        counts = {name: both["cut"] + both["others"] for name, both in end["classes"].items()}
        t.point(code == 0 and end["sessions"] == len(sessions) == sum(counts.values()) and
                all(sum(s["class"] == name for s in sessions) == n
                    for name, n in counts.items()) and
                all(": %s\n" % s["evidence"] in wanted for s in sessions
                    if s["ended"] == "cut" or s["class"] in ("forged", "suspect")),
                events + ": the same in JSON", sessions, end)


def points_times(t):
    path = copy_of("tmobile-timed")
    code, sessions, end, _ = t.sessions(["--log", path, "--events",
                                         fixture("tmobile-forged.json")])
    t.point(code == 0 and sessions[0]["class"] == "forged" and end["untimed"] == 0 and
            sessions[0]["begin"] == "2012-01-12T18:27:08.000000+0000",
            "no year: that in which the file was written", sessions)
    code, sessions, _, _ = t.sessions(["--log", path, "--events",
                                       fixture("tmobile-forged.json")], env={"TZ": "XYZ-2"})
    t.point(code == 0 and sessions[0]["class"] == "nothing",
            "another time zone: not the same time", sessions)
    for since, n in (("2026-11-26 10:05", 5), ("2026-11-26", 9), ("2026-11-27", 0)):
        _, sessions, end, _ = t.sessions(["--log", fixture("innocent.log"), "--since", since,
                                          "--events", fixture("innocent.json")])
        t.point(len(sessions) == n == end["sessions"], "--since " + since, end)
    for since in ("noon", "24", "2026-11-31", "-1h"):
        code, out, err = t.run(["--since=" + since, "--log", path, "--events",
                                fixture("innocent.json")])
        t.point(code == 2 and not out and since in err and "7d" in err,
                "--since %s: refused, forms told" % since, code, out, err)


def points_saved(t):
    _, sessions, end, _ = t.sessions(["--log", fixture("saved.log"), "--events",
                                      fixture("saved.json")])
    s = sessions[0]
    t.point(s["class"] == "forged" and s["ended"] == "well" and s["went_on"] and
            s["rst"]["action"] == "dropped" and s["rst"]["proof"]["kind"] == "data" and
            end["went_on"] == 1 and end["cut"] == 0, "a session that lived on", s, end)
    _, sessions, _, _ = t.sessions(["--log", copy_of("nat"), "--events", fixture("nat.json")])
    t.point([s["candidates"] for s in sessions] == [2, 2] and
            len({s["client_port"] for s in sessions}) == 2,
            "two phones behind one address: a guess, each connection once", sessions)


def points_capture(t):
    """No daemon, but a capture: the two commands as users put them together."""
    scenario = os.path.join(HERE, "scenarios", "tmobile-587.txt")
    subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), OUT, scenario], check=True)
    events = subprocess.run([t.program, "analyze", "-j", "--all",
                             os.path.join(OUT, "tmobile-587.pcap")],
                            stdout=subprocess.PIPE, check=True).stdout
    when = "2023-11-14T22:13:2%d+00:00 mx postfix/submission/smtpd[9]: "
    log = write("mail-capture.log",
                when % 0 + "connect from phone.example[192.0.2.10]\n" +
                when % 1 + "lost connection after STARTTLS from phone.example[192.0.2.10]\n" +
                when % 1 + "disconnect from phone.example[192.0.2.10] ehlo=1 commands=1\n")
    code, sessions, end, err = t.sessions(["--log", log, "--events", "-"], events)
    t.point(code == 0 and end["events"]["read"] == 3 and sessions[0]["class"] == "forged" and
            sessions[0]["client_port"] == 40112 and sessions[0]["rst"]["by"] == "server" and
            sessions[0]["rst"]["action"] == "passed", "a capture", code, sessions, end, err)


def points_damage(t):
    log = fixture("tmobile.log")
    with open(fixture("tmobile-forged.json"), "rb") as f:
        good = f.read()
    for name, bad, line in (
            ("cut short", good[:-50], 2),
            ("no JSON", b"Jan 12 18:27:10 mail x\n" + good, 1),
            ("no event", b'{"event_type":"rst"}\n' + good, 1),
            ("a long line", b'{"x":"' + b"x" * 40000 + b'"}\n' + good, 1),
            ("octets", b"\xff\x00\x1b[2J\n" + good, 1)):
        path = write("mail-damaged.json", bad)
        code, sessions, end, err = t.sessions(["--log", log, "--events", path])
        t.point(code == 1 and end["events"]["bad"] == 1 and
                sessions[0]["class"] in ("forged", "suspect") and
                "mail-damaged.json:%d: " % line in err and "\x1b" not in err,
                "damaged events: " + name, code, sessions, end, err)
    code, _, err = t.run(["--log", log, "--events", write("mail-damaged.json", b"x\n" * 100)])
    t.point(code == 1 and err.count("mail-damaged.json:") == 5 and "100 lines" in err,
            "of many bad lines the first are named", code, err)


def points_files(t):
    log, events = fixture("tmobile.log"), fixture("tmobile-forged.json")
    for name, args in (("log", ["--log", "no-such", "--events", events]),
                       ("events", ["--log", log, "--events", "no-such"])):
        code, out, err = t.run(args)
        t.point(code == 2 and not out and "no-such: No such file" in err,
                "no such file: " + name, code, out, err)
    for name, args in (("log", ["--log", OUT, "--events", events]),
                       ("events", ["--log", log, "--events", OUT])):
        code, out, err = t.run(args)
        t.point(code == 2 and not out and "directory" in err, "a directory: " + name, code, err)
    for args in (["--nothing"], ["-j", "file"], ["--log"]):
        code, out, err = t.run(args)
        t.point(code == 2 and not out and "usage: " in err,
                "wrong usage: " + " ".join(args), code, err)
    code, _, err = t.run(["--log", "-", "--events", "-"])
    t.point(code == 2 and "only once" in err, "standard input twice", code, err)
    with open(log, "rb") as f:
        code, sessions, _, err = t.sessions(["--log", "-", "--events", events], f.read())
    t.point(code == 0 and sessions[0]["class"] == "forged", "log on standard input", err)
    with open(events, "rb") as f:
        code, sessions, _, err = t.sessions(["--log", log, "--events", "-"], f.read())
    t.point(code == 0 and sessions[0]["class"] == "forged", "events on standard input", err)
    code, sessions, _, err = t.sessions(["--log", log, "--events",
                                         fixture("tmobile-suspect.json"), "--events",
                                         fixture("tmobile-forged.json")])
    t.point(code == 0 and sessions[0]["class"] == "forged", "two files of events", sessions)
    code, _, end, err = t.sessions(["--log", events, "--events", events])
    t.point(code == 0 and end["sessions"] == 0 and "no line in it" in err,
            "a log of something else: said so", code, end, err)


def points_hostile(t):
    """What a client sends gets into the log; it must not get to the terminal."""
    log = (LINE % (0, "connect from x[192.0.2.7]")).encode() + \
        b"2026-11-26T10:00:01+00:00 mx postfix/smtpd[9]: warning: non-SMTP command from " \
        b"x[192.0.2.7]: \x1b]0;gone\x07\x9b2J\xff\x00\xe2\x80\xae\n" + \
        b"x" * 100000 + b"\n" + (LINE % (2, "disconnect from x[192.0.2.7]")).encode()
    path = write("mail-hostile.log", log)
    for args in ([], ["-j"]):
        code, out, err = t.run(args + ["--log", path, "--events", fixture("saved.json")])
        t.point(code == 0 and "x1b]0;gone" in out and
                not set(out + err) - set(map(chr, range(32, 127))) - {"\n"},
                "control characters are escaped %s" % args, code, repr(out), err)
    t.point("1 lines are longer" in err and "1 lines have octets" in err, "and counted", err)
    log = "".join("2026-11-26T10:00:00+00:00 mx postfix/smtpd[%d]: connect from x[192.0.2.%d]\n"
                  % (i, i % 256) for i in range(140000))
    code, _, end, err = t.sessions(["--log", "-", "--events", fixture("saved.json")],
                                   log.encode())
    t.point(code == 0 and end["sessions"] == 131072 and end["sessions_beyond"] == 8928 and
            "--since" in err, "more sessions than are kept: said so", code, end, err)


def fake_journal(status, lines):
    """A journalctl that says what it was asked."""
    path = os.path.join(OUT, "mail-bin")
    os.makedirs(path, exist_ok=True)
    text = "\n".join(json.dumps(line) for line in lines)
    program = os.path.join(path, "journalctl")
    write(program, "#!/bin/sh\necho \"$@\" >%s/asked\ncat <<'END'\n%s\nEND\nexit %d\n" %
          (path, text, status))
    os.chmod(program, stat.S_IRWXU)
    return {"PATH": path + ":" + os.environ["PATH"]}


def points_journal(t):
    when = calendar.timegm((2026, 11, 26, 13, 0, 0)) * 10**6
    lines = [{"__REALTIME_TIMESTAMP": str(when + 500000), "SYSLOG_IDENTIFIER":
              "postfix/submission/smtpd", "_PID": "2001",
              "MESSAGE": "connect from unknown[149.254.186.120]"},
             {"__REALTIME_TIMESTAMP": str(when), "MESSAGE": None},
             {"__REALTIME_TIMESTAMP": str(when + 4990500), "SYSLOG_IDENTIFIER":
              "postfix/submission/smtpd", "SYSLOG_PID": "2001",
              "MESSAGE": list(b"disconnect from unknown[149.254.186.120] quit=1 commands=3\xff")}]
    args = ["--log", "journal", "--events", fixture("saved.json")]
    code, sessions, end, err = t.sessions(args, env=fake_journal(0, lines))
    t.point(code == 0 and end["sessions"] == 1 and sessions[0]["class"] == "forged" and
            sessions[0]["went_on"] and end["lines"] == 3, "journal", code, sessions, end, err)
    t.run(args + ["--since", "2026-11-26 12:00"], env=fake_journal(0, lines))
    with open(os.path.join(OUT, "mail-bin", "asked")) as f:
        asked = f.read().split()
    t.point("SYSLOG_FACILITY=2" in asked and "--since=@%d" % (when // 10**6 - 3600) in asked,
            "journal since", asked)
    code, out, err = t.run(args, env=fake_journal(1, []))
    t.point(code == 2 and not out and "status 1" in err and "--log FILE" in err,
            "journalctl fails: said so, nothing reported", code, out, err)
    code, out, err = t.run(args, env={"PATH": "/nonexistent"})
    t.point(code == 2 and not out and "cannot run journalctl" in err, "no journalctl", err)


def main():
    program = binary()
    if not program:
        print("1..0 # SKIP no build/rstguard: build it first")
        return 4
    os.makedirs(OUT, exist_ok=True)
    t = Report(os.path.abspath(program))
    print("TAP version 13")
    points_golden(t)
    points_times(t)
    points_saved(t)
    points_capture(t)
    points_damage(t)
    points_files(t)
    points_hostile(t)
    points_journal(t)
    print("1..%d" % t.n)
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
