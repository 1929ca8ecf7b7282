/*
 * secrets.yar - credentials and private keys that have a form of their own.
 *
 * Every rule is strict: a prefix that the issuer prints, the right length and a boundary. What only
 * looks random is left to the detectors of a later part. `redact` says that an excerpt must not show
 * the match in full. External variables: path (of the entry) and kind (of its content).
 */

rule jks_private_key : secret keystore
{
	meta:
		id = "SEC-KS-01"
		description_zh = "JKS 密钥库，首个条目为私钥"
		description_en = "Java key store whose first entry is a private key"
		severity = "high"
		date = "2026-11-23"
		redact = true
	strings:
		$head = { FE ED FE ED 00 00 00 (01 | 02) 00 00 ?? ?? 00 00 00 01 }
	condition:
		$head at 0
}

rule bks_private_key : secret keystore
{
	meta:
		id = "SEC-KS-02"
		description_zh = "BKS 密钥库，首个条目为密钥（类型 2 至 4），而非证书"
		description_en = "Bouncy Castle key store whose first entry is a key (types 2 to 4), not a certificate"
		severity = "high"
		date = "2026-11-23"
		redact = true
	strings:
		$head = { 00 00 00 (01 | 02) 00 00 00 14 [20] 00 00 ?? ?? (02 | 03 | 04) 00 }
	condition:
		$head at 0
}

rule pkcs12_private_key : secret keystore
{
	meta:
		id = "SEC-KS-03"
		description_zh = "PKCS#12 文件，含加密或明文的私钥袋"
		description_en = "PKCS#12 store with a key bag, encrypted or not"
		severity = "high"
		date = "2026-11-23"
		redact = true
	strings:
		$pfx = { 02 01 03 30 [1-4] 06 09 2A 86 48 86 F7 0D 01 07 (01 | 02) }
		$key_bag = { 06 0B 2A 86 48 86 F7 0D 01 0C 0A 01 (01 | 02) }
	condition:
		uint8(0) == 0x30 and $pfx in (2..8) and $key_bag
}

rule base64_private_key : secret key
{
	meta:
		id = "SEC-KEY-01"
		description_zh = "未加标头的 Base64 编码 PKCS#8 RSA 私钥"
		description_en = "PKCS#8 RSA private key in Base64 without armour"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$rsa_2048 = /MIIE[uvw][A-Za-z0-9+\/]IBADANBgkqhkiG9w0BAQEFAASCB[A-Za-z0-9+\/]{200}/
		$rsa_1024 = /MIIC[de][A-Za-z0-9+\/]IBADANBgkqhkiG9w0BAQEFAASCA[A-Za-z0-9+\/]{200}/
	condition:
		any of them
}

rule aws_access_key : secret cloud
{
	meta:
		id = "SEC-CLD-01"
		description_zh = "亚马逊云访问密钥标识"
		description_en = "Amazon access key identifier"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$long_term = /AKIA[A-Z2-7]{16}/ fullword
		$session = /ASIA[A-Z2-7]{16}/ fullword
		$sample = /A(KIA|SIA)[A-Z2-7]{9}EXAMPLE/ fullword
	condition:
		#long_term + #session > #sample
}

rule aliyun_access_key : secret cloud
{
	meta:
		id = "SEC-CLD-02"
		description_zh = "阿里云访问密钥标识（AccessKey ID）"
		description_en = "Alibaba Cloud access key identifier"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$current = /LTAI[45][A-Za-z0-9]{19}/ fullword
		$older = /LTAI[A-Za-z0-9]{12}/ fullword
	condition:
		any of them
}

rule tencent_cloud_secret_id : secret cloud
{
	meta:
		id = "SEC-CLD-03"
		description_zh = "腾讯云密钥标识（SecretId）"
		description_en = "Tencent Cloud secret identifier"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$id = /AKID[A-Za-z0-9]{32}/ fullword
	condition:
		$id
}

rule google_api_key : secret
{
	meta:
		id = "SEC-GGL-01"
		description_zh = "谷歌客户端 API 密钥，须在控制台限制包名与签名"
		description_en = "Google client API key, to be restricted to package and signer"
		severity = "info"
		date = "2026-11-23"
		redact = true
	strings:
		$key = /AIzaSy[A-Za-z0-9_\-]{33}/ fullword
	condition:
		$key
}

rule google_service_account : secret cloud
{
	meta:
		id = "SEC-GGL-02"
		description_zh = "谷歌服务账号密钥文件"
		description_en = "Google service account key file"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$type = /"type"[ \t]{0,4}:[ \t]{0,4}"service_account"/
		$key = "\"private_key\""
		$account = ".gserviceaccount.com"
	condition:
		$type and $key and $account
}

rule google_oauth_token : secret cloud
{
	meta:
		id = "SEC-GGL-03"
		description_zh = "谷歌 OAuth 访问令牌"
		description_en = "Google OAuth access token"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$token = /ya29\.[A-Za-z0-9_\-]{60,200}/
	condition:
		$token
}

rule github_token : secret token
{
	meta:
		id = "SEC-TOK-01"
		description_zh = "GitHub 访问令牌"
		description_en = "GitHub access token"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$personal = /ghp_[A-Za-z0-9]{36}/ fullword
		$oauth = /gho_[A-Za-z0-9]{36}/ fullword
		$server = /ghs_[A-Za-z0-9]{36}/ fullword
		$fine_grained = /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/ fullword
	condition:
		any of them
}

rule gitlab_token : secret token
{
	meta:
		id = "SEC-TOK-02"
		description_zh = "GitLab 个人访问令牌"
		description_en = "GitLab personal access token"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$token = /glpat-[A-Za-z0-9_\-]{20}/ fullword
	condition:
		$token
}

rule slack_token : secret token
{
	meta:
		id = "SEC-TOK-03"
		description_zh = "Slack 令牌或消息推送地址"
		description_en = "Slack token or incoming webhook"
		severity = "high"
		date = "2026-11-23"
		redact = true
	strings:
		$bot = /xoxb-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9]{24}/ fullword
		$hook = /hooks\.slack\.com\/services\/T[A-Z0-9]{8,11}\/B[A-Z0-9]{8,11}\/[A-Za-z0-9]{24}/
	condition:
		any of them
}

rule stripe_live_key : secret token
{
	meta:
		id = "SEC-TOK-04"
		description_zh = "Stripe 生产环境密钥"
		description_en = "Stripe live secret key"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$secret = /sk_live_[A-Za-z0-9]{24,99}/ fullword
		$restricted = /rk_live_[A-Za-z0-9]{24,99}/ fullword
	condition:
		any of them
}

rule json_web_token : secret token
{
	meta:
		id = "SEC-TOK-05"
		description_zh = "带签名的 JSON Web Token"
		description_en = "Signed JSON Web Token"
		severity = "medium"
		date = "2026-11-23"
		redact = true
	strings:
		$algorithm_first = /eyJhbGciOi[A-Za-z0-9_\-]{8,300}\.eyJ[A-Za-z0-9_\-]{16,2000}\.[A-Za-z0-9_\-]{40,700}/
		$type_first = /eyJ0eXAiOi[A-Za-z0-9_\-]{8,300}\.eyJ[A-Za-z0-9_\-]{16,2000}\.[A-Za-z0-9_\-]{40,700}/
	condition:
		any of them
}

rule url_credentials : secret url
{
	meta:
		id = "SEC-URL-01"
		description_zh = "网址中夹带用户名与口令"
		description_en = "Web address with user name and password"
		severity = "high"
		date = "2026-11-23"
		redact = true
	strings:
		$https = /https:\/\/[A-Za-z0-9._\-]{2,40}:[A-Za-z0-9!$&*+,;=._~\-]{4,60}@[A-Za-z0-9.\-]{3,80}\.[a-z]{2,10}/
		$http = /http:\/\/[A-Za-z0-9._\-]{2,40}:[A-Za-z0-9!$&*+,;=._~\-]{4,60}@[A-Za-z0-9.\-]{3,80}\.[a-z]{2,10}/
		$documented = /https?:\/\/(user|username|name):(pass|password|passwd|pwd)@/ nocase
	condition:
		#https + #http > #documented
}

rule database_credentials : secret url
{
	meta:
		id = "SEC-URL-02"
		description_zh = "带口令的数据库连接串"
		description_en = "Database connection string with a password"
		severity = "high"
		date = "2026-11-23"
		redact = true
	strings:
		$mysql = /jdbc:(mysql|mariadb|postgresql):\/\/[A-Za-z0-9.\-:\/_]{4,80}\?[A-Za-z0-9_=&%.]{0,120}password=[^&\s"']{4,60}/
		$oracle = /jdbc:oracle:thin:[A-Za-z0-9_]{2,30}\/[^@\s"']{4,40}@[A-Za-z0-9.\-]{4,60}/
		$plain = /(mysql|mariadb|postgres|postgresql|sqlserver|mssql):\/\/[A-Za-z0-9_.\-]{2,40}:[^@\s"'\/:]{4,60}@[A-Za-z0-9.\-]{4,80}/
		$mongodb = /mongodb(\+srv)?:\/\/[A-Za-z0-9_.\-]{2,40}:[^@\s"'\/:]{4,60}@[A-Za-z0-9.\-]{4,80}/
		$redis = /redis:\/\/[A-Za-z0-9_.\-]{0,40}:[^@\s"'\/:]{4,60}@[A-Za-z0-9.\-]{4,80}/
	condition:
		any of them
}

rule wechat_app_secret : secret platform
{
	meta:
		id = "SEC-CN-01"
		description_zh = "微信开放平台 AppSecret 的赋值"
		description_en = "Assignment of a WeChat AppSecret"
		severity = "critical"
		date = "2026-11-23"
		redact = true
	strings:
		$assigned = /[Aa]pp_?[Ss]ecret["']?[ \t]{0,4}[:=>,]{1,2}[ \t]{0,4}["']?[0-9a-f]{32}[^0-9a-f]/
		$parameter = /sns\/oauth2\/access_token\?appid=wx[0-9a-f]{16}&secret=[0-9a-f]{32}/
		$resource = /wechat_?(app_?)?secret">[0-9a-f]{32}</ nocase
	condition:
		any of them
}

rule cleartext_url : network
{
	meta:
		id = "SEC-NET-02"
		description_zh = "配置文件中以 http:// 书写的服务地址（命名空间与本机地址除外）"
		description_en = "Address of a service in a configuration file written with http://, namespaces and the device itself aside"
		severity = "low"
		date = "2026-12-01"
		redact = false
	strings:
		$address = /http:\/\/[a-z0-9][a-z0-9.\-]{2,80}/ nocase
		$namespace = /http:\/\/(www\.w3\.org|schemas\.|ns\.adobe|json-schema\.org|xmlpull\.org|java\.sun\.com|www\.apache\.org|xml\.org)/ nocase
		$itself = /http:\/\/(localhost|127\.0\.0\.1|10\.0\.2\.2)/ nocase
	condition:
		path matches /\.(json|properties|ini|conf|ya?ml)$/ and #address > #namespace + #itself
}

rule private_address_url : network test
{
	meta:
		id = "SEC-NET-01"
		description_zh = "以内网地址书写的网址（模拟器地址除外）"
		description_en = "Web address on a private network, other than an emulator's host"
		severity = "low"
		date = "2026-11-23"
		redact = false
	strings:
		$class_c = /https?:\/\/192\.168\.[0-9]{1,3}\.[0-9]{1,3}/ fullword
		$class_b = /https?:\/\/172\.(1[6-9]|2[0-9]|3[01])\.[0-9]{1,3}\.[0-9]{1,3}/ fullword
		$class_a = /https?:\/\/10\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/ fullword
		$emulator = /https?:\/\/10\.0\.[23]\.2/ fullword
	condition:
		$class_c or $class_b or #class_a > #emulator
}
