/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What of a process is of interest for the program that it runs: one look-up, since the answer is kept with the process until
 * another interest comes. To find it takes two more, without a path being walked: hooks that can be preempted have no
 * memory for that.
 */
#ifndef RINGFENCE_INTEREST_PROGRAM_BPF_H
#define RINGFENCE_INTEREST_PROGRAM_BPF_H

#include "interest.bpf.h"
#include "program.bpf.h"

static __always_inline u64 program__look_up(void *trie, struct interest_path_key *key)
{
	struct interest_path *entry = bpf_map_lookup_elem(trie, key);

	return entry ? entry->program : 0;
}

/*
 * May traits of network be of interest because of the program? The task must be one the verifier knows. A verdict is one
 * word, so that whoever reads it has the traits of that very interest: the number of the interest, then 32 bits of traits.
 */
static __always_inline bool interest__of_program(struct task_struct *task, u64 traits)
{
	/* First: what is learnt below must not outlive an interest that comes while it is found out. */
	u64 number = interest__epoch() >> 32, verdict;
	u32 process = task->tgid;
	struct program *program = bpf_map_lookup_elem(&programs, &process);

	if (!program || program->unclear || program->start_ns != task->group_leader->start_boottime)
		return true;
	verdict = program->verdict;
	if (verdict >> 32 != number) {
		verdict = program__look_up(&interest_prefixes, &program->beginning) |
			  program__look_up(&interest_suffixes, &program->end);
		verdict = number << 32 | (u32)verdict;
		program->verdict = verdict;
	}
	return (u32)verdict & traits;
}

#endif
