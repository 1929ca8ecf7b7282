#!/bin/sh
# Compares what we count in DEX files with what Debian's dexdump prints: methods with code,
# instructions, invoke and const-string instructions of every DEX file of every APK in a corpus.
# dexdump.sh CORPUS_DIR COUNT_PROGRAM; the last line is "N passed, M failed, K skipped".
set -eu
corpus=$1
count=$2
passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line per instruction, "|0000: invoke-static ..."; data among them has lines that are none.
ours() { "$count" "$1" 2>/dev/null | head -n 1; }
theirs() {
	dexdump -d "$1" 2>/dev/null | awk '
		/^      code          -$/ { methods++ }
		/\|[0-9a-f][0-9a-f][0-9a-f][0-9a-f]+: / {
			sub(/^[^|]*\|[0-9a-f]+: /, "")
			if (/^(packed-switch-data|sparse-switch-data|array-data) /) next
			instructions++
			if (/^invoke-/) calls++
			if (/^const-string/) strings++
		}
		END { print methods + 0, instructions + 0, calls + 0, strings + 0 }'
}

compare() {
	if ! dexdump -d "$1" >/dev/null 2>&1; then
		echo "skipped: $2: dexdump does not read it"
		skipped=$((skipped + 1))
		return
	fi
	a=$(ours "$1") b=$(theirs "$1")
	if [ "$a" = "$b" ]; then
		passed=$((passed + 1))
	else
		echo "FAILED: $2: we count $a, dexdump $b"
		failed=$((failed + 1))
	fi
}

if ! command -v dexdump >/dev/null; then
	echo "skipped: dexdump is not installed"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
for apk in "$corpus"/bundles/apk/*.apk; do
	[ -f "$apk" ] || continue
	for entry in $(unzip -Z1 "$apk" 2>/dev/null | grep '\.dex$' || true); do
		if unzip -p "$apk" "$entry" >"$work/one.dex" 2>/dev/null; then
			compare "$work/one.dex" "${apk##*/} $entry"
		else
			echo "skipped: ${apk##*/} $entry: unzip does not read it"
			skipped=$((skipped + 1))
		fi
	done
done
for dex in "$corpus"/malformed/*.dex; do
	[ -f "$dex" ] || continue
	compare "$dex" "${dex##*/}"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
