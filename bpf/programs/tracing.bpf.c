// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Programs and probes that others put into the kernel: bpf(2) and perf_event_open(2). What the kernel made or found is
 * looked up by its descriptor; where there is none, the caller's word stands.
 */
#include "kernel_call.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct bpf_prog_aux {
	char name[BPF_OBJ_NAME_LEN];
};

struct bpf_prog {
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

struct bpf_map {
	enum bpf_map_type map_type;
	char name[BPF_OBJ_NAME_LEN];
};

#pragma clang attribute pop

#define COMMAND(command) (1ull << (command))

/*
 * All but reading and writing maps, which programs do all the time, and looking around. To get at another's program, map or
 * link by its id counts. By numbers, because the headers that this is built with may lack the newer ones.
 */
#define BPF_TOKEN_CREATE_COMMAND 36
#define COMMANDS                                                                                                  \
	(COMMAND(BPF_MAP_CREATE) | COMMAND(BPF_PROG_LOAD) | COMMAND(BPF_OBJ_PIN) | COMMAND(BPF_OBJ_GET) |         \
	 COMMAND(BPF_PROG_ATTACH) | COMMAND(BPF_PROG_DETACH) | COMMAND(BPF_PROG_TEST_RUN) |                       \
	 COMMAND(BPF_PROG_GET_FD_BY_ID) | COMMAND(BPF_MAP_GET_FD_BY_ID) | COMMAND(BPF_RAW_TRACEPOINT_OPEN) |      \
	 COMMAND(BPF_LINK_CREATE) | COMMAND(BPF_LINK_UPDATE) | COMMAND(BPF_LINK_GET_FD_BY_ID) |                   \
	 COMMAND(BPF_LINK_DETACH) | COMMAND(BPF_TOKEN_CREATE_COMMAND))

/* What of union bpf_attr is looked at. */
union attr_head {
	struct {
		u32 type;
		u32 others[11];
		char name[BPF_OBJ_NAME_LEN];
	} program_load;
	struct {
		u32 type;
		u32 others[6];
		char name[BPF_OBJ_NAME_LEN];
	} map_create;
	struct {
		u32 program_fd;
		u32 target_fd;
		u32 attach_type;
	} link_create;
	struct {
		u32 target_fd;
		u32 program_fd;
		u32 attach_type;
	} attach;
	struct {
		u64 name;
		u32 program_fd;
	} raw_tracepoint;
	struct {
		u64 path;
	} object;
};

#define AT(type, member) __builtin_offsetof(union type, member)
_Static_assert(AT(attr_head, program_load.name) == AT(bpf_attr, prog_name), "prog_name");
_Static_assert(AT(attr_head, map_create.name) == AT(bpf_attr, map_name), "map_name");

static __always_inline void call__program(struct record *record, u32 fd, bool with_type)
{
	struct file *file = current__file(fd);
	struct bpf_prog *program = file ? BPF_CORE_READ(file, private_data) : NULL;
	struct bpf_prog_aux *aux;

	if (!program)
		return;
	aux = BPF_CORE_READ(program, aux);
	record__string(record, &record->kernel_call.name, aux->name, BPF_OBJ_NAME_LEN - 1);
	if (with_type)
		record->kernel_call.type = BPF_CORE_READ(program, type);
}

static __always_inline void call__map(struct record *record, u32 fd)
{
	struct file *file = current__file(fd);
	struct bpf_map *map = file ? BPF_CORE_READ(file, private_data) : NULL;

	if (!map)
		return;
	record__string(record, &record->kernel_call.name, map->name, BPF_OBJ_NAME_LEN - 1);
	record->kernel_call.type = BPF_CORE_READ(map, map_type);
}

static __always_inline void call__program_load(struct record *record, union attr_head *attr, long result)
{
	if (result >= 0) {
		call__program(record, result, true);
		return;
	}
	record->kernel_call.type = attr->program_load.type;
	record__string(record, &record->kernel_call.name, attr->program_load.name, BPF_OBJ_NAME_LEN - 1);
}

static __always_inline void call__map_create(struct record *record, union attr_head *attr, long result)
{
	if (result >= 0) {
		call__map(record, result);
		return;
	}
	record->kernel_call.type = attr->map_create.type;
	record__string(record, &record->kernel_call.name, attr->map_create.name, BPF_OBJ_NAME_LEN - 1);
}

static __always_inline void call__attr(struct record *record, u32 command, union attr_head *attr, long result)
{
	struct rf_kernel_call *call = &record->kernel_call;

	switch (command) {
	case BPF_PROG_LOAD:
		return call__program_load(record, attr, result);
	case BPF_MAP_CREATE:
		return call__map_create(record, attr, result);
	case BPF_PROG_GET_FD_BY_ID:
		return result >= 0 ? call__program(record, result, true) : (void)0;
	case BPF_MAP_GET_FD_BY_ID:
		return result >= 0 ? call__map(record, result) : (void)0;
	/* Only of a call that was granted the descriptor is known to be a program's: another's would be read as one. */
	case BPF_LINK_CREATE:
		call->type = attr->link_create.attach_type;
		return result >= 0 ? call__program(record, attr->link_create.program_fd, false) : (void)0;
	case BPF_PROG_ATTACH:
		call->type = attr->attach.attach_type;
		return result >= 0 ? call__program(record, attr->attach.program_fd, false) : (void)0;
	case BPF_RAW_TRACEPOINT_OPEN:
		record__user_string(record, &call->arguments, (void *)attr->raw_tracepoint.name, KERNEL_CALL_ARGUMENTS_MAX);
		return result >= 0 ? call__program(record, attr->raw_tracepoint.program_fd, false) : (void)0;
	case BPF_OBJ_PIN:
	case BPF_OBJ_GET:
		return record__user_string(record, &call->arguments, (void *)attr->object.path, KERNEL_CALL_ARGUMENTS_MAX);
	}
}

/* bpf(command, attr, size) */
SEC("tp_btf/sys_exit")
int BPF_PROG(tracing__bpf, struct pt_regs *regs, long result)
{
	u32 command = syscall__arg(regs, 0);
	struct record *record;
	union attr_head attr = {};

	if (command > 63 || !(COMMANDS & COMMAND(command)))
		return 0;
	record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_BPF);
	if (!record)
		return 0;
	record->kernel_call.request = command;
	/* The caller's may be shorter, but on a page of which the rest can be read or not: then the fields stay empty. */
	bpf_probe_read_user(&attr, sizeof(attr), (void *)syscall__arg(regs, 1));
	call__attr(record, command, &attr, result);
	record__submit(record);
	return 0;
}

/* perf_event_open(attr, pid, cpu, group, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(tracing__perf_event_open, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_PERF_EVENT_OPEN);

	if (!record)
		return 0;
	/* struct perf_event_attr begins with its type. */
	bpf_probe_read_user(&record->kernel_call.request, sizeof(u32), (void *)syscall__arg(regs, 0));
	record->kernel_call.flags = syscall__arg(regs, 4);
	target__of_number(&record->kernel_call, bpf_get_current_task_btf(), syscall__arg(regs, 1));
	record__submit(record);
	return 0;
}
