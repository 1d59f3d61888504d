#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""compare.py GOLDEN OUTPUT: do verdicts and reasons of each RST agree?

And what was last said before it, where the golden tells.

OUTPUT is what `rstguard analyze -j --all` printed. Prints a diff; exit 1 if any.
"""
import json
import sys


def events(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def text(rst, told):
    words = "%s because of %s" % (rst["verdict"], " ".join(sorted(rst["reasons"])) or "nothing")
    if told and rst.get("trigger"):
        words += ", %(ms)d ms after %(stage)s by %(by)s" % rst["trigger"]
        words += ", class %(class)s, tls %(tls)s" % {"class": None, "tls": None, **rst}
    return words


def main(golden, output):
    golden = {e["frame"]: e for e in events(golden) if "frame" in e}
    wanted = {frame: text(e, True) for frame, e in golden.items()}
    got = {e["frame"]: text(e["rst"], "trigger" in golden.get(e["frame"], {}))
           for e in events(output) if e["event_type"] == "rst"}
    same = True
    for frame in sorted(set(wanted) | set(got)):
        if wanted.get(frame) != got.get(frame):
            same = False
            print("frame %d wanted: %s" % (frame, wanted.get(frame, "no RST")))
            print("frame %d got:    %s" % (frame, got.get(frame, "no RST")))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
