#!/bin/sh
# Compares the reader of class files with javap: javap.sh COUNTCLASS FOLDER
# For every class of every JAR in FOLDER: methods with code, instructions, calls and strings loaded
# must be the same numbers. Classes that javap does not read are skipped, and it is said why.
set -eu
count=$1 folder=$2
passed=0 failed=0 skipped=0
done_says() { echo "$passed passed, $failed failed, $skipped skipped"; }
skip_all() {
	echo "SKIPPED: $1"
	skipped=1
	done_says
	exit 0
}
command -v javap >/dev/null 2>&1 || skip_all "javap is missing"
command -v unzip >/dev/null 2>&1 || skip_all "unzip is missing"
[ -x "$count" ] || { echo "no program $count"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LC_ALL=C.UTF-8
export LC_ALL

# javap's listing: NAME METHODS INSTRUCTIONS CALLS STRINGS for each class
numbers() {
	awk '
	function flush() { if (name != "") print name, methods, instructions, calls, strings; name = "" }
	/^[^ }].*{$/ {
		flush()
		if (!match($0, /(^|[ ])(class|interface) /)) next
		name = substr($0, RSTART + RLENGTH)
		sub(/[< {].*$/, "", name)
		methods = instructions = calls = strings = 0
	}
	/^    Code:$/ { methods++ }
	/^ +[0-9]+: [a-z]/ {
		instructions++
		if ($2 ~ /^invoke/) calls++
		if ($2 ~ /^ldc/ && $4 == "//" && $5 == "String") strings++
	}
	END { flush() }'
}

listing() { tr '\n' '\0' | xargs -0 -r javap -J-XX:TieredStopAtLevel=1 -J-Dfile.encoding=UTF-8 -c -p; }

compare() {
	find "$work/in" -name '*.class' | sort >"$work/files"
	tr '\n' '\0' <"$work/files" | xargs -0 -r "$count" >"$work/counted" 2>"$work/issues" || true
	listing <"$work/files" 2>"$work/complaints" | numbers | sort >"$work/theirs" || true
	cut -d ' ' -f 1-5 "$work/counted" | sort >"$work/ours"
	passed=$((passed + $(comm -12 "$work/ours" "$work/theirs" | wc -l)))
	comm -3 "$work/ours" "$work/theirs" | tr -d '\t' | cut -d ' ' -f 1 | sort -u >"$work/differ"
}

# a class whose numbers differ: javap's fault if it complains about the file
judge() {
	if grep -q '^Error' "$work/complaints" && ! grep -qF "$1 " "$work/theirs"; then
		skipped=$((skipped + 1))
		echo "SKIPPED: $2: $1: $(grep '^Error' "$work/complaints" | head -n 1)"
		return
	fi
	failed=$((failed + 1))
	echo "FAILED: $2: $1"
	grep -hF "$1 " "$work/ours" "$work/theirs" || true
}

for jar in "$folder"/*.jar; do
	if [ ! -f "$jar" ] || [ -L "$jar" ]; then continue; fi
	mkdir -p "$work/in"
	if unzip -q -o "$jar" '*.class' -d "$work/in" >/dev/null 2>&1; then :; fi
	compare
	while read -r name; do judge "$name" "${jar##*/}"; done <"$work/differ"
	awk '{ n += $6 } END { if (n) print n, "bodies were not read whole" }' "$work/counted" | sed "s|^|${jar##*/}: |"
	rm -rf "$work/in"
done
done_says
[ "$failed" -eq 0 ]
