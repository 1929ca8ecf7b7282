#!/bin/sh
# Builds the two forms that generate.pl wrote: build.sh OUTDIR gives cases.jar and cases.apk there
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh OUTDIR" >&2; exit 2; }
cd "$1"
rm -rf classes cases.jar cases.apk classes.dex
mkdir classes
find java -name '*.java' | sort >sources.txt
javac -nowarn -Xlint:none -encoding UTF-8 -d classes @sources.txt
jar cf cases.jar -C classes .
smali a smali -o classes.dex
jar cMf cases.apk classes.dex
rm -f sources.txt
