#!/bin/sh
# The assessment of a bundle may not hang on threads, locale or folder: same.sh PARASOL FILE...
# Options for all scans, such as --limit, may be given in OPTIONS.
set -u
parasol=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/one" "$work/two"
passed=0 failed=0
digest() { # THREADS LOCALE FOLDER FILE
	cd "$work/$3" || exit 4
	# shellcheck disable=SC2086
	LC_ALL=$2 "$parasol" scan -q -j "$1" ${OPTIONS-} -o xml=result.xml "$4" >/dev/null 2>&1
	sed -n '/<assessment/,/<\/assessment>/p' result.xml | sha256sum
}
for file; do
	file=$(realpath "$file")
	kinds=$(for how in '1 C one' '2 zh_CN.UTF-8 two' '4 C.UTF-8 one' '2 C two' '4 C one'; do
		# shellcheck disable=SC2086
		(digest $how "$file")
	done | sort -u | wc -l)
	if [ "$kinds" -eq 1 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $file: $kinds assessments"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
