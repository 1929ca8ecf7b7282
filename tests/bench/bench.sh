#!/bin/sh
# The whole scan against the physical floor: bench.sh PARASOL FLOOR BUNDLE...
# Prints for each bundle the floor and the scan with two threads (medians, in turn, one machine
# state), their ratio, and the memory of the worker.
set -eu
parasol=$1 floor=$2
shift 2
[ $# -gt 0 ] || {
	echo "bench: name bundles, such as: make bench BUNDLES='F1.apk F4.apk'" >&2
	exit 3
}
runs=7
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.1f\n", v[int((NR + 1) / 2)] }'; }
ms() { # COMMAND...
	start=$(date +%s%N)
	"$@" >/dev/null 2>&1 || true
	echo $((($(date +%s%N) - start) / 1000)) | awk '{ printf "%.1f\n", $1 / 1000 }'
}
printf 'bundle\tfile-MB\tfloor-ms\tscan-ms\tratio\tworker-peak-MB\tanonymous-MB\n'
for bundle; do
	: >"$out/floor"
	: >"$out/scan"
	ms "$parasol" scan -q -j 2 -o xml="$out/r.xml" -o html="$out/r.html" "$bundle" >/dev/null
	for _ in $(seq $runs); do
		"$floor" "$bundle" 2 1 >>"$out/floor"
		ms "$parasol" scan -q -j 2 -o xml="$out/r.xml" -o html="$out/r.html" "$bundle" >>"$out/scan"
	done
	f=$(median <"$out/floor") s=$(median <"$out/scan")
	"$parasol" facts -j 2 --timings "$bundle" >/dev/null 2>"$out/t" || true
	peak=$(awk '$1 == "worker-peak-bytes" { printf "%.1f", $2 / 1e6 }' "$out/t")
	anon=$(awk '$1 == "worker-anonymous-bytes" { printf "%.1f", $2 / 1e6 }' "$out/t")
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(basename "$bundle")" "$(wc -c <"$bundle" | awk '{ printf "%.1f", $1 / 1e6 }')" \
		"$f" "$s" "$(awk "BEGIN { printf \"%.2f\", $s / $f }")" "$peak" "$anon"
done
