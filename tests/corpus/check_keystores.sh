# shellcheck shell=sh disable=SC2154
# key stores: aliases and certificates as Java's keytool lists them, which needs no password for that
keytool_list() {
	LC_ALL=C keytool -J-Duser.language=en -list -v -keystore "$1" -storetype "$2" </dev/null 2>/dev/null >"$work/keytool" || return 1
	{
		sed -n 's/^Alias name: /alias /p' "$work/keytool"
		sed -n 's/^[[:space:]]*SHA256: //p' "$work/keytool" | tr -d : | tr 'A-F' 'a-f' | sed 's/^/certificate /'
	} | sort -u
}
parasol_list() {
	"$parasol" facts "$1" >"$work/facts.xml" 2>/dev/null
	{
		sed -n 's/.*<alias name="\([^"]*\)".*/alias \1/p' "$work/facts.xml" | tr 'A-Z' 'a-z'
		sed -n 's/.*<certificate [^>]* sha256="\([0-9a-f]*\)".*/certificate \1/p' "$work/facts.xml"
	} | sort -u
}
if [ -d "$corpus/certificates/keystores" ]; then
	for file in "$corpus"/certificates/keystores/*; do
		type=${file##*.}
		"$parasol" facts "$file" >"$work/facts.xml" 2>/dev/null
		same "${file##*/} is a store" 1 "$(grep -c '<keystore ' "$work/facts.xml")"
		case $type in
		uber)
			grep -q 'code="KEYSTORE_UNREAD"' "$work/facts.xml" && ok || bad "${file##*/}: no gap"
			continue
			;;
		esac
		if grep -q '<keystore .*opened="true"' "$work/facts.xml"; then ok; else bad "${file##*/}: not opened"; fi
		command -v keytool >/dev/null || { skipped=$((skipped + 1)); continue; }
		if want=$(keytool_list "$file" "$type"); then
			got=$(parasol_list "$file")
			# of entries with one alias, Java keeps the last; all of them are in the store
			case ${file##*/} in duplicate_*) got=$(printf '%s\n' "$got" | grep -F "$want") ;; esac
			same "${file##*/}" "$want" "$got"
		else
			# what Java does not read: its classes refuse what is sealed in it
			case ${file##*/} in unknown_*) skipped=$((skipped + 1)) ;; *) bad "${file##*/}: keytool does not read it" ;; esac
		fi
	done
else
	skip "key stores"
fi
