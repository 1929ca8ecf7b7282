/* zipend.c - the end records of a ZIP. */
#include "intake/zipend.h"

#include <string.h>

enum {
	END_SIZE = 22,
	LOCATOR_SIZE = 20,
	ZIP64_SIZE = 56,
	HEADER_SIZE = 46, /* of a central header */
	COMMENT_MAX = 65535,
	COMMENT_LONG = 1024,
};

static const uint32_t local_signature = 0x04034b50, central_signature = 0x02014b50,
		      end_signature = 0x06054b50, locator_signature = 0x07064b50,
		      zip64_signature = 0x06064b50;

/* The end record as it is written. */
struct classic {
	uint64_t at;
	uint16_t disk, directory_disk, disk_count, count, comment;
	uint32_t size, offset;
};

static uint32_t word(struct cursor file, uint64_t at)
{
	uint32_t value = 0;

	if (!cursor_seek(&file, at).ok || !cursor_u32le(&file, &value).ok)
		return 0;
	return value;
}

static RESULT read_classic(struct cursor file, uint64_t at, struct classic *out)
{
	struct classic end = {.at = at};
	uint32_t signature;

	TRY(cursor_seek(&file, at));
	TRY(cursor_u32le(&file, &signature));
	TRY(cursor_u16le(&file, &end.disk));
	TRY(cursor_u16le(&file, &end.directory_disk));
	TRY(cursor_u16le(&file, &end.disk_count));
	TRY(cursor_u16le(&file, &end.count));
	TRY(cursor_u32le(&file, &end.size));
	TRY(cursor_u32le(&file, &end.offset));
	TRY(cursor_u16le(&file, &end.comment));
	*out = end;
	return OK;
}

/* The two end records that matter: the last, and the first whose comment ends with the file. */
struct candidates {
	bool any, exact;
	struct classic last, fitting;
};

static struct candidates search(struct cursor file)
{
	struct candidates found = {0};
	uint64_t span = END_SIZE + COMMENT_MAX;
	uint64_t stop = file.size > span ? file.size - span : 0;
	struct classic end;

	for (uint64_t at = file.size < END_SIZE ? 0 : file.size - END_SIZE + 1; at-- > stop;) {
		if (file.data[at] != 'P' || word(file, at) != end_signature ||
		    !read_classic(file, at, &end).ok)
			continue;
		if (!found.any)
			found.last = end;
		found.any = true;
		if (at + END_SIZE + end.comment == file.size) {
			found.fitting = end;
			found.exact = true;
		}
	}
	return found;
}

static RESULT read_zip64(struct cursor file, uint64_t at, struct zip_end *out)
{
	uint64_t size, count, directory_size, directory;

	ENSURE(at < file.size && word(file, at) == zip64_signature, ZIP_ZIP64, at,
	       "ZIP64 locator: no ZIP64 end record at its offset %llu (APPNOTE 4.3.15)",
	       (unsigned long long)at);
	file.shortage = DIAG_ZIP_ZIP64;
	TRY(cursor_seek(&file, at + 4));
	TRY(cursor_u64le(&file, &size));
	ENSURE(size >= ZIP64_SIZE - 12 && size <= out->at - at, ZIP_ZIP64, at + 4,
	       "ZIP64 end record: size is %llu (APPNOTE 4.3.14)", (unsigned long long)size);
	TRY(cursor_skip(&file, 20));
	TRY(cursor_u64le(&file, &count));
	TRY(cursor_u64le(&file, &directory_size));
	TRY(cursor_u64le(&file, &directory));
	ENSURE(directory <= at && directory_size <= at - directory, ZIP_ZIP64, at + 40,
	       "ZIP64 end record: directory at %llu of %llu bytes does not lie before it",
	       (unsigned long long)directory, (unsigned long long)directory_size);
	ENSURE(count <= directory_size / HEADER_SIZE, ZIP_ZIP64, at + 32,
	       "ZIP64 end record: %llu entries do not fit the directory",
	       (unsigned long long)count);
	*out = (struct zip_end){.at = out->at,
	                        .limit = at,
	                        .directory = directory,
	                        .directory_size = directory_size,
	                        .count = count,
	                        .zip64 = true};
	return OK;
}

/* Where the ZIP64 record lies: at the locator's offset or, if that is wrong, right before it. */
static uint64_t zip64_place(struct cursor file, uint64_t locator, struct oddity_list *odd)
{
	uint64_t at = (uint64_t)word(file, locator + 8) | (uint64_t)word(file, locator + 12) << 32;
	uint64_t before = locator - ZIP64_SIZE;

	if ((at < file.size && word(file, at) == zip64_signature) || locator < ZIP64_SIZE ||
	    word(file, before) != zip64_signature)
		return at;
	oddity_add(odd, DIAG_ZIP_ZIP64_ODD, locator + 8,
	           "ZIP64 locator: offset is %llu, the record lies at %llu (APPNOTE 4.3.15)",
	           (unsigned long long)at, (unsigned long long)before);
	return before;
}

static bool saturated(const struct classic *end)
{
	return end->count == UINT16_MAX || end->size == UINT32_MAX || end->offset == UINT32_MAX;
}

static void compare_zip64(struct cursor file, uint64_t place, const struct zip_end *classic,
                          struct oddity_list *odd)
{
	struct zip_end zip64 = *classic;

	if (!read_zip64(file, place, &zip64).ok)
		oddity_add(odd, DIAG_ZIP_ZIP64_ODD, classic->at - LOCATOR_SIZE, "%s",
		           fault_last()->why);
	else if (zip64.count != classic->count || zip64.directory != classic->directory ||
	         zip64.directory_size != classic->directory_size)
		oddity_add(
			odd, DIAG_ZIP_ZIP64_ODD, place,
			"ZIP64 end record has %llu entries at %llu, the classic one %llu at %llu",
			(unsigned long long)zip64.count, (unsigned long long)zip64.directory,
			(unsigned long long)classic->count, (unsigned long long)classic->directory);
}

static RESULT apply_zip64(struct cursor file, const struct classic *end, struct oddity_list *odd,
                          struct zip_end *out)
{
	uint64_t locator = end->at - LOCATOR_SIZE;

	if (end->at < LOCATOR_SIZE || word(file, locator) != locator_signature)
		return OK;
	uint64_t place = zip64_place(file, locator, odd);
	if (saturated(end))
		return read_zip64(file, place, out);
	out->limit = place < locator && word(file, place) == zip64_signature ? place : locator;
	compare_zip64(file, place, out, odd);
	return OK;
}

/* Offsets may count from the start of the file or, if bytes were put in front, from the ZIP. */
static RESULT locate(struct cursor file, struct zip_end *end)
{
	uint64_t size = end->directory_size;

	if (end->directory <= end->limit && size <= end->limit - end->directory &&
	    word(file, end->directory) == central_signature)
		return OK;
	ENSURE(size <= end->limit, ZIP_OFFSET, end->at + 12,
	       "end record: size of the directory is %llu, past the record at %llu (APPNOTE "
	       "4.3.16)",
	       (unsigned long long)size, (unsigned long long)end->limit);
	uint64_t start = end->limit - size;
	ENSURE(end->directory <= start && word(file, start) == central_signature, ZIP_OFFSET,
	       end->at + 16, "end record: no central directory at its offset %llu (APPNOTE 4.3.16)",
	       (unsigned long long)end->directory);
	end->base = start - end->directory;
	end->directory = start;
	return OK;
}

static RESULT interpret(struct cursor file, const struct classic *classic, struct oddity_list *odd,
                        struct zip_end *out)
{
	struct zip_end end = {.at = classic->at,
	                      .limit = classic->at,
	                      .directory = classic->offset,
	                      .directory_size = classic->size,
	                      .count = classic->count};

	TRY(apply_zip64(file, classic, odd, &end));
	ENSURE(end.count || end.directory_size, BUNDLE_EMPTY, classic->at,
	       "end record: the archive has no entries");
	TRY(locate(file, &end));
	*out = end;
	return OK;
}

static void report(struct cursor file, const struct classic *end, struct oddity_list *odd)
{
	uint64_t comment = end->at + END_SIZE, left = file.size - comment;

	if (end->disk || end->directory_disk || end->disk_count != end->count)
		oddity_add(odd, DIAG_ZIP_MULTIDISK, end->at + 4,
		           "end record: disk %u, directory on disk %u, %u of %u entries on it",
		           end->disk, end->directory_disk, end->disk_count, end->count);
	if (end->comment > left)
		oddity_add(odd, DIAG_ZIP_EOCD, end->at + 20,
		           "end record: comment of %u bytes, %llu are there", end->comment,
		           (unsigned long long)left);
	else if (end->comment && end->comment < left)
		oddity_add(odd, DIAG_ZIP_EOCD, end->at + 20,
		           "end record: comment of %u bytes, %llu follow", end->comment,
		           (unsigned long long)left);
	else if (end->comment < left)
		oddity_add(odd, DIAG_ZIP_TRAILING, comment, "%llu bytes follow the end record",
		           (unsigned long long)left);
	if (end->comment > COMMENT_LONG)
		oddity_add(odd, DIAG_ZIP_COMMENT, comment, "archive comment of %u bytes",
		           end->comment);
}

/*
 * A file that begins as one ZIP and holds a whole other one before its last bytes has lost its own
 * end: the inner archive must not be judged in its place.
 */
static bool inner_end(struct cursor file, const struct classic *last, const struct zip_end *end)
{
	return end->base && last->at + END_SIZE + last->comment != file.size &&
	       word(file, 0) == local_signature;
}

static RESULT choose(struct cursor file, const struct candidates *found, struct oddity_list *odd,
                     struct zip_end *out)
{
	bool two = found->exact && found->fitting.at != found->last.at;

	if (two)
		oddity_add(odd, DIAG_ZIP_EOCD, found->fitting.at,
		           "two end records, at %llu and %llu; the loader takes the latter",
		           (unsigned long long)found->fitting.at,
		           (unsigned long long)found->last.at);
	if (interpret(file, &found->last, odd, out).ok) {
		report(file, &found->last, odd);
		ENSURE(!inner_end(file, &found->last, out), ZIP_TRUNCATED, file.size,
		       "the file ends before its end record; the one at %llu is of an archive "
		       "inside",
		       (unsigned long long)found->last.at);
		return OK;
	}
	/* the loader refuses the file; what it was made to look like is still worth reading */
	if (!two)
		return FAILED;
	report(file, &found->fitting, odd);
	return interpret(file, &found->fitting, odd, out);
}

static bool begins_like_zip(const void *data, size_t size)
{
	static const uint8_t magic[] = {'P', 'K', 3, 4};

	return size && memcmp(data, magic, size < sizeof magic ? size : sizeof magic) == 0;
}

struct result zipend_find(struct cursor file, struct oddity_list *odd, struct zip_end *out)
{
	struct candidates found = search(file);

	if (found.any)
		return choose(file, &found, odd, out);
	ENSURE(begins_like_zip(file.data, file.size), BUNDLE_TYPE, AT_NONE, "no ZIP archive");
	FAIL(ZIP_TRUNCATED, file.size,
	     "no end of central directory record: the file ends before it (APPNOTE 4.3.16)");
}

/* Cheap, since every entry is asked: of ZIPs with bytes in front, only those without a comment. */
bool zipend_bid(const void *data, size_t size)
{
	struct cursor file = cursor_over(data, size, DIAG_ZIP_TRUNCATED);
	struct classic end;

	if (size >= 4 && begins_like_zip(data, size))
		return true;
	if (size < END_SIZE || word(file, size - END_SIZE) != end_signature ||
	    !read_classic(file, size - END_SIZE, &end).ok)
		return false;
	return !end.comment && end.size <= end.at &&
	       (!end.count || word(file, end.at - end.size) == central_signature);
}
