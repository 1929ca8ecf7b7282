#!/bin/sh
# Tests over public files that are not part of the project: corpus.sh PARASOL CORPUS
# CORPUS holds the unpacked corpora; see SOURCES for what they are.
set -u
parasol=$(realpath "$1")
corpus=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
}
same() { # WHAT EXPECTED OBSERVED
	if [ "$2" = "$3" ]; then ok; else bad "$1: expected '$2', observed '$3'"; fi
}
tab=$(printf '\t')

# badging FILE: package, versionCode, minSdk, targetSdk, debuggable, permissions as the oracle prints them
badging() {
	"$parasol" facts "$1" --only manifest >"$work/facts.xml" 2>/dev/null
	for e in '/facts/manifest/@package' '/facts/manifest/@version-code' '/facts/manifest/@min-sdk' '/facts/manifest/@target-sdk'; do
		printf '%s\t' "$(xmllint --xpath "string($e)" "$work/facts.xml" 2>/dev/null)"
	done
	printf '%s\t%s' "$(xmllint --xpath 'number(/facts/manifest/@effective-debuggable = "true")' "$work/facts.xml")" \
		"$(xmllint --xpath 'count(/facts/permissions/permission)' "$work/facts.xml")"
}

if [ -f "$corpus/bundles/apk_badging_oracle.tsv" ]; then
	tail -n +2 "$corpus/bundles/apk_badging_oracle.tsv" | sed "s/$tab$tab/$tab-$tab/g; s/$tab$tab/$tab-$tab/g" >"$work/oracle"
	while IFS="$tab" read -r file bytes rc package code min target debuggable permissions rest; do
		want=$(printf '%s\t%s\t%s\t%s\t%s\t%s' "$package" "$code" "$min" "$target" "$debuggable" "$permissions" | sed "s/$tab-/$tab/g")
		same "$file" "$want" "$(badging "$corpus/$file")"
		"$parasol" scan -q -o xml="$work/r.xml" -o html="$work/r.html" "$corpus/$file" >/dev/null 2>"$work/err"
		status=$?
		if [ "$status" -ge 3 ] || [ "$status" -eq 0 ]; then bad "$file: exit $status $(cat "$work/err")"; else ok; fi
		if xmllint --noout --schema "$(dirname "$0")/../../reports/result.xsd" "$work/r.xml" 2>/dev/null; then ok; else bad "$file: result is not valid"; fi
		if grep -q 'lang="zh-CN"' "$work/r.html" && grep -q 'lang="en"' "$work/r.html"; then ok; else bad "$file: report lacks a language"; fi
	done <"$work/oracle"

	# InsecureBankv2: each labelled manifest flaw is found, with the component named
	insecure=$corpus/bundles/apk/InsecureBankv2.apk
	"$parasol" scan -q -o xml="$work/insecure.xml" "$insecure" >/dev/null 2>&1
	for control in AND-MAN-01 AND-MAN-03; do
		same "InsecureBankv2 $control" fail "$(xmllint --xpath "string(/result/assessment//control[@id='$control']/@verdict)" "$work/insecure.xml")"
	done
	for component in LoginActivity PostLogin DoTransfer ViewStatement ChangePassword MyBroadCastReceiver TrackUserContentProvider; do
		declared=$("$parasol" facts "$insecure" --xpath "count(/facts/components/component[contains(@name, '.$component') and @exported='true' and not(@launcher='true')])" 2>/dev/null)
		[ "$declared" = 0 ] && continue
		if grep -q "value=\"[^\"]*\.$component\"" "$work/insecure.xml"; then ok; else bad "InsecureBankv2: $component is not named"; fi
	done
else
	echo "bundles: skipped, not in $corpus"
	skipped=$((skipped + 1))
fi

if [ -d "$corpus/malformed" ]; then
	for file in "$corpus"/malformed/axml_*; do
		"$parasol" scan -q -o xml="$work/r.xml" "$file" >/dev/null 2>&1
		status=$?
		if [ "$status" -ne 1 ] && [ "$status" -ne 2 ]; then bad "$file: exit $status"; else ok; fi
		"$parasol" facts "$file" >"$work/facts.xml" 2>/dev/null
		manifests=$(xmllint --xpath 'count(/facts/manifest)' "$work/facts.xml")
		issues=$(xmllint --xpath 'count(/facts/issues/issue[@kind != "notice"])' "$work/facts.xml")
		if [ "$manifests" = 0 ] && [ "$issues" = 0 ]; then bad "$file: neither decoded nor refused"; else ok; fi
	done
else
	echo "malformed: skipped, not in $corpus"
	skipped=$((skipped + 1))
fi

if [ -d "$corpus/certificates" ]; then
	# reading them must not fail; what they hold is judged by a later part
	find "$corpus/certificates" -type f | sort | head -n 400 >"$work/list"
	while read -r file; do
		timeout 10 "$parasol" facts "$file" --only certificates --only keys >/dev/null 2>"$work/err"
		status=$?
		if [ "$status" -eq 0 ] || [ "$status" -eq 2 ]; then ok; else bad "$file: exit $status $(head -n 1 "$work/err")"; fi
	done <"$work/list"
else
	echo "certificates: skipped, not in $corpus"
	skipped=$((skipped + 1))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
