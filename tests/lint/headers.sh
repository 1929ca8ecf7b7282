#!/bin/sh
# Every header compiles alone: headers.sh COMPILER FLAGS...
set -eu
status=0
for header in $(find scanner -name '*.h' | sort); do
	"$@" -fsyntax-only -x c -include "$header" /dev/null || { echo "$header does not compile alone"; status=1; }
done
exit $status
