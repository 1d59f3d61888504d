// SPDX-License-Identifier: GPL-2.0-only
/*
 * AF_PACKET: what enters is seen before netfilter, what leaves after it and
 * after the queueing discipline, that is, as the next host will get it. What is
 * sent goes through the queueing discipline, so it never overtakes what passed.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include "sniff.h"

#define FRAME_MAX	(ETH_HLEN + 70000)	/* the kernel may have merged segments */

/* sniff_open() - descriptor of one interface, -1 and errno on failure */
int sniff_open(const char *ifname)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd, on = 1, room = 4 << 20;

	if (!addr.sll_ifindex)
		return -1;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	/* The header tells how many packets of the wire a merged one stands for. */
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return fd;
}

/*
 * sniff_read() - next frame
 *
 * Return: false when there is none left; what is not a TCP segment is skipped.
 */
bool sniff_read(int fd, struct frame *frame)
{
	static uint8_t buffer[FRAME_MAX];
	struct virtio_net_hdr vnet;
	struct iovec iov[] = {
		{ &vnet, sizeof(vnet) },
		{ buffer, sizeof(buffer) },
	};
	struct sockaddr_ll from;
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = iov, .msg_iovlen = 2,
	};
	ssize_t len;

	for (;;) {
		msg.msg_namelen = sizeof(from);
		len = recvmsg(fd, &msg, 0);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return false;
		len -= (ssize_t)(sizeof(vnet) + ETH_HLEN);
		if (len <= 0 || !wire_parse(&frame->seg, buffer + ETH_HLEN, (size_t)len))
			continue;
		if (vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE && vnet.gso_size)
			frame->seg.segs = (unsigned int)((frame->seg.len + vnet.gso_size - 1) /
							 vnet.gso_size);
		frame->way = from.sll_pkttype == PACKET_OUTGOING ? LEAVES : ENTERS;
		memcpy(frame->mac, buffer, sizeof(frame->mac));
		return true;
	}
}

static int send_frame(int fd, uint8_t ether[ETH_HLEN], uint8_t *packet, size_t len)
{
	struct virtio_net_hdr vnet = { .gso_type = VIRTIO_NET_HDR_GSO_NONE };
	struct iovec iov[] = {
		{ &vnet, sizeof(vnet) },
		{ ether, ETH_HLEN },
		{ packet, len },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 3 };

	return sendmsg(fd, &msg, 0) < 0 ? -1 : 0;
}

/* sniff_send() - put a segment on the wire; 0, or -1 and errno */
int sniff_send(int fd, const uint8_t mac[12], const struct segment *s)
{
	uint16_t proto = htons(s->from.version == 4 ? ETH_P_IP : ETH_P_IPV6);
	uint8_t ether[ETH_HLEN], packet[WIRE_MAX], fragment[WIRE_MAX];
	size_t len = wire_build(packet, s);

	memcpy(ether, mac, 12);
	memcpy(ether + 12, &proto, sizeof(proto));
	if (s->odd & ODD_BROADCAST)
		memset(ether, 0xff, ETH_ALEN);
	if (!(s->odd & ODD_FRAGMENTS))
		return send_frame(fd, ether, packet, len);
	for (unsigned int i = 0; i < 2; i++)
		if (send_frame(fd, ether, fragment, wire_fragment(fragment, packet, len, i)))
			return -1;
	return 0;
}

/*
 * sniff_send_pair() - put two segments on the wire, with nothing between them
 *
 * Return: 0, or -1 and errno.
 */
int sniff_send_pair(int fd, const uint8_t mac[12], const struct segment pair[2])
{
	struct virtio_net_hdr vnet = { .gso_type = VIRTIO_NET_HDR_GSO_NONE };
	uint8_t ether[2][ETH_HLEN], packet[2][WIRE_MAX];
	struct mmsghdr msg[2];
	struct iovec iov[2][3];

	memset(msg, 0, sizeof(msg));
	for (unsigned int i = 0; i < 2; i++) {
		uint16_t proto = htons(pair[i].from.version == 4 ? ETH_P_IP : ETH_P_IPV6);

		memcpy(ether[i], mac, 12);
		memcpy(ether[i] + 12, &proto, sizeof(proto));
		iov[i][0] = (struct iovec){ &vnet, sizeof(vnet) };
		iov[i][1] = (struct iovec){ ether[i], sizeof(ether[i]) };
		iov[i][2] = (struct iovec){ packet[i], wire_build(packet[i], &pair[i]) };
		msg[i].msg_hdr.msg_iov = iov[i];
		msg[i].msg_hdr.msg_iovlen = 3;
	}
	return sendmmsg(fd, msg, 2, 0) == 2 ? 0 : -1;
}
