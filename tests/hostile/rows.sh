#!/bin/sh
# One scan for each row of the manifest, for hostile.sh. Prints: ok|FAILED, kind, file, why.
set -u
out=$(mktemp "$work/r.XXXXXX")
# what the inside of a bundle may not look like when nothing is wrong with it
integrity='(ZIP|ARCHIVE|AXML|ARSC|XML|MANIFEST|NETSEC|ENTRY|NAME|LIMIT|WORKER)_[A-Z0-9_]*'
for row; do
	file=$(printf '%s' "$row" | cut -f 1)
	kind=$(printf '%s' "$row" | cut -f 2)
	expect=$(printf '%s' "$row" | cut -f 5)
	diag=$(printf '%s' "$row" | cut -f 6)
	timeout -k 1 10 "$parasol" scan -q -o xml="$out" "$folder/$file" 2>"$out.err" >/dev/null </dev/null
	status=$?
	peak=$(sed -n 's/.*peak-memory="\([0-9]*\)".*/\1/p' "$out" | head -n 1)
	# what a source could not read stands as a gap, which is no issue where nothing is wrong
	codes=$(grep -oE '<(issue|gap) [^>]*code="[A-Z_0-9]*"' "$out" | sed 's/.*code="//; s/"//' | sort -u | tr '\n' ' ')
	why=
	case $status in
	0) why="passed" ;;
	1 | 2) ;;
	124 | 137) why="more than 10 seconds" ;;
	*) why="exit $status: $(head -n 1 "$out.err")" ;;
	esac
	[ "${peak:-0}" -le 536870912 ] || why="$why memory $peak"
	[ ! -s "$out.err" ] || why="${why}said: $(head -n 1 "$out.err")"
	case $codes in
	*WORKER_CRASH* | *WORKER_SECCOMP* | *WORKER_RECORD*) why="${why}the worker died: $codes" ;;
	# a bomb may be ended by the limits of the process; nothing else may
	*WORKER_*) [ "$kind" = bomb ] || why="${why}the worker was stopped: $codes" ;;
	esac
	# a family of diagnostics: one bomb may run into several limits, and which comes first is ours
	# to say; binary XML has one diagnostic for both encodings of its strings
	case $diag in
	LIMIT_*) diag=LIMIT_ ;;
	AXML_UTF8_*) diag="AXML_${diag#AXML_UTF8_}" ;;
	esac
	# a weak hash is a fact of the certificate, which packs judge
	if [ "$diag" = CERT_SIGALG_WEAK ] && "$parasol" facts "$folder/$file" 2>/dev/null |
		grep -qE 'signature-hash="(MD5|SHA1)"'; then codes="$codes$diag "; fi
	# what stands against a signature is a refusal, with its reason; pairs that nobody knows are facts
	case $kind-$diag in
	*-APKSIG_* | apksig*-CERT_* | apksig*-JAR_*)
		"$parasol" facts --only signing "$folder/$file" >"$out.facts" 2>/dev/null
		case $diag in
		APKSIG_UNKNOWN) held='<block [^>]*kind="unknown"' ;;
		APKSIG_DUP) held='code="SIGNING_ODD"' ;;
		APKSIG_SIGNERS) held='<refusal [^>]*code="SIGNERS_TOO_MANY"' ;;
		APKSIG_NO_SIGNER) held='<refusal [^>]*code="(SIGNERS_NONE|NOT_SIGNED)"' ;;
		*) held='<refusal ' ;;
		esac
		if grep -qE "$held" "$out.facts" && grep -q '<signing [^>]*verified="false"' "$out.facts"; then
			codes="$codes$diag "
		fi
		;;
	esac
	# kinds that are recognised and not read yet; and a signing block alone, which is no package
	case $kind in
	apksig-trunc) diag="$diag|BUNDLE_TYPE" ;;
	dex* | elf* | macho* | fat* | bplist* | plist | json* | pb* | protobuf | wxapkg)
		diag="$diag|UNSUPPORTED_|BUNDLE_TYPE"
		;;
	esac
	case $expect in
	finding | limit | malformed | reject)
		[ -n "$why" ] || printf '%s' "$codes" | grep -qE "(^| )($diag)" || why="no $diag: $codes"
		;;
	ok)
		[ -n "$why" ] || [ "$kind" != control ] || ! printf '%s' "$codes" |
			sed 's/AXML_ORDER//g; s/AXML_UNTYPED//g' | grep -qE "(^| )$integrity" || why="an issue: $codes"
		;;
	esac
	if [ -n "$why" ]; then printf 'FAILED\t%s\t%s\t%s\n' "$kind" "$file" "$why"; else printf 'ok\t%s\t%s\n' "$kind" "$file"; fi
done
