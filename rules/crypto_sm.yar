/*
 * crypto_sm.yar - marks of the commercial cryptography of China (国密: SM2, SM3, SM4, TLCP), for
 * inventory: that an implementation is there, not that it is used, nor that it is used well.
 *
 * Numbers are those of GB/T 32918.5 (SM2), GB/T 32905 (SM3) and GB/T 32907 (SM4), as bytes in the
 * order of the standard, as the words of a little-endian processor (also in arrays of Dalvik code),
 * and as source text writes them. Tags: sm with sm2, sm3 or sm4 for an algorithm, tlcp for the
 * protocol (GB/T 38636, RFC 8998), oid for its identifiers, library for a component.
 *
 * Common builds of OpenSSL since 1.1.1 hold SM2, SM3 and SM4: their constants say no more than that.
 */

rule sm4_constants : crypto sm sm4
{
	meta:
		id = "CRY-SM-01"
		description_zh = "SM4 算法的系统参数、固定参数或替换表"
		description_en = "System parameters, constant key or substitution table of SM4"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$fk_big = { A3 B1 BA C6 56 AA 33 50 67 7D 91 97 B2 70 22 DC }
		$fk_little = { C6 BA B1 A3 50 33 AA 56 97 91 7D 67 DC 22 70 B2 }
		$ck_big = { 00 07 0E 15 1C 23 2A 31 38 3F 46 4D 54 5B 62 69 }
		$ck_little = { 15 0E 07 00 31 2A 23 1C 4D 46 3F 38 69 62 5B 54 }
		$sbox = { D6 90 E9 FE CC E1 3D B7 16 B6 14 C2 28 FB 2C 05 }
		$sbox_words = { D6 00 00 00 90 00 00 00 E9 00 00 00 FE 00 00 00 CC 00 00 00 E1 00 00 00 }
		$table_big = { 8E D5 5B 5B D0 92 42 42 4D EA A7 A7 06 FD FB FB }
		$table_little = { 5B 5B D5 8E 42 42 92 D0 A7 A7 EA 4D FB FB FD 06 }
		$sbox_text = /0xd6, ?0x90, ?0xe9, ?0xfe, ?0xcc, ?0xe1, ?0x3d, ?0xb7/ nocase
		$sbox_decimal = /214, ?144, ?233, ?254, ?204, ?225, ?61, ?183/
		$fk_text = /0xa3b1bac6[uUlL]{0,3}, ?0x56aa3350/ nocase
		$fk_decimal = /2746333894, ?1453994832, ?1736282519/
	condition:
		any of them
}

rule sm3_constants : crypto sm sm3
{
	meta:
		id = "CRY-SM-02"
		description_zh = "SM3 算法的初始值或常量"
		description_en = "Initial value or constants of SM3"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$iv_big = { 73 80 16 6F 49 14 B2 B9 17 24 42 D7 DA 8A 06 00 }
		$iv_little = { 6F 16 80 73 B9 B2 14 49 D7 42 24 17 00 06 8A DA }
		$iv_back_big = { B0 FB 0E 4E E3 8D EE 4D 16 31 38 AA A9 6F 30 BC }
		$iv_back_little = { 4E 0E FB B0 4D EE 8D E3 AA 38 31 16 BC 30 6F A9 }
		$t_big = { 79 CC 45 19 F3 98 8A 32 E7 31 14 65 CE 62 28 CB }
		$t_little = { 19 45 CC 79 32 8A 98 F3 65 14 31 E7 CB 28 62 CE }
		$t_later_big = { 9D 8A 7A 87 3B 14 F5 0F 76 29 EA 1E EC 53 D4 3C }
		$t_later_little = { 87 7A 8A 9D 0F F5 14 3B 1E EA 29 76 3C D4 53 EC }
		$iv_text = /0x7380166f[uUlL]{0,3}, {0,8}0x4914b2b9/ nocase
		$iv_hex = "7380166f4914b2b9172442d7da8a0600" nocase
		$iv_decimal = /1937774191, ?1226093241/
	condition:
		any of them
}

rule sm2_curve : crypto sm sm2
{
	meta:
		id = "CRY-SM-03"
		description_zh = "SM2 推荐曲线参数"
		description_en = "Parameters of the recommended SM2 curve"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$p_big = { FF FF FF FE FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 00 00 00 FF FF FF FF FF FF FF FF }
		$p_little = { FF FF FF FF FF FF FF FF 00 00 00 00 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FE FF FF FF }
		$a_big = { FF FF FF FE FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 00 00 00 FF FF FF FF FF FF FF FC }
		$a_little = { FC FF FF FF FF FF FF FF 00 00 00 00 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FE FF FF FF }
		$b_big = { 28 E9 FA 9E 9D 9F 5E 34 4D 5A 9E 4B CF 65 09 A7 F3 97 89 F5 15 AB 8F 92 DD BC BD 41 4D 94 0E 93 }
		$b_little = { 93 0E 94 4D 41 BD BC DD 92 8F AB 15 F5 89 97 F3 A7 09 65 CF 4B 9E 5A 4D 34 5E 9F 9D 9E FA E9 28 }
		$n_big = { FF FF FF FE FF FF FF FF FF FF FF FF FF FF FF FF 72 03 DF 6B 21 C6 05 2B 53 BB F4 09 39 D5 41 23 }
		$n_little = { 23 41 D5 39 09 F4 BB 53 2B 05 C6 21 6B DF 03 72 FF FF FF FF FF FF FF FF FF FF FF FF FE FF FF FF }
		$x_big = { 32 C4 AE 2C 1F 19 81 19 5F 99 04 46 6A 39 C9 94 8F E3 0B BF F2 66 0B E1 71 5A 45 89 33 4C 74 C7 }
		$x_little = { C7 74 4C 33 89 45 5A 71 E1 0B 66 F2 BF 0B E3 8F 94 C9 39 6A 46 04 99 5F 19 81 19 1F 2C AE C4 32 }
		$y_big = { BC 37 36 A2 F4 F6 77 9C 59 BD CE E3 6B 69 21 53 D0 A9 87 7C C6 2A 47 40 02 DF 32 E5 21 39 F0 A0 }
		$y_little = { A0 F0 39 21 E5 32 DF 02 40 47 2A C6 7C 87 A9 D0 53 21 69 6B E3 CE BD 59 9C 77 F6 F4 A2 36 37 BC }
		$p_text = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF" nocase
		$a_text = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC" nocase
		$b_text = "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93" nocase
		$n_text = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123" nocase
		$x_text = "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7" nocase
		$y_text = "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0" nocase
	condition:
		any of them
}

rule gm_tls_library : crypto sm tlcp library
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

rule sm_object_identifiers : crypto sm oid
{
	meta:
		id = "CRY-SM-05"
		description_zh = "国密算法的对象标识符（1.2.156.10197）"
		description_en = "Object identifiers of the SM algorithms (1.2.156.10197)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$der = { 06 ( 07 | 08 | 09 ) 2A 81 1C CF 55 01 ( 68 | 82 2D | 83 11 | 83 ( 75 | 76 | 77 | 78 ) ) }
		$der_pkcs7 = { 06 0A 2A 81 1C CF 55 06 01 04 02 ( 01 | 02 | 03 | 04 | 05 | 06 ) }
		$dotted = /1\.2\.156\.10197\.(1(\.(104|301|401|50[1-4])|[^.0-9])|6\.1\.4\.2)/
	condition:
		any of them
}

rule tlcp_cipher_suite : crypto sm tlcp
{
	meta:
		id = "CRY-SM-06"
		description_zh = "国密通信协议（TLCP，GB/T 38636）的密码套件名"
		description_en = "Name of a cipher suite of TLCP (GB/T 38636)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$suite = /(ECC|ECDHE|IBSDH|IBC|RSA)[_\-](SM2[_\-])?(WITH[_\-])?SM4[_\-](CBC|GCM)[_\-](SM3|SHA256)/ nocase
	condition:
		any of them
}

rule tls13_sm_cipher_suite : crypto sm tls
{
	meta:
		id = "CRY-SM-07"
		description_zh = "TLS 1.3 国密套件名（RFC 8998）"
		description_en = "Name of a cipher suite of TLS 1.3 with SM4 (RFC 8998)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$suite = /TLS(13)?[_\-](AKE[_\-]WITH[_\-])?SM4[_\-](GCM|CCM)[_\-]SM3/
	condition:
		any of them
}

rule gm_tls_interface : crypto sm tlcp library
{
	meta:
		id = "CRY-SM-08"
		description_zh = "国密通信接口（双证书、NTLS、TLCP）"
		description_en = "Programming interface of TLCP: two certificates, NTLS"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$ntls = /(C?NTLS|GMTLS)_(client_|server_)?method/
		$enable = "SSL_CTX_enable_ntls"
		$enc = /SSL_(CTX_)?use_(gm_)?enc_(certificate|PrivateKey)/
		$gmssl = "tlcp_do_connect" fullword
		$kona = "com/tencent/kona/ssl/tlcp/"
		$kona_name = "TLCPProvider"
	condition:
		any of them
}

rule sm_java_library : crypto sm library
{
	meta:
		id = "CRY-SM-09"
		description_zh = "Java 国密算法库的类（BouncyCastle、Kona、GmSSL、Hutool）"
		description_en = "Classes of a Java library with SM algorithms (BouncyCastle, Kona, GmSSL, Hutool)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$castle = /org\/(bouncycastle|spongycastle)\/crypto\/(engines\/SM[24]Engine|digests\/SM3Digest|signers\/SM2Signer|agreement\/SM2KeyExchange)/
		$provider = /org\/bouncycastle\/jcajce\/provider\/(digest\/SM3|symmetric\/SM4|asymmetric\/ec\/GMSignatureSpi)/
		$kona = /com\/tencent\/kona\/(crypto|pkix|ssl)\//
		$gmssl = "org/gmssl/GmSSL"
		$hutool = /cn\/hutool\/crypto\/(SmUtil|asymmetric\/SM2|symmetric\/SM4)/
		$gmsse = "com/aliyun/gmsse/"
	condition:
		any of them
}

rule sm_native_symbols : crypto sm library
{
	meta:
		id = "CRY-SM-10"
		description_zh = "本地库中的国密算法函数名"
		description_en = "Names of SM functions in native code"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$sm2 = /\b(sm2_(do_)?(sign|verify|encrypt|decrypt)(_init|_update|_finish)?|SM2_(do_)?(sign|verify)|ossl_sm2_\w{4,24})\b/
		$sm3 = /\b(EVP_sm3|ossl_sm3_\w{4,24}|sm3_(init|update|finish|final|starts)|wc_Sm3(Init|Update|Final|Hash))\b/
		$sm4 = /\b(EVP_sm4_(ecb|cbc|ctr|gcm|ccm|ofb|cfb128)|ossl_sm4_\w{4,24}|sm4_(set_encrypt_key|setkey_enc|set_key|crypt_(ecb|cbc)|(cbc|ctr|gcm)_encrypt)|wc_Sm4\w{4,24})\b/
	condition:
		any of them
}

rule sm_algorithm_names : crypto sm
{
	meta:
		id = "CRY-SM-11"
		description_zh = "国密算法的调用名（SM3withSM2、SM4/CBC 等）"
		description_en = "Names by which code asks for SM algorithms (SM3withSM2, SM4/CBC ...)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$signature = /SM3[wW]ithSM2/ fullword
		$cipher = /SM4\/(CBC|CTR|GCM|CCM|CFB|OFB|ECB)\/\w{2,16}Padding/ nocase
		$hmac = /Hmac-?SM3/ nocase fullword
		$curve = /sm2p256v1|wapip192v1|curveSM2/ nocase
	condition:
		any of them
}

rule sm4_ecb_mode : crypto sm sm4 weak
{
	meta:
		id = "CRY-SM-12"
		description_zh = "SM4 电码本（ECB）模式的调用名"
		description_en = "Name by which code asks for SM4 in ECB mode"
		severity = "medium"
		date = "2026-11-23"
		redact = false
	strings:
		$cipher = /SM4\/ECB\//
	condition:
		any of them
}

rule sm_cosign_sdk : crypto sm sm2 library sdk
{
	meta:
		id = "CRY-SM-13"
		description_zh = "SM2 协同签名（密钥分割）组件"
		description_en = "Component for SM2 signatures made together with a server (split keys)"
		severity = "info"
		date = "2026-11-23"
		redact = false
	strings:
		$signet = /cn[\/.]org[\/.]bjca[\/.]signet[\/.](component|coss)[\/.]/
	condition:
		any of them
}
