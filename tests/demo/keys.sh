#!/bin/sh
# keys.sh - makes the keys and certificates of the demo bank anew. They are demo keys: public, of no
# worth, and never to be used for anything else. Running this changes the committed packages.
# Needs openssl and keytool.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# certificate KEY OUT SUBJECT FROM TO HASH EXTENSIONS [SIGNING-OPTION]
certificate() {
	: >"$work/index"
	rm -f "$work/serial"
	printf '%s\n' '[ca]' 'default_ca = d' '[d]' "database = $work/index" "serial = $work/serial" \
		"new_certs_dir = $work" 'policy = p' 'rand_serial = yes' '[p]' 'countryName = optional' \
		'organizationName = optional' 'commonName = supplied' '[req]' 'distinguished_name = n' \
		'utf8 = yes' 'string_mask = utf8only' '[n]' \
		'[authority_old]' 'basicConstraints = critical, CA:TRUE' 'keyUsage = critical, keyCertSign, cRLSign' \
		'[authority]' 'basicConstraints = critical, CA:TRUE' 'keyUsage = critical, keyCertSign, cRLSign' \
		'subjectKeyIdentifier = hash' \
		'[signer_old]' 'basicConstraints = CA:FALSE' \
		'[signer]' 'basicConstraints = critical, CA:FALSE' 'keyUsage = critical, digitalSignature' \
		'subjectKeyIdentifier = hash' \
		'[gateway]' 'basicConstraints = critical, CA:FALSE' 'keyUsage = critical, digitalSignature' \
		'extendedKeyUsage = serverAuth' 'subjectKeyIdentifier = hash' \
		'subjectAltName = DNS:gm.qingsan-bank.example' >"$work/config"
	# shellcheck disable=SC2086
	openssl req -new -utf8 -config "$work/config" -key "$1" -"$6" ${8:-} -subj "$3" -out "$work/request"
	# shellcheck disable=SC2086
	openssl ca -batch -notext -selfsign -utf8 -config "$work/config" -keyfile "$1" -in "$work/request" \
		-startdate "$4" -enddate "$5" -md "$6" ${8:-} ${8:+-vfyopt ${8#-sigopt }} -extensions "$7" -out "$2" 2>"$work/log" ||
		{ cat "$work/log" >&2; exit 1; }
}
signer() { # VERSION BITS SUBJECT FROM TO HASH EXTENSIONS
	openssl genrsa -out "$work/$1.pem" "$2" 2>/dev/null
	openssl pkcs8 -topk8 -nocrypt -outform DER -in "$work/$1.pem" -out "keys/DEMO-signer-$1.pk8"
	certificate "$work/$1.pem" "keys/DEMO-signer-$1.x509.pem" "$3" "$4" "$5" "$6" "$7"
}
certificate_pin() {
	openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64
}
base64_key() { openssl pkcs8 -topk8 -nocrypt -outform DER -in "$1" | base64 -w 0; }

# A certificate whose algorithm is numbered 1.2.156.10197.1.504 instead of 501, signed again: what an
# authority does that reads 504 as "SM2 with SHA-512" or copied it from SM3 with RSA.
misnumbered() { # KEY CERTIFICATE
	openssl x509 -in "$2" -outform DER | perl -0777 -pe 's/\x2a\x81\x1c\xcf\x55\x01\x83\x75/\x2a\x81\x1c\xcf\x55\x01\x83\x78/g' >"$work/der"
	perl -0777 -ne 'print substr($_, 4, 4 + unpack("n", substr($_, 6, 2)))' "$work/der" >"$work/body"
	openssl dgst -sm3 -sigopt distid:1234567812345678 -sign "$1" -out "$work/signature" "$work/body"
	perl -e 'local $/; my ($body, $sig) = map { open my $f, "<:raw", $_ or die; <$f> } @ARGV;
		my $rest = $body . "\x30\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x78" . "\x03" . chr(length($sig) + 1) . "\0" . $sig;
		print "\x30\x82" . pack("n", length $rest) . $rest' "$work/body" "$work/signature" |
		openssl x509 -inform DER -out "$2"
}

signer 1.0 1024 '/C=CN/O=晴伞银行/CN=MockBank Android' 20120301000000Z 20420301000000Z sha1 signer_old
signer 1.1 3072 '/C=CN/O=晴伞银行/CN=MockBank Android 2024' 20240101000000Z 20540101000000Z sha256 signer

# 1.0: an authority that ended, weak in key and hash; a key for signing payments left in the assets, and as a
# certificate with its key in PKCS #12; the push service's key store; a proxy's authority from the testers
openssl genrsa -out "$work/old.pem" 1024 2>/dev/null
certificate "$work/old.pem" 1.0/res/raw/qingsan_root_ca.pem '/C=CN/O=晴伞银行/CN=MockBank Root CA' \
	20100101000000Z 20200101000000Z sha1 authority_old
openssl genrsa -out "$work/merchant.pem" 1024 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in "$work/merchant.pem" -out 1.0/assets/config/merchant_sign_key.pem
certificate "$work/merchant.pem" 1.0/assets/certs/uat_gateway.crt '/C=CN/CN=192.168.30.41' \
	20180601000000Z 20230601000000Z sha1 signer_old
openssl pkcs12 -export -legacy -inkey "$work/merchant.pem" -in 1.0/assets/certs/uat_gateway.crt \
	-passout pass:123456 -out 1.0/assets/certs/client.p12
openssl genrsa -out "$work/push.pem" 2048 2>/dev/null
certificate "$work/push.pem" "$work/push.crt" '/C=CN/O=晴伞银行/CN=push.qingsan-bank.example' \
	20190101000000Z 20390101000000Z sha256 signer
openssl pkcs12 -export -inkey "$work/push.pem" -in "$work/push.crt" -name push -passout pass:changeit -out "$work/push.p12"
rm -f 1.0/assets/certs/push.jks
keytool -importkeystore -noprompt -srckeystore "$work/push.p12" -srcstoretype PKCS12 -srcstorepass changeit \
	-destkeystore 1.0/assets/certs/push.jks -deststoretype JKS -deststorepass changeit 2>/dev/null
openssl genrsa -out "$work/proxy.pem" 2048 2>/dev/null
certificate "$work/proxy.pem" 1.0/assets/certs/mitmproxy-ca-cert.pem '/O=mitmproxy/CN=mitmproxy' \
	20190301000000Z 20390301000000Z sha256 authority
# two keys as text: in a configuration and in a string resource; the public key that encrypts passwords
openssl genrsa -out "$work/refund.pem" 1024 2>/dev/null
sed -i "s|\"refundSignKey\": \"[^\"]*\"|\"refundSignKey\": \"$(base64_key "$work/refund.pem")\"|" 1.0/assets/config/server.json
openssl ecparam -name prime256v1 -genkey -noout -out "$work/ocr.pem"
sed -i "s|<string name=\"ocr_sign_key\">[^<]*<|<string name=\"ocr_sign_key\">$(base64_key "$work/ocr.pem")<|" 1.0/res/values/ocr.xml
openssl genrsa -out "$work/password.pem" 1024 2>/dev/null
openssl pkey -in "$work/password.pem" -pubout -out 1.0/assets/config/password_public_key.pem
# the gateway of 国密
openssl genpkey -algorithm SM2 -out "$work/gm.pem"
certificate "$work/gm.pem" 1.0/assets/certs/gm_gateway.crt '/C=CN/O=晴伞银行/CN=gm.qingsan-bank.example' \
	20210101000000Z 20310101000000Z sm3 gateway '-sigopt distid:1234567812345678'
misnumbered "$work/gm.pem" 1.0/assets/certs/gm_gateway.crt

# 1.1: a sound authority, one of 国密 beside it, and the pin of a third whose key is kept for the day it is needed
openssl ecparam -name prime256v1 -genkey -noout -out "$work/new.pem"
certificate "$work/new.pem" 1.1/res/raw/qingsan_root_ca.pem '/C=CN/O=晴伞银行/CN=MockBank Root CA G2' \
	20240101000000Z 20440101000000Z sha256 authority
openssl genpkey -algorithm SM2 -out "$work/gm.pem"
certificate "$work/gm.pem" 1.1/res/raw/qingsan_gm_root_ca.pem '/C=CN/O=晴伞银行/CN=MockBank SM2 Root CA' \
	20240101000000Z 20440101000000Z sm3 authority '-sigopt distid:1234567812345678'
openssl ecparam -name secp384r1 -genkey -noout -out "$work/backup.pem"
openssl genrsa -out "$work/password.pem" 3072 2>/dev/null
openssl pkey -in "$work/password.pem" -pubout -out 1.1/assets/config/password_public_key.pem

# pins VERSION PIN...
pins() {
	file=$1/res/xml/network_security_config.xml
	shift
	perl -0pi -e 'BEGIN { @pins = splice @ARGV, 1 } my $lines = join "", map { "            <pin digest=\"SHA-256\">$_</pin>\n" } @pins;
		s/( *<pin digest[^\n]*\n)+/$lines/' "$file" "$@"
}
pins 1.0 "$(certificate_pin 1.0/res/raw/qingsan_root_ca.pem)"
pins 1.1 "$(certificate_pin 1.1/res/raw/qingsan_root_ca.pem)" "$(certificate_pin 1.1/res/raw/qingsan_gm_root_ca.pem)" \
	"$(openssl pkey -in "$work/backup.pem" -pubout -outform DER | openssl dgst -sha256 -binary | base64)"
