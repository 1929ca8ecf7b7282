/*
 * dexcode.c - code_items of DEX files, and the lines of their debug information.
 *
 * code_item: u16 registers_size, ins_size, outs_size, tries_size, u32 debug_info_off, u32
 * insns_size in 16-bit units, instructions, and for tries_size > 0 padding, try_items and handlers.
 *
 * debug_info_item: uleb128 line_start, uleb128 parameters_size, names (uleb128p1), and a program
 * for a machine that has an address and a line.
 */
#include "code/dexfile.h"

struct result dex_code_open(const struct dex *dex, const struct method *method,
                            struct dex_code *out)
{
	const uint8_t *at = method->code;
	uint32_t offset = (uint32_t)(at - dex->file.data);

	ENSURE(method->code_len >= DEX_CODE_HEADER, CODE_BODY, offset,
	       "code_item of method %u: the file ends within its header (dex-format, code_item)",
	       method->ref);
	struct dex_code code = {.registers = dex_u16(at),
	                        .ins = dex_u16(at + 2),
	                        .tries = dex_u16(at + 6),
	                        .debug = dex_u32(at + 8),
	                        .size = dex_u32(at + 12),
	                        .insns = at + DEX_CODE_HEADER,
	                        .at = offset + DEX_CODE_HEADER};
	ENSURE(code.size <= (method->code_len - DEX_CODE_HEADER) / 2, CODE_BODY, offset + 12,
	       "code_item of method %u: insns_size %u goes past the end of the file (dex-format, "
	       "code_item)",
	       method->ref, code.size);
	*out = code;
	return OK;
}

/* --- lines ------------------------------------------------------------------------------------ */

enum debug_op {
	DBG_END_SEQUENCE,
	DBG_ADVANCE_PC,
	DBG_ADVANCE_LINE,
	DBG_START_LOCAL,
	DBG_START_LOCAL_EXTENDED,
	DBG_END_LOCAL,
	DBG_RESTART_LOCAL,
	DBG_SET_PROLOGUE_END,
	DBG_SET_EPILOGUE_BEGIN,
	DBG_SET_FILE,
	DBG_FIRST_SPECIAL,
	DBG_LINE_BASE = -4,
	DBG_LINE_RANGE = 15
};

enum { DEBUG_MAX = 1 << 20 }; /* steps of the machine that one question may take */

struct machine {
	uint32_t address, line;
	uint32_t found; /* the line of the last position at or before the pc */
	bool ended;
};

static RESULT skip_ulebs(struct cursor *c, uint32_t count)
{
	uint32_t ignored;

	for (uint32_t i = 0; i < count; i++)
		TRY(dex_uleb(c, &ignored));
	return OK;
}

/* A special opcode moves both and makes a position; one behind the pc ends the search. */
static void special(struct machine *m, unsigned op, uint32_t pc)
{
	unsigned adjusted = op - DBG_FIRST_SPECIAL;

	m->address += adjusted / DBG_LINE_RANGE;
	m->line += (uint32_t)(DBG_LINE_BASE + (int)(adjusted % DBG_LINE_RANGE));
	if (m->address > pc)
		m->ended = true;
	else
		m->found = m->line;
}

static RESULT step(struct machine *m, struct cursor *c, uint32_t pc)
{
	static const uint8_t operands[DBG_FIRST_SPECIAL] = {[DBG_START_LOCAL] = 3,
	                                                    [DBG_START_LOCAL_EXTENDED] = 4,
	                                                    [DBG_END_LOCAL] = 1,
	                                                    [DBG_RESTART_LOCAL] = 1,
	                                                    [DBG_SET_FILE] = 1};
	uint32_t by;
	int32_t lines;
	uint8_t op;

	TRY(cursor_u8(c, &op));
	switch (op) {
	case DBG_END_SEQUENCE:
		m->ended = true;
		return OK;
	case DBG_ADVANCE_PC:
		TRY(dex_uleb(c, &by));
		m->address += by;
		return OK;
	case DBG_ADVANCE_LINE:
		TRY(dex_sleb(c, &lines));
		m->line += (uint32_t)lines;
		return OK;
	default:
		if (op < DBG_FIRST_SPECIAL)
			return skip_ulebs(c, operands[op]);
		special(m, op, pc);
		return OK;
	}
}

/* Damage ends the search; what was found before it stands. */
uint32_t dex_read_line(const struct unit *unit, const struct method *method, uint32_t pc)
{
	const struct dex *dex = unit->state;
	struct machine m = {0};
	struct dex_code code;
	struct cursor c;
	uint32_t parameters;

	if (!method->code || !dex_code_open(dex, method, &code).ok || !code.debug ||
	    !dex_seek(dex, code.debug, "debug_info_off", &c).ok)
		return 0;
	if (!dex_uleb(&c, &m.line).ok || !dex_uleb(&c, &parameters).ok || parameters > DEBUG_MAX ||
	    !skip_ulebs(&c, parameters).ok)
		return 0;
	for (uint32_t i = 0; i < DEBUG_MAX && !m.ended; i++)
		if (!step(&m, &c, pc).ok)
			break;
	return m.found;
}
