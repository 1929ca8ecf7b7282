/* pack.c - a product pack: identity, compatibility, profiles, gates, and all its files. */
#include "policy/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

struct requirement *pack_requirement(const struct pack *pack, const char *id)
{
	for (size_t i = 0; i < pack->requirements.count; i++) {
		struct requirement *requirement = pack->requirements.items[i];
		if (strcmp(requirement->id, id) == 0)
			return requirement;
	}
	return NULL;
}

struct profile *pack_profile(const struct pack *pack, const char *id)
{
	for (size_t i = 0; i < pack->profiles.count; i++) {
		struct profile *profile = pack->profiles.items[i];
		if (id ? strcmp(profile->id, id) == 0 : profile->is_default)
			return profile;
	}
	return NULL;
}

struct gate *pack_gate(const struct pack *pack, const char *id)
{
	for (size_t i = 0; i < pack->gates.count; i++) {
		struct gate *gate = pack->gates.items[i];
		if (id ? strcmp(gate->id, id) == 0 : gate->is_default)
			return gate;
	}
	return NULL;
}

enum severity severity_read(const char *name)
{
	for (int severity = 0; severity < SEVERITY_COUNT; severity++) {
		if (name && strcmp(severity_name((enum severity)severity), name) == 0)
			return (enum severity)severity;
	}
	return SEVERITY_MEDIUM;
}

static const struct setting *find_setting(const struct profile *profile, const struct param *param)
{
	for (size_t i = 0; i < profile->settings.count; i++) {
		const struct setting *setting = profile->settings.items[i];
		if (setting->param == param)
			return setting;
	}
	return NULL;
}

/* Takes over what the profile that this one tightens sets, and refuses what is not as strict. */
static void tighten(struct library *library, const struct pack *pack, const xmlNode *node,
                    struct profile *profile)
{
	struct reader *reader = &library->reader;
	const char *name = reader_attr(reader, node, "tightens");
	const struct profile *base = name ? pack_profile(pack, name) : NULL;

	if (name && !base)
		reader_problem(reader, pack->file->path, reader_line(node),
		               "profile %s tightens %s, which does not stand before it",
		               profile->id, name);
	if (!base)
		return;
	for (size_t i = 0; i < profile->settings.count; i++) {
		const struct setting *mine = profile->settings.items[i];
		const struct setting *theirs = find_setting(base, mine->param);
		enum param_change change = params_compare(
			mine->param, theirs ? &theirs->value : &mine->param->value, &mine->value);
		if (change != CHANGE_NONE && change != CHANGE_TIGHTENED)
			reader_problem(reader, pack->file->path, reader_line(node),
			               "profile %s tightens %s, and its %s '%s' is not stricter",
			               profile->id, name, mine->param->name, mine->value.text);
	}
	for (size_t i = 0; i < base->settings.count; i++) {
		struct setting *theirs = base->settings.items[i];
		if (!find_setting(profile, theirs->param))
			library_add(library, &profile->settings, theirs);
	}
}

static void read_profile(struct library *library, struct pack *pack, const xmlNode *node)
{
	struct reader *reader = &library->reader;
	struct profile *profile = library_take(library, sizeof *profile);

	profile->id = reader_attr(reader, node, "id");
	profile->is_default = reader_flag(reader, node, "default");
	if (pack_profile(pack, profile->id))
		reader_problem(reader, pack->file->path, reader_line(node),
		               "profile %s stands twice", profile->id);
	for (xmlNode *set = reader_child(node, "set"); set; set = reader_next(set, "set")) {
		struct setting *setting = library_take(library, sizeof *setting);
		if (params_setting(library, pack->file, set, setting))
			library_add(library, &profile->settings, setting);
	}
	tighten(library, pack, node, profile);
	library_add(library, &pack->profiles, profile);
}

static int severity_or_none(struct reader *reader, const xmlNode *node, const char *name,
                            int missing)
{
	const char *word = reader_attr(reader, node, name);

	if (!word)
		return missing;
	return strcmp(word, "none") == 0 ? -1 : (int)severity_read(word);
}

static bool open_on(struct reader *reader, const xmlNode *node, const char *name)
{
	const char *word = reader_attr(reader, node, name);

	return !word || strcmp(word, "incomplete") == 0;
}

static void read_gate(struct library *library, struct pack *pack, const xmlNode *node)
{
	struct reader *reader = &library->reader;
	struct gate *gate = library_take(library, sizeof *gate);

	gate->id = reader_attr(reader, node, "id");
	gate->is_default = reader_flag(reader, node, "default");
	gate->fail_on = severity_or_none(reader, node, "fail-on", SEVERITY_HIGH);
	gate->incomplete_on = severity_or_none(reader, node, "incomplete-on", gate->fail_on);
	gate->manual = open_on(reader, node, "manual");
	gate->least_coverage = reader_number(reader, node, "least-coverage", 0);
	if (pack_gate(pack, gate->id))
		reader_problem(reader, pack->file->path, reader_line(node), "gate %s stands twice",
		               gate->id);
	library_add(library, &pack->gates, gate);
}

static void need_default(struct library *library, const struct pack *pack, const char *what,
                         size_t count)
{
	if (count != 1)
		reader_problem(&library->reader, pack->file->path, reader_line(pack->node),
		               "%zu %ss are marked default=\"true\"; mark one", count, what);
}

static void read_choices(struct library *library, struct pack *pack)
{
	size_t profiles = 0, gates = 0;
	const xmlNode *group = reader_child(pack->node, "profiles");

	for (xmlNode *node = reader_child(group, "profile"); node;
	     node = reader_next(node, "profile"))
		read_profile(library, pack, node);
	group = reader_child(pack->node, "gates");
	for (xmlNode *node = reader_child(group, "gate"); node; node = reader_next(node, "gate"))
		read_gate(library, pack, node);
	for (size_t i = 0; i < pack->profiles.count; i++)
		profiles += ((struct profile *)pack->profiles.items[i])->is_default;
	for (size_t i = 0; i < pack->gates.count; i++)
		gates += ((struct gate *)pack->gates.items[i])->is_default;
	need_default(library, pack, "profile", profiles);
	need_default(library, pack, "gate", gates);
	if (!pack_gate(pack, "pipeline") || !pack_gate(pack, "delivery"))
		reader_problem(&library->reader, pack->file->path, reader_line(pack->node),
		               "a pack ships the gates pipeline and delivery; add what is missing");
}

static void check_ranges(struct library *library, const struct pack *pack)
{
	struct reader *reader = &library->reader;
	const char *engine = reader_attr(reader, pack->node, "engine");
	const char *facts = reader_attr(reader, pack->node, "facts");
	long line = reader_line(pack->node);
	char least[16], supported[16];
	int64_t day;

	snprintf(supported, sizeof supported, "%d.%d", FACTS_MAJOR, FACTS_MINOR);
	snprintf(least, sizeof least, "%d", FACTS_MAJOR);
	if (!version_range(engine))
		reader_problem(reader, pack->file->path, line,
		               "engine=\"%s\" is not a range; write \">=0.1 <1\"", engine);
	else if (!version_within(PARASOL_VERSION, engine))
		reader_problem(reader, pack->file->path, line,
		               "the pack needs engine %s and this is %s; use a matching version",
		               engine, PARASOL_VERSION);
	if (version_compare(facts, supported) > 0 || version_compare(facts, least) < 0)
		reader_problem(reader, pack->file->path, line,
		               "the pack needs facts %s and this program has %s; use a matching "
		               "version",
		               facts, supported);
	if (!params_day(reader_attr(reader, pack->node, "issued"), &day))
		reader_problem(reader, pack->file->path, line, "issued is not a day");
}

static bool starts(const char *name, const char *prefix)
{
	size_t len = strlen(name);

	return strncmp(name, prefix, strlen(prefix)) == 0 && len > 4 &&
	       strcmp(name + len - 4, ".xml") == 0;
}

bool pack_watches(const struct pack_file *file)
{
	return starts(file->name, "watch/");
}

/* Held against the schema here; what they watch is read by library_watch. */
static void check_watches(struct library *library, const struct pack *pack)
{
	for (size_t i = 0; i < pack->files.count; i++) {
		struct pack_file *file = pack->files.items[i];
		if (pack_watches(file))
			(void)reader_parse(&library->reader, file, SCHEMA_WATCH);
	}
}

static void load_parts(struct library *library, struct pack *pack)
{
	for (size_t i = 0; i < pack->files.count; i++) {
		struct pack_file *file = pack->files.items[i];
		if (starts(file->name, "standards/") &&
		    reader_parse(&library->reader, file, SCHEMA_PACK))
			standard_load(library, pack, file);
	}
	for (size_t i = 0; i < pack->files.count; i++) {
		struct pack_file *file = pack->files.items[i];
		if (starts(file->name, "locale/") &&
		    reader_parse(&library->reader, file, SCHEMA_LOCALE))
			locale_load(library, pack, file);
	}
}

/* Parameters and controls that the pack brings itself stand beside those of the library. */
static void load_controls(struct library *library, const struct pack *pack, bool want_params)
{
	for (size_t i = 0; i < pack->files.count; i++) {
		struct pack_file *file = pack->files.items[i];
		bool params = strcmp(file->name, "controls/params.xml") == 0;
		if (!starts(file->name, "controls/") || params != want_params ||
		    !reader_parse(&library->reader, file, SCHEMA_CONTROLS))
			continue;
		if (params)
			params_load(library, file);
		else
			control_load(library, file);
	}
}

static struct pack_file *main_file(const struct list *files)
{
	for (size_t i = 0; i < files->count; i++) {
		struct pack_file *file = files->items[i];
		if (strcmp(file->name, "pack.xml") == 0)
			return file;
	}
	return NULL;
}

static void read_identity(struct library *library, struct pack *pack)
{
	struct reader *reader = &library->reader;

	pack->node = xmlDocGetRootElement(pack->file->doc);
	pack->id = reader_attr(reader, pack->node, "id");
	pack->version = reader_attr(reader, pack->node, "version");
	pack->sequence = reader_number(reader, pack->node, "sequence", 0);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		pack->prose[lang].title = pack->id;
}

static struct pack *find_loaded(const struct library *library, const char *name)
{
	for (size_t i = 0; i < library->packs.count; i++) {
		struct pack *pack = library->packs.items[i];
		if (strcmp(pack->id, name) == 0 || strcmp(pack->place, name) == 0)
			return pack;
	}
	return NULL;
}

static void read_pack(struct library *library, struct pack *pack)
{
	check_ranges(library, pack);
	check_watches(library, pack);
	load_controls(library, pack, true);
	load_controls(library, pack, false);
	read_choices(library, pack);
	requirement_load(library, pack);
	/* known from here on, so that packs may use each other's requirements */
	library_add(library, &library->packs, pack);
	requirement_resolve(library, pack);
	load_parts(library, pack);
}

/* Only when all packs that use each other are there can cycles be seen. */
static void complete(struct library *library)
{
	for (size_t i = 0; i < library->packs.count; i++)
		requirement_cycles(library, library->packs.items[i]);
	for (size_t i = 0; i < library->packs.count; i++)
		pack_digest(library, library->packs.items[i]);
}

static RESULT find_files(struct library *library, struct pack *pack, const char *name)
{
	struct text prefix = {0};
	size_t len = strlen(name);
	struct pack_file *file;
	struct result done = OK;

	if (len > 4 && strcmp(name + len - 4, ".xml") == 0) {
		TRY(reader_file(&library->reader, name, &file));
		file->name = "pack.xml";
		return list_add(&library->reader.arena, &pack->files, file);
	}
	text_printf(&prefix, "packs/%s/", name);
	if (!strchr(name, '/'))
		done = reader_folder(&library->reader, prefix.data, true, &pack->files);
	text_free(&prefix);
	TRY(done);
	if (pack->files.count && strcmp(name, "controls") != 0)
		return OK;
	ENSURE(strchr(name, '/') || strcmp(name, ".") == 0, PACK_INVALID, AT_NONE,
	       "there is no built-in pack '%s'; 'parasol pack list' shows them, and a folder is "
	       "written with a slash (./%s)",
	       name, name);
	return reader_folder(&library->reader, name, false, &pack->files);
}

struct result library_pack(struct library *library, const char *name, struct pack **out)
{
	struct pack *pack = find_loaded(library, name);

	*out = pack;
	if (pack)
		return OK;
	pack = library_take(library, sizeof *pack);
	TRY(find_files(library, pack, name));
	pack->file = main_file(&pack->files);
	ENSURE(pack->file, PACK_INVALID, AT_NONE, "'%s' holds no pack.xml", name);
	if (!reader_parse(&library->reader, main_file(&pack->files), SCHEMA_PACK))
		return OK;
	pack->place = arena_copy(&library->reader.arena, name, strlen(name));
	if (!pack->place)
		return FAILED;
	if (strcmp((const char *)xmlDocGetRootElement(pack->file->doc)->name, "pack") != 0) {
		reader_problem(&library->reader, pack->file->path, 1, "the root is not <pack>");
		return OK;
	}
	read_identity(library, pack);
	if (!strchr(name, '/') && strcmp(pack->id, name) != 0)
		reader_problem(&library->reader, pack->file->path, reader_line(pack->node),
		               "the pack's id %s differs from its folder", pack->id);
	library->loading++;
	read_pack(library, pack);
	if (--library->loading == 0)
		complete(library);
	*out = pack;
	return OK;
}

struct manifest {
	struct library *library;
	struct list lines;
};

static void add_line(struct manifest *manifest, const char *prefix, const struct pack_file *file)
{
	char hex[2 * DIGEST_MAX + 1];
	struct text line = {0};

	digest_hex(DIGEST_SHA256, file->data, file->size, hex);
	text_printf(&line, "%s %zu %s%s\n", hex, file->size, prefix, file->name);
	char *copy = arena_copy(&manifest->library->reader.arena, line.data, line.len);
	if (!copy)
		fault_out_of_memory();
	library_add(manifest->library, &manifest->lines, copy);
	text_free(&line);
}

/* Parameters and prose of the library always count; its other files where a control is used. */
static bool library_file_used(const struct list *controls, const struct pack_file *file)
{
	if (strncmp(file->name, "locale/", 7) == 0 || strcmp(file->name, "params.xml") == 0)
		return true;
	for (size_t i = 0; i < controls->count; i++) {
		if (((struct control *)controls->items[i])->file == file)
			return true;
	}
	return false;
}

void pack_digest(struct library *library, struct pack *pack)
{
	struct manifest manifest = {.library = library};
	struct list controls = {0}, requirements = {0};
	struct text text = {0};

	for (size_t i = 0; i < pack->requirements.count; i++) {
		if (!requirement_reach(&library->reader.arena, pack->requirements.items[i], NULL,
		                       &requirements, &controls)
		             .ok)
			fault_out_of_memory();
	}
	for (size_t i = 0; i < pack->files.count; i++)
		add_line(&manifest, "", pack->files.items[i]);
	for (size_t i = 0; i < library->files.count; i++) {
		if (library_file_used(&controls, library->files.items[i]))
			add_line(&manifest, "library/", library->files.items[i]);
	}
	list_sort_strings(&manifest.lines);
	text_printf(&text, "parasol-manifest 1\n%s\n%s\n%u\n", pack->id, pack->version,
	            pack->sequence);
	for (size_t i = 0; i < manifest.lines.count; i++)
		text_puts(&text, manifest.lines.items[i]);
	char hex[2 * DIGEST_MAX + 1];
	digest_hex(DIGEST_SHA256, text.data, text.len, hex);
	memcpy(pack->digest, hex, sizeof pack->digest);
	text_free(&text);
}
