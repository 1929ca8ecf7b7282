#!/bin/sh
# check.sh MAKE_BUNDLE WORK - builds the packages' contents again and holds them against the committed ones;
# where aapt is installed, it reads what make_bundle wrote and must see the values of the sources.
set -eu
make_bundle=$1
work=$2
demo=$(dirname "$0")
mkdir -p "$work"
failed=0

command -v unzip > /dev/null || {
	echo 'check: unzip is not installed, the demo packages are not compared with their sources'
	exit 0
}
complain() {
	echo "check: $*" >&2
	failed=1
}

# 1: same sources, same bytes, twice
content() {
	v=$1
	shift
	"$make_bundle" -o "$work/$v.apk" -m "$demo/$v/AndroidManifest.xml" -r "$demo/common/res" \
		-r "$demo/$v/res" -d "assets=$demo/$v/assets" "$@"
	cp "$work/$v.apk" "$work/$v-first.apk"
	"$make_bundle" -o "$work/$v.apk" -m "$demo/$v/AndroidManifest.xml" -r "$demo/common/res" \
		-r "$demo/$v/res" -d "assets=$demo/$v/assets" "$@"
	cmp -s "$work/$v.apk" "$work/$v-first.apk" || complain "$v: two builds differ"
}

# 2: what the committed package holds is what the sources say
compare() {
	v=$1
	for entry in AndroidManifest.xml resources.arsc res/xml/network_security_config.xml \
		res/xml/file_paths.xml res/raw/qingsan_root_ca.pem assets/config/server.json; do
		unzip -p "$work/$v.apk" "$entry" > "$work/made"
		unzip -p "$demo/mockbank-$v.apk" "$entry" > "$work/committed"
		[ -s "$work/made" ] || complain "$v: $entry is missing"
		cmp -s "$work/made" "$work/committed" ||
			complain "$v: $entry of the committed package is not that of the sources: make demo-apks"
	done
}

# 3: aapt as the second reader. Values that stand in the source must come back.
expect() {
	grep -qF -- "$2" "$1" || complain "aapt does not say: $2"
}
read_badging() {
	v=$1
	aapt dump badging "$demo/mockbank-$v.apk" > "$work/badging" 2>/dev/null || complain "$v: aapt refuses it"
	expect "$work/badging" "package: name='cn.qingsan.mockbank' versionCode='$2' versionName='$v'"
	expect "$work/badging" "sdkVersion:'$3'"
	expect "$work/badging" "targetSdkVersion:'$4'"
	expect "$work/badging" "application-label:'晴伞银行'"
	expect "$work/badging" "application-label-en:'MockBank'"
	expect "$work/badging" "native-code: 'arm64-v8a' 'x86_64'"
	asked=$(grep -c '<uses-permission ' "$demo/$v/AndroidManifest.xml")
	seen=$(grep -c '^uses-permission:' "$work/badging")
	[ "$asked" = "$seen" ] || complain "$v: $asked permissions written, aapt reads $seen"
}
read_tree() {
	aapt dump xmltree "$demo/mockbank-1.0.apk" AndroidManifest.xml > "$work/tree"
	expect "$work/tree" 'android:debuggable(0x0101000f)=(type 0x12)0xffffffff'
	expect "$work/tree" 'android:launchMode(0x0101001d)=(type 0x10)0x2'
	expect "$work/tree" 'android:protectionLevel(0x01010009)=(type 0x11)0x12'
	expect "$work/tree" 'android:priority(0x0101001c)=(type 0x10)0x3e7'
	aapt dump xmltree "$demo/mockbank-1.1.apk" AndroidManifest.xml > "$work/tree"
	expect "$work/tree" 'android:dataExtractionRules(0x0101063e)=@0x7f'
	expect "$work/tree" 'android:memtagMode(0x01010624)=(type 0x10)0x1'
	aapt dump xmltree "$demo/mockbank-1.0.apk" res/xml/network_security_config.xml > "$work/tree"
	expect "$work/tree" 'C: "wap.qingsan-bank.example"'
	expect "$work/tree" 'A: cleartextTrafficPermitted=(type 0x12)0xffffffff'
}
read_resources() {
	aapt dump --values resources "$demo/mockbank-1.1.apk" > "$work/resources"
	expect "$work/resources" 'cn.qingsan.mockbank:bool/use_splash: t=0x12 d=0xffffffff'
	expect "$work/resources" 'config v31:'
	expect "$work/resources" 'config night-v8:'
	expect "$work/resources" '(dimension) 8.000000dp'
	expect "$work/resources" '"res/mipmap-xxhdpi-v4/ic_launcher.png"'
}

content 1.0
content 1.1 -8
compare 1.0
compare 1.1
if command -v aapt > /dev/null; then
	read_badging 1.0 100 19 28
	read_badging 1.1 110 26 34
	read_tree
	read_resources
else
	echo 'check: aapt is not installed, its reading is skipped'
fi
# 4: every planted flaw names an entry, a component or a permission that is there
tail -n +2 "$demo/flaws.tsv" | while IFS="$(printf '\t')" read -r v control where source what; do
	[ -n "$what" ] || { echo "check: flaws.tsv: $control has too few columns" >&2; exit 1; }
	case $where in
	package) ;; # the bundle as a whole
	*/* | *.arsc | AndroidManifest.xml) unzip -l "$demo/mockbank-$v.apk" "$where" > /dev/null ;;
	*) grep -rqF "${where##*.}" "$demo/$v/AndroidManifest.xml" "$demo/$v/smali" ;;
	esac || { echo "check: flaws.tsv: $where is not in $v" >&2; exit 1; }
done || failed=1
[ "$failed" = 0 ] && echo 'demo packages: sources, committed bytes and flaws agree'
exit "$failed"
