# SPDX-License-Identifier: GPL-2.0-only
#
# What agree.sh has gathered, as one line for each point: ok, not ok, skip or note, a tab,
# its name, a tab, why. $sent is what playback said, an object for each capture; $live
# and $wire are what the module and analyze made of it all, and $file what analyze makes
# of the captures, with a summary behind each; $no_flow is the module's counter.

def who: [.src_ip, .src_port, .dest_ip, .dest_port];

# Offline the verdict waits for the proof. The module sends that as another event, which
# speaks for the latest resets of its sender.
def prove($proof):
	([range(length - 1; -1; -1) as $i | select((.[$i] | who) == ($proof | who)) | $i] |
	 .[:$proof.rst.rsts]) as $proven |
	reduce $proven[] as $i (.; .[$i].rst |= (
		.verdict = $proof.rst.verdict |
		.score += $proof.rst.score |
		.families += $proof.rst.families |
		.reasons += $proof.rst.reasons |
		.proof = $proof.rst.proof));

def proven:
	reduce .[] as $event ([];
		if $event.rst.rsts then prove($event) else . + [$event] end);

# The packet, and what was made of it.
def text:
	"\(.src_ip) \(.src_port) > \(.dest_ip) \(.dest_port) " + (.rst |
	"\(.tcp.flags) seq \(.tcp.seq) ack \(.tcp.ack) win \(.tcp.win) " +
	"ttl \(.ttl.seen) of \(.ttl.baseline | tojson) id \(.ip_id | tojson): " +
	"\(.verdict) score \(.score) families \(.families) proof \(.proof.kind) " +
	"because of \(.reasons | sort | join(" "))");

# A reset without a flow is counted live, and seldom an event.
def of_no_flow: .rst.reasons == ["no-flow"];

def resets: map(select(.event_type == "rst"));

def differ($a_name; $a; $b_name; $b):
	[($a - $b)[] | $a_name + " " + .] + [($b - $a)[] | $b_name + " " + .] |
	if . == [] then "in another order, or of another number" else join("\n") end;

def agree($s; $live; $wire):
	$s.resets as $frames |
	[$wire[] | select(.frame as $f | $frames | bsearch($f) >= 0)] as $mine |
	($mine | map(who) | unique) as $whose |
	[$mine[] | select(of_no_flow | not) | text] as $offline |
	[$live[] | select(who as $w | $whose | bsearch($w) >= 0) | text] as $seen |
	if $s.refused then
		["skip", $s.name, $s.refused]
	elif ($mine | length) != ($frames | length) then
		["not ok", $s.name, "offline has \($mine | length) of \($frames | length) resets"]
	elif $seen == $offline then
		["ok", "\($s.name): \($frames | length) resets", ""]
	else
		["not ok", $s.name, differ("live:   "; $seen; "offline:"; $offline)]
	end;

# Did the wire change anything? Only what came late may be judged otherwise.
def as_captured($sent; $wire; $file):
	[$sent[] | select(.refused | not)] as $sent |
	[range($sent | length) as $i | $sent[$i] | .file = $file[$i] |
	 .resets as $frames |
	 .wire = [$wire[] | select(.frame as $f | $frames | bsearch($f) >= 0) | text] |
	 .on_time = (.cut == 0 and .late <= $late_max)] |
	map(select(.wire != .file)) as $other |
	[$other[] | select(.on_time) |
	 .name + ":\n" + differ("sent:    "; .wire; "captured:"; .file)] as $wrong |
	[if $wrong == [] then "ok" else "not ok" end,
	 "what came on time is judged as it was captured", ($wrong | join("\n"))],
	["note", "of \(length) on time \(map(select(.on_time)) | length); late by us: " +
	 (map(.late) | sort | map(tostring) | join(" ")), ""],
	["note", "cut or late, and judged otherwise for it: " +
	 ([$other[] | select(.on_time | not).name] | join(" ")), ""];

($live | resets | proven) as $told |
($told | map(select(of_no_flow | not))) as $live |
($wire | resets) as $wire |
($wire | map(select(of_no_flow)) | length) as $of_no_flow |
($no_flow + ($told | length) - ($live | length)) as $counted |
(reduce $file[] as $event ({ done: [], open: [] };
	if $event.event_type == "summary" then { done: (.done + [.open]), open: [] }
	else .open += [$event | text] end) | .done) as $file |
(agree($sent[]; $live; $wire),
 [if $counted == $of_no_flow then "ok" else "not ok" end, "resets of no flow are counted",
  "live \($counted), offline \($of_no_flow)"],
 as_captured($sent; $wire; $file)) |
@tsv
