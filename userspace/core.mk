# SPDX-License-Identifier: GPL-2.0-only
# The core's sources, for whoever compiles it outside the kernel. `core` is
# where this file found it; force-include $(core)/env_user.h.

core := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))/../kmod/core
core_objs := pkt.o tcpopt.o ttl.o ipid.o rtt.o flow.o handshake.o claim.o track.o reset.o \
	     judge.o model.o question.o reasons.o \
	     rule.o stages.o stream.o stream_open.o stream_line.o stream_starttls.o stream_smtp.o \
	     stream_imap.o stream_pop3.o stream_xmpp.o stream_tls.o stream_openvpn.o
