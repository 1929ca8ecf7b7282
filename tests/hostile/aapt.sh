#!/bin/sh
# Android's own reader as oracle: for every zip-evasion package of a folder of hostile files that
# aapt reads, package, versionCode and debuggable must be the same, and the evasion reported.
# aapt.sh PARASOL FOLDER
set -u
parasol=$(realpath "$1")
folder=$(realpath "$2")
command -v aapt >/dev/null || {
	echo "skipped: aapt is not installed"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
}
passed=0 failed=0 read=0
for apk in $(awk -F '\t' '$2 == "zip-evasion" { print $1 }' "$folder/manifest.tsv"); do
	badging=$(timeout 10 aapt dump badging "$folder/$apk" 2>/dev/null) || continue
	want=$(printf '%s\n' "$badging" | sed -n "s/^package: name='\([^']*\)' versionCode='\([^']*\)'.*/\1 \2/p")
	[ -n "$want" ] || continue
	read=$((read + 1))
	case $badging in *application-debuggable*) want="$want true" ;; *) want="$want false" ;; esac
	facts=$("$parasol" facts "$folder/$apk" --xpath 'string(/facts/manifest/@package)' --xpath 'string(/facts/manifest/@version-code)' \
		--xpath 'string(/facts/manifest/@effective-debuggable)' --xpath 'count(/facts/issues/issue[starts-with(@code, "ZIP_")])' 2>/dev/null | tr '\n' ' ')
	set -- $facts
	if [ "$1 $2 $3" = "$want" ] && [ "$4" -gt 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $apk: aapt reads '$want', observed '$facts'"
	fi
done
echo "aapt reads $read of them"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
