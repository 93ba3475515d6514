// SPDX-License-Identifier: Apache-2.0
/*
 * Filters of the traffic control's clsact queueing discipline, by netlink: how a program was attached to an interface
 * before Linux 6.6 had links for it. A filter belongs to the interface, not to a process: it outlives a crash.
 */
#include "addon.h"

#include <errno.h>
#include <string.h>

struct tc_filter {
	struct handle handle;
	int interface;
	bool egress;
	uint32_t number, priority;
};

/* Filled in place: libbpf insists on zeros in the padding, which a returned structure does not promise. */
static void hook_fill(struct bpf_tc_hook *hook, int interface, bool egress)
{
	memset(hook, 0, sizeof(*hook));
	hook->sz = sizeof(*hook);
	hook->ifindex = interface;
	hook->attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

/* The discipline is left in place: others may have put filters of theirs into it, and it does nothing by itself. */
static void filter_release(struct handle *handle)
{
	struct tc_filter *filter = (struct tc_filter *)handle;
	LIBBPF_OPTS(bpf_tc_opts, options, .handle = filter->number, .priority = filter->priority);
	struct bpf_tc_hook hook;

	hook_fill(&hook, filter->interface, filter->egress);
	bpf_tc_detach(&hook, &options);
}

static napi_value result_status(struct call *call, int error)
{
	return error ? result_errno(call, -error) : result_int(call, 0);
}

/* tcFilterAttach(object, program, interfaceIndex, egress): filter; the kernel chooses its number and priority */
napi_value tc_filter_attach(struct call *call)
{
	LIBBPF_OPTS(bpf_tc_opts, options);
	struct bpf_program *program;
	struct tc_filter *filter;
	struct bpf_tc_hook hook;
	int32_t interface;
	bool egress;
	int error;

	if (!arg_program(call, 0, &program) || !arg_int32(call, 2, &interface) || !arg_bool(call, 3, &egress))
		return NULL;
	hook_fill(&hook, interface, egress);
	error = bpf_tc_hook_create(&hook);
	if (error && error != -EEXIST)
		return result_errno(call, -error);
	options.prog_fd = bpf_program__fd(program);
	error = bpf_tc_attach(&hook, &options);
	if (error)
		return result_errno(call, -error);
	filter = handle_new(HANDLE_TC_FILTER, sizeof(*filter), filter_release);
	if (!filter) {
		options.prog_fd = 0;
		options.prog_id = 0;
		bpf_tc_detach(&hook, &options);
		return result_errno(call, ENOMEM);
	}
	filter->interface = interface;
	filter->egress = egress;
	filter->number = options.handle;
	filter->priority = options.priority;
	return result_handle(call, &filter->handle);
}

/* tcFilterUpdate(filter, object, program): 0 | -errno; the hook is never without a program */
napi_value tc_filter_update(struct call *call)
{
	LIBBPF_OPTS(bpf_tc_opts, options, .flags = BPF_TC_F_REPLACE);
	struct bpf_program *program;
	struct tc_filter *filter;
	struct bpf_tc_hook hook;

	if (!arg_handle(call, 0, HANDLE_TC_FILTER, &filter) || !arg_program(call, 1, &program))
		return NULL;
	hook_fill(&hook, filter->interface, filter->egress);
	options.handle = filter->number;
	options.priority = filter->priority;
	options.prog_fd = bpf_program__fd(program);
	return result_status(call, bpf_tc_attach(&hook, &options));
}

/* tcFilterInfo(filter): {number, priority, programId} | -errno */
napi_value tc_filter_info(struct call *call)
{
	LIBBPF_OPTS(bpf_tc_opts, options);
	struct tc_filter *filter;
	struct bpf_tc_hook hook;
	napi_value record;
	int error;

	if (!arg_handle(call, 0, HANDLE_TC_FILTER, &filter))
		return NULL;
	hook_fill(&hook, filter->interface, filter->egress);
	options.handle = filter->number;
	options.priority = filter->priority;
	error = bpf_tc_query(&hook, &options);
	if (error)
		return result_errno(call, -error);
	record = record_new(call);
	record_set_number(call, record, "number", filter->number);
	record_set_number(call, record, "priority", filter->priority);
	record_set_number(call, record, "programId", options.prog_id);
	return record;
}
