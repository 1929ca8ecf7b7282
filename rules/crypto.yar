/*
 * crypto.yar - marks of cryptographic implementations, for inventory: what is there, not whether it
 * is used well. Constants are those of the published algorithms, in either byte order.
 */

rule openssl_end_of_life : crypto library
{
	meta:
		id = "CRY-LIB-01"
		description_zh = "已停止维护的 OpenSSL 版本（1.1.1 及更早）"
		description_en = "OpenSSL version without support (1.1.1 and older)"
		severity = "high"
		date = "2026-11-23"
		redact = false
	strings:
		$version = /OpenSSL (0\.9\.[78]|1\.0\.[0-2]|1\.1\.[01])[a-z]{0,2} {1,2}[0-9]{1,2} [A-Z][a-z]{2} 20[0-2][0-9]/
	condition:
		$version
}
