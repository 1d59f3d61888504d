#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write what the fuzzers begin with: one well-formed input for each thing that a
parser knows, so that they need not find out by chance what a packet is.

usage: seeds.py DIR	files go to DIR/{pkt,tcpopt,model,stream,nlmsg,capture,
			injectors,maillog}/
"""
import ast
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

SELFTESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SELFTESTS / "replay"))
import formats
import gen

# --- TCP options ------------------------------------------------------------------

MSS = b"\x02\x04\x05\xb4"
WS = b"\x03\x03\x07"
SACK_OK = b"\x04\x02"
SACK = b"\x05\x0a" + struct.pack(">II", 1000, 2460)
TS = b"\x08\x0a" + struct.pack(">II", 123456, 654321)
NOP = b"\x01"
END = b"\x00"

TCPOPT = {
    "empty": b"",
    "syn": MSS + SACK_OK + TS + NOP + WS,
    "data": NOP + NOP + TS,
    "sack": NOP + NOP + TS + NOP + NOP + SACK,
    "unknown": b"\x1e\x04\x00\x00" + TS,
    "end": MSS + END + TS,
    "length-0": b"\x08\x00" + TS,
    "length-1": b"\x08\x01" + TS,
    "cut": TS[:7],
    "kind-only": b"\x08",
}

# --- datagrams ----------------------------------------------------------------------


def tcp(flags=0x18, options=b"", data=b"", doff=None):
    options += b"\0" * (-len(options) % 4)
    doff = 5 + len(options) // 4 if doff is None else doff
    return struct.pack(">HHIIHHHH", 587, 40112, 1000, 2000, doff << 12 | flags, 501, 0, 0) \
        + options + data


def ipv4(payload, options=b"", fragment=0x4000, protocol=6, length=None):
    ihl = 5 + len(options) // 4
    length = ihl * 4 + len(payload) if length is None else length
    return struct.pack(">BBHHHBBH4s4s", 0x40 | ihl, 0, length, 4711, fragment, 52, protocol, 0,
                       b"\xc0\0\2\7", b"\xc6\x33\x64\1") + options + payload


def ipv6(payload, following=6, length=None):
    length = len(payload) if length is None else length
    address = b"\x20\1\x0d\xb8" + b"\0" * 11
    return struct.pack(">IHBB", 0x60012345, length, following, 52) \
        + address + b"\1" + address + b"\2" + payload


def extension(following, payload, octets=8):
    return bytes([following, octets // 8 - 1]) + b"\1\4" + b"\0" * (octets - 4) + payload


def datagrams():
    segment = tcp(options=TCPOPT["data"], data=b"220 mx ESMTP\r\n")
    yield "v4", ipv4(segment)
    yield "v4-syn", ipv4(tcp(0x02, TCPOPT["syn"]))
    yield "v4-rst", ipv4(tcp(0x04))
    yield "v4-rst-ack-ae", ipv4(tcp(0x114))
    yield "v4-options", ipv4(segment, options=b"\x94\x04\0\0\x01\x01\x01\x00")
    yield "v4-first-fragment", ipv4(segment, fragment=0x2000)
    yield "v4-later-fragment", ipv4(segment, fragment=0x0001)
    yield "v4-udp", ipv4(segment, protocol=17)
    yield "v4-total-length-0", ipv4(segment, length=0)
    yield "v4-padded", ipv4(tcp()) + b"\0" * 6
    yield "v4-doff-4", ipv4(tcp(doff=4))
    yield "v4-doff-15", ipv4(tcp(doff=15))
    yield "v6", ipv6(segment)
    yield "v6-jumbo", ipv6(segment, length=0)
    yield "v6-udp", ipv6(segment, following=17)
    yield "v6-extensions", ipv6(extension(60, extension(43, extension(6, segment), 24)), 0)
    yield "v6-fragment", ipv6(struct.pack(">BBHI", 6, 0, 1, 99) + segment, 44)
    yield "v6-atomic-fragment", ipv6(struct.pack(">BBHI", 6, 0, 0, 99) + segment, 44)
    yield "v6-ah", ipv6(struct.pack(">BBHIIIII", 6, 5, 0, 1, 2, 3, 4, 5) + b"\0" * 4 + segment, 51)
    yield "v6-no-next", ipv6(b"", 59)


def pkt():
    for name, octets in datagrams():
        yield name, b"\0\0" + octets
        yield name + "-cut", b"\5\xb4" + octets[:len(octets) - 7]


# --- conversations: STEP octets a packet, see model_fuzz.c ------------------------------

SYN, RST, ACK, FIN = 2, 4, 16, 1
CLIENT, SERVER, DELIVER = 0, 1, 4


def step(who, flags, seq=0, ack=0, size=1, ttl=None, ident=1, win=100, wait=6, stamp=0):
    """seq, ack and wait are places in the tables near_by and waits."""
    ttl = (52 if who & 1 else 63) if ttl is None else ttl
    return bytes([who, flags, seq, ack, size, ttl, ident, win, wait, stamp])


OPEN = step(CLIENT | 32, SYN) + step(SERVER | 32, SYN | ACK) + step(CLIENT, ACK)
TALK = OPEN + (step(SERVER, ACK, size=4) + step(CLIENT, ACK, size=8)) * 4
FORGED = step(SERVER, RST | ACK, ttl=99, ident=200, win=7)

MODEL = {
    "refused": step(CLIENT, SYN) + step(SERVER | DELIVER, RST | ACK, ident=0),
    "closed": TALK + step(CLIENT, FIN | ACK) + step(SERVER, FIN | ACK) + step(CLIENT, ACK),
    "reset": TALK + step(SERVER | DELIVER, RST | ACK),
    "forged-ack": TALK + FORGED + step(CLIENT, ACK, size=8) + step(SERVER, ACK),
    "forged-data": TALK + FORGED * 3 + step(SERVER, ACK, size=8),
    "forged-train": TALK + FORGED + step(SERVER, RST, seq=8) + step(SERVER, RST, seq=10),
    "quiet": TALK + step(SERVER, RST | ACK, ttl=61, wait=14),
    "reused": TALK + step(CLIENT, SYN, seq=23, wait=14) + step(SERVER, SYN | ACK, ack=1),
    "midstream": step(CLIENT, ACK, size=8) * 4 + step(SERVER, ACK, size=8) * 4 + FORGED,
    "far": TALK + step(SERVER, ACK, seq=16) + step(CLIENT, ACK, ack=16) + FORGED,
    "outbound": OPEN.replace(b"\0\x10", b"\2\x10") + FORGED,
}

# --- dialogs, see stream_fuzz.c -----------------------------------------------------------


def dialogs():
    """Those of the unit tests, as the preprocessor puts them together."""
    unit, core = SELFTESTS / "unit", SELFTESTS.parent / "kmod" / "core"
    macros = ["-D_SCRIPT_H", "-DFIXTURE_VARIANT_ADD(fixture, name)=DIALOG name",
              "-DC(text, ...)=SAYS 0 text", "-DC_(text, ...)=SAYS 0 text",
              "-DS(text, ...)=SAYS 1 text", "-DS_(text, ...)=SAYS 1 text"]
    for source in sorted(unit.glob("stream_*_test.c")):
        if '"script.h"' not in source.read_text():
            continue
        text = subprocess.run([os.environ.get("CC", "cc"), "-E", "-P", *macros, "-I", unit, "-I", core,
                               "-include", core / "env_user.h", "-include", unit / "ear.h", source],
                              stdout=subprocess.PIPE, check=True).stdout.decode()
        for name, turns in re.findall(r"DIALOG (\w+)\)? (.*?)\};", text, re.S):
            yield name, turns


def stream():
    cut = 3
    for name, turns in dialogs():
        seed = struct.pack(">I", 0xfffffff0)
        for who, text in re.findall(r'SAYS ([01])((?:\s*"(?:[^"\\]|\\.)*")+)', turns):
            octets = b"".join(ast.literal_eval("b" + part)
                              for part in re.findall(r'"(?:[^"\\]|\\.)*"', text))
            seed += struct.pack(">BH", int(who) | cut << 1, len(octets)) + octets
        yield name, seed


# --- messages of the kernel -------------------------------------------------------------


def attr(number, value):
    return struct.pack("=HH", 4 + len(value), number) + value + b"\0" * (-len(value) % 4)


def u8(value):
    return struct.pack("=B", value)


def u16(value):
    return struct.pack("=H", value)


def u32(value):
    return struct.pack("=I", value)


def u64(value):
    return struct.pack("=Q", value)


def message(which, body, kind=30, flags=0, command=5):
    """A generic netlink message, with the octet before it that chooses the parser."""
    if command is not None:
        body = struct.pack("=BBH", command, 1, 0) + body
    return bytes([which]) + struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body


V6 = b"\x20\1\x0d\xb8" + b"\0" * 11 + b"\1"


def event(addresses):
    values = [u32(7), u32(3), u32(1), u64(1788300000123456789), None, *addresses, u16(587),
              u16(40112), u32(2), u32(2), u32(3), u32(2**32 - 5), u32(2), u64(1 << 63 | 0x15),
              u32(2), u32(218), u8(61), b"\x34\x35", u16(242), u8(3), u16(9), u16(0x14),
              u32(2**32 - 1), u32(5), u16(512), u32(23456), u32(3), u32(782), u32(2)]
    return b"".join(attr(i, v) for i, v in enumerate(values, 1) if v is not None)


def nlmsg():
    direction = attr(1, b"\x34\x35\x36") + attr(2, u8(1)) + attr(3, u16(4711)) + attr(4, u32(40000)) \
        + attr(5, u32(1000)) + attr(6, u8(9)) + attr(7, u16(0x207))
    counter = attr(1, b"rst_judged\0") + attr(2, u64(9))
    group = attr(1, b"events\0") + attr(2, u32(4))
    refusal = struct.pack("=iIHHII", -22, 28, 30, 5, 1, 0)
    words = attr(1, b"no hold yet\0") + attr(2, u32(20))

    yield "event", message(5, event([b"\xc0\0\2\7", b"\xc6\x33\x64\1"]))
    yield "event-v6", message(5, event([V6, V6]))
    yield "held", message(6, event([V6, V6]))
    yield "config", message(1, b"".join(attr(i, u32(i)) for i in range(1, 6)) + attr(6, b"0.1\0") +
                            b"".join(attr(i, u32(i)) for i in range(7, 10)) + attr(10, u16(25) * 2))
    yield "stats", message(3, attr(1, counter) * 3)
    yield "flow", message(4, attr(1, V6) + attr(2, V6) + attr(3, u16(1)) + attr(4, u16(2)) +
                          attr(5, u32(1)) + attr(6, direction) + attr(7, direction))
    yield "family", message(16, attr(1, u16(30)) + attr(2, b"rstguard\0") +
                            attr(6, attr(1, attr(1, u32(3)))) + attr(7, attr(1, group)), 16)
    # the request follows whole, or capped to its header
    yield "refused", message(17, refusal + b"\0" * 12 + words, 2, 0x200, None)
    yield "refused-capped", message(17, refusal + words, 2, 0x300, None)
    yield "done", message(17, struct.pack("=i", 0) + words, 3, 0x200, None)


# --- captures and fingerprints ---------------------------------------------------------


def capture():
    scenario = gen.Scenario()
    for line in CONVERSATION.splitlines():
        if line:
            scenario.line(line.split())
    packets = [(when, frame[formats.HLEN_ETHER:]) for when, frame in scenario.frames]
    yield "pcap", b"\0" + formats.pcap(packets)
    yield "pcap-big-endian", b"\0" + formats.pcap(packets[-4:], order=">")
    yield "pcapng", b"\0" + formats.pcapng_mixed(packets)
    yield "filter", b"\1" + formats.pcapng(packets)
    for link in formats.LINKS:
        yield "link-" + link.replace(" ", "-"), b"\0" + formats.pcap(packets[-3:], link)


CONVERSATION = """
host C 192.0.2.10:40112 linux
host S 203.0.113.5:25 linux hops=12 rtt=40ms
+0 open C S
+100us C > S PA len=20
+3ms S ! C RA ttl=61 id=1 win=9 hex=01
+1ms S ! C RA ttl=61 id=2 win=9
+1ms S ! C R ttl=61 id=3
+35ms S > C PA len=30
"""


def injectors():
    text = (SELFTESTS.parent / "userspace" / "injectors").read_bytes()
    for block in text.split(b"\n\n"):
        lines = block.splitlines()
        names = [line.split()[1] for line in lines if line.startswith(b"injector ")]
        if names:
            name = names[0].decode()
            yield "%s-%08x" % (name, zlib.crc32(block)), block + b"\n"


# The log of each case, and one of its events for each kind: short, for each is cut anywhere.
MAILLOG = ("tmobile-forged", "innocent", "dovecot", "exim", "nat")


def maillog():
    folder = SELFTESTS / "replay" / "mail"
    for name in MAILLOG:
        log = (folder / (name.split("-")[0] + ".log")).read_bytes().splitlines(keepends=True)
        events = (folder / (name + ".json")).read_bytes().splitlines(keepends=True)
        for n, line in enumerate(log):
            yield "%s-%d" % (name, n), line + b"\n" + events[n % len(events)]
        yield name, b"".join(log[:6]) + b"\n" + events[0]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sets = {"pkt": pkt(), "tcpopt": TCPOPT.items(), "stream": stream(), "nlmsg": nlmsg(), "capture": capture(),
            "injectors": injectors(), "maillog": maillog(),
            # the first four octets: how far the retold numbers are moved
            "model": ((name, b"\x7f\xff\xf0\x01" + steps) for name, steps in MODEL.items())}
    for parser, inputs in sets.items():
        folder = Path(sys.argv[1]) / parser
        folder.mkdir(parents=True, exist_ok=True)
        for name, octets in inputs:
            (folder / name).write_bytes(octets)


if __name__ == "__main__":
    main()
