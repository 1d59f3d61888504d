#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write captures from scenarios: text in, pcap out.

    gen.py [-l] OUTDIR SCENARIO.txt...

writes OUTDIR/SCENARIO.pcap for each; -l lists the frames as well. A scenario is
read line by line; "#" begins a comment.

    host NAME ADDR:PORT SYSTEM [KEY=VALUE...]     ([ADDR]:PORT for IPv6)
    +TIME open A B            three packets; each waits for the rtt of who answers
    +TIME talk A B N [LEN [LEN]]   N times: A asks, B answers, A acknowledges
    +TIME A > B FLAGS [KEY=VALUE...]    A sends to B
    +TIME A ! B FLAGS KEY=VALUE...      somebody else does, in A's name
    +TIME wire copy           the frame before once more, as a doubled tap sees it

TIME is what passes first: 5us, 40ms, 1.5s. FLAGS are letters of S F R P A U and
N (the AE bit). Everything a real stack fills in is filled in as SYSTEM would:
sequence and acknowledgment numbers, IP-ID, DF, TTL, window, timestamps. A RST
with A comes from the socket, one without from no socket, with other fields.
What "!" sends changes nothing in A; TTL has to be said, the rest is what a
simple injector sends: exact numbers, IP-ID 0, no DF, window 0, no options.

    host:    ttl hops rtt id (first one) ts win synttl synid syndf synwin df ws label tos ext
    packet:  ttl id df win seq ack len hex ts tos label ext opts lost

seq and ack take +N and -N relative to what they would be, id relative to the
sender's latest, or B and B-26 relative to the latest of host B. "ext" is a number
of IPv6 extension headers. "lost" packets were sent and reach neither the tap nor
the other side.
"""
import os
import re
import socket
import struct
import sys

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "N": 256}
START = 1700000000 * 10**9     # nanoseconds, as all times here

# What a system does by itself. bare_*: a RST that comes from no socket.
LINUX = dict(ttl=64, id="count", df=1, ts=1, ws=7, synwin=64240, win=501, synid=0,
             rstwin=None, bare_id=0, bare_ttl=64)
SYSTEMS = {
    "linux": LINUX,
    # Before 4.19 a RST of no socket took its IP-ID from a counter of its own.
    "linux3": dict(LINUX, bare_id=48211),
    "windows": dict(LINUX, ttl=128, ts=0, ws=8, win=513, synid=None, rstwin=0,
                    bare_id=None, bare_ttl=128),
    "bsd": dict(LINUX, id="zero", ws=6, win=1026),
    # The web server behind the Great Firewall in the captures of 2017.
    "windows2003": dict(LINUX, ttl=128, id="random", df=0, ts=0, ws=None, synwin=17520,
                        win=65535, synid=28802, rstwin=0, bare_id=None, bare_ttl=128),
}
HOST_KEYS = ("ttl", "hops", "rtt", "id", "ts", "win", "synttl", "synid", "syndf",
             "synwin", "df", "ws", "label", "tos",
             "ext")
PACKET_KEYS = ("ttl", "id", "df", "win", "seq", "ack", "len", "hex", "ts", "tos",
               "label", "ext", "opts", "lost")


THINK = 200 * 10**6             # what passes between two exchanges of a talk


class Bad(Exception):
    """The scenario says something that cannot be done."""


def duration(text):
    m = re.fullmatch(r"\+?(\d+(?:\.\d+)?)(us|ms|s)?", text)
    if not m:
        raise Bad("no time: " + text)
    unit = {"us": 10**3, "ms": 10**6, "s": 10**9, None: 10**9}[m.group(2)]
    return round(float(m.group(1)) * unit)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Host:
    """One end of the connection, with the state that its stack would have."""

    def __init__(self, words):
        self.name = words[0]
        m = re.fullmatch(r"\[(.+)\]:(\d+)|(.+):(\d+)", words[1])
        if not m or words[2] not in SYSTEMS:
            raise Bad("host NAME ADDR:PORT SYSTEM")
        self.v6 = m.group(1) is not None
        self.addr = socket.inet_pton(socket.AF_INET6 if self.v6 else socket.AF_INET,
                                     m.group(1) or m.group(3))
        self.port = int(m.group(2) or m.group(4))
        own = pairs(words[3:], HOST_KEYS)
        s = dict(SYSTEMS[words[2]])
        for key in ("ts", "win", "synid", "synwin", "df", "ws", "ttl"):
            if key in own:
                s[key] = int(own[key])
        self.sys = s
        hops = int(own.get("hops", 0))
        self.ttl = s["ttl"] - hops
        self.bare_ttl = s["bare_ttl"] - hops
        self.synttl = int(own.get("synttl", self.ttl))
        self.syndf = int(own.get("syndf", s["df"]))
        self.rtt = duration(own.get("rtt", "100us"))
        self.label = int(own.get("label", "0x12345"), 0)
        self.tos = int(own.get("tos", "0"), 0)
        self.ext = int(own.get("ext", 0))
        self.last_id = int(own.get("id", 1000 + 19000 * (self.port < 1024))) - 1
        self.isn = 0x10000000 * (2 + (self.port < 1024)) + self.port
        self.nxt = self.isn         # next sequence number
        self.rcv = None             # next one expected from the other side; None: all
        self.acked = 0              # latest ACK number sent
        self.tsval = 0
        self.random = 12345 + self.port

    def take_id(self):
        mode = self.sys["id"]
        if mode == "zero":
            self.last_id = 0
        elif mode == "random":      # reproducible, and no step looks like a counter's
            self.random = (self.random * 1103515245 + 12345) & 0x7fffffff
            self.last_id = self.random >> 8 & 0xffff
        else:
            self.last_id = (self.last_id + 1) & 0xffff
        return self.last_id


def pairs(words, allowed):
    out = {}
    for word in words:
        key, _, value = word.partition("=")
        if key not in allowed:
            raise Bad("unknown key: " + key)
        out[key] = value
    return out


def relative(text, base):
    """N, +N or -N."""
    if text is None:
        return base
    return (base + int(text, 0) if text[0] in "+-" else int(text, 0)) & 0xffffffff


class Scenario:
    """Reads a scenario and collects its frames."""

    def __init__(self):
        self.hosts = {}
        self.now = START
        self.frames = []
        self.listing = []

    def line(self, words):
        if words[0] == "host":
            host = Host(words[1:])
            self.hosts[host.name] = host
            return
        self.now += duration(words[0])
        if words[1] == "open":
            self.open(self.hosts[words[2]], self.hosts[words[3]])
        elif words[1] == "talk":
            self.talk(self.hosts[words[2]], self.hosts[words[3]], int(words[4]),
                      *[int(w) for w in words[5:7]])
        elif words[1:] == ["wire", "copy"]:
            self.frames.append((self.now, self.frames[-1][1]))
            self.listing.append(self.listing[-1] + "  (copy)")
        else:
            if words[2] not in ">!":
                raise Bad("neither > nor !")
            self.packet(self.hosts[words[1]], self.hosts[words[3]], words[4],
                        pairs(words[5:], PACKET_KEYS), words[2] == "!")

    def open(self, a, b):
        self.packet(a, b, "S", {})
        self.now += b.rtt
        self.packet(b, a, "SA", {})
        self.now += a.rtt
        self.packet(a, b, "A", {})

    def talk(self, a, b, n, ask=120, answer=300):
        for i in range(n):
            if i:
                self.now += THINK
            self.packet(a, b, "PA", {"len": str(ask)})
            self.now += b.rtt
            self.packet(b, a, "PA", {"len": str(answer)})
            self.now += a.rtt
            self.packet(a, b, "A", {})

    def choose_id(self, a, o, own, forged):
        """@own: what a's stack puts there without counting, if anything."""
        if "id" not in o:
            if forged:
                return 0
            return a.take_id() if own is None else own
        m = re.fullmatch(r"([A-Za-z]\w*)?([+-]\d+)?", o["id"])
        if m:
            base = self.hosts[m.group(1)] if m.group(1) else a
            value = base.last_id + int(m.group(2) or 0)
        else:
            value = int(o["id"], 0)
        if not forged and own is None:
            a.last_id = value & 0xffff
        return value & 0xffff

    def fields_genuine(self, a, b, syn, rst, ack):
        """What the sender's own stack would put on this packet."""
        s = a.sys
        if rst and not ack:
            return dict(ttl=a.bare_ttl, id=s["bare_id"], df=1, win=0, ts=0,
                        label=a.label ^ 0x54321, tos=b.tos, ext=a.ext)
        f = dict(ttl=a.synttl if syn else a.ttl, df=a.syndf if syn else s["df"],
                 win=s["synwin"] if syn else s["win"], ts=s["ts"], label=a.label, tos=a.tos,
                 ext=a.ext)
        if rst and s["rstwin"] is not None:
            f["win"] = s["rstwin"]
        f["id"] = s["synid"] if syn and s["synid"] is not None and ack else None
        return f

    def options(self, a, b, syn, f, o):
        if "opts" in o:
            return bytes.fromhex(o["opts"])
        opts = b""
        if syn:
            opts += bytes([2, 4]) + struct.pack(">H", 1460)
            if f["ts"]:
                opts += bytes([4, 2])
        if f["ts"]:
            a.tsval = (self.now - START) // 10**6 + a.isn
            opts += (b"" if syn else b"\1\1") + struct.pack(">BBII", 8, 10, a.tsval & 0xffffffff,
                                                          b.tsval & 0xffffffff)
        if syn and a.sys["ws"] is not None:
            opts += bytes([1, 3, 3, a.sys["ws"]])
        return opts + b"\0" * (-len(opts) % 4)

    def packet(self, a, b, letters, o, forged=False):
        flags = sum(FLAGS[c] for c in letters)
        syn, rst, ack = ("S" in letters), ("R" in letters), ("A" in letters)
        data = bytes.fromhex(o["hex"]) if "hex" in o else b"x" * int(o.get("len", 0))

        if forged:
            if "ttl" not in o:
                raise Bad("a forged packet needs a ttl")
            f = dict(ttl=0, df=0, win=0, ts=0, label=0, tos=0, ext=0, id=0)
        else:
            f = self.fields_genuine(a, b, syn, rst, ack)
        for key in ("ttl", "df", "win", "ts", "label", "tos", "ext"):
            if key in o:
                f[key] = int(o[key], 0)

        # A RST of no socket answers a segment: its number is that one's ACK.
        seq = b.acked if rst and not ack and not forged else a.nxt
        seq = relative(o.get("seq"), seq)
        expected = b.nxt if forged or a.rcv is None else a.rcv
        ackno = relative(o.get("ack"), expected if ack else 0)
        ip_id = self.choose_id(a, o, f["id"], forged)

        opts = self.options(a, b, syn, f, o)
        frame = self.build(a, b, seq, ackno, flags, f, ip_id, opts, data)
        if not forged:
            a.nxt = max(a.nxt, seq + len(data) + syn + ("F" in letters))
            if ack:
                a.acked = ackno
            # Behind a hole nothing is acknowledged.
            if "lost" not in o and (syn or b.rcv is None or seq <= b.rcv):
                b.rcv = a.nxt
        if "lost" in o:
            return
        self.frames.append((self.now, frame))
        self.listing.append(
            "%12.6f %s %s %s %-3s ttl=%d id=%d df=%d win=%d seq=%+d ack=%+d len=%d%s" %
            ((self.now - START) / 1e9, a.name, "!" if forged else ">", b.name, letters,
             f["ttl"], ip_id, f["df"], f["win"], seq - a.isn, ackno - b.isn if ack else 0,
             len(data), " ts" if f["ts"] else ""))

    @staticmethod
    def build(a, b, seq, ackno, flags, f, ip_id, opts, data):
        words = (5 + len(opts) // 4) << 12 | flags
        tcp = struct.pack(">HHIIHHHH", a.port, b.port, seq, ackno, words, f["win"], 0, 0)
        length = len(tcp) + len(opts) + len(data)
        pseudo = a.addr + b.addr + struct.pack(">IHBB" if a.v6 else ">HH",
                                               *((length, 0, 0, 6) if a.v6 else (6, length)))
        check = checksum(pseudo + tcp + opts + data)
        tcp = tcp[:16] + struct.pack(">H", check) + tcp[18:]
        if a.v6:
            # Destination options, padding only, as often as said.
            ext = b"".join(bytes([60 if more else 6, 0, 1, 4, 0, 0, 0, 0])
                           for more in reversed(range(f["ext"])))
            ip = struct.pack(">IHBB", 6 << 28 | f["tos"] << 20 | f["label"], len(ext) + length,
                             60 if ext else 6, f["ttl"])
            ip += a.addr + b.addr + ext
            proto = 0x86dd
        else:
            ip = struct.pack(">BBHHHBBH", 0x45, f["tos"], 20 + length, ip_id, f["df"] << 14,
                             f["ttl"], 6, 0) + a.addr + b.addr
            ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
            proto = 0x0800
        ether = bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]) + struct.pack(">H", proto)
        return ether + ip + tcp + opts + data

    def write(self, path):
        with open(path, "wb") as out:
            # Nanoseconds, little-endian, Ethernet.
            out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
            for when, frame in self.frames:
                out.write(struct.pack("<IIII", when // 10**9, when % 10**9,
                                      len(frame), len(frame)))
                out.write(frame)


def generate(path, outdir):
    scenario = Scenario()
    with open(path) as lines:
        for number, line in enumerate(lines, 1):
            words = line.split("#", 1)[0].split()
            if not words:
                continue
            try:
                scenario.line(words)
            except (Bad, KeyError, IndexError, ValueError) as e:
                sys.exit("%s:%d: %s: %s" % (path, number, type(e).__name__, e))
    name = os.path.splitext(os.path.basename(path))[0]
    scenario.write(os.path.join(outdir, name + ".pcap"))
    return scenario


def main(args):
    listing = args[:1] == ["-l"]
    args = args[listing:]
    if len(args) < 2:
        sys.exit(__doc__.split("\n\n")[1].strip())
    os.makedirs(args[0], exist_ok=True)
    for path in args[1:]:
        scenario = generate(path, args[0])
        if listing:
            print(path)
            for n, text in enumerate(scenario.listing, 1):
                print("%4d %s" % (n, text))


if __name__ == "__main__":
    main(sys.argv[1:])
