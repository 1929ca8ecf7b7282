# shellcheck shell=sh disable=SC2154
# Signed packages, sourced by corpus.sh. signatures/expected.tsv: packages of AOSP's apksig with its
# verdict and its name for the reason, which docs/signatures.md leads to ours. In bundles,
# apk_signature_oracle.tsv: published packages, with what apksig says of schemes and signers.
names=$(dirname "$0")/../../docs/signatures.md

# family NAME: of a code of ours, or of one of apksig's names
family() {
	awk -F ' *[|] *' -v want="\`$1\`" '$2 == want { print($3 ~ /^`/ ? $4 : $3); exit }' "$names"
}

# signing_facts FILE OPTION...: the rows of the bundle itself; under a name that says nothing
signing_facts() {
	cp "$1" "$work/5d41402abc4b2a76"
	shift
	"$parasol" facts --only signing --tsv "$@" "$work/5d41402abc4b2a76" 2>/dev/null |
		grep '^/facts/signing\(\[1\]\)\{0,1\}[/	]' >"$work/signing.tsv"
}
# fact ROW ATTRIBUTE: its first value
fact() { awk -F '\t' -v row="^/facts/signing(\\\\[1\\\\])?$1(\\\\[1\\\\])?\$" -v attr="$2" '$1 ~ row && $2 == attr { print $3; exit }' "$work/signing.tsv"; }

check_signature() { # FILE MIN MAX VERIFIED ISSUE
	what="$1 [$2,$3]" row=''
	set -- "$corpus/signatures/$1" "$2" "$3" "$4" "$5"
	file=$1 want=$4 issue=$5
	case $2 in stamp) row=/stamp && set -- "$1" '' "$3" ;; esac
	min=$2 max=$3
	set -- "$file"
	[ -z "$min" ] || set -- "$@" --min-sdk "$min"
	[ -z "$max" ] || set -- "$@" --max-sdk "$max"
	signing_facts "$@"
	case $want in yes) want=true ;; *) want=false ;; esac
	same "$what" $want "$(fact "$row" verified)"
	case $issue in
	'' | EXCEPTION:*) ;;
	*) same "$what, family of the reason" "$(family "$issue")" "$(family "$(fact '' reason)")" ;;
	esac
}

if [ -f "$corpus/signatures/expected.tsv" ]; then
	tail -n +2 "$corpus/signatures/expected.tsv" | tr -d '\r' | tr '\t' '|' >"$work/list"
	while IFS='|' read -r file min max want issue; do
		check_signature "$file" "$min" "$max" "$want" "$issue"
	done <"$work/list"
else
	skip signatures
fi

if [ -f "$corpus/bundles/apk_signature_oracle.tsv" ]; then
	tail -n +2 "$corpus/bundles/apk_signature_oracle.tsv" | tr -d '\r' | tr '\t' '|' >"$work/list"
	while IFS='|' read -r file min max want v1 v2 v3 v31 v4 stamp signers sha256 rest; do
		set -- "$corpus/$file"
		[ -z "$min" ] || set -- "$@" --min-sdk "$min"
		[ -z "$max" ] || set -- "$@" --max-sdk "$max"
		signing_facts "$@"
		case $want in yes) want=true ;; *) want=false ;; esac
		same "$file" $want "$(fact '' verified)"
		same "$file: schemes" "$v1 $v2 $v3 $v31 $v4 $stamp" "$(awk -F '\t' '
			$2 == "name" && $1 ~ /scheme/ { name = $3 }
			$2 == "verified" && $1 ~ /scheme/ && $3 == "true" { good[name] = 1 }
			$2 == "verified" && $1 ~ /stamp/ && $3 == "true" { good["stamp"] = 1 }
			END { print good["v1"] + 0, good["v2"] + 0, good["v3"] + 0, good["v3.1"] + 0, good["v4"] + 0, good["stamp"] + 0 }' "$work/signing.tsv")"
		same "$file: signers" "$signers" "$(fact '' signers)"
		same "$file: certificate" "$sha256" "$(awk -F '\t' '$1 ~ /signer/ && $2 == "sha256" { print $3 }' "$work/signing.tsv" | sort -u)"
		: "$rest"
	done <"$work/list"
fi
