#!/bin/sh
# Tests over public files that are not part of the project: corpus.sh PARASOL CORPUS
# CORPUS holds the unpacked corpora; see SOURCES for what they are.
set -u
parasol=$(realpath "$1")
corpus=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
}
same() { # WHAT EXPECTED OBSERVED
	if [ "$2" = "$3" ]; then ok; else bad "$1: expected '$2', observed '$3'"; fi
}
tab=$(printf '\t')

# skip NAME: the corpus of that name is not there
skip() {
	echo "$1: skipped, not in $corpus"
	skipped=$((skipped + 1))
}

for part in "$(dirname "$0")"/check_*.sh; do
	# shellcheck disable=SC1090
	. "$part"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
