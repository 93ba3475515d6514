// SPDX-License-Identifier: Apache-2.0
/*
 * What this kernel can do, found out by doing it: a program of two instructions is loaded and, on request, attached
 * and detached at once. Versions say little, since distributions port features back and lock others down.
 */
#include "addon.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A log of two instructions and of one BTF lookup fits. */
#define PROBE_LOG_BYTES 8192

#define HELPER_NAME(name) #name
static const char *const helper_names[] = {__BPF_FUNC_MAPPER(HELPER_NAME)};

/* libbpf's tables have no holes: the first NULL is their end. Enum arguments, hence no pointer to a common type. */
#define NAMES_APPEND(call, record, field, name_of)                                                         \
	do {                                                                                               \
		napi_value list_ = NULL;                                                                   \
		napi_create_array((call)->env, &list_);                                                    \
		for (uint32_t i_ = 0; name_of(i_); i_++)                                                   \
			napi_set_element((call)->env, list_, i_, result_string(call, name_of(i_)));        \
		record_set(call, record, field, list_);                                                    \
	} while (0)

static const char *helper_name(uint32_t id)
{
	return id < sizeof(helper_names) / sizeof(helper_names[0]) ? helper_names[id] : NULL;
}

/* probeNames(): {programTypes, mapTypes, attachTypes, linkTypes, helpers}: names by number, as this libbpf knows them */
napi_value probe_names(struct call *call)
{
	napi_value record = record_new(call);

	NAMES_APPEND(call, record, "programTypes", libbpf_bpf_prog_type_str);
	NAMES_APPEND(call, record, "mapTypes", libbpf_bpf_map_type_str);
	NAMES_APPEND(call, record, "attachTypes", libbpf_bpf_attach_type_str);
	NAMES_APPEND(call, record, "linkTypes", libbpf_bpf_link_type_str);
	NAMES_APPEND(call, record, "helpers", helper_name);
	return record;
}

/* probeSection(section): {type, attachType} | -errno */
napi_value probe_section(struct call *call)
{
	enum bpf_attach_type attach_type = 0;
	enum bpf_prog_type type = 0;
	char section[STRING_BYTES_MAX];
	napi_value record;
	int error;

	if (!arg_string(call, 0, section))
		return NULL;
	error = libbpf_prog_type_by_name(section, &type, &attach_type);
	if (error)
		return result_errno(call, -error);
	record = record_new(call);
	record_set_number(call, record, "type", type);
	record_set_number(call, record, "attachType", attach_type);
	return record;
}

/* probeProgramType(type): 1 | 0 | -errno */
napi_value probe_program_type(struct call *call)
{
	uint32_t type;

	if (!arg_uint32(call, 0, &type))
		return NULL;
	return result_int(call, libbpf_probe_bpf_prog_type(type, NULL));
}

/* probeMapType(type): 1 | 0 | -errno */
napi_value probe_map_type(struct call *call)
{
	uint32_t type;

	if (!arg_uint32(call, 0, &type))
		return NULL;
	return result_int(call, libbpf_probe_bpf_map_type(type, NULL));
}

/* probeBtfId(name, attachType): id in vmlinux's BTF of what that attach type means by the name | -errno */
napi_value probe_btf_id(struct call *call)
{
	char name[STRING_BYTES_MAX];
	uint32_t attach_type;
	int id;

	if (!arg_string(call, 0, name) || !arg_uint32(call, 1, &attach_type))
		return NULL;
	id = libbpf_find_vmlinux_btf_id(name, attach_type);
	return id < 0 ? result_errno(call, -id) : result_int(call, id);
}

/*
 * probeLoad(type, attachType, btfId, returnValue, helper, flags, name): fd handle of the program | {errno, log}. A
 * helper other than 0 is called first: not to be run, but to see whether the verifier knows it for this type.
 */
napi_value probe_load(struct call *call)
{
	uint32_t type, attach_type, btf_id, return_value, helper, flags;
	LIBBPF_OPTS(bpf_prog_load_opts, options);
	char name[STRING_BYTES_MAX], log[PROBE_LOG_BYTES] = "";
	napi_value record;
	int fd;

	if (!arg_uint32(call, 0, &type) || !arg_uint32(call, 1, &attach_type) || !arg_uint32(call, 2, &btf_id) ||
	    !arg_uint32(call, 3, &return_value) || !arg_uint32(call, 4, &helper) || !arg_uint32(call, 5, &flags) ||
	    !arg_string(call, 6, name))
		return NULL;
	struct bpf_insn program[] = {
		{.code = BPF_JMP | BPF_CALL, .imm = (int32_t)helper},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = (int32_t)return_value},
		{.code = BPF_JMP | BPF_EXIT},
	};
	options.expected_attach_type = attach_type;
	options.attach_btf_id = btf_id;
	options.prog_flags = flags;
	options.log_buf = log;
	options.log_size = sizeof(log);
	options.log_level = 1;
	fd = helper ? bpf_prog_load(type, name, "GPL", program, 3, &options)
		    : bpf_prog_load(type, name, "GPL", program + 1, 2, &options);
	if (fd >= 0)
		return result_fd(call, fd);
	record = record_new(call);
	record_set_number(call, record, "errno", errno);
	record_set_string(call, record, "log", log);
	return record;
}

/* Attached for an instant only: the descriptor is the attachment. */
static napi_value attached(struct call *call, int fd)
{
	if (fd < 0)
		return result_errno(call, errno);
	close(fd);
	return result_int(call, 0);
}

/* probeAttachRaw(program, tracepoint | null): 0 | -errno; null when the program's BTF id says where */
napi_value probe_attach_raw(struct call *call)
{
	char name[STRING_BYTES_MAX];
	struct fd_handle *program;
	bool absent = arg_is_absent(call, 1);

	if (!arg_handle(call, 0, HANDLE_FD, &program) || (!absent && !arg_string(call, 1, name)))
		return NULL;
	return attached(call, bpf_raw_tracepoint_open(absent ? NULL : name, program->fd));
}

/* probeAttachLink(program, targetFd, attachType): 0 | -errno */
napi_value probe_attach_link(struct call *call)
{
	struct fd_handle *program;
	uint32_t attach_type;
	int32_t target;

	if (!arg_handle(call, 0, HANDLE_FD, &program) || !arg_int32(call, 1, &target) ||
	    !arg_uint32(call, 2, &attach_type))
		return NULL;
	return attached(call, bpf_link_create(program->fd, target, attach_type, NULL));
}

/*
 * probeAttachPerf(program, perfType, config, kernelFunction | null): 0 | -errno; a perf event of that type is opened on
 * CPU 0 and the program attached to it.
 */
napi_value probe_attach_perf(struct call *call)
{
	struct perf_event_attr event = {.size = sizeof(event)};
	char function[STRING_BYTES_MAX];
	struct fd_handle *program;
	uint32_t type, config;
	napi_value result;
	int fd;

	if (!arg_handle(call, 0, HANDLE_FD, &program) || !arg_uint32(call, 1, &type) || !arg_uint32(call, 2, &config))
		return NULL;
	event.type = type;
	event.config = config;
	if (!arg_is_absent(call, 3)) {
		if (!arg_string(call, 3, function))
			return NULL;
		event.kprobe_func = (uintptr_t)function;
	}
	fd = (int)syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return result_errno(call, errno);
	result = attached(call, bpf_link_create(program->fd, fd, BPF_PERF_EVENT, NULL));
	close(fd);
	return result;
}
