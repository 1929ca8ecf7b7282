#!/bin/sh
# Scans a folder of hostile files by its manifest.tsv (file, kind, size, sha256, expect, diag, must):
# hostile.sh PARASOL FOLDER [KIND...]
# For each: no crash, no more than 10 seconds, no more than 512 MB; never a pass; the diagnostic is
# there where one is demanded. Prints what differs, and a table of kinds.
set -u
parasol=$(realpath "$1")
folder=$(realpath "$2")
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)

tail -n +2 "$folder/manifest.tsv" | grep -v '^packs/' |
	awk -F '\t' -v kinds=" $* " 'kinds == "  " || index(kinds, " " $2 " ")' >"$work/rows"
export parasol folder work
xargs -a "$work/rows" -d '\n' -P "$(nproc)" -n 40 sh "$here/rows.sh" >"$work/out"
sort "$work/out" >"$work/sorted"
awk -F '\t' '{ all[$2]++; if ($1 == "ok") good[$2]++; else print }
	END { for (k in all) printf "%-22s %5d of %5d\n", k, good[k], all[k] | "sort" }' "$work/sorted"
passed=$(grep -c '^ok' "$work/sorted")
failed=$(grep -vc '^ok' "$work/sorted")
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
