# SPDX-License-Identifier: GPL-2.0-only
"""TCP segments of a capture, for baselines.py: no more than the rules there need.

Not the reader that is tested here: it skips what it does not know.
"""
import struct
from collections import namedtuple

# frame: from 1; time: seconds; src, dst: (address, port); id: None in IPv6
Segment = namedtuple("Segment", "frame time src dst ttl id flags seq ack len options")
FIN, SYN, RST, ACK = 1, 2, 4, 16

ETHERNET, NULL, RAW, SLL = 1, 0, 101, 113
IPV4, IPV6, TCP = 0x0800, 0x86dd, 6
TAGS = (0x8100, 0x88a8, 0x9100)
EXTENSIONS = (0, 43, 60)


def frames(data):
    """(time, link type, octets) of each record: pcap of any kind, or pcapng."""
    magic = data[:4]
    if magic == b"\x0a\x0d\x0d\x0a":
        yield from pcapng(data)
        return
    for order in "<>":
        for number, unit in ((0xa1b2c3d4, 1e-6), (0xa1b23c4d, 1e-9)):
            if magic == struct.pack(order + "I", number):
                yield from pcap(data, order, unit)


def pcap(data, order, unit):
    link, = struct.unpack_from(order + "I", data, 20)
    at = 24
    while at + 16 <= len(data):
        sec, frac, caplen, _ = struct.unpack_from(order + "IIII", data, at)
        yield sec + frac * unit, link & 0xffff, data[at + 16:at + 16 + caplen]
        at += 16 + caplen


def resolution(options, order):
    """Seconds per unit of an interface: option 9, a power of 10 or of 2."""
    at = 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from(order + "HH", options, at)
        if code == 9 and length:
            value = options[at + 4]
            return 2.0 ** -(value & 0x7f) if value & 0x80 else 10.0 ** -value
        if not code:
            break
        at += 4 + (length + 3) // 4 * 4
    return 1e-6


def pcapng(data):
    order, links, at = "<", [], 0
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12:
            return
        if kind == 1:
            link, = struct.unpack_from(order + "H", data, at + 8)
            links.append((link, resolution(data[at + 16:at + length - 4], order)))
        elif kind == 6:
            number, high, low, caplen, _ = struct.unpack_from(order + "IIIII", data, at + 8)
            link, unit = links[number]
            yield (high << 32 | low) * unit, link, data[at + 28:at + 28 + caplen]
        elif kind == 3:
            yield 0.0, links[0][0], data[at + 12:at + length - 4]
        at += length


def network(link, data):
    """The datagram of a frame, b"" where there is none."""
    if link == RAW:
        return data
    if link == NULL:
        return data[4:]
    at = {ETHERNET: 12, SLL: 14}.get(link)
    if at is None or len(data) < at + 2:
        return b""
    kind, = struct.unpack_from(">H", data, at)
    while kind in TAGS and len(data) >= at + 6:
        at += 4
        kind, = struct.unpack_from(">H", data, at)
    return data[at + 2:] if kind in (IPV4, IPV6) else b""


def segment(frame, time, ip):
    """The segment of a datagram, or None."""
    if len(ip) >= 40 and ip[0] >> 4 == 6:
        total, proto, ttl, ip_id = struct.unpack_from(">H", ip, 4)[0] + 40, ip[6], ip[7], None
        src, dst, at = ip[8:24], ip[24:40], 40
        while proto in EXTENSIONS and len(ip) >= at + 2:
            proto, at = ip[at], at + (ip[at + 1] + 1) * 8
    elif len(ip) >= 20 and ip[0] >> 4 == 4:
        total, ip_id, offset, ttl, proto = struct.unpack_from(">HHHBB", ip, 2)
        if offset & 0x3fff:
            return None
        src, dst, at = ip[12:16], ip[16:20], (ip[0] & 15) * 4
    else:
        return None
    if proto != TCP or len(ip) < at + 20:
        return None
    sport, dport, seq, ack, bits = struct.unpack_from(">HHIIH", ip, at)
    header = (bits >> 12) * 4
    return Segment(frame, time, (src, sport), (dst, dport), ttl, ip_id, bits & 0x1ff, seq, ack,
                   max((total or len(ip)) - at - header, 0), header > 20)


def read(path):
    """All its TCP segments, in order."""
    with open(path, "rb") as f:
        data = f.read()
    out = []
    for frame, (time, link, octets) in enumerate(frames(data), 1):
        one = segment(frame, time, network(link, octets))
        if one:
            out.append(one)
    return out
