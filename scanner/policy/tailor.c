/*
 * tailor.c - a client's tailoring: what differs from the standard pack.
 *
 * Unknown ids are errors, so is a value under its floor; whatever makes the result laxer needs a
 * reason. Each change becomes a deviation that the report lists.
 */
#include "policy/judge.h"

#include <string.h>

#include "base/digest.h"

struct tailoring {
	struct policy *policy;
	struct chosen *chosen;
	const struct pack_file *file;
};

static struct reader *reader_of(const struct tailoring *t)
{
	return &t->policy->library.reader;
}

/* Notes a change; one that loosens needs a reason. */
static void deviate(const struct tailoring *t, const xmlNode *node, struct deviation change)
{
	struct deviation *deviation = library_take(&t->policy->library, sizeof *deviation);

	change.reason = reader_attr(reader_of(t), node, "reason");
	change.ticket = reader_attr(reader_of(t), node, "ticket");
	*deviation = change;
	if (!change.reason && strcmp(change.direction, "tightened") != 0)
		reader_problem(reader_of(t), t->file->path, reader_line(node),
		               "%s %s is %s; give the reason in the attribute reason", change.kind,
		               change.target, change.direction);
	library_add(&t->policy->library, &t->chosen->deviations, deviation);
}

static void set_param(const struct tailoring *t, xmlNode *node)
{
	static const char *const words[] = {"", "tightened", "loosened", "changed"};
	struct setting setting;

	if (!params_setting(&t->policy->library, t->file, node, &setting))
		return;
	if (!list_has(&t->chosen->params, setting.param->name)) {
		reader_problem(reader_of(t), t->file->path, reader_line(node),
		               "no control of pack %s uses the parameter %s; remove the line",
		               t->chosen->pack->id, setting.param->name);
		return;
	}
	for (size_t i = 0; i < t->policy->library.params.count; i++) {
		struct setting *old = &t->chosen->settings[i];
		if (old->param != setting.param)
			continue;
		enum param_change change =
			params_compare(setting.param, &old->value, &setting.value);
		if (change != CHANGE_NONE)
			deviate(t, node,
			        (struct deviation){.kind = "parameter",
			                           .target = setting.param->name,
			                           .from = old->value.text,
			                           .to = setting.value.text,
			                           .direction = words[change]});
		*old = setting;
	}
}

/* True if some requirement of the pack uses the control. */
static struct control *pack_control(const struct tailoring *t, const char *id)
{
	struct list requirements = {0}, controls = {0};
	struct arena *arena = &t->policy->library.reader.arena;

	for (size_t i = 0; i < t->chosen->pack->requirements.count; i++) {
		if (!requirement_reach(arena, t->chosen->pack->requirements.items[i], NULL,
		                       &requirements, &controls)
		             .ok)
			fault_out_of_memory();
	}
	for (size_t i = 0; i < controls.count; i++) {
		if (strcmp(((struct control *)controls.items[i])->id, id) == 0)
			return controls.items[i];
	}
	return NULL;
}

struct target {
	const char *id;
	bool control;
	enum severity severity;
};

/* The control or requirement that a line names. */
static bool read_target(const struct tailoring *t, const xmlNode *node, struct target *out)
{
	const char *control = reader_attr(reader_of(t), node, "control");
	const char *requirement = reader_attr(reader_of(t), node, "requirement");
	const struct requirement *found =
		requirement ? pack_requirement(t->chosen->pack, requirement) : NULL;
	const struct control *used = control ? pack_control(t, control) : NULL;

	if (!control == !requirement) {
		reader_problem(reader_of(t), t->file->path, reader_line(node),
		               "name a control or a requirement, one of both");
		return false;
	}
	if (!found && !used) {
		reader_problem(reader_of(t), t->file->path, reader_line(node),
		               "pack %s has no %s %s%s", t->chosen->pack->id,
		               control ? "control" : "requirement", control ? control : requirement,
		               control ? suggest_control(&t->policy->library, control).text
		                       : suggest_requirement(t->chosen->pack, requirement).text);
		return false;
	}
	*out = (struct target){.id = used ? used->id : found->id,
	                       .control = used,
	                       .severity = used ? used->severity : found->severity};
	return true;
}

static void deselect(const struct tailoring *t, const xmlNode *node)
{
	struct target target;

	if (!read_target(t, node, &target))
		return;
	library_add(&t->policy->library,
	            target.control ? &t->chosen->without_controls
	                           : &t->chosen->without_requirements,
	            (void *)(uintptr_t)target.id);
	deviate(t, node,
	        (struct deviation){.kind = "deselect",
	                           .target = target.id,
	                           .from = "selected",
	                           .to = "not selected",
	                           .direction = "loosened"});
}

static void set_severity(const struct tailoring *t, const xmlNode *node)
{
	struct severity_change *change = library_take(&t->policy->library, sizeof *change);
	struct target target;

	if (!read_target(t, node, &target))
		return;
	change->id = target.id;
	change->control = target.control;
	change->severity = severity_read(reader_attr(reader_of(t), node, "value"));
	library_add(&t->policy->library, &t->chosen->severities, change);
	if (change->severity != target.severity)
		deviate(t, node,
		        (struct deviation){.kind = "severity",
		                           .target = target.id,
		                           .from = severity_name(target.severity),
		                           .to = severity_name(change->severity),
		                           .direction = change->severity < target.severity
		                                                ? "tightened"
		                                                : "loosened"});
}

static void apply_lines(const struct tailoring *t, const xmlNode *root)
{
	for (xmlNode *node = reader_child(root, NULL); node; node = reader_next(node, NULL)) {
		if (reader_is(node, "set"))
			set_param(t, node);
		else if (reader_is(node, "deselect"))
			deselect(t, node);
		else if (reader_is(node, "severity"))
			set_severity(t, node);
		else if (reader_is(node, "report"))
			t->policy->client = reader_attr(reader_of(t), node, "client");
	}
}

/* The chosen pack that the file is based on. */
static bool find_base(struct tailoring *t, const xmlNode *base)
{
	const char *pack = reader_attr(reader_of(t), base, "pack");
	const char *version = reader_attr(reader_of(t), base, "version");
	const char *profile = reader_attr(reader_of(t), base, "profile");
	long line = reader_line(base);

	for (size_t i = 0; i < t->policy->chosen.count; i++) {
		struct chosen *chosen = t->policy->chosen.items[i];
		if (strcmp(chosen->pack->id, pack) == 0)
			t->chosen = chosen;
	}
	if (!t->chosen) {
		reader_problem(
			reader_of(t), t->file->path, line,
			"the tailoring is based on pack %s, which is not chosen; add --pack %s",
			pack, pack);
		return false;
	}
	if (!version_within(t->chosen->pack->version, version))
		reader_problem(
			reader_of(t), t->file->path, line,
			"the tailoring is for version %s of pack %s and this is %s; review it "
			"and change the range",
			version, pack, t->chosen->pack->version);
	if (profile && strcmp(t->chosen->profile->id, profile) != 0)
		reader_problem(reader_of(t), t->file->path, line,
		               "the tailoring is for profile %s and %s is chosen; use --pack %s:%s",
		               profile, t->chosen->profile->id, pack, profile);
	return true;
}

static RESULT open_file(struct reader *reader, const char *path, struct pack_file **out)
{
	TRY(reader_file(reader, path, out));
	if (!reader_parse(reader, *out, SCHEMA_TAILORING))
		return reader_verdict(reader);
	return OK;
}

struct result tailor_base(const char *path, struct text *out)
{
	struct reader reader;
	struct pack_file *file = NULL;

	reader_init(&reader);
	struct result done = open_file(&reader, path, &file);
	if (done.ok) {
		const xmlNode *base = reader_child(xmlDocGetRootElement(file->doc), "base");
		const char *profile = reader_attr(&reader, base, "profile");
		text_printf(out, "%s%s%s", reader_attr(&reader, base, "pack"), profile ? ":" : "",
		            profile ? profile : "");
	}
	reader_free(&reader);
	return done;
}

struct result tailor_apply(struct policy *policy, const char *path)
{
	struct tailoring t = {.policy = policy};
	struct pack_file *file;
	char hex[2 * DIGEST_MAX + 1];

	TRY(open_file(&policy->library.reader, path, &file));
	t.file = file;
	const xmlNode *root = xmlDocGetRootElement(file->doc);
	if (find_base(&t, reader_child(root, "base")))
		apply_lines(&t, root);
	policy->tailoring_id = reader_attr(reader_of(&t), root, "id");
	policy->tailoring_version = reader_attr(reader_of(&t), root, "version");
	digest_hex(DIGEST_SHA256, file->data, file->size, hex);
	memcpy(policy->tailoring_digest, hex, sizeof policy->tailoring_digest);
	return reader_verdict(reader_of(&t));
}
