/*
 * sdk.yar - components that matter to a bank, known by the name of their library, and files that a
 * workshop left behind. Names as seen up to the date of each rule.
 */

rule frida_gadget : sdk injection
{
	meta:
		id = "SDK-INJ-01"
		description_zh = "Frida Gadget 注入库"
		description_en = "Frida Gadget, an injection library"
		severity = "critical"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(frida[-_]?gadget|gadget-frida)[A-Za-z0-9_.\-]{0,32}\.so$/
}

rule lspatch_loader : sdk injection
{
	meta:
		id = "SDK-INJ-02"
		description_zh = "LSPatch 改包框架的加载器"
		description_en = "Loader of the patching framework LSPatch"
		severity = "critical"
		date = "2026-11-23"
		redact = false
	condition:
		path contains "assets/lspatch/" and path matches /(^|\/)assets\/lspatch\// or path endswith ".so" and path matches /(^|\/)liblspatch\.so$/
}

rule cfca_sip_keypad : sdk finance
{
	meta:
		id = "SDK-CN-01"
		description_zh = "CFCA 安全键盘组件"
		description_en = "CFCA secure keypad component"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(SipCryptor|HKESipCryptor|cfcaMLog|cfcamkit)\.so$/
}

rule tencent_kona_sm : sdk finance crypto
{
	meta:
		id = "SDK-CN-02"
		description_zh = "腾讯国密算法库"
		description_en = "Tencent SM algorithm library"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(TencentSM|tencentsm-lite)\.so$/
}

rule unionpay_component : sdk finance
{
	meta:
		id = "SDK-CN-03"
		description_zh = "银联支付组件"
		description_en = "UnionPay component"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(uptsmaddon[a-z0-9_]{0,12}|entryexpro)\.so$/
}

rule fraud_control_sdk : sdk finance
{
	meta:
		id = "SDK-CN-04"
		description_zh = "同盾或数美风控组件"
		description_en = "Fraud-control component of Tongdun or Shumei"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(tongdun|smsdk)\.so$/
}

rule msa_oaid : sdk privacy
{
	meta:
		id = "SDK-CN-05"
		description_zh = "移动安全联盟匿名设备标识组件"
		description_en = "Anonymous device identifier component of the Mobile Security Alliance"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)libmsaoaid(sec|auth)\.so$/
}

rule r8_mapping_file : leftover
{
	meta:
		id = "LFT-01"
		description_zh = "代码混淆映射表"
		description_en = "Map of an obfuscator's renaming"
		severity = "medium"
		date = "2026-11-23"
		redact = false
	strings:
		$head = "# compiler: R8"
		$id = "# pg_map_id: "
		$version = "# compiler_version: "
	condition:
		$head in (0..256) and ($id in (0..1024) or $version in (0..1024))
}
