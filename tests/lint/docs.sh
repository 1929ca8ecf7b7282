#!/bin/sh
# The pages that the program writes about itself: docs.sh PARASOL [write]
# Without `write` they are compared with those in docs/, and the manual is checked.
set -u
parasol=$(realpath "$1")
write=${2:-}
cd "$(dirname "$0")/../.."
page=$(mktemp)
trap 'rm -f "$page"' EXIT
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED: $1"
}

while read -r word file; do
	if ! "$parasol" help "$word" >"$page"; then bad "parasol help $word"
	elif [ "$write" ]; then cat "$page" >"docs/$file" && ok
	elif cmp "$page" "docs/$file"; then ok
	else bad "docs/$file is not current: run 'make docs'"; fi
done <<-EOF
	manual parasol.1
	facts-document facts.md
	limits limits.md
	lints lints.md
	signatures signatures.md
EOF
if ! command -v mandoc >/dev/null 2>&1; then skipped=1
elif mandoc -Tlint -W warning docs/parasol.1; then ok
else bad 'docs/parasol.1 has faults'; fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
