# shellcheck shell=sh disable=SC2154
# APKs against what aapt says of them; sourced by corpus.sh
# badging FILE: package, versionCode, minSdk, targetSdk, debuggable, permissions as the oracle prints them
badging() {
	"$parasol" facts "$1" --only manifest >"$work/facts.xml" 2>/dev/null
	for e in '/facts/manifest/@package' '/facts/manifest/@version-code' '/facts/manifest/@min-sdk' '/facts/manifest/@target-sdk'; do
		printf '%s\t' "$(xmllint --xpath "string($e)" "$work/facts.xml" 2>/dev/null)"
	done
	printf '%s\t%s' "$(xmllint --xpath 'number(/facts/manifest/@effective-debuggable = "true")' "$work/facts.xml")" \
		"$(xmllint --xpath 'count(/facts/permissions/permission)' "$work/facts.xml")"
}

if [ -f "$corpus/bundles/apk_badging_oracle.tsv" ]; then
	tail -n +2 "$corpus/bundles/apk_badging_oracle.tsv" | sed "s/$tab$tab/$tab-$tab/g; s/$tab$tab/$tab-$tab/g" >"$work/oracle"
	while IFS="$tab" read -r file bytes rc package code min target debuggable permissions rest; do
		want=$(printf '%s\t%s\t%s\t%s\t%s\t%s' "$package" "$code" "$min" "$target" "$debuggable" "$permissions" | sed "s/$tab-/$tab/g")
		same "$file" "$want" "$(badging "$corpus/$file")"
		"$parasol" scan -q -o xml="$work/r.xml" -o html="$work/r.html" "$corpus/$file" >/dev/null 2>"$work/err"
		status=$?
		if [ "$status" -ge 3 ] || [ "$status" -eq 0 ]; then bad "$file: exit $status $(cat "$work/err")"; else ok; fi
		if xmllint --noout --schema "$(dirname "$0")/../../reports/result.xsd" "$work/r.xml" 2>/dev/null; then ok; else bad "$file: result is not valid"; fi
		if grep -q 'lang="zh-CN"' "$work/r.html" && grep -q 'lang="en"' "$work/r.html"; then ok; else bad "$file: report lacks a language"; fi
	done <"$work/oracle"

	# InsecureBankv2: each labelled manifest flaw is found, with the component named
	insecure=$corpus/bundles/apk/InsecureBankv2.apk
	"$parasol" scan -q -o xml="$work/insecure.xml" "$insecure" >/dev/null 2>&1
	for control in AND-MAN-01 AND-MAN-03; do
		same "InsecureBankv2 $control" fail "$(xmllint --xpath "string(/result/assessment//control[@id='$control']/@verdict)" "$work/insecure.xml")"
	done
	for component in LoginActivity PostLogin DoTransfer ViewStatement ChangePassword MyBroadCastReceiver TrackUserContentProvider; do
		declared=$("$parasol" facts "$insecure" --xpath "count(/facts/components/component[contains(@name, '.$component') and @exported='true' and not(@launcher='true')])" 2>/dev/null)
		[ "$declared" = 0 ] && continue
		if grep -q "value=\"[^\"]*\.$component\"" "$work/insecure.xml"; then ok; else bad "InsecureBankv2: $component is not named"; fi
	done
else
	skip bundles
fi
