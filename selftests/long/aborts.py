#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""aborts.py HTTP_PORT MAIL_PORT SSH_PORT: servers that end connections with a reset.

HTTP: each connection gets one page, and is reset when a second request has been
read. SMTP: reset when MAIL FROM has been read. SSH: what passes on to port 22 of
this host, reset at SIGUSR1. Each time, before it resets, a line with the time in ms.
"""
import select
import signal
import socket
import struct
import sys
import threading
import time

asked = 0
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    print(time.time_ns() // 1000000, flush=True)
    conn.close()


def http(conn):
    asked = b""
    pages = 0
    while True:
        data = conn.recv(4096)
        if not data:
            conn.close()
            return
        asked += data
        if b"\r\n\r\n" not in asked:
            continue
        asked = b""
        if pages:
            reset(conn)
            return
        pages += 1
        conn.sendall(PAGE)


def mail(conn):
    conn.sendall(b"220 mail.example ESMTP\r\n")
    for line in conn.makefile("rb"):
        if line.upper().startswith(b"MAIL"):
            reset(conn)
            return
        conn.sendall(b"250 mail.example\r\n")
    conn.close()


def ssh(conn):
    sshd = socket.create_connection(("127.0.0.1", 22))
    other = {conn: sshd, sshd: conn}
    resets = asked
    while True:
        for source in select.select(list(other), [], [], 0.02)[0]:
            data = source.recv(65536)
            if not data:
                conn.close()
                return
            other[source].sendall(data)
        if asked > resets:
            reset(conn)
            sshd.close()
            return


def ask(_signal, _frame):
    global asked
    asked += 1


def serve(port, talk):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", port))
    listener.listen(16)
    while True:
        conn = listener.accept()[0]
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=talk, args=(conn,), daemon=True).start()


signal.signal(signal.SIGUSR1, ask)
for number, talker in enumerate((http, mail, ssh), 1):
    threading.Thread(target=serve, args=(int(sys.argv[number]), talker), daemon=True).start()
while True:
    signal.pause()
