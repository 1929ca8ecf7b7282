/*
 * dexflow.c - where control goes in a method of a DEX file besides its branches.
 *
 * packed-switch-payload: u16 0x0100, u16 size, s32 first_key, s32 targets[size]. sparse: u16
 * 0x0200, u16 size, s32 keys[size], s32 targets[size]. fill-array-data: u16 0x0300, u16
 * element_width, u32 size, data. Targets count in units from the switch.
 *
 * try_item: u32 start_addr, u16 insn_count, u16 handler_off, which counts from the
 * encoded_catch_handler_list: uleb128 size, then handlers, each sleb128 size (0 or less: a handler
 * for all follows), that many times its absolute value uleb128 type and addr, and uleb128
 * catch_all_addr.
 */
#include <string.h>

#include "code/dexbody.h"

/* Several tries may share handlers; how many each may have on the average. */
enum { TRY_ITEM = 8, SHARED_HANDLERS = 16 };

/* Data of a kind `offset` units from an instruction; all of it is in the code. */
static RESULT find_data(const struct dex_maker *maker, const struct insn *insn, int64_t offset,
                        const uint8_t **out)
{
	int64_t at = insn->pc + offset;
	uint64_t here = maker->code.at + 2 * (uint64_t)insn->pc;

	ENSURE(at >= 0 && at < maker->code.size, CODE_BODY, here,
	       "unit %u: data at %lld, outside the code", insn->pc, (long long)at);
	const uint8_t *data = maker->code.insns + 2 * (size_t)at;
	uint64_t left = maker->code.size - (uint64_t)at, units = dex_payload_units(data, left);
	ENSURE(units && units <= left, CODE_BODY, here,
	       "unit %u: no data, or cut off, at unit %lld (dalvik-bytecode)", insn->pc,
	       (long long)at);
	*out = data;
	return OK;
}

static int32_t s32(const uint8_t *at)
{
	return (int32_t)dex_u32(at);
}

static struct switch_case case_at(const struct dex_maker *maker, const struct insn *insn,
                                  const uint8_t *data, uint32_t i)
{
	uint32_t size = dex_u16(data + 2);
	bool packed = dex_u16(data) == PAYLOAD_PACKED;
	int64_t key = packed ? (int32_t)(dex_u32(data + 4) + i) : s32(data + 4 + 4 * (size_t)i);
	const uint8_t *targets = packed ? data + 8 : data + 4 + 4 * (size_t)size;
	int64_t target = insn->pc + (int64_t)s32(targets + 4 * (size_t)i);

	if (target < 0 || target > maker->code.size)
		target = maker->code.size;
	return (struct switch_case){.key = key, .target = (uint32_t)target};
}

struct result dex_put_switch(struct dex_maker *maker, int64_t offset, struct insn *insn)
{
	struct switch_table table = {0};
	const uint8_t *data;

	TRY(find_data(maker, insn, offset, &data));
	ENSURE(dex_u16(data) != PAYLOAD_ARRAY, CODE_BODY, maker->code.at + 2 * (uint64_t)insn->pc,
	       "unit %u: a switch over array data", insn->pc);
	table.count = dex_u16(data + 2);
	ENSURE(table.count <= maker->cases_left, CODE_BODY, maker->code.at + 2 * (uint64_t)insn->pc,
	       "unit %u: switches share their data", insn->pc);
	maker->cases_left -= table.count;
	ALLOC(table.cases, maker->arena, (size_t)table.count + 1);
	for (uint32_t i = 0; i < table.count; i++)
		table.cases[i] = case_at(maker, insn, data, i);
	insn->ref = maker->body.switch_count;
	insn->number = 0;
	maker->body.switches[maker->body.switch_count++] = table;
	return OK;
}

struct result dex_put_array(struct dex_maker *maker, int64_t offset, struct insn *insn)
{
	const uint8_t *data;

	TRY(find_data(maker, insn, offset, &data));
	uint32_t width = dex_u16(data + 2);
	ENSURE(dex_u16(data) == PAYLOAD_ARRAY &&
	               (width == 1 || width == 2 || width == 4 || width == 8),
	       CODE_BODY, maker->code.at + 2 * (uint64_t)insn->pc,
	       "unit %u: no array data, or of %u bytes each (dalvik-bytecode)", insn->pc, width);
	insn->number = width;
	insn->count = dex_u32(data + 4);
	insn->data = data + 8;
	return OK;
}

/* --- handlers --------------------------------------------------------------------------------- */

/* While they are read. */
struct handlers {
	struct dex_maker *maker;
	struct cursor list; /* the encoded_catch_handler_list, and what follows it */
	uint32_t room, max;
};

static RESULT grow(struct handlers *handlers)
{
	struct body *body = &handlers->maker->body;
	struct handler *more;
	uint32_t room = handlers->room ? 2 * handlers->room : 8;

	ALLOC(more, handlers->maker->arena, room);
	if (body->handler_count)
		memcpy(more, body->handlers, body->handler_count * sizeof *more);
	body->handlers = more;
	handlers->room = room;
	return OK;
}

static RESULT add_handler(struct handlers *handlers, struct handler handler)
{
	struct body *body = &handlers->maker->body;

	ENSURE(body->handler_count < handlers->max, CODE_BODY, handlers->list.origin,
	       "tries share too many handlers");
	if (body->handler_count == handlers->room)
		TRY(grow(handlers));
	body->handlers[body->handler_count++] = handler;
	return OK;
}

static RESULT read_catch(struct handlers *handlers, struct cursor *c, struct handler handler)
{
	TRY(dex_uleb(c, &handler.type));
	TRY(dex_uleb(c, &handler.target));
	ENSURE(handler.type < handlers->maker->dex->type_count, CODE_BODY, cursor_at(c),
	       "encoded_type_addr_pair: type index %u (dex-format)", handler.type);
	return add_handler(handlers, handler);
}

static RESULT read_try(struct handlers *handlers, const uint8_t *item)
{
	struct handler handler = {.start = dex_u32(item), .type = NO_INDEX};
	uint64_t end = (uint64_t)handler.start + dex_u16(item + 4);
	struct cursor c = handlers->list;
	int32_t size;

	ENSURE(end <= handlers->maker->code.size, CODE_BODY, c.origin,
	       "try_item: units %u to %llu, outside the code (dex-format)", handler.start,
	       (unsigned long long)end);
	handler.end = (uint32_t)end;
	TRY(cursor_seek(&c, dex_u16(item + 6)));
	TRY(dex_sleb(&c, &size));
	uint32_t typed = size < 0 ? 0 - (uint32_t)size : (uint32_t)size;
	for (uint32_t i = 0; i < typed; i++)
		TRY(read_catch(handlers, &c, handler));
	if (size > 0)
		return OK;
	TRY(dex_uleb(&c, &handler.target));
	return add_handler(handlers, handler);
}

static RESULT read_tries(struct handlers *handlers, const struct cursor *items)
{
	for (uint32_t i = 0; i < handlers->maker->code.tries; i++)
		TRY(read_try(handlers, items->data + (size_t)i * TRY_ITEM));
	return OK;
}

struct result dex_put_handlers(struct dex_maker *maker)
{
	const struct dex_code *code = &maker->code;
	struct handlers handlers = {.maker = maker};
	struct cursor c = maker->dex->file, items;
	uint64_t at = code->at + 2 * ((uint64_t)code->size + (code->size & 1));

	if (!code->tries)
		return OK;
	handlers.max = SHARED_HANDLERS * code->tries + code->size;
	c.shortage = DIAG_CODE_BODY;
	struct result read = cursor_slice(&c, at, (uint64_t)code->tries * TRY_ITEM, &items);
	if (read.ok)
		read = cursor_slice(&c, at + items.size, c.size - at - items.size, &handlers.list);
	if (read.ok)
		read = read_tries(&handlers, &items);
	if (!read.ok && fault_last()->code == DIAG_LIMIT_MEMORY)
		return FAILED;
	maker->body.partial |= !read.ok;
	return OK;
}
