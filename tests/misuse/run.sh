#!/bin/sh
# Generates, builds, scans and scores: run.sh PARASOL WORK SEED...
# Ends with status 1 if precision or recall of a seed and form is below what score.pl demands.
set -eu
parasol=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
shift 2
cd "$(dirname "$0")"
passed=0 failed=0
for tool in javac jar smali; do
	command -v "$tool" >/dev/null 2>&1 || {
		echo "skipped: $tool is not installed"
		echo "0 passed, 0 failed, 1 skipped"
		exit 0
	}
done
for seed in "$@"; do
	rm -rf "${work:?}/$seed"
	perl generate.pl "$seed" "$work/$seed"
	sh build.sh "$work/$seed" >"$work/$seed/build.log" 2>&1
	for form in jar apk; do
		status=0
		"$parasol" scan -q --pack ./pack -o xml="$work/$seed/$form.xml" "$work/$seed/cases.$form" || status=$?
		[ "$status" -lt 3 ] || exit "$status"
		perl observe.pl "$work/$seed/$form.xml" >"$work/$seed/$form.tsv"
		echo "seed $seed, $form"
		if perl score.pl "$work/$seed/labels.tsv" "$work/$seed/$form.tsv" "$form" >"$work/$seed/$form.score"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
		cat "$work/$seed/$form.score"
	done
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
