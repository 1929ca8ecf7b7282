# shellcheck shell=sh disable=SC2154
# manifests that are odd or damaged: decoded, or refused with a reason; sourced by corpus.sh
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
	skip malformed
fi
