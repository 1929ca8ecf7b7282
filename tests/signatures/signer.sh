#!/bin/sh
# signer.sh MAKE_BUNDLE APKSIGNER-COMMAND... - signs one package in many ways with our signer and asks Android's own
# verifier about each. For those who change the signer: needs apksigner. Scheme v3.1 is younger than Debian's.
set -u
make_bundle=$1
shift
[ $# -gt 0 ] || set -- apksigner
here=$(cd "$(dirname "$0")" && pwd)
keys=$here/keys
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
cat >"$work/AndroidManifest.xml" <<'XML'
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="cn.qingsan.fixture" android:versionCode="1">
    <uses-sdk android:minSdkVersion="21" android:targetSdkVersion="29" />
    <application android:label="fixture" />
</manifest>
XML
mkdir -p "$work/assets"
seq 1 4000 >"$work/assets/numbers with a rather long name, so that lines of the manifest have to be broken.txt"
head -c 1300000 "$make_bundle" >"$work/assets/program.so"
"$make_bundle" -o "$work/in.apk" -m "$work/AndroidManifest.xml" -d "assets=$work/assets" || exit 1

# good NAME VERIFY-OPTIONS -- SIGN-OPTIONS: the lines of $expect must stand in the verifier's answer
good() {
	name=$1
	shift
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	if "$make_bundle" sign -o "$work/out.apk" "$@" "$work/in.apk" >"$work/log" 2>&1 &&
		$signer verify -v $options "$work/out.apk" >>"$work/log" 2>&1 && ! grep -q WARNING "$work/log" && expected; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		cat "$work/log"
	fi
}
expected() {
	for scheme in $expect; do
		grep -q "Verified using $scheme scheme .*: true" "$work/log" || return 1
	done
}
bad() {
	name=$1
	shift
	if ! "$make_bundle" sign -o "$work/out.apk" "$@" "$work/in.apk" >"$work/log" 2>&1; then
		failed=$((failed + 1))
		echo "FAILED: $name cannot be made"
	elif $signer verify -v "$work/out.apk" >>"$work/log" 2>&1; then
		failed=$((failed + 1))
		echo "FAILED: $name is accepted"
	else
		passed=$((passed + 1))
	fi
}
signer="$*"
key() { echo "$keys/TEST-$1.pem"; }

for k in rsa1024 rsa2048 rsa3072 rsa4096 p256 p384 p521 dsa1024 dsa2048; do
	expect=v1
	good "v1 $k" --max-sdk-version 23 -- -s v1 -k "$(key $k)"
	good "v1 $k with signed attributes" --max-sdk-version 23 -- -s v1 -A -k "$(key $k)"
	expect='v2'
	case $k in dsa1024) continue ;; esac
	good "v2 $k" --min-sdk-version 24 -- -s v2 -k "$(key $k)"
	expect='v3'
	good "v3 $k" --min-sdk-version 28 -- -s v3 -k "$(key $k)"
	expect='v1 v2 v3'
	good "v1 v2 v3 $k" -- -k "$(key $k)"
done
expect=v1
good 'v1 with SHA-1' -- -s v1 -d SHA1 -k "$(key rsa2048)"
good 'v1 with SHA-512' -- -s v1 -d SHA512 -k "$(key rsa2048)"
good 'v1, three signers' -- -s v1 -k "$(key rsa2048)" -k "$(key p256)" -k "$(key rsa1024)"
expect=v2
good 'v2, two signers' --min-sdk-version 24 -- -s v2 -k "$(key rsa2048)" -k "$(key p256)"
# the JDK knows no algorithm by the name that Android has for PSS: test_sign.c verifies those
for a in 0x0103 0x0104; do
	good "v2 algorithm $a" --min-sdk-version 24 -- -s v2 -a $a -k "$(key rsa4096)"
done
for a in 0x0201 0x0202; do
	good "v2 algorithm $a" --min-sdk-version 24 -- -s v2 -a $a -k "$(key p384)"
done
good "v2 RSA with verity" --min-sdk-version 28 -- -s v2 -a 0x0421 -k "$(key rsa2048)"
good "v2 EC with verity" --min-sdk-version 28 -- -s v2 -a 0x0423 -k "$(key p384)"
good "v2 DSA with verity" --min-sdk-version 28 -- -s v2 -a 0x0425 -k "$(key dsa2048)"
good 'channel of Walle' --min-sdk-version 24 -- -s v2 -k "$(key p256)" -p '0x71777777={"channel":"qingsan"}'
expect='v1 v2 v3'
good 'lineage of two' -- -l "$(key rsa2048)" -k "$(key rsa2048-new)"
good 'lineage of three families' -- -l "$(key rsa2048)" -l "$(key p256)" -k "$(key dsa2048)"
good 'source stamp' -- -t "$(key rsa3072)" -k "$(key rsa2048)"
grep -q 'Verified for SourceStamp: true' "$work/log" && passed=$((passed + 1)) || {
	failed=$((failed + 1))
	echo "FAILED: the source stamp"
	cat "$work/log"
}
expect='v2 v3 v4'
for a in 0x0103 0x0104; do
	good "v4 with $a" -v4-signature-file "$work/out.idsig" -- -k "$(key rsa2048)" -a $a -i "$work/out.idsig"
done
expect="v3 v4"
good "v4 with verity" --min-sdk-version 28 -v4-signature-file "$work/out.idsig" -- -s v3 -k "$(key rsa2048)" -a 0x0421 -i "$work/out.idsig"
expect='v2 v4'
good 'v4 with EC' --min-sdk-version 24 -v4-signature-file "$work/out.idsig" -- -s v2 -k "$(key p256)" -i "$work/out.idsig"

printf 'hidden' >"$work/hidden"
head -c 4096 "$make_bundle" >"$work/dex"
bad 'v2 cut out' -s v1,v2 -k "$(key rsa2048)" -x strip
bad 'v3 renamed' -s v2,v3 -k "$(key rsa2048)" -x hide=0xf05368c0
bad 'bytes before the block' -s v2 -k "$(key rsa2048)" -x "before=$work/hidden"
bad 'bytes behind the block' -s v1,v2 -k "$(key rsa2048)" -x "after=$work/hidden"
bad 'a name twice' -s v1 -k "$(key rsa2048)" -x "duplicate=AndroidManifest.xml=$work/hidden"
bad 'bytes before a package of v2' -s v2 -k "$(key rsa2048)" -x "prefix=$work/dex"
bad 'a comment added' -s v2 -k "$(key rsa2048)" -x "comment=$work/hidden"
expect=v1
good 'bytes before a package of v1, which Janus is about' -- -s v1 -k "$(key rsa2048)" -x "prefix=$work/dex"

"$make_bundle" sign -o "$work/1" -k "$(key p256)" -t "$(key dsa2048)" "$work/in.apk" &&
	"$make_bundle" sign -o "$work/2" -k "$(key p256)" -t "$(key dsa2048)" "$work/in.apk"
if cmp -s "$work/1" "$work/2"; then passed=$((passed + 1)); else
	failed=$((failed + 1))
	echo 'FAILED: two runs differ'
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
