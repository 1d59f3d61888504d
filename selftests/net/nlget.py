#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""nlget.py get-flow|get-held SADDR DADDR SPORT DPORT: one request for one thing

The tools ask for all flows only, by dumps. Prints "found", or the error and what the module
says of it; exit status 0, 1 (refused) or 2 (usage, no module).
"""

import errno
import ipaddress
import os
import re
import socket
import struct
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UAPI = os.path.join(TOP, "kmod", "include", "uapi", "linux", "rstguard.h")

NETLINK_GENERIC, SOL_NETLINK = 16, 270
NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK = 10, 11, 12
NLM_F_REQUEST, NLMSG_ERROR = 1, 2
GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 3, 1, 2
NLMSGERR_ATTR_MSG = 1
NLA_TYPE_MASK = 0x3fff


def constants():
    """The enums of the uAPI header."""
    values = {}
    with open(UAPI) as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    for body in re.findall(r"enum[^{]*\{(.*?)\}", text, flags=re.S):
        n = 0
        for item in body.split(","):
            name, _, value = (part.strip() for part in item.partition("="))
            if not name:
                continue
            if value.isdigit():
                n = int(value)
            values[name] = n
            n += 1
    return values


def attr(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def attrs(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found[kind & NLA_TYPE_MASK] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


class Refused(Exception):
    pass


def request(s, family, command, data):
    """The attributes of the first answer."""
    body = struct.pack("=BBH", command, 1, 0) + data
    s.send(struct.pack("=IHHII", 16 + len(body), family, NLM_F_REQUEST, 1, 0) + body)
    answer = s.recv(65536)
    length, kind = struct.unpack_from("=IH", answer)
    if kind == NLMSG_ERROR:
        code = -struct.unpack_from("=i", answer, 16)[0]
        said = attrs(answer[36:length]).get(NLMSGERR_ATTR_MSG, b"").rstrip(b"\0").decode()
        raise Refused("%s: %s" % (errno.errorcode.get(code, code), said))
    return attrs(answer[20:length])


def main():
    if len(sys.argv) != 6 or sys.argv[1] not in ("get-flow", "get-held"):
        sys.stderr.write(__doc__)
        return 2
    command, source, destination, sport, dport = sys.argv[1:]
    c = constants()
    prefix = "RSTGUARD_A_FLOW_" if command == "get-flow" else "RSTGUARD_A_EVENT_"
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    s.settimeout(10)
    for option in (NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK):
        s.setsockopt(SOL_NETLINK, option, 1)
    try:
        found = request(s, GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                        attr(CTRL_ATTR_FAMILY_NAME, b"rstguard\0"))
    except Refused as e:
        sys.stderr.write("no module: %s\n" % e)
        return 2
    family = struct.unpack("=H", found[CTRL_ATTR_FAMILY_ID])[0]
    data = b"".join((
        attr(c[prefix + "SADDR"], ipaddress.ip_address(source).packed),
        attr(c[prefix + "DADDR"], ipaddress.ip_address(destination).packed),
        attr(c[prefix + "SPORT"], struct.pack("=H", int(sport))),
        attr(c[prefix + "DPORT"], struct.pack("=H", int(dport)))))
    try:
        request(s, family, c["RSTGUARD_CMD_" + command.upper().replace("-", "_")], data)
    except Refused as e:
        print(e)
        return 1
    print("found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
