/*
 * crypto.yar - marks of cryptographic implementations, for inventory: what is there, not whether it
 * is used well. Constants are those of the published algorithms, in either byte order.
 */

rule sm4_constants : crypto sm
{
	meta:
		id = "CRY-SM-01"
		description_zh = "SM4 算法的系统参数或替换表"
		description_en = "System parameters or substitution table of SM4"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$fk_big = { A3 B1 BA C6 56 AA 33 50 67 7D 91 97 B2 70 22 DC }
		$fk_little = { C6 BA B1 A3 50 33 AA 56 97 91 7D 67 DC 22 70 B2 }
		$sbox = { D6 90 E9 FE CC E1 3D B7 16 B6 14 C2 28 FB 2C 05 }
	condition:
		any of them
}

rule sm3_constants : crypto sm
{
	meta:
		id = "CRY-SM-02"
		description_zh = "SM3 算法的初始值"
		description_en = "Initial value of SM3"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$iv_big = { 73 80 16 6F 49 14 B2 B9 17 24 42 D7 DA 8A 06 00 }
		$iv_little = { 6F 16 80 73 B9 B2 14 49 D7 42 24 17 00 06 8A DA }
	condition:
		any of them
}

rule sm2_curve : crypto sm
{
	meta:
		id = "CRY-SM-03"
		description_zh = "SM2 推荐曲线参数"
		description_en = "Parameters of the recommended SM2 curve"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$b_binary = { 28 E9 FA 9E 9D 9F 5E 34 4D 5A 9E 4B CF 65 09 A7 }
		$b_text = "28E9FA9E9D9F5E344D5A9E4BCF6509A7" nocase
	condition:
		any of them
}

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

rule gm_tls_library : crypto sm library
{
	meta:
		id = "CRY-SM-04"
		description_zh = "国密通信库（GmSSL、铜锁、BabaSSL）的版本串"
		description_en = "Version string of a TLCP-capable library (GmSSL, Tongsuo, BabaSSL)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$gmssl = /GmSSL [1-9]\.[0-9]{1,2}\.[0-9]{1,2}/
		$tongsuo = /Tongsuo [1-9]\.[0-9]{1,2}\.[0-9]{1,2}/
		$babassl = /BabaSSL [1-9]\.[0-9]{1,2}\.[0-9]{1,2}/
	condition:
		any of them
}
