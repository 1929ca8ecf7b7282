#!/bin/sh
# Golden scans: the facts and verdicts of the demo bank, as they were read and approved by a person.
# golden.sh PARASOL; with REWRITE=1 the files are written anew, to be read before they are committed.
set -u
parasol=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() { # NAME FILE
	if [ "${REWRITE:-}" = 1 ]; then cp "$2" "$1"; fi
	if cmp -s "$1" "$2"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1 differs"
		diff -u "$1" "$2" | head -n 30
	fi
}

packs="--pack app-hardening --pack data-compliance --pack crypto-policy"

for version in 1.0 1.1; do
	apk=../demo/mockbank-$version.apk
	"$parasol" facts --tsv --only manifest --only network --only provider-paths --only backup --only keys --only certificates --only signing \
		"$apk" >"$work/facts.tsv" 2>/dev/null
	check "mockbank-$version.facts.tsv" "$work/facts.tsv"
	# shellcheck disable=SC2086
	"$parasol" scan -q $packs --as-of 2026-11-23 -o xml="$work/$version.xml" "$apk" 2>/dev/null
	xmllint --xpath '/result/assessment//control/@id | /result/assessment//control/@verdict' "$work/$version.xml" 2>/dev/null |
		tr -s ' \n' '\n\n' | sed -n 's/^id="\(.*\)"$/\1/p; s/^verdict="\(.*\)"$/	\1/p' | paste -s -d '\n' |
		awk 'NR % 2 { id = $0; next } { print id $0 }' >"$work/verdicts.tsv"
	check "mockbank-$version.verdicts.tsv" "$work/verdicts.tsv"
done

# the values at calls, one method for each way: tests/code/values/Values.java
"$parasol" facts --only code ../code/values/values.jar 2>/dev/null | grep -E '^ *<(call|argument|override) ' |
	sed -E 's/^ *<//; s/\/?>$//; s/ (in|pc|party|class)="[^"]*"//g' >"$work/values.txt"
check "code-values.txt" "$work/values.txt"

# every planted flaw of a source that this release reads is found in the version that has it
skipped=0
tail -n +2 ../demo/flaws.tsv >"$work/flaws"
while IFS="$(printf '\t')" read -r version control where source what; do
	case $source in native | source)
		skipped=$((skipped + 1))
		continue
		;;
	esac
	verdict=$(xmllint --xpath "string(/result/assessment//control[@id='$control']/@verdict)" "$work/$version.xml" 2>/dev/null)
	case $verdict in
	fail)
		named=$(xmllint --xpath "count(/result/assessment//control[@id='$control']//finding[@in='$where' or observed/@value='$where'])" \
			"$work/$version.xml" 2>/dev/null)
		if [ "$where" = AndroidManifest.xml ] || [ "$where" = package ] || [ "${named:-0}" -gt 0 ]; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "FAILED: $version $control fails, but no finding names $where"
		fi
		;;
	notchecked | '') # a person decides, or the library has no such control yet
		case $verdict$source in signing | keys | certificates)
			failed=$((failed + 1))
			echo "FAILED: $version $control ($what) is not in the library"
			continue
			;;
		esac
		skipped=$((skipped + 1))
		echo "skipped: $version $control is '${verdict:-not in the library}'"
		;;
	*)
		failed=$((failed + 1))
		echo "FAILED: $version $control ($what at $where) is '$verdict'"
		;;
	esac
done <"$work/flaws"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
