#!/bin/sh
# keys.sh - makes the keys and certificates of the demo bank anew. They are demo keys: public, of no
# worth, and never to be used for anything else. Running this changes the committed packages.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# certificate KEY OUT SUBJECT FROM TO HASH EXTENSIONS
certificate() {
	: > "$work/index"
	rm -f "$work/serial"
	printf '%s\n' '[ca]' 'default_ca = d' '[d]' "database = $work/index" "serial = $work/serial" \
		"new_certs_dir = $work" 'policy = p' 'rand_serial = yes' '[p]' 'countryName = optional' \
		'organizationName = optional' 'commonName = supplied' '[req]' 'distinguished_name = n' \
		'utf8 = yes' 'string_mask = utf8only' '[n]' '[authority]' \
		'basicConstraints = critical, CA:TRUE' 'keyUsage = critical, keyCertSign, cRLSign' \
		'[signer]' 'basicConstraints = CA:FALSE' > "$work/config"
	openssl req -new -utf8 -config "$work/config" -key "$1" -subj "$3" -out "$work/request"
	openssl ca -batch -notext -selfsign -utf8 -config "$work/config" -keyfile "$1" -in "$work/request" \
		-startdate "$4" -enddate "$5" -md "$6" -extensions "$7" -out "$2" 2>/dev/null
}
signer() {
	openssl genrsa -out "$work/$1.pem" "$2" 2>/dev/null
	openssl pkcs8 -topk8 -nocrypt -outform DER -in "$work/$1.pem" -out "keys/DEMO-signer-$1.pk8"
	certificate "$work/$1.pem" "keys/DEMO-signer-$1.x509.pem" "$3" "$4" "$5" "$6" signer
}
pin() {
	openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -binary | base64
}

signer 1.0 1024 '/C=CN/O=晴伞银行/CN=MockBank Android' 20120301000000Z 20420301000000Z sha1
signer 1.1 3072 '/C=CN/O=晴伞银行/CN=MockBank Android 2024' 20240101000000Z 20540101000000Z sha256

# 1.0: an authority that ended, weak in key and hash; a key for signing payments left in the assets
openssl genrsa -out "$work/old.pem" 1024 2>/dev/null
certificate "$work/old.pem" 1.0/res/raw/qingsan_root_ca.pem '/C=CN/O=晴伞银行/CN=MockBank Root CA' \
	20100101000000Z 20200101000000Z sha1 authority
openssl genrsa -out "$work/merchant.pem" 1024 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in "$work/merchant.pem" -out 1.0/assets/config/merchant_sign_key.pem
certificate "$work/merchant.pem" 1.0/assets/certs/uat_gateway.crt '/C=CN/CN=192.168.30.41' \
	20180601000000Z 20230601000000Z sha1 signer
openssl pkcs12 -export -legacy -inkey "$work/merchant.pem" -in 1.0/assets/certs/uat_gateway.crt \
	-passout pass:123456 -out 1.0/assets/certs/client.p12

# 1.1: a sound authority
openssl ecparam -name prime256v1 -genkey -noout -out "$work/new.pem"
certificate "$work/new.pem" 1.1/res/raw/qingsan_root_ca.pem '/C=CN/O=晴伞银行/CN=MockBank Root CA G2' \
	20240101000000Z 20440101000000Z sha256 authority

for v in 1.0 1.1; do
	value=$(pin "$v/res/raw/qingsan_root_ca.pem")
	sed -i "s|<pin digest=\"SHA-256\">[^<]*</pin>|<pin digest=\"SHA-256\">$value</pin>|" \
		"$v/res/xml/network_security_config.xml"
done
