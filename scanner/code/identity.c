/* identity.c - names of objects and of what values came from, for facts. */
#include <stdio.h>
#include <string.h>

#include "code/tracing.h"

size_t name_of_class(const char *descriptor, char *out, size_t room)
{
	size_t len = strlen(descriptor), used = 0;

	if (len > 1 && descriptor[0] == 'L' && descriptor[len - 1] == ';') {
		descriptor++;
		len -= 2;
	}
	for (; used < len && used + 1 < room; used++)
		out[used] = descriptor[used] == '/' ? '.' : descriptor[used];
	out[used] = '\0';
	return used;
}

const char *trace_identity(const struct value *value, char *out, size_t room)
{
	out[0] = '\0';
	if (!value_is_object(value))
		return out;
	struct method_at method = value->frame->method;
	size_t used = name_of_class(method_class_of(method), out, room);
	if (value->kind == VALUE_PARAM)
		snprintf(out + used, room - used, ".%s#%d", method_name_of(method),
		         (int)value->insn);
	else
		snprintf(out + used, room - used, ".%s@%u", method_name_of(method),
		         value->frame->flow->body.insns[value->insn].pc);
	return out;
}

const char *trace_source(const struct value *value, char *out, size_t room)
{
	out[0] = '\0';
	if (value->kind != VALUE_RUNTIME)
		return out;
	const struct flow *flow = value->frame->flow;
	const struct insn *insn = &flow->body.insns[value->insn];
	if (insn->op != OP_INVOKE || insn->ref == NO_INDEX)
		return out;
	size_t used = name_of_class(call_class(flow, insn), out, room);
	snprintf(out + used, room - used, ".%s", call_name(flow, insn));
	return out;
}

const char *trace_type(const struct value *value)
{
	const struct insn *insn;

	if (value->kind != VALUE_OBJECT)
		return "";
	insn = &value->frame->flow->body.insns[value->insn];
	return insn->op == OP_NEW || insn->op == OP_NEW_ARRAY || insn->op == OP_FILLED_ARRAY
	               ? unit_type(value->frame->flow->body.unit, insn->ref)
	               : "";
}

const struct values *trace_result(struct trace *trace, const struct trace_call *call)
{
	const struct insn *insn;

	if (!call->frame)
		return &values_none;
	insn = &call->frame->flow->body.insns[call->insn];
	return insn->def == NO_REG ? &values_none : trace_def(trace, call->frame, call->insn);
}
