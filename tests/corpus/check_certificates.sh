# shellcheck shell=sh disable=SC2154
# certificates, keys and stores: reading them must not fail; sourced by corpus.sh
if [ -d "$corpus/certificates" ]; then
	find "$corpus/certificates" -type f | sort | head -n 400 >"$work/list"
	while read -r file; do
		timeout 10 "$parasol" facts "$file" --only certificates --only keys >/dev/null 2>"$work/err"
		status=$?
		if [ "$status" -eq 0 ] || [ "$status" -eq 2 ]; then ok; else bad "$file: exit $status $(head -n 1 "$work/err")"; fi
	done <"$work/list"
else
	skip certificates
fi
