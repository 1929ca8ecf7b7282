#!/bin/sh
# build.sh MAKE_BUNDLE WORK - builds the demo packages from their sources and replaces the committed ones.
# Needs smali, clang and lld (packages-develop.txt). The same sources and tools give the same bytes.
set -eu
make_bundle=$1
work=$2
demo=$(dirname "$0")
mkdir -p "$work"

# 1.0 was built without the linker's protections; 1.1 has them
native() {
	# shellcheck disable=SC2086
	clang --target="$1" -O2 -fPIC -shared -nostdlib -fuse-ld=lld -ffreestanding -fvisibility=hidden \
		-Wl,--build-id=none -Wl,-soname,libqingsan.so -Wl,-s $3 "$demo/common/native/qingsan.c" -o "$2"
}
version() {
	v=$1 api=$2 hardening=$3
	shift 3
	smali assemble -j 1 -a "$api" -o "$work/classes-$v.dex" "$demo/$v/smali"
	native aarch64-linux-android21 "$work/arm64-$v.so" "$hardening"
	native x86_64-linux-android21 "$work/x86_64-$v.so" "$hardening"
	"$make_bundle" -o "$work/unsigned-$v.apk" -m "$demo/$v/AndroidManifest.xml" \
		-r "$demo/common/res" -r "$demo/$v/res" -d "assets=$demo/$v/assets" \
		-f "classes.dex=$work/classes-$v.dex" \
		-f "lib/arm64-v8a/libqingsan.so=$work/arm64-$v.so" \
		-f "lib/x86_64/libqingsan.so=$work/x86_64-$v.so" "$@"
}
sign() {
	v=$1
	shift
	"$make_bundle" sign -k "$demo/keys/DEMO-signer-$v.pk8,$demo/keys/DEMO-signer-$v.x509.pem" -n MOCKBANK "$@" \
		-o "$work/mockbank-$v.apk" "$work/unsigned-$v.apk"
	mv "$work/mockbank-$v.apk" "$demo/mockbank-$v.apk"
	echo "built $demo/mockbank-$v.apk"
}

# pack VERSION API: the demo's own packer. Code goes to an encrypted asset, a stub takes its place.
pack() {
	v=$1 api=$2
	mkdir -p "$work/packed/assets"
	cp -R "$demo/$v/assets/." "$work/packed/assets"
	mkdir -p "$work/packed/assets/shell"
	perl -0777 -pe '$_ ^= "\x5a" x length' \
		"$work/classes-$v.dex" >"$work/packed/assets/shell/code.bin"
	smali assemble -j 1 -a "$api" -o "$work/classes-packed.dex" "$demo/packed/smali"
	sed "s/cn.qingsan.mockbank.App\"/cn.qingsan.shell.StubApp\"/" "$demo/$v/AndroidManifest.xml" >"$work/packed/AndroidManifest.xml"
	"$make_bundle" -o "$work/unsigned-$v-packed.apk" -m "$work/packed/AndroidManifest.xml" \
		-r "$demo/common/res" -r "$demo/$v/res" -d "assets=$work/packed/assets" \
		-f "classes.dex=$work/classes-packed.dex" \
		-f "lib/arm64-v8a/libqingsan.so=$work/arm64-$v.so" \
		-f "lib/x86_64/libqingsan.so=$work/x86_64-$v.so" -8
	"$make_bundle" sign -k "$demo/keys/DEMO-signer-$v.pk8,$demo/keys/DEMO-signer-$v.x509.pem" -n MOCKBANK -s v1,v2,v3 \
		-o "$work/mockbank-$v-packed.apk" "$work/unsigned-$v-packed.apk"
	mv "$work/mockbank-$v-packed.apk" "$demo/mockbank-$v-packed.apk"
	echo "built $demo/mockbank-$v-packed.apk"
}

version 1.0 19 '-Wl,-z,norelro -Wl,-z,execstack'
version 1.1 26 '-fstack-protector-strong -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack' -8
sign 1.0 -s v1 -d SHA1
sign 1.1 -s v1,v2,v3
pack 1.1 26
