#!/bin/sh
# make demo: scans the demo bank 1.0 and 1.1, or the bundle that is named: demo.sh PARASOL [BUNDLE]
set -eu
parasol=$1
here=$(dirname "$0")
out=build/demo
mkdir -p "$out"
shift
packed=
[ $# -gt 0 ] || {
	packed=$here/mockbank-1.1-packed.apk
	set -- "$here/mockbank-1.0.apk" "$here/mockbank-1.1.apk" "$packed"
}
for bundle in "$@"; do
	name=$(basename "$bundle")
	status=0
	"$parasol" scan "$bundle" -o html="$out/$name-report.html" -o xml="$out/$name-result.xml" || status=$?
	[ "$status" -lt 3 ] || exit "$status"
	echo
done
if [ -n "$packed" ]; then
	echo "The packed release again, with the build from before hardening:"
	name=mockbank-1.1-packed-with-companion
	status=0
	"$parasol" scan "$packed" --prehardening "$here/mockbank-1.1.apk" -o html="$out/$name-report.html" -o xml="$out/$name-result.xml" || status=$?
	[ "$status" -lt 3 ] || exit "$status"
	set -- "$@" "$name"
	echo
fi
echo "Open the reports in a browser (中文 and English):"
for bundle in "$@"; do
	echo "  $PWD/$out/$(basename "$bundle")-report.html"
done
