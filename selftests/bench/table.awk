# SPDX-License-Identifier: GPL-2.0-only
#
# From the lines of "guest" to a table, and to what issue 2 asked for.

BEGIN {
	FS = "\t"
	FLOW_BYTES = 256
	SHARE = 50	# percent of what conntrack adds
	AIM = 25
}

$1 == "flow_size" { split($2, flow_size, " "); next }
$1 == "flows" || $1 == "conntracks" { tracked[$1] = $2; next }

{
	split($2, f, " ")
	column = f[1] " " f[2] " " f[3]
	if (!($1 in seen)) {
		seen[$1] = 1
		setup[++setups] = $1
	}
	if (!(column in known)) {
		known[column] = 1
		columns[++n] = column
	}
	cost[$1, column] = f[4]
	sum[$1] += f[4]
}

function mean(s) { return sum[s] / n }
function added(s, c) { return cost[s, c] - cost["bare path", c] }
function mean_added(s) { return mean(s) - mean("bare path") }
function share(part, whole) { return whole ? 100 * part / whole : 0 }

function header(family,   i, f) {
	printf "%-40s", family ", added to the bare path"
	for (i = 1; i <= n; i++) {
		split(columns[i], f, " ")
		if (f[1] == family)
			printf " %9s", f[2] " " f[3]
	}
	print ""
}

function family_table(family,   i, j) {
	header(family)
	for (i = 1; i <= setups; i++) {
		printf "  %-38s", setup[i]
		for (j = 1; j <= n; j++) {
			if (index(columns[j], family) != 1)
				continue
			if (setup[i] == "bare path")
				printf " %9d", cost[setup[i], columns[j]]
			else
				printf " %+9d", added(setup[i], columns[j])
		}
		print ""
	}
	printf "  %-38s", "rstguard monitor / conntrack and a rule"
	for (j = 1; j <= n; j++)
		if (index(columns[j], family) == 1)
			printf " %8.0f%%", share(added("rstguard monitor", columns[j]), \
						 added("conntrack and a rule", columns[j]))
	print "\n"
}

function goal(what, is, limit, unit) {
	printf "%-8s %s: %.0f%s, at most %d%s\n", is <= limit ? "met" : "NOT MET",
		what, is, unit, limit, unit
}

END {
	print "Linux " kernel ": instructions per forwarded packet of an open connection,"
	print "by script (talk: short lines in turn; bulk: two full segments, one ACK) and flows\n"
	family_table("IPv4")
	family_table("IPv6")

	printf "%-40s %9s %9s\n", "mean of all", "total", "added"
	for (i = 1; i <= setups; i++)
		printf "  %-38s %9d %+9d\n", setup[i], mean(setup[i]), mean_added(setup[i])
	print ""

	printf "flows in the table: rstguard %d, conntrack %d\n", tracked["flows"], tracked["conntracks"]
	ratio = share(mean_added("rstguard monitor"), mean_added("conntrack and a rule"))
	goal("mode monitor against conntrack and a rule", ratio, SHARE, " %")
	goal("the aim for it", ratio, AIM, " %")
	goal("a flow in its slab", flow_size[2], FLOW_BYTES, " bytes")
	print ""
}
