#!/bin/sh
# The command line as a user meets it: cli.sh PARASOL
# Each test names the exit status and a pattern that one line of the output must match; errors are
# one line on standard error.
set -u
parasol=$(realpath "$1")
cd "$(dirname "$0")/../.."
root=$PWD
apk=$root/tests/demo/mockbank-1.0.apk
good=$root/tests/demo/mockbank-1.1.apk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED: $1"
	head -n 5 out err 2>/dev/null
}

# t NAME STATUS PATTERN ARGUMENT...
t() {
	name=$1 status=$2 pattern=$3
	shift 3
	"$parasol" "$@" >out 2>err </dev/null
	got=$?
	if [ "$got" -ne "$status" ]; then bad "$name: exit $got instead of $status"
	elif [ -n "$pattern" ] && ! cat out err | grep -qE -e "$pattern"; then bad "$name: no line matches $pattern"
	elif [ "$status" -ge 3 ] && [ "$(wc -l <err)" -ne 1 ]; then bad "$name: $(wc -l <err) lines of error"
	else ok; fi
}
# c NAME CONDITION...: a shell condition
c() {
	name=$1
	shift
	if "$@"; then ok; else bad "$name"; fi
}

t 'no argument' 0 'Start with:  parasol scan app.apk'
t 'help' 0 'Commands:' --help
t 'help of scan' 0 'usage: parasol scan' help scan
t 'help as option' 0 'usage: parasol facts' facts --help
t 'version' 0 '^libarchive [0-9]' version
t 'unknown command' 3 "no command 'scam'" scam
t 'a file for a command' 3 'parasol scan FILE' app.apk
t 'unknown option' 3 'no option --frob' scan --frob x
t 'option of another command' 3 'does not go with' facts --pack x y
t 'option without value' 3 'needs a value' scan x --pack
t 'switch with value' 3 'takes no value' scan --quiet=1 x
t 'scan without file' 3 'needs a file' scan
t 'missing file' 4 "cannot open 'nothing.apk'" scan nothing.apk
t 'a folder' 3 'is a folder' scan .
t 'bad format' 3 "no format 'doc'" scan -o doc=x "$apk"
t 'bad output' 3 'FORMAT=PATH' scan -o html "$apk"
t 'bad language' 3 'zh-CN or en' scan --lang fr "$apk"
t 'bad severity' 3 'not a severity' scan --fail-on terrible "$apk"
t 'bad gate' 3 'gate' scan --gate garden "$apk"
t 'bad day' 3 'not a day' scan --as-of 2026-02-30 "$apk"
t 'bad threads' 3 '1 to 64' scan -j 0 "$apk"
t 'bad limit' 3 'limit' scan --limit frob=1 "$apk"
t 'limit over its ceiling' 3 'limit' scan --limit depth=99 "$apk"
t 'unknown pack' 3 "nowhere" scan --pack nowhere "$apk"
t 'unknown profile' 3 'profile' scan --pack app-hardening:nowhere "$apk"
echo '<tailoring id="t" version="1"><base pack="crypto-policy" version="&gt;=0.1" profile="guomi"/></tailoring>' >base.xml
t 'a tailoring names its pack' 1 '^crypto-policy .*:guomi' scan --tailoring base.xml -o xml=/dev/null "$apk"
echo '<tailoring id="t" version="1"><base pack="crypto-policy" version="&gt;=0.1"/><set param="expected-signers"><item>61:ED:37</item></set></tailoring>' >finger.xml
t 'a fingerprint that is none' 3 "finger.xml:1: .*'61:ED:37' is no SHA-256 fingerprint" scan --tailoring finger.xml "$apk"
packed=$root/tests/demo/mockbank-1.1-packed.apk
t 'packed code is not judged' 2 '' scan -q -o xml=packed.xml "$packed"
c 'and it is said why' grep -q 'CODE_HIDDEN' packed.xml
unknown() { xmllint --xpath "string(//control[@id='AND-CRY-01']/@verdict)" "$1"; }
c 'a code control is unknown' [ "$(unknown packed.xml)" = unknown ]
t 'the build from before hardening' 2 '' scan -q -o xml=companion.xml "$packed" --prehardening "$good"
c 'then code is judged' [ "$(unknown companion.xml)" = pass ]
t 'another build' 2 "not shown to be the build from before hardening" scan -q -o xml=other.xml "$packed" --prehardening "$apk"
c 'leaves code unjudged' [ "$(unknown other.xml)" = unknown ]
t 'a companion that is not there' 4 "cannot open 'none.apk'" scan -q "$packed" --prehardening none.apk
printf 'cn.qingsan.mockbank.Renamed -> cn.qingsan.mockbank.App:\n    1:9:void first(int):40:48 -> onCreate\n' >mapping.txt
t 'names of the source' 0 '' facts --only code --mapping mapping.txt "$good"
echo 'nonsense' >mapping.txt
t 'no mapping' 3 "line 1 of the mapping has no ' -> '" facts --mapping mapping.txt "$good"
t 'missing tailoring' 3 'none.xml' scan --tailoring none.xml "$apk"
t 'sandbox both ways' 3 'exclude each other' scan --no-sandbox --require-sandbox "$apk"
t 'several files, one output' 3 '\{name\}' scan -o html=x.html "$apk" "$good"
echo '<pack' >broken.xml
t 'broken pack' 3 'broken' scan --pack ./broken.xml "$apk"
: >empty.apk
t 'empty file' 2 '' scan -q -o xml=e.xml empty.apk
echo hello >text.apk
t 'no bundle' 2 '' scan -q -o xml=t.xml text.apk
c 'says that it is no bundle' grep -q 'BUNDLE_TYPE' t.xml

if [ -f "$apk" ]; then
	t 'plain scan' 1 'mockbank-1.0.apk-report.html' scan "$apk"
	c 'at most 25 lines' test "$(wc -l <out)" -le 25
	c 'report is there' test -s mockbank-1.0.apk-report.html
	c 'result is there' test -s mockbank-1.0.apk-result.xml
	c 'result is valid' xmllint --noout --schema "$root/reports/result.xsd" mockbank-1.0.apk-result.xml
	c 'no escape codes off a terminal' sh -c '! grep -q "$(printf "\033")" out'
	t 'Chinese summary' 1 '不符合' scan --lang zh-CN "$apk"
	t 'fail-on none' 2 '' scan -q --fail-on none -o xml=n.xml "$apk"
	t 'both demos' 1 '' scan -q -o 'xml={name}.xml' "$apk" "$good"
	c 'one result each' test -s mockbank-1.0.apk.xml -a -s mockbank-1.1.apk.xml
	t 'a report and its result' 1 '' scan -q -o html=one.html -o xml=one.xml "$apk"
	t 'render again' 0 'again.html' report one.xml -o html=again.html
	c 'the same report' cmp -s again.html one.html
	t 'not a result' 3 'result' report "$apk" -o html=x.html
	t 'full disk' 4 'No space' scan -q -o html=/dev/full "$apk"
	t 'no such folder' 4 'cannot write' scan -q -o html=no/such/folder.html "$apk"
	t 'facts' 2 '<facts>' facts "$apk"
	t 'one fact' 2 '^cn\.' facts --xpath '/facts/manifest/@package' "$apk"
	t 'bad expression' 3 'not a valid XPath' facts --xpath '//[' "$apk"
	t 'some facts' 0 '<manifest ' facts --only manifest "$apk"
	# what is asked for alone is what stands in the whole
	"$parasol" facts --tsv "$apk" 2>/dev/null | grep -Ev "^(row|/facts/(sources|issues))" >whole.tsv
	for source in bundle entries network certificates keys rules signing; do
		"$parasol" facts --tsv --only $source "$apk" 2>/dev/null | grep -Ev "^(row|/facts/(sources|issues))" >some.tsv
		cut -d '/' -f 3 some.tsv | sed 's/[[	].*//' | sort -u | sed 's,.*,^/facts/&([[/	]|$),' >groups
		c "only $source, and all of it" sh -c 'grep -Ef groups whole.tsv | cmp -s - some.tsv'
	done
	# several sources: the rows of each, in the order of the whole
	"$parasol" facts --tsv --only signing --only manifest --only bundle "$apk" 2>/dev/null | grep -Ev "^(row|/facts/(sources|issues))" >several.tsv
	for source in bundle manifest signing; do
		"$parasol" facts --tsv --only $source "$apk" 2>/dev/null
	done | grep -Ev "^(row|/facts/(sources|issues))" | sort -u >each.tsv
	c 'several sources at once' sh -c 'sort -u several.tsv | cmp -s - each.tsv'
	c 'several sources in their order' sh -c 'grep -Fxf several.tsv whole.tsv | cmp -s - several.tsv'
	c 'nothing of other sources' sh -c '! grep -q "^/facts/certificates\|^/facts/keys" several.tsv'
	t 'no such source' 3 'no source' facts --only nothing "$apk"
	t 'no such source among others' 3 "'nothing', which is no source" facts --only manifest --only nothing "$apk"
	t 'no signature file' 4 "cannot open 'nothing.idsig'" facts --idsig nothing.idsig "$apk"
	t 'no signature file, in a scan' 4 "cannot open 'nothing.idsig'" scan --idsig nothing.idsig "$apk"
	t 'a folder for a signature file' 3 "'.' is a folder; name the signature file" facts --idsig . "$apk"
	truncate -s 200M large.idsig
	t 'a signature file beyond the limit' 3 "'large.idsig' is larger than" facts --idsig large.idsig "$apk"
	printf 'no signature' >odd.idsig
	t 'a signature file that is none' 0 'scheme name="v4" verified="false" used="true"' facts --only signing --idsig odd.idsig "$good"
	: >empty.idsig
	t 'an empty signature file' 0 'scheme name="v4" verified="false" used="true"' facts --only signing --idsig empty.idsig "$good"
	t 'no version' 3 "min-sdk is 'x'" facts --min-sdk x "$apk"
	t 'a range that is none' 3 'min-sdk 30 is above --max-sdk 20' facts --min-sdk 30 --max-sdk 20 "$apk"
	t 'a range that is none, in a scan' 3 'min-sdk 30 is above --max-sdk 20' scan --min-sdk 30 --max-sdk 20 "$apk"
	t 'a range of one version' 0 'min-sdk="28" max-sdk="28"' facts --only signing --min-sdk 28 --max-sdk 28 "$apk"
	t 'facts as table' 2 'version-code	' facts --tsv "$apk"
	t 'timings' 0 '^unpack	' facts --timings --only bundle "$apk"
	t 'without sandbox' 1 'sandbox is off' scan -q --no-sandbox -o xml=s.xml "$apk"
	c 'and the result says so' grep -q 'sandbox was switched off' s.xml
	t 'result to standard output' 1 '<assessment' scan -o xml=- "$apk"
	"$parasol" scan -q -j 1 -o xml=a1.xml "$apk"
	(mkdir -p other && cd other && LC_ALL=C.UTF-8 TZ=Asia/Shanghai LANG=zh_CN.UTF-8 "$parasol" scan -q -j 2 -o xml=a2.xml "$apk")
	for f in a1.xml other/a2.xml; do
		xmllint --c14n "$f" | sed -n '/<assessment/,/<\/assessment>/p' >"$f.assessment"
	done
	c 'the assessment is there' test -s a1.xml.assessment
	c 'the same assessment' cmp -s a1.xml.assessment other/a2.xml.assessment
	dd if="$apk" of=cut.apk bs=1000 count=20 2>/dev/null
	t 'half a file' 2 '' scan -q -o xml=cut.xml cut.apk
	c 'says that it is cut' grep -q 'ZIP_TRUNCATED' cut.xml
	t 'memory limit' 2 '' scan -q --limit total=1K -o xml=lim.xml "$root/tests/demo/mockbank-1.1.apk"
	c 'a limit is no pass' sh -c '! grep -q "outcome=\"passed\"" lim.xml'
	mkdir 'a folder'
	cp "$apk" 'a folder/a bank.apk'
	c 'the demo of a path with blanks' sh -c 'sh "$0" "$1" "a folder/a bank.apk" >out 2>err' "$root/tests/demo/demo.sh" "$parasol"
	c 'and its report' test -s 'build/demo/a bank.apk-report.html'
	t 'facts without end' 2 '' scan -q --limit facts=1 -o xml=lim.xml "$apk"
	c 'are cut' grep -q 'WORKER_RECORD.*limit facts' lim.xml
	# interrupted, killed, cut short; a gigabyte of zeros takes seconds and no disk
	# worker NAME: starts a scan of long.apk and waits for its worker
	truncate -s 1G long.apk
	worker() {
		"$parasol" scan -q -o xml=long.xml long.apk >out 2>err &
		parent=$! child=
		for wait in 1 2 3 4 5 6 7 8 9 10; do
			sleep 0.2
			for status in /proc/[0-9]*/status; do
				grep -q "^PPid:.$parent\$" "$status" 2>/dev/null || continue
				child=${status#/proc/} child=${child%/status}
			done
			[ -z "$child" ] || break
		done
		sleep 0.3
	}
	# gone PID: it has ended, or does so within five seconds
	gone() {
		for wait in 1 2 3 4 5 6 7 8 9 10; do
			grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null || return 0
			sleep 0.5
		done
		return 1
	}
	echo old >long.xml
	worker
	kill -TERM "$parent"
	wait "$parent"
	c 'terminated' test $? -eq 143
	c 'the worker ends with it' gone "$child"
	c 'the old report stays' grep -qx old long.xml
	c 'no half-written report' test "$(echo long.xml*)" = long.xml
	worker
	kill -KILL "$child"
	wait "$parent"
	c 'a killed worker leaves an incomplete report' test $? -eq 2
	c 'and an issue that says so' grep -q 'WORKER_CRASH.*signal KILL' long.xml
	worker
	: >long.apk
	wait "$parent"
	c 'a bundle cut while it is read' test $? -eq 2
	c 'is told' grep -q 'WORKER_CRASH.*signal BUS' long.xml
	truncate -s 1G long.apk
	t 'processor time' 2 '' scan -q --limit cpu=1 -o xml=long.xml long.apk
	c 'is a limit' grep -q 'WORKER_TIMEOUT.*limit cpu' long.xml
	t 'time' 2 '' scan -q --limit time=1 -o xml=long.xml long.apk
	c 'is a limit too' grep -q 'WORKER_TIMEOUT.*limit time' long.xml
	rm -f long.apk
	"$parasol" scan -o xml=closed.xml "$apk" <&- >&- 2>&-
	c 'no standard streams' test $? -eq 4
	c 'and a report all the same' xmllint --noout closed.xml
	for stream in '<&-' '>&-' '2>&-'; do
		rm -f closed.xml
		eval '"$parasol" scan -q -o xml=closed.xml "$apk"' "$stream"
		c "standard stream closed ($stream)" test $? -eq 1
		c "the same assessment ($stream)" test "$(xmllint --c14n closed.xml | sed -n '/<assessment/,/<\/assessment>/p' | cmp - a1.xml.assessment 2>&1)" = ''
	done
fi
t 'list packs' 0 'app-hardening' pack list
t 'show a pack' 0 'FAH-' pack show app-hardening
t 'no such pack' 3 'nowhere' pack show nowhere
echo 'rule r { condition: true }' >r.yar
t 'a file that is no pack' 3 'is no pack' pack lint ./r.yar
t 'pack without action' 3 'list, show, lint or test' pack
t 'doctor' '0' 'sandbox layers' doctor

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
