#!/bin/sh
# Writes the C source of the embedded files: embed.sh FILE... > content_table.c
# The assembler reads the files themselves, so their size costs no compile time. Paths are relative
# to the folder that the compiler runs in.
set -eu
LC_ALL=C
export LC_ALL
files=$(printf '%s\n' "$@" | sort)
echo '#include "base/content.h"'
n=0
for file in $files; do
	cat <<END
__asm__(".section .rodata\n.hidden content_$n\n.global content_$n\ncontent_$n:\n"
        ".incbin \"$file\"\n.byte 0\n.previous\n");
extern const char content_$n[];
END
	n=$((n + 1))
done
echo "const struct content content_table[] = {"
n=0
for file in $files; do
	echo "	{\"$file\", content_$n, $(wc -c < "$file")},"
	n=$((n + 1))
done
echo "	{0}"
echo "};"
echo "const size_t content_count = $n;"
