#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A RST in any wrapping that IP allows, in the name of a server.

talk ADDRESS PORT SAYS GO   converse with tcptalk -l; write what a RST of the server's
                            would need to SAYS; when GO exists, converse on
shoot SAYS SHAPE [FAULT]    send that RST as root, from a router on the way, with this fault
"""

import os
import socket
import struct
import sys
import time

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
REPAIR_OFF, REPAIR_ON, RECV_QUEUE = -1, 1, 1
IPV6_HDRINCL = 36
RST = 4
SKIP_IT = 0x1e  # an IPv6 option that who does not know it skips (RFC 4727)


def say(sock, text):
    """One line, answered."""
    sock.sendall(b"say " + text + b"\n")
    got = b""
    while not got.endswith(b"\n"):
        piece = sock.recv(100)
        if not piece:
            return False
        got += piece
    return text in got


def talk(address, port, says, go):
    """A conversation that stops half-way."""
    sock = socket.create_connection((address, port), 20)
    if not say(sock, b"hello"):
        return 1
    # What the kernel expects next from the server, to the octet.
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, RECV_QUEUE)
    seq = sock.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ) & 0xFFFFFFFF
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF)
    ours = sock.getsockname()
    with open(says + ".new", "w", encoding="ascii") as f:
        f.write(f"{address} {port} {ours[0]} {ours[1]} {seq}\n")
    os.rename(says + ".new", says)
    while not os.path.exists(go):
        time.sleep(0.05)
    try:
        print("alive" if say(sock, b"again") else "closed")
    except OSError as error:
        print(error.strerror)
    return 0


def checksum(octets):
    """RFC 1071"""
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def rst(source, dest, sport, dport, seq, nops):
    """A bare RST with so many octets of TCP options."""
    header = struct.pack("!HHIIBBHHH", sport, dport, seq, 0, (20 + nops) << 2, RST, 0, 0, 0)
    header += b"\x01" * nops
    pseudo = source + dest + struct.pack("!II", len(header), socket.IPPROTO_TCP)
    value = checksum(pseudo + header)
    return header[:16] + struct.pack("!H", value) + header[18:]


def spoilt(segment, fault):
    """What no host takes: a header that is longer than the segment, or shorter than itself."""
    offset = {"beyond": 15, "short": 4}.get(fault, segment[12] >> 4)
    wrong = segment[16] ^ (fault == "sum")
    return segment[:12] + bytes([offset << 4]) + segment[13:16] + bytes([wrong]) + segment[17:]


def options(count, units):
    """A chain of destination options headers of 8 * units octets each."""
    one = b"\x3c" + bytes([units - 1])
    room = units * 8 - 2
    while room:
        size = min(room, 250)
        one += bytes([SKIP_IT, size - 2]) + bytes(size - 2)
        room -= size
    return one * (count - 1) + b"\x06" + one[1:]


# Name: first next-header value, what stands before TCP, TCP options, where it is cut into
# fragments. What is put together again is not linear. Linux wants the fixed part of the TCP
# header in the first fragment of IPv6 (RFC 8200 4.5), and does not care with IPv4.
SHAPES6 = {
    "plain": (6, b"", 0, []),
    "seven": (60, options(7, 1), 0, []),
    "hundred": (60, options(100, 1), 0, []),
    "long": (60, options(1, 100), 0, []),
    # hop-by-hop options, a routing header of an experiment that has arrived, options, a
    # fragment header of what is whole
    "medley": (0, b"\x2b\0\x01\x04\0\0\0\0" b"\x3c\0\xfd\0\0\0\0\0"
               b"\x2c\0\x01\x04\0\0\0\0" b"\x06\0\0\0\0\0\0\x07", 0, []),
    "split": (6, b"", 20, [24]),
    "far-split": (60, options(60, 1), 40, [504, 512]),
}
SHAPES4 = {
    "plain": (b"", 0, []),
    "options": (b"\x01" * 39 + b"\0", 0, []),
    "split": (b"", 0, [8]),
    "all-split": (b"\x01" * 39 + b"\0", 40, [8, 24, 32]),
}


def send6(sock, source, dest, shape, segment):
    """IPv6: the wrapping, in as many fragments as it says."""
    first, before, _, cuts = SHAPES6[shape]
    whole = before + segment

    def packet(nexthdr, body):
        sock.sendto(struct.pack("!IHBB", 6 << 28, len(body), nexthdr, 64) + source + dest + body,
                    (socket.inet_ntop(socket.AF_INET6, dest), 0))

    if not cuts:
        packet(first, whole)
        return
    for start, end in zip([0] + cuts, cuts + [len(whole)]):
        more = end < len(whole)
        packet(44, struct.pack("!BBHI", first, 0, start | more, 0x12345678) + whole[start:end])


def send4(sock, source, dest, shape, segment):
    """IPv4: likewise; Linux fills in length and checksum."""
    opts, _, cuts = SHAPES4[shape]
    for start, end in zip([0] + cuts, cuts + [len(segment)]):
        more = 0x2000 if end < len(segment) else 0
        head = struct.pack("!BBHHHBBH", 0x45 + len(opts) // 4, 0, 0, 0x4321, more | start // 8,
                           64, 6, 0)
        sock.sendto(head + source + dest + opts + segment[start:end],
                    (socket.inet_ntop(socket.AF_INET, dest), 0))


def shoot(says, shape, fault=None):
    """The RST that the conversation has described."""
    with open(says, encoding="ascii") as f:
        server, sport, client, dport, seq = f.read().split()
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    source, dest = (socket.inet_pton(family, a) for a in (server, client))
    nops = (SHAPES6 if family == socket.AF_INET6 else SHAPES4)[shape][-2]
    segment = rst(source, dest, int(sport), int(dport), int(seq), nops)
    segment = spoilt(segment, fault)
    sock = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_HDRINCL, 1)
        send6(sock, source, dest, shape, segment)
    else:
        send4(sock, source, dest, shape, segment)
    return 0


def main(args):
    """See above."""
    if len(args) == 5 and args[0] == "talk":
        return talk(args[1], int(args[2]), args[3], args[4])
    if len(args) in (3, 4) and args[0] == "shoot":
        return shoot(*args[1:])
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))
