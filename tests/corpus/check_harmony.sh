# shellcheck shell=sh disable=SC2154
# provisioning profiles of OpenHarmony's test suites: each is read and verifies, but for three: the
# signature of a package under the name of a profile, and two that a text editor saved; sourced by
# corpus.sh
if [ -d "$corpus/harmony" ]; then
	find "$corpus/harmony" -name '*.p7b' | LC_ALL=C sort >"$work/profiles"
	while read -r file; do
		"$parasol" facts "$file" >"$work/facts.xml" 2>/dev/null
		seen=$(xmllint --xpath 'concat(count(/facts/profiles/profile[@verified="true"]), " ", /facts/sources/source[@name="profiles"]/gap/@code)' "$work/facts.xml")
		case $file in
		*/app-profile.p7b) same "$file" "0 PROFILE_PARSE" "$seen" ;;
		*/com.example.commontest[12].p7b) same "$file" "0 ASN1_LENGTH" "$seen" ;;
		*) same "$file" "1 " "$seen" ;;
		esac
	done <"$work/profiles"
	facts=$("$parasol" facts "$corpus/harmony/openharmony.p7b" --xpath 'concat(/facts/profiles/profile/@type, " ", /facts/profiles/profile/@app-id, " ", /facts/profiles/profile/@not-after-day, " ", count(/facts/profiles/profile/acl))' 2>/dev/null)
	same "openharmony.p7b" "release com.example.hapNotIncludeso1 19554 3" "$facts"
else
	skip harmony
fi
