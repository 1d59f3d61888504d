#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""One capture in every container and link type: the verdicts must not change.

    RSTGUARD    the binary (default: build/san/rstguard, else build/rstguard)

Also what happens to files that are damaged, empty, absent or no captures. Prints
TAP; exit 4: nothing to run.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SCRATCH = tempfile.TemporaryDirectory(prefix="rstguard-")    # gone with this process
OUT = SCRATCH.name
SCENARIO = "tmobile-587"        # suspects, a proof and a genuine RST in 25 packets
HLEN_ETHER = 14

MACS = bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1])
SNAP = bytes([0xaa, 0xaa, 3, 0, 0, 0, 8, 0])


def binary():
    for path in (os.environ.get("RSTGUARD"), os.path.join(TOP, "build", "san", "rstguard"),
                 os.path.join(TOP, "build", "rstguard")):
        if path and os.path.exists(path):
            return path
    return None


def read_pcap(path):
    """[(nanoseconds, IP datagram)] of what gen.py wrote."""
    packets = []
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    while at < len(data):
        sec, nsec, caplen, _ = struct.unpack_from("<IIII", data, at)
        packets.append((sec * 10**9 + nsec, data[at + 16 + HLEN_ETHER:at + 16 + caplen]))
        at += 16 + caplen
    return packets


def nflog_attr(kind, data):
    return struct.pack("<HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


# LINKTYPE and what stands before an IPv4 datagram.
LINKS = {
    "ethernet": (1, lambda ip: MACS + b"\x08\x00" + ip),
    "ethernet padded": (1, lambda ip: (MACS + b"\x08\x00" + ip).ljust(60, b"\0")),
    "vlan": (1, lambda ip: MACS + b"\x81\x00\x00\x2a\x08\x00" + ip),
    "qinq": (1, lambda ip: MACS + b"\x88\xa8\x00\x2a\x81\x00\x00\x2b\x08\x00" + ip),
    "pppoe": (1, lambda ip: MACS + b"\x88\x64\x11\x00\x00\x01" +
              struct.pack(">H", len(ip) + 2) + b"\x00\x21" + ip),
    "mpls": (1, lambda ip: MACS + b"\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40" + ip),
    "802.3 snap": (1, lambda ip: MACS + struct.pack(">H", len(ip) + 8) + SNAP + ip),
    "raw": (101, lambda ip: ip),
    "ipv4": (228, lambda ip: ip),
    "null": (0, lambda ip: b"\x02\0\0\0" + ip),
    "loop": (108, lambda ip: b"\0\0\0\x02" + ip),
    "sll": (113, lambda ip: b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\x00" + ip),
    "sll2": (276, lambda ip: b"\x08\0\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0" + ip),
    "ppp": (9, lambda ip: b"\xff\x03\x00\x21" + ip),
    "ppp compressed": (9, lambda ip: b"\x21" + ip),
    "802.11": (105, lambda ip: b"\x08\x01\0\0" + bytes(20) + SNAP + ip),
    "802.11 qos": (105, lambda ip: b"\x88\x01\0\0" + bytes(22) + SNAP + ip),
    "radiotap": (127, lambda ip: b"\0\0\x08\0\0\0\0\0" + b"\x08\x01\0\0" + bytes(20) + SNAP + ip),
    "nflog": (239, lambda ip: b"\2\0\0\1" + nflog_attr(10, b"why\0") + nflog_attr(9, ip)),
}


def pcap(packets, link="ethernet", order="<", magic=0xa1b23c4d, unit=1):
    number, wrap = LINKS[link]
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, number)
    for when, ip in packets:
        frame = wrap(ip)
        out += struct.pack(order + "IIII", when // 10**9, when % 10**9 // unit,
                           len(frame), len(frame)) + frame
    return out


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    total = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + total + body + total


def section(order):
    return block(order, 0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1))


def interface(order, link, snaplen=0, tsresol=None):
    body = struct.pack(order + "HHI", LINKS[link][0], 0, snaplen)
    if tsresol is not None:
        body += struct.pack(order + "HHB3xHH", 9, 1, tsresol, 0, 0)
    return block(order, 1, body)


def enhanced(order, packet, number, link, per_second):
    when, ip = packet
    ticks = when * per_second // 10**9
    frame = LINKS[link][1](ip)
    return block(order, 6, struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xffffffff,
                                       len(frame), len(frame)) + frame)


def pcapng(packets, order="<", tsresol=None, per_second=10**6):
    out = section(order) + interface(order, "ethernet", tsresol=tsresol)
    return out + b"".join(enhanced(order, p, 0, "ethernet", per_second) for p in packets)


def pcapng_mixed(packets):
    """Two interfaces of different link type, snaplen and clock; two byte orders."""
    slow, fast = ("sll", 65535, 6, 10**6), ("raw", 2000, 9, 10**9)
    half = len(packets) // 2
    out = b""
    for order, part, ifs in (("<", packets[:half], (slow, fast)),
                             (">", packets[half:], (fast, slow))):
        out += section(order)
        for link, snaplen, tsresol, _ in ifs:
            out += interface(order, link, snaplen, tsresol)
        out += block(order, 5, bytes(16))       # statistics: to be stepped over
        for i, packet in enumerate(part):
            link, _, _, per_second = ifs[i % 2]
            out += enhanced(order, packet, i % 2, link, per_second)
    return out


class Test:
    """Runs the binary and counts points."""

    def __init__(self, program):
        self.program = program
        self.n = 0
        self.failed = 0

    def run(self, args, stdin=None):
        p = subprocess.run([self.program, "analyze"] + args, input=stdin, timeout=30,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return p.returncode, p.stdout.decode(), p.stderr.decode()

    def point(self, good, name, *diag):
        self.n += 1
        self.failed += not good
        print("%sok %d %s" % ("" if good else "not ", self.n, name))
        if not good:
            for text in diag:
                print("# " + str(text).replace("\n", "\n# "))

    def verdicts(self, data, status=0):
        """[(frame, verdict, reasons)] or whatever went wrong."""
        path = os.path.join(OUT, "formats.tmp")
        with open(path, "wb") as f:
            f.write(data)
        code, out, err = self.run(["-j", "--all", path])
        if code != status:
            return "exit status %d: %s" % (code, err)
        events = [json.loads(line) for line in out.splitlines()]
        return [(e["frame"], e["rst"]["verdict"], e["rst"]["reasons"])
                for e in events if e["event_type"] == "rst"]


def containers(packets):
    yield "pcap, microseconds", pcap(packets, magic=0xa1b2c3d4, unit=1000)
    yield "pcap, big-endian", pcap(packets, order=">")
    yield "pcapng", pcapng(packets)
    yield "pcapng, big-endian", pcapng(packets, order=">")
    yield "pcapng, nanoseconds", pcapng(packets, tsresol=9, per_second=10**9)
    yield "pcapng, binary fractions", pcapng(packets, tsresol=0x80 | 20, per_second=2**20)
    yield "pcapng, two link types and byte orders", pcapng_mixed(packets)


def points_damage(t, packets, wanted):
    whole = pcap(packets)
    for name, data in (("pcap", whole), ("pcapng", pcapng(packets))):
        got = t.verdicts(data[:-10], status=1)
        t.point(got == wanted[:-1], name + " cut short: what was read is reported, status 1", got)
    junk = t.verdicts(b"this is no capture at all, whatever its name may say", status=1)
    t.point(junk == [], "no capture: status 1", junk)
    t.point(t.verdicts(b"", status=1) == [], "empty file: status 1")
    code, _, err = t.run([os.path.join(OUT, "no-such-file")])
    t.point(code == 2 and "No such file" in err, "no such file: status 2 and said so", code, err)
    code, _, err = t.run([OUT])
    t.point(code == 2 and "directory" in err, "a directory: status 2 and said so", code, err)
    code, _, err = t.run([])
    t.point(code == 2 and "usage" in err, "no file: status 2 and the usage", code, err)
    code, out, err = t.run(["-j", "--all", "-"], stdin=whole)
    t.point(code == 0 and len(out.splitlines()) == len(wanted) + 1,
            "standard input", code, out, err)


def main():
    program = binary()
    if not program:
        print("1..0 # SKIP no build/rstguard: build it first")
        return 4
    subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), OUT,
                    os.path.join(HERE, "scenarios", SCENARIO + ".txt")], check=True)
    packets = read_pcap(os.path.join(OUT, SCENARIO + ".pcap"))

    t = Test(program)
    print("TAP version 13")
    wanted = t.verdicts(pcap(packets))
    t.point(isinstance(wanted, list) and [v for _, v, _ in wanted] ==
            ["forged", "forged", "genuine"], "the scenario has all there is to get wrong", wanted)
    for name, data in containers(packets):
        got = t.verdicts(data)
        t.point(got == wanted, name, got)
    for link in LINKS:
        got = t.verdicts(pcap(packets, link))
        t.point(got == wanted, "link type " + link, got)
    points_damage(t, packets, wanted)
    print("1..%d" % t.n)
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
