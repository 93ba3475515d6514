/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What a program of a process does again and again is reported the first time. Of those that did nothing of the kind for
 * longest the map forgets: they are then told of again.
 */
#ifndef RINGFENCE_ONCE_BPF_H
#define RINGFENCE_ONCE_BPF_H

#include "sensor.bpf.h"

struct once_key {
	u64 start_ns;
	u64 subject; /* a file, a request to a process, an opcode */
	u32 pid;
	u32 exec_id; /* another one with each exec */
	u16 kind;
	u8 operation;
	u8 failed;
	u32 reserved;
};

/* A node has thousands of processes, of which few do any of this. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct once_key);
	__type(value, u8);
} once_seen SEC(".maps");

/* Is it the first time? The task must be one the verifier knows. */
static __always_inline bool once__is_first(struct task_struct *task, u16 kind, u8 operation, u64 subject, bool failed)
{
	struct once_key key = {
		.start_ns = task->group_leader->start_boottime,
		.subject = subject,
		.pid = task->tgid,
		.exec_id = task->self_exec_id,
		.kind = kind,
		.operation = operation,
		.failed = failed,
	};
	u8 seen = 1;

	/* A look-up keeps the entry young. */
	if (bpf_map_lookup_elem(&once_seen, &key))
		return false;
	/* Rather twice than never. */
	return bpf_map_update_elem(&once_seen, &key, &seen, BPF_NOEXIST) != -EEXIST;
}

#endif
