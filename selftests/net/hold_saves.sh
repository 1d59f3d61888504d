#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# Every injector of the list against conversations in progress, with both ends in
# mode hold. What a field gives away is survived with hold-scope suspicious; a mimic
# that no field gives away with hold-scope all, also when the injector fires again
# and again. A box in the path that also silences the peer is believed: nothing
# proves that the peer lives.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
net_topology
talk_serve || skip_all "no server"

suspicious4="gfw-1 gfw-2 gfw-3 gfw-1-and-2 gfw-2-twice gfw-spaced gfw-id-64 gfw-2010
	gfw-seq-1460 gfw-rae gfw-id-26 gfw-2025 china-2012 henan packetlogic bezeqint victor
	id-256 iran-2013 brunei tajikistan russia-passive airtel t-mobile"
suspicious6="gfw-1 gfw-2 gfw-spaced gfw-seq-1460 china-2012 henan tajikistan t-mobile ipv6"
# Not iran-2021: it sends a page with a FIN first, and that ends the connection. Forged
# data are not what rstguard stops.
# The first of its two RSTs has every field right.
perfect="sandvine mimic-ra mimic-r"

# As survives(), of so many shots at least, with an option of inject.
survives_many() # SHOTS -rCOUNT,MS|-cCOUNT PROFILE ADDRESS TRIGGER STEP...
{
	local shots_least=$1 inject_more=("$2")
	shift 2

	survives "$@"
}

# shellcheck disable=SC2086 # words
count() { echo $#; }
tap_plan $(($(count $suspicious4) + $(count $suspicious6) + 2 * $(count $perfect) + 10))

listen client server
for end in client server; do
	ip netns exec rstg-$end rstguard set mode hold hold-scope suspicious hold-min-ms "$floor"
done
for profile in $suspicious4; do
	tap "$profile, v4" survives "$profile" $server4 bytes=60 talk=7,20
done
for profile in $suspicious6; do
	tap "$profile, v6" survives "$profile" $server6 bytes=60 talk=7,20
done

for end in client server; do
	ip netns exec rstg-$end rstguard set hold-scope all
done
for address in $server_addresses; do
	for profile in $perfect; do
		tap "$profile, $(version_of "$address"), all held" \
			survives "$profile" "$address" bytes=60 talk=7,20
	done
done
# Whatever passes is answered by two resets before it can be, our questions among it.
tap "mimic at every segment of a conversation, which waits between them" \
	survives_many 48 -r1,0 mimic-ra $server4 each talk=12,150
tap "mimic at every segment of a download" \
	survives_many 100 -r1,0 mimic-r $server4 each talk=2,20 tell='send 300000' read=300000
tap "mimic every 20 kB of a download" \
	survives_many 20 -r1,0 mimic-ra $server4 every=20000 talk=2,20 tell='send 300000' read=300000
tap "mimic that repeats for a second" \
	survives_many 40 -r20,50 mimic-r $server4 bytes=60 talk=4,20 sleep=1500 talk=2,20
tap "mimic that answers our questions on an idle connection" \
	survives_many 8 -r1,0 mimic-r $server4 each talk=2,20 sleep=2500 talk=2,20
tap "an idle connection, asked" \
	survives mimic-r $server4 bytes=60 talk=4,20 sleep=2500 talk=2,20
# Of the first eight none ends a connection, of the last twelve neither.
tap "mimic in the midst of others that miss, v4" \
	survives_many 50 -c12 mimic-r $server4 bytes=60 talk=7,20
tap "mimic in the midst of others that miss, v6" \
	survives_many 50 -c12 mimic-ra $server6 bytes=60 talk=7,20
tap "none of all these was let through" nothing_released
tap "what was held is no longer" test -z "$(in_client rstguard list held)"
tap_done
