#!/bin/sh
# Runs the project's tests and counts them: check.sh all|quick [CORPUS]
# CORPUS is a folder of unpacked corpora (see tests/corpus/SOURCES); without it those tests are
# skipped, and it is said.
set -eu
cd "$(dirname "$0")/.."
what=$1
corpus=${2:-}
jobs=$(nproc 2>/dev/null || echo 2)
O=build/check
passed=0 failed=0 skipped=0
log=build/check.log
mkdir -p build
: >"$log"

say() { printf '%s\n' "$*"; }

# step NAME COMMAND...: the command prints "N passed, M failed, K skipped" as its last line
step() {
	name=$1
	shift
	start=$(date +%s)
	if "$@" >build/step.log 2>&1; then state=0; else state=$?; fi
	cat build/step.log >>"$log"
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' build/step.log | tail -n 1 || true)
	[ -n "$line" ] || line="0 passed, 1 failed, 0 skipped"
	p=$(echo "$line" | sed 's/ passed.*//')
	f=$(echo "$line" | sed 's/.*passed, //; s/ failed.*//')
	k=$(echo "$line" | sed 's/.*failed, //; s/ skipped.*//')
	if [ "$state" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + k))
	say "$(printf '%-10s %5d passed %3d failed %3d skipped  %3d s' "$name" "$p" "$f" "$k" $(($(date +%s) - start)))"
	[ "$f" -eq 0 ] || tail -n 40 build/step.log
}

once() { "$@" && echo "1 passed, 0 failed, 0 skipped"; }
build() { once make --no-print-directory -j"$jobs" B="$1" O="build/$1" "$2"; }

# cmocka programs: their own counts, added up
unit() {
	p=0 f=0 k=0
	for t in "$O"/unit/test_*; do
		case $t in *.d) continue ;; esac
		if "$t" >build/unit.log 2>&1; then state=0; else state=$?; fi
		cat build/unit.log
		np=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' build/unit.log | head -n 1)
		nf=$(grep -c '^\[  FAILED  \] [a-z_0-9]*$' build/unit.log || true)
		nk=$(grep -c '^\[  SKIPPED \] [a-z_0-9]*$' build/unit.log || true)
		if [ "$nf" -eq 0 ] && { [ -z "$np" ] || [ "$state" -ne 0 ]; }; then
			echo "FAILED: $t ended with status $state" # it crashed, or leaked
			nf=1
		fi
		p=$((p + ${np:-0})) f=$((f + nf)) k=$((k + nk / 2))
	done
	echo "$p passed, $f failed, $k skipped"
	[ "$f" -eq 0 ]
}

# every fuzz target over its seeds, under the sanitizers
replay() {
	np=0 nf=0
	for t in build/asan/fuzz/fuzz_*; do
		case $t in *.d) continue ;; esac
		seeds=tests/corpus/${t##*/fuzz_}
		if [ -d "$seeds" ] && "$t" "$seeds"; then
			np=$((np + 1))
		else
			echo "FAILED: $t over $seeds"
			nf=$((nf + 1))
		fi
	done
	echo "$np passed, $nf failed, 0 skipped"
	[ "$nf" -eq 0 ]
}

# the examples and the lint of every built-in pack
packs() {
	p=0 f=0
	for pack in controls $("$O/parasol" pack list | awk '/^[a-z]/ { print $1 }'); do
		for action in lint test; do
			[ "$action" = lint ] || [ "$pack" = controls ] || continue
			if "$O/parasol" pack "$action" "$pack"; then p=$((p + 1)); else f=$((f + 1)); fi
		done
	done
	echo "$p passed, $f failed, 0 skipped"
	[ "$f" -eq 0 ]
}

step lint once make --no-print-directory lint
step build build check all
step compile build check unit-programs
step unit unit
step packs packs
step docs sh tests/lint/docs.sh "$O/parasol"
step cli sh tests/cli/cli.sh "$O/parasol"
step golden sh tests/golden/golden.sh "$O/parasol"
if [ "$what" = all ]; then
	step sanitize build asan fuzz
	step replay replay
	step misuse sh tests/misuse/run.sh "$O/parasol" build/misuse 1
	if [ -n "$corpus" ]; then
		step corpus sh tests/corpus/corpus.sh "$O/parasol" "$corpus"
		step programs build check certificate-programs
		step programs build check code-programs
		step dexdump sh tests/code/dexdump.sh "$corpus" "$O/code/count"
		step javap sh tests/code/javap.sh "$O/code/countclass" "$corpus/malformed"
		step certificates sh tests/corpus/certificates.sh "$O/certificates" "$corpus"
	else
		say "corpus     skipped: no folder was given (make check CORPUS=DIR)"
		skipped=$((skipped + 1))
	fi
fi
say "tests: $passed passed, $failed failed, $skipped skipped (log: $log)"
[ "$failed" -eq 0 ]
