#!/bin/sh
# Installs what is missing on a Debian or Ubuntu system: setup.sh LIST...
# Each list names a Debian package a line, with the pkg-config module or the command that proves it
# is there already. When everything is there, nothing is touched.
set -eu
missing=
for list in "$@"; do
	while read -r package kind name; do
		case $kind in
		module) pkg-config --exists "$name" 2>/dev/null || missing="$missing $package" ;;
		command) command -v "$name" >/dev/null 2>&1 || missing="$missing $package" ;;
		esac
	done <"$list"
done
[ -n "$missing" ] || exit 0
echo "setup: installing$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null 2>&1 || {
		echo "setup: run as root or install sudo, or install these packages:$missing" >&2
		exit 1
	}
	as_root=sudo
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
