/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What processes run, to be compared with the programs that rules name. A rule is held against process.exe, and that is the
 * path of the executable at the time of the exec, which forked children have too: a program that renames itself, or is
 * renamed, stays what it was. So what is compared is kept with the process, as exec, fork and the snapshot tell the
 * collector of it. Of what stands nowhere, nothing can be said: it is of interest.
 */
#ifndef RINGFENCE_PROGRAM_BPF_H
#define RINGFENCE_PROGRAM_BPF_H

#include "comparison.bpf.h"
#include "sensor.bpf.h"

struct program {
	u64 start_ns; /* of the process */
	u64 verdict;  /* what is of interest: see interest_program.bpf.h */
	struct interest_path_key beginning, end;
	u32 unclear; /* 1: can't be compared */
	u32 reserved;
};

/* No interest has this number. */
#define NO_VERDICT ~0ull

/*
 * By thread group id. More processes than nodes usually have at once; pid_max is no bound, since systemd sets it to 2^22.
 * Those beyond are of interest.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 32768);
	__type(key, u32);
	__type(value, struct program);
} programs SEC(".maps");

/* Made where the name of a file would stand, behind a path. */
#define PROGRAM_AT (PATH_BYTES + 8)

_Static_assert(PROGRAM_AT + sizeof(struct program) <= sizeof(((struct path_buffer *)0)->bytes), "it lies there");

static __always_inline struct program *program__make(struct task_struct *task, struct path_walk *walk)
{
	struct path_buffer *buffer = walk->buffer;
	struct comparison *at = (struct comparison *)buffer->comparison;
	struct program *program = (void *)&buffer->bytes[PROGRAM_AT];
	u32 start = comparison__start(walk);

	__builtin_memset(program, 0, sizeof(*program));
	program->start_ns = task->group_leader->start_boottime;
	program->verdict = NO_VERDICT;
	program->unclear = 1;
	if (start > PATH_BYTES || !comparison__beginning(buffer, start, PATH_BYTES))
		return program;
	program->beginning = at->key.key;
	if (!comparison__end(buffer, start, PATH_BYTES))
		return program;
	program->end = at->key.key;
	program->unclear = 0;
	return program;
}

/* What was noted of a process is not to be relied on any more. */
static __always_inline void program__doubt(u32 process)
{
	struct program *known = bpf_map_lookup_elem(&programs, &process);

	if (known)
		known->unclear = 1;
}

/* The process has replaced its program by the file at that path. */
static __always_inline void program__of_exec(struct task_struct *task, struct path_walk *walk)
{
	struct program *program = program__make(task, walk);
	u32 process = task->tgid;

	if (!bpf_map_update_elem(&programs, &process, program, BPF_ANY))
		return;
	fault__count(FAULT_PROGRAMS_FULL);
	program__doubt(process);
}

static __always_inline bool key__is(const struct interest_path_key *one, const struct interest_path_key *other)
{
	const u32 *words = (const u32 *)one, *others = (const u32 *)other;
	u32 difference = 0;

	/* Unrolled it would need more of the stack than there is. */
#pragma clang loop unroll(disable)
	for (int i = 0; i < sizeof(*one) / sizeof(u32); i++)
		difference |= words[i] ^ others[i];
	return !difference;
}

/*
 * A collector that starts takes the present path of the file for the program. What stands here may be newer, of an exec
 * meanwhile, or of before a rename: then a rule can name either.
 */
static __always_inline void program__of_snapshot(struct task_struct *task, struct path_walk *walk)
{
	struct program *program = program__make(task, walk), *known;
	u32 process = task->tgid;

	if (!bpf_map_update_elem(&programs, &process, program, BPF_NOEXIST))
		return;
	known = bpf_map_lookup_elem(&programs, &process);
	if (!known)
		fault__count(FAULT_PROGRAMS_FULL);
	else if (!key__is(&known->beginning, &program->beginning) || !key__is(&known->end, &program->end))
		known->unclear = 1;
}

/* A new process runs what the one that made it runs. */
static __always_inline void program__of_fork(struct task_struct *parent, struct task_struct *child)
{
	u32 forker = parent->tgid, process = child->tgid;
	struct program *known = bpf_map_lookup_elem(&programs, &forker);

	if (!known || known->start_ns != parent->group_leader->start_boottime)
		return;
	/* Until its start stands there too it is nobody's. */
	if (bpf_map_update_elem(&programs, &process, known, BPF_ANY)) {
		fault__count(FAULT_PROGRAMS_FULL);
		return;
	}
	known = bpf_map_lookup_elem(&programs, &process);
	if (known)
		known->start_ns = child->group_leader->start_boottime;
}

static __always_inline void program__forget(u32 process)
{
	bpf_map_delete_elem(&programs, &process);
}

#endif
