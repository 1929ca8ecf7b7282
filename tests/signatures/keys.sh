#!/bin/sh
# keys.sh - makes the keys of signed fixtures anew: keys/TEST-NAME.pem holds a private key and its
# certificate. They are public, of no worth, and never to be used for anything else.
set -eu
cd "$(dirname "$0")/keys"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# key NAME HASH OPENSSL-ARGUMENTS...
key() {
	name=$1 hash=$2 command=$3
	shift 3
	openssl "$command" -out "$work/key" "$@" 2>/dev/null
	openssl pkcs8 -topk8 -nocrypt -in "$work/key" -out "$work/pkcs8"
	openssl req -new -x509 -utf8 -key "$work/pkcs8" -"$hash" -days 10950 -set_serial "$(echo "$name" | cksum | cut -d " " -f 1)" \
		-subj "/O=Parasol tests/CN=$name" -addext 'basicConstraints=CA:FALSE' -out "$work/certificate"
	cat "$work/pkcs8" "$work/certificate" >"TEST-$name.pem"
}
ec() { key "$1" "$3" ecparam -name "$2" -genkey -noout; }
dsa() {
	openssl dsaparam -out "$work/dsa" "$2" 2>/dev/null
	key "$1" sha256 gendsa "$work/dsa"
}

key rsa1024 sha1 genrsa 1024
key rsa2048 sha256 genrsa 2048
key rsa2048-new sha256 genrsa 2048
key rsa3072 sha256 genrsa 3072
key rsa4096 sha256 genrsa 4096
ec p256 prime256v1 sha256
ec p256-new prime256v1 sha256
ec p384 secp384r1 sha384
ec p521 secp521r1 sha512
dsa dsa1024 1024
dsa dsa2048 2048
