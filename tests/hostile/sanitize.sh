#!/bin/sh
# Reads every file of a folder with a sanitizer build: sanitize.sh PARASOL FOLDER [KIND...]
# PARASOL is built with B=asan. No file may bring a report of a sanitizer, or end a worker by a
# signal. The manifest is that of hostile.sh.
set -u
parasol=$(realpath "$1")
folder=$(realpath "$2")
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tail -n +2 "$folder/manifest.tsv" | grep -v '^packs/' |
	awk -F '\t' -v kinds=" $* " 'kinds == "  " || index(kinds, " " $2 " ") { print $1 }' >"$work/files"
passed=0 failed=0
while read -r file; do
	timeout 120 "$parasol" facts "$folder/$file" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	# what a worker prints, its report among it, is part of what the parent shows
	if [ $status -gt 2 ] || grep -qs 'Sanitizer\|runtime error' "$work/err" "$work/out" ||
		grep -q 'code="WORKER_CRASH"\|code="WORKER_SECCOMP"\|code="WORKER_RECORD"' "$work/out"; then
		failed=$((failed + 1))
		echo "FAILED: $file: exit $status $(grep -hm1 'Sanitizer\|runtime error' "$work/err" "$work/out")"
	else
		passed=$((passed + 1))
	fi
done <"$work/files"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
