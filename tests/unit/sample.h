/*
 * sample.h - a fabricated assessment for the tests of reports: 40 requirements, 60 controls, four
 * standards, and evidence with every string that could break a report.
 */
#ifndef PARASOL_TESTS_SAMPLE_H
#define PARASOL_TESTS_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "render/result.h"

enum { SAMPLE_REQUIREMENTS = 40, SAMPLE_CONTROLS = 60 };

static const char *const sample_hostile[] = {
	"<script>alert(1)</script>",
	"\"><img src=x onerror=alert(2)>",
	"']]>&lt;/pre&gt;<!-- --><![CDATA[x",
	"javascript:alert(3)",
	"http://evil.example/?a=1&b=2",
	"res/\\u{202e}gpj.exe\\u{1b}[2J",
	"assets/证书/测试证书-非常长的文件名-用来检查换行-用来检查换行-用来检查换行.pem",
	("com.example.bank.feature.payment.internal.very.deeply.nested.packagename.ThatNeverEnds."
         "AndStillGoesOnWithoutAnyPlaceToBreakTheLineWhateverTheWidthOfTheScreenMayBeActivity"),
	"{1}{2}%s%n${jndi:ldap://x}",
};
enum { SAMPLE_HOSTILE = sizeof sample_hostile / sizeof *sample_hostile };

static const char sample_facts[] =
	"<facts><bundle platform='android' kind='apk' size='18743296' "
	"md5='0123456789abcdef0123456789abcdef'"
	" sha256='9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'"
	" sm3='66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0' entries='812'/>"
	"<modules><module id='base' kind='apk' in='' app-id='cn.example.mockbank' label='晴伞银行 "
	"&lt;b&gt;MockBank&lt;/b&gt;'"
	" version-code='100' version-name='1.0.0'/></modules>"
	"<manifest module='base' in='AndroidManifest.xml' package='cn.example.mockbank' "
	"version-code='100'"
	" version-name='1.0.0' effective-min-sdk='21' effective-target-sdk='29'/>"
	"<signing module='base' in='' kind='apk' signed='true' verified='true' min-sdk='21'>"
	"<scheme name='v1' verified='true' used='true' digests='SHA1'/>"
	"<scheme name='v3' verified='false' used='false'/>"
	"<signer scheme='v1' index='1' subject='CN=MockBank,O=&lt;Example&gt;'"
	" sha256='e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"
	" not-after-day='27759' key-type='RSA' key-bits='2048'/></signing>"
	"<sources><source name='bundle' status='complete'/><source name='manifest' "
	"status='complete'/>"
	"<source name='code' status='unsupported'><gap in='classes.dex' status='unsupported' "
	"code='UNSUPPORTED_CODE'/>"
	"<gap in='classes2.dex' status='unsupported' code='UNSUPPORTED_CODE'/></source>"
	"<source name='rules' status='partial'><gap "
	"in='assets/&lt;script&gt;alert(9)&lt;/script&gt;.bin' status='limit' code='YARA_TIMEOUT'/>"
	"</source></sources>"
	"<issues><issue code='ZIP_PREFIX' kind='notice' in='' offset='0' why='12 bytes precede the "
	"first local header'/>"
	"<issue code='AXML_EVASION' kind='notice' in='AndroidManifest.xml' offset='28' why='string "
	"pool: &lt;script&gt; in the style offset'/>"
	"</issues></facts>";

struct sample_topic {
	const char *zh, *en;
};

static const struct sample_topic sample_topics[] = {
	{"发布版本不得开启调试", "A release must not be debuggable"},
	{"应用数据不得被系统备份带出", "App data must not leave with a system backup"},
	{"网络传输应加密，不得放行明文", "Traffic is encrypted; cleartext is not permitted"},
	{"不得信任用户安装的证书颁发机构",
         "Certificate authorities installed by the user are not trusted"},
	{"对外暴露的组件应有签名级权限保护",
         "Exported components are guarded by a signature permission"},
	{"内容提供者不得无保护地对外开放", "Content providers are not open without protection"},
	{"安装包内不得存放私钥", "No private key is stored in the package"},
	{"目标系统版本应满足应用市场要求", "The target SDK meets the requirement of app stores"},
	{"应用签名应采用 v2 及以上方案", "The package is signed with scheme v2 or later"},
	{"深度链接应经过域名校验", "Deep links are verified by their domain"},
};
enum { SAMPLE_TOPICS = sizeof sample_topics / sizeof *sample_topics };

static void *sample_take(struct assessment *a, size_t count, size_t size)
{
	void *memory = arena_take(&a->arena, count ? count : 1, size);

	if (!memory)
		abort();
	return memory;
}

static const char *sample_print(struct assessment *a, const char *format, size_t n)
{
	char made[64];

	/* the formats are the literals below, each with one %zu */
	_Pragma("GCC diagnostic push")
		_Pragma("GCC diagnostic ignored \"-Wformat-nonliteral\"") int len =
			snprintf(made, sizeof made, format, n);
	_Pragma("GCC diagnostic pop") return arena_copy(&a->arena, made, (size_t)len);
}

static void sample_prose(struct prose *prose, size_t n)
{
	const struct sample_topic *topic = &sample_topics[n % SAMPLE_TOPICS];

	prose[LANG_ZH_CN] = (struct prose){
		topic->zh,
		"检查安装包声明的最终生效状态，而不是\n\t\t开发时的设置。该项缺失时，"
		"攻击者可以读取应用数据。",
		"在发布构建中修改相应设置，重新签名后复检。"};
	prose[LANG_EN] = (struct prose){
		topic->en,
		"Looks at the state that takes effect in the package, not at\n\t\tthe settings of "
		"the project. Without it an attacker can read the app's data.",
		"Change the setting in the release build, sign again and have it examined again."};
}

static void sample_finding(struct assessment *a, struct finding *finding, size_t n)
{
	struct named_value *observed = sample_take(a, 4, sizeof *observed);

	snprintf(finding->fingerprint, sizeof finding->fingerprint, "%016zx", n * 2654435761U);
	finding->row = "/facts/components/component";
	finding->in = n % 4 ? "AndroidManifest.xml" : sample_hostile[n % SAMPLE_HOSTILE];
	finding->offset = n % 3 ? NULL : "4096";
	finding->excerpt = n % 5 ? NULL : sample_hostile[(n + 2) % SAMPLE_HOSTILE];
	observed[0] = (struct named_value){"kind", "activity"};
	observed[1] = (struct named_value){"name", sample_hostile[n % SAMPLE_HOSTILE]};
	observed[2] = (struct named_value){"exported", "true"};
	observed[3] = (struct named_value){"certificate/not-after-day", "20780"};
	finding->observed = observed;
	finding->observed_count = 4;
	finding->count = n % 7 + 1;
}

static void sample_step(struct assessment *a, struct step_result *step, enum verdict verdict,
                        size_t findings)
{
	step->id = "exported";
	step->kind = verdict == VERDICT_NOTCHECKED ? STEP_MANUAL : STEP_EACH;
	step->verdict = verdict;
	step->examined = verdict == VERDICT_NOTAPPLICABLE ? 0 : 23;
	if (step->kind == STEP_EACH) {
		step->select = "@exported = 'false' or @guard = 'signature'";
		step->for_select = "/facts/components/component[@enabled = 'true']";
	}
	if (verdict == VERDICT_UNKNOWN)
		step->reason = "source code: unsupported";
	if (verdict == VERDICT_ERROR)
		step->reason = "operation budget exceeded";
	if (verdict != VERDICT_FAIL)
		return;
	step->findings = sample_take(a, findings, sizeof *step->findings);
	step->finding_count = findings;
	step->findings_total = findings == 100 ? 173 : findings;
	for (size_t i = 0; i < findings; i++)
		sample_finding(a, &step->findings[i], i);
}

static const enum verdict sample_verdicts[] = {
	VERDICT_FAIL,    VERDICT_PASS, VERDICT_PASS,          VERDICT_UNKNOWN,    VERDICT_PASS,
	VERDICT_FAIL,    VERDICT_PASS, VERDICT_NOTAPPLICABLE, VERDICT_NOTCHECKED, VERDICT_PASS,
	VERDICT_UNKNOWN, VERDICT_PASS, VERDICT_ERROR,
};
enum { SAMPLE_VERDICTS = sizeof sample_verdicts / sizeof *sample_verdicts };

static void sample_count(struct tally *tally, enum severity severity, enum verdict verdict)
{
	tally->by_verdict[verdict]++;
	tally->by_severity[severity][verdict]++;
}

static void sample_control(struct assessment *a, struct control_result *c, size_t n,
                           size_t findings)
{
	c->id = sample_print(a, "AND-MAN-%02zu", n + 1);
	c->revision = (unsigned)(n % 3 + 1);
	c->severity = (enum severity)(n % SEVERITY_COUNT);
	c->weight = 2;
	c->verdict = c->raw = sample_verdicts[n % SAMPLE_VERDICTS];
	c->sources = BIT(MANIFEST) | (n % 2 ? BIT(CODE) : 0);
	c->steps = sample_take(a, 1, sizeof *c->steps);
	c->step_count = 1;
	sample_step(a, c->steps, c->verdict, findings);
	sample_prose(c->prose, n);
	c->references = sample_take(a, 2, sizeof *c->references);
	c->references[0] = "CWE-926";
	c->references[1] = "MASVS-PLATFORM-1";
	c->reference_count = 2;
	c->parameters = sample_take(a, 1, sizeof *c->parameters);
	c->parameters[0] = (struct named_value){"min-target-sdk", "33"};
	c->parameter_count = n % 4 == 0;
	sample_count(&a->control_tally, c->severity, c->verdict);
}

static void sample_requirement(struct assessment *a, struct pack_result *pack,
                               struct requirement_result *r, size_t n)
{
	r->id = sample_print(a, "FAH-BLD-%02zu", n + 1);
	r->severity = (enum severity)(n % SEVERITY_COUNT);
	r->weight = 3;
	r->covered = n < 34;
	r->manual = n % 13 == 8;
	r->verdict = r->covered ? sample_verdicts[n % SAMPLE_VERDICTS] : VERDICT_UNKNOWN;
	r->controls = sample_take(a, 2, sizeof *r->controls);
	r->controls[0] = a->controls[n].id;
	r->controls[1] = a->controls[(n + 20) % SAMPLE_CONTROLS].id;
	r->control_count = r->covered && !r->manual ? 1 + n % 2 : 0;
	sample_prose(r->prose, n);
	sample_count(&pack->requirement_tally, r->severity, r->verdict);
}

static void sample_standard(struct assessment *a, struct pack_result *pack,
                            struct standard_result *s, const char *id, const char *zh,
                            const char *en)
{
	static const char *const coverages[] = {"automated", "partial", "manual", "inherent",
	                                        "not-covered"};
	static const char *const statuses[] = {"text-seen", "section-seen", "secondary",
	                                       "unverified"};

	s->id = id;
	s->edition = "2019";
	s->prose[LANG_ZH_CN].title = zh;
	s->prose[LANG_EN].title = en;
	s->clauses = sample_take(a, 14, sizeof *s->clauses);
	s->clause_count = 14;
	for (size_t i = 0; i < 14; i++) {
		struct clause_result *c = &s->clauses[i];

		c->number = sample_print(a, "5.3.%zu 基本 a)", i + 1);
		c->status = statuses[i % 4];
		c->coverage = coverages[i % 5];
		c->verdict = (enum clause_verdict)(i % 7);
		c->requirements = sample_take(a, 1, sizeof *c->requirements);
		c->requirements[0] = pack->requirements[i].id;
		c->requirement_count = i % 7 != 6;
		sample_prose(c->prose, i);
	}
}

static void sample_pack(struct assessment *a, struct pack_result *p)
{
	static const char *failed[] = {"FAH-BLD-01", "FAH-BLD-06", "FAH-BLD-19"};
	static const char *open[] = {"FAH-BLD-04"};

	p->id = "app-hardening";
	p->version = "0.1.0";
	p->digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	p->profile = "baseline";
	p->sequence = 1;
	p->prose[LANG_ZH_CN] =
		(struct prose){"金融机构 App 安全加固标准套件", "面向银行移动应用。", NULL};
	p->prose[LANG_EN] =
		(struct prose){"App hardening for financial institutions", "For banks.", NULL};
	p->requirements = sample_take(a, SAMPLE_REQUIREMENTS, sizeof *p->requirements);
	p->requirement_count = SAMPLE_REQUIREMENTS;
	for (size_t i = 0; i < SAMPLE_REQUIREMENTS; i++)
		sample_requirement(a, p, &p->requirements[i], i);
	p->standards = sample_take(a, 2, sizeof *p->standards);
	p->standard_count = 2;
	sample_standard(a, p, &p->standards[0], "JR/T 0092", "移动金融客户端应用软件安全管理规范",
	                "Security management of mobile financial client software");
	sample_standard(a, p, &p->standards[1], "GB/T 41391",
	                "移动互联网应用程序收集个人信息基本要求",
	                "Basic requirements for collecting personal information in mobile apps");
	p->score = (struct score){
		.judged = 81, .applicable = 111, .low = 51, .high = 78, .available = true};
	p->gate = (struct gate_result){"pipeline", GATE_FAILED, "high", failed, 3, open, 1};
	p->parameters = sample_take(a, 1, sizeof *p->parameters);
	p->parameters[0] = (struct named_value){"min-target-sdk", "33"};
	p->parameter_count = 1;
	p->deviations = sample_take(a, 2, sizeof *p->deviations);
	p->deviations[0] = (struct deviation){
		"parameter", "min-target-sdk", "33", "34", "tightened", NULL, NULL};
	p->deviations[1] =
		(struct deviation){"deselect",   "AND-MAN-59", "selected",
	                           "deselected", "loosened",   "无原生代码 <b>no native code</b>",
	                           "BANKA-112"};
	p->deviation_count = 2;
}

/* `findings` per failing step; the caller frees with sample_free. */
static inline struct assessment *sample_assessment(size_t findings)
{
	struct assessment *a = calloc(1, sizeof *a);
	struct fact_doc *facts = NULL;

	if (!a || !digest_start().ok)
		abort();
	arena_init(&a->arena, 64 << 20);
	if (!fact_doc_parse(sample_facts, sizeof sample_facts - 1, &facts).ok) {
		fprintf(stderr, "%s\n", fault_last()->why);
		abort();
	}
	a->facts = facts;
	fact_doc_digest(facts, a->facts_digest);
	memcpy(a->as_of, "2026-11-23", 11);
	a->as_of_day = 20780;
	a->controls = sample_take(a, SAMPLE_CONTROLS, sizeof *a->controls);
	a->control_count = SAMPLE_CONTROLS;
	for (size_t i = 0; i < SAMPLE_CONTROLS; i++)
		sample_control(a, &a->controls[i], i, findings);
	a->packs = sample_take(a, 1, sizeof *a->packs);
	a->pack_count = 1;
	sample_pack(a, a->packs);
	a->tailoring_id = "bank-a.mobile";
	a->tailoring_version = "3";
	a->tailoring_digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
	a->client = "示例银行 A";
	a->evaluated = true;
	a->outcome = GATE_FAILED;
	return a;
}

static inline void sample_free(struct assessment *a)
{
	fact_doc_free((struct fact_doc *)(uintptr_t)a->facts);
	arena_free(&a->arena);
	free(a);
}

static const struct named_value sample_libraries[] = {{"libxml2", "2.9.14"}, {"YARA", "4.2.3"}};
static const char *const sample_options[] = {"--pack", "app-hardening:baseline", "--as-of",
                                             "2026-11-23"};
static const char *const sample_layers[] = {"no_new_privs", "landlock", "rlimits", "seccomp"};
static const struct run_timing sample_timings[] = {{"unpack", 91234}, {"judge", 4021}};
static const char *const sample_warnings[] = {
	"the file is named \x1b[31m<script>alert(4)</script>"};

static const struct run_info sample_run = {
	.id = "20261123T110000Z-5f3a9c1e",
	.report_number = "ZS-2026-0042",
	.revision = 1,
	.started = "2026-11-23T11:00:00Z",
	.finished = "2026-11-23T11:00:02Z",
	.tool_version = "0.1.0",
	.libraries = sample_libraries,
	.library_count = 2,
	.file_name = "mockbank-1.0\xff<script>alert(5)</script>.apk",
	.options = sample_options,
	.option_count = 4,
	.sandbox_layers = sample_layers,
	.sandbox_count = 4,
	.threads = 2,
	.peak_memory = 98304000,
	.timings = sample_timings,
	.timing_count = 2,
	.warnings = sample_warnings,
	.warning_count = 1,
};

#endif
