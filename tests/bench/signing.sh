#!/bin/sh
# How long it takes to verify a package's signatures: signing.sh PARASOL MAKE_BUNDLE COMPOSE [RUNS]
# A package of 20 MB is composed and signed with schemes v1, v2 and v3; then `apksigner verify` (Debian) and `parasol facts --only
# signing` read it in turn, RUNS times each, with all their processes and threads. Both must say that it verifies, and both that a
# copy with one byte changed does not. Prints medians and their ratio, which shall not pass LIMIT (0.15).
set -eu
parasol=$1 make_bundle=$2 compose=$3 runs=${4:-9} limit=${LIMIT:-0.15}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v apksigner >/dev/null || { echo 'bench: apksigner is not installed' >&2; exit 3; }

"$compose" "$work/unsigned.apk" 0.45
"$make_bundle" sign -o "$work/signed.apk" -k "$here/../signatures/keys/TEST-rsa2048.pem" "$work/unsigned.apk"
apk=$work/signed.apk
cp "$apk" "$work/changed.apk"
printf '\377' | dd of="$work/changed.apk" bs=1 seek=5000000 conv=notrunc 2>/dev/null
theirs() { apksigner verify --min-sdk-version 21 "$1" >"$work/theirs" 2>&1; }
ours() { "$parasol" facts --only signing --min-sdk 21 "$1" >"$work/ours" 2>/dev/null || [ $? -eq 2 ]; }
says() { xmllint --xpath 'string(/facts/signing/@verified)' "$work/ours"; }
theirs "$apk" && ours "$apk" && [ "$(says)" = true ] || { echo 'bench: the package is not accepted' >&2; cat "$work/theirs" "$work/ours"; exit 1; }
schemes=$(xmllint --xpath 'count(/facts/signing/scheme[@verified = "true"])' "$work/ours")
[ "$schemes" = 3 ] || { echo "bench: $schemes schemes verified, not 3" >&2; exit 1; }
! theirs "$work/changed.apk" && ours "$work/changed.apk" && [ "$(says)" = false ] || { echo 'bench: a changed package is accepted' >&2; exit 1; }

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ms() { # COMMAND...
	start=$(date +%s%N)
	"$@"
	echo $((($(date +%s%N) - start) / 10000)) | awk '{ printf "%.2f\n", $1 / 100 }'
}
for _ in $(seq "$runs"); do
	ms theirs "$apk" >>"$work/t"
	ms ours "$apk" >>"$work/o"
done
t=$(median <"$work/t") o=$(median <"$work/o")
printf 'package-MB\tapksigner-ms\tparasol-ms\tratio\n%s\t%s\t%s\t%s\n' "$(wc -c <"$apk" | awk '{ printf "%.1f", $1 / 1e6 }')" "$t" "$o" \
	"$(awk "BEGIN { printf \"%.3f\", $o / $t }")"
awk "BEGIN { exit !($o <= $limit * $t) }"
