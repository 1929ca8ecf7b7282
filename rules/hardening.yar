/*
 * hardening.yar - marks that a 加固 (packing) product leaves in a package, by vendor.
 *
 * Names as seen up to the date of each rule; vendors change them, so a rule that is silent proves
 * nothing. Marks by file name use the external variable `path` and cost no scan of the content.
 */

rule bangcle : hardening android
{
	meta:
		id = "PCK-01"
		vendor_zh = "梆梆安全"
		vendor_en = "Bangcle / SecNeo"
		description_zh = "梆梆安全的文件标记"
		description_en = "File left by Bangcle / SecNeo"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)(lib)?(secexe|secmain|SecShell(_art|-x86)?|DexHelper(-x86(_64)?)?|dexvmp|bangcle_crypto_tool|bangcle_risk)\.so$/ or
		(path contains "assets/bangcle" or path contains "assets/secData0") and
			path matches /(^|\/)assets\/(bangcleplugin\/|(secData0|bangcleclasses)\.jar$)/
}

rule ijiami : hardening android
{
	meta:
		id = "PCK-02"
		vendor_zh = "爱加密"
		vendor_en = "Ijiami"
		description_zh = "爱加密的文件标记"
		description_en = "File left by Ijiami"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(execmain|execoat|execv3|ijm[A-Za-z_\-]{1,24}|ijiami_ijm)\.so$/ or
		(path contains "assets/ij" or path contains "assets/IJM") and
			path matches /(^|\/)assets\/(ijm_lib\/|(ijiami\.dat|ijiami[0-9a-z]{0,8}\.ajm|IJMDal\.Data)$)/
}

rule qihoo_jiagu : hardening android
{
	meta:
		id = "PCK-03"
		vendor_zh = "360 加固保"
		vendor_en = "Qihoo 360 Jiagu"
		description_zh = "360 加固保的文件标记"
		description_en = "File left by Qihoo 360 Jiagu"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(jiagu(_art|_x86|_x64|_a64|_vip|_ls)?|protectClass|jgdtc[a-z0-9_]{0,12}|SafeManageService)\.so$/
}

rule tencent_legu : hardening android
{
	meta:
		id = "PCK-04"
		vendor_zh = "腾讯乐固"
		vendor_en = "Tencent Legu"
		description_zh = "腾讯乐固的文件标记"
		description_en = "File left by Tencent Legu"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(shella?(x|-super)?-[0-9.]{3,12}|shellx-super\.[0-9]{4}|shell-super\.[0-9]{4}|mobisecy|legudb|xgVipSecurity|Bugly-yaq|tosprotection\.[a-z0-9_\-]{1,24})\.so$/ or
		(path endswith "tencent_stub" or path contains "assets/tosv" or path contains "assets/0OO00l" or path contains "assets/o0oooOO") and
			path matches /(^|\/)(tencent_stub|assets\/(tosversion|0OO00l111l1l|o0oooOO0ooOo\.dat))$/
}

rule netease_yidun : hardening android
{
	meta:
		id = "PCK-05"
		vendor_zh = "网易易盾"
		vendor_en = "NetEase Yidun"
		description_zh = "网易易盾的文件标记"
		description_en = "File left by NetEase Yidun"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(nesec([_\-]x86)?|NetHTProtect)\.so$/ or
		path contains "assets/ned" and path matches /(^|\/)assets\/(nedata\.db|nedig\.properties)$/
}

rule alibaba_protect : hardening android
{
	meta:
		id = "PCK-06"
		vendor_zh = "阿里聚安全"
		vendor_en = "Alibaba mobile protection"
		description_zh = "阿里聚安全的文件标记"
		description_en = "File left by Alibaba mobile protection"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(mobisec|sgavmp|zuma|zumadata|preverify1|reverify1|demolish|demolishdata|fakejni)\.so$/ or
		path contains "assets/ali" and path matches /(^|\/)assets\/(aliprotect|ali_sec)\.dat$/
}

rule baidu_protect : hardening android
{
	meta:
		id = "PCK-07"
		vendor_zh = "百度加固"
		vendor_en = "Baidu protection"
		description_zh = "百度加固的文件标记"
		description_en = "File left by Baidu protection"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)libbaiduprotect[a-z0-9_]{0,16}\.so$/ or
		path contains "assets/baiduprotect" and path matches /(^|\/)assets\/baiduprotect[a-z0-9_]{0,8}\.jar$/
}

rule dingxiang : hardening android
{
	meta:
		id = "PCK-08"
		vendor_zh = "顶像"
		vendor_en = "DingXiang"
		description_zh = "顶像的文件标记"
		description_en = "File left by DingXiang"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)libx3g\.so$/ or
		(path endswith "dsnstub000.vd" or path endswith "__param.data") and
			path matches /(^|\/)(dsnstub000\.vd|assets\/__param\.data)$/
}

rule kiwisec : hardening android
{
	meta:
		id = "PCK-09"
		vendor_zh = "几维安全"
		vendor_en = "KiwiSec"
		description_zh = "几维安全的文件标记"
		description_en = "File left by KiwiSec"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)(kdpdata|lib(kdp|kadp|kiwi_dumper|kiwicrash|KwProtectSDK|kwdataenc|kwsdataenc|kwscmm|kwslinker))\.so$/
}

rule naga : hardening android
{
	meta:
		id = "PCK-10"
		vendor_zh = "娜迦"
		vendor_en = "Naga"
		description_zh = "娜迦的文件标记"
		description_en = "File left by Naga"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(chaosvmp|[dfehv]dog|xloader)\.so$/ or
		path contains "assets/maindata/" and path matches /(^|\/)assets\/maindata\/fake_classes\.dex$/
}

rule payegis : hardening android
{
	meta:
		id = "PCK-11"
		vendor_zh = "通付盾"
		vendor_en = "PayEgis"
		description_zh = "通付盾的文件标记"
		description_en = "File left by PayEgis"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(egis|NSaferOnly|geiri[a-z0-9_]{0,12})\.so$/
}

rule cfca_protect : hardening android
{
	meta:
		id = "PCK-12"
		vendor_zh = "中国金融认证中心（CFCA）加固"
		vendor_en = "CFCA hardening"
		description_zh = "中国金融认证中心（CFCA）加固的文件标记"
		description_en = "File left by CFCA hardening"
		severity = "info"
		date = "2026-11-23"
		redact = false
	condition:
		path endswith ".so" and path matches /(^|\/)lib(basec(_x86)?|secenh(_a64|_x86)?)\.so$/
}
