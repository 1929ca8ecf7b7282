/* catalogue.c - plain-text listings of the built-in packs. */
#include <string.h>

#include "base/content.h"
#include "policy/target.h"

static void list_profiles(const struct pack *pack, struct text *out)
{
	for (size_t i = 0; i < pack->profiles.count; i++) {
		const struct profile *profile = pack->profiles.items[i];
		text_printf(out, "%s%s%s", i ? ", " : "", profile->id,
		            profile->is_default ? " (default)" : "");
	}
}

static void pack_controls(struct target *target, struct list *controls)
{
	struct list seen = {0};

	for (size_t i = 0; i < target->pack->requirements.count; i++) {
		if (!requirement_reach(&target->library.reader.arena,
		                       target->pack->requirements.items[i], NULL, &seen, controls)
		             .ok)
			fault_out_of_memory();
	}
}

static void head(struct target *target, struct text *out)
{
	const struct pack *pack = target->pack;
	struct list controls = {0};

	pack_controls(target, &controls);
	text_printf(out, "%s %s\n  %s\n  %s\n  profiles: ", pack->id, pack->version,
	            pack->prose[LANG_ZH_CN].title, pack->prose[LANG_EN].title);
	list_profiles(pack, out);
	text_printf(out, "\n  %zu requirements, %zu controls, %zu standards\n",
	            pack->requirements.count, controls.count, pack->standards.count);
}

static RESULT open_pack(struct target *target, const char *name)
{
	TRY(target_open(target, name, false));
	TRY(reader_verdict(&target->library.reader));
	ENSURE(target->pack, PACK_INVALID, AT_NONE, "'%s' is not a pack", name);
	return OK;
}

struct result policy_list(struct text *out)
{
	const struct content *content = NULL;

	while ((content = content_next("packs/", content))) {
		struct target target;
		const char *slash = strchr(content->path + 6, '/');
		if (!slash || strcmp(slash, "/pack.xml") != 0)
			continue;
		struct text name = {0};
		text_add(&name, content->path + 6, (size_t)(slash - content->path) - 6);
		struct result done = open_pack(&target, name.data);
		if (done.ok)
			head(&target, out);
		target_free(&target);
		text_free(&name);
		TRY(done);
	}
	return OK;
}

static const char *default_of(const struct library *library, const char *name)
{
	const struct param *param = library_param(library, name);

	return param ? param->value.text : "";
}

static void show_control(const struct target *target, const struct control *control,
                         struct text *out)
{
	text_printf(out, "    %s r%u %s  %s / %s\n", control->id, control->revision,
	            severity_name(control->severity), control->prose[LANG_ZH_CN].title,
	            control->prose[LANG_EN].title);
	for (size_t i = 0; i < control->params.count; i++)
		text_printf(out, "      $%s = %s\n", (const char *)control->params.items[i],
		            default_of(&target->library, control->params.items[i]));
}

static void show_requirement(const struct target *target, const struct requirement *requirement,
                             struct text *out)
{
	bool empty = !requirement->controls.count && !requirement->requirements.count;

	text_printf(out, "\n  %s %s, weight %u%s\n    %s\n    %s\n", requirement->id,
	            severity_name(requirement->severity), requirement->weight,
	            requirement->manual ? ", decided by a person"
	            : empty             ? ", not covered yet"
	                                : "",
	            requirement->prose[LANG_ZH_CN].title, requirement->prose[LANG_EN].title);
	for (size_t i = 0; i < requirement->controls.count; i++)
		show_control(target, requirement->controls.items[i], out);
	for (size_t i = 0; i < requirement->requirements.count; i++) {
		const struct requirement *used = requirement->requirements.items[i];
		text_printf(out, "    uses %s of %s\n", used->id, used->pack->id);
	}
}

static const char *threshold(int severity)
{
	return severity < 0 ? "none" : severity_name((enum severity)severity);
}

static void show(struct target *target, struct text *out)
{
	const struct pack *pack = target->pack;

	head(target, out);
	for (size_t i = 0; i < pack->gates.count; i++) {
		const struct gate *gate = pack->gates.items[i];
		text_printf(out, "  gate %s: fails on %s, open on %s%s%s\n", gate->id,
		            threshold(gate->fail_on), threshold(gate->incomplete_on),
		            gate->manual ? ", waits for people" : "",
		            gate->is_default ? " (default)" : "");
	}
	for (size_t i = 0; i < pack->requirements.count; i++)
		show_requirement(target, pack->requirements.items[i], out);
	text_puts(out, "\n");
	for (size_t i = 0; i < pack->standards.count; i++) {
		const struct standard *standard = pack->standards.items[i];
		text_printf(out, "  standard %s (%s): %zu clauses\n", standard->id,
		            standard->edition, standard->clauses.count);
	}
}

struct result policy_show(const char *name, struct text *out)
{
	struct target target;
	struct result done = open_pack(&target, name);

	if (done.ok)
		show(&target, out);
	target_free(&target);
	return done;
}
