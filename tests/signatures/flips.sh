#!/bin/sh
# flips.sh MAKE_BUNDLE VERIFY [COUNT [SEED]] - signs packages in different schemes, changes one byte of each COUNT times
# (default 2000) and compares our verdict with that of Android's library, for several ranges of platform versions.
# Every difference is printed with the byte, its place and both reasons. Needs a JDK and libapksig-java.
set -eu
make_bundle=$(realpath "$1") verify=$(realpath "$2") count=${3:-2000} seed=${4:-1}
here=$(cd "$(dirname "$0")" && pwd)
keys=$here/keys
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
jar=${APKSIG:-/usr/share/java/apksig.jar}
[ -f "$jar" ] || { echo "flips: $jar is not there (Debian: libapksig-java)"; exit 1; }

key() { echo "$keys/TEST-$1.pem"; }
base() { # MIN TARGET
	cat >"$work/AndroidManifest.xml" <<-XML
		<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="cn.qingsan.fixture" android:versionCode="1">
		    <uses-sdk android:minSdkVersion="$1" android:targetSdkVersion="$2" />
		    <application android:label="fixture" />
		</manifest>
	XML
	mkdir -p "$work/assets"
	seq 1 700 >"$work/assets/numbers.txt"
	head -c 3000 "$make_bundle" >"$work/assets/program.bin"
	"$make_bundle" -o "$work/base-$1.apk" -m "$work/AndroidManifest.xml" -d "assets=$work/assets"
}
# package NAME BASE SIGN-OPTIONS...
package() {
	name=$1 from=$2
	shift 2
	"$make_bundle" sign -o "$work/$name.apk" "$@" "$work/base-$from.apk"
	"$verify" -g "$count" "$seed" "$work/$name.apk" >"$work/$name.list"
	head -n $((count / 4)) "$work/$name.list" >"$work/$name.short"
}
# job NAME MIN MAX LIST
job() {
	echo "$2 $3 $work/$1.apk $work/$1.$4 $work/$1.$2.$3.theirs" >>"$work/jobs"
}

base 19 28
base 21 29
base 24 33
base 28 34
: >"$work/jobs"
package v1 19 -s v1 -k "$(key rsa2048)"
package v1-two 19 -s v1 -A -d SHA1 -k "$(key p256)" -k "$(key dsa1024)"
package v2-two 24 -s v2 -k "$(key p256)" -k "$(key rsa2048)"
package v3 28 -s v3 -k "$(key p384)" -a 0x0202
package v1-v2-v3 21 -k "$(key rsa2048)"
package lineage 21 -l "$(key rsa2048)" -l "$(key p256)" -k "$(key p256-new)"
package verity 28 -s v2,v3 -k "$(key rsa2048)" -a 0x0421
package stamped 21 -s v1,v2 -k "$(key rsa1024)" -t "$(key p256)" -p '0x71777777={"channel":"qingsan"}' -p 0x881155ff=qingsan
for name in v1 v1-two v2-two v3 v1-v2-v3 lineage verity stamped; do
	job $name -1 -1 list
	for range in '1 -1' '1 17' '18 23' '24 27' '28 -1' '-1 22'; do
		# shellcheck disable=SC2086
		job $name $range short
	done
done

# the library prints the traces of some failures
java -cp "$jar" "$here/Flips.java" <"$work/jobs" 2>"$work/java.log" || { tail -n 20 "$work/java.log"; exit 1; }
passed=0 failed=0
: >"$work/differences"
while read -r min max apk list theirs; do
	"$verify" "$min" "$max" "$apk" <"$list" >"$work/ours"
	name=$(basename "$apk" .apk)
	paste -d '\t' "$list" "$work/ours" "$theirs" |
		awk -F '\t' -v what="$name $min $max" '{ split($2, a, " "); split($3, b, " "); if (a[1] == b[1]) good++; else { bad++
			print what ": byte " $1 ": ours: " $2 "; theirs: " $3 } } END { print good + 0, bad + 0 > "/dev/stderr" }' >>"$work/differences" 2>"$work/sum"
	read -r good bad <"$work/sum"
	[ $((good + bad)) -eq "$(wc -l <"$list")" ] || { bad=$((bad + 1)) && echo "FAILED: $name: answers are missing"; }
	passed=$((passed + good)) failed=$((failed + bad))
	yes=$(grep -c '^yes' "$theirs") || true
	echo "$name, versions $min to $max: $((good + bad)) packages, $yes of them good, $bad differences"
done <"$work/jobs"
head -n "${SHOW:-100}" "$work/differences"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
