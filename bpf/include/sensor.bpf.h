/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What all families share: scope, rings, sequence numbers, counters. Every map here is pinned by the collector and
 * so is the same one for all objects.
 *
 * Every event that passes scope and interest takes its ring's next number before it is put into the ring, so that one
 * which finds the ring full leaves a hole: seen = delivered + dropped can be checked by anyone who reads the stream.
 */
#ifndef RINGFENCE_SENSOR_BPF_H
#define RINGFENCE_SENSOR_BPF_H

#include "process.bpf.h"

/* Scope: which processes to report. Read-only after load, so that the verifier drops the branches not taken. */
const volatile u64 scope_cgroup_id = 0;    /* 0: no cgroup scope */
const volatile u32 scope_cgroup_level = 0; /* depth of that cgroup */
const volatile bool scope_tree = false;    /* only processes in scope_processes and their descendants */
/* Names this load of the sensor; see active_generation. */
const volatile u64 generation = 0;

/* Exec, fork and exit have a ring of their own: whatever floods the other, the tree of processes stays whole. */
enum ring {
	RING_PROCESS,
	RING_EVENT,
	RINGS,
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20); /* the collector sets it */
} process_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20); /* the collector sets it */
} event_ring SEC(".maps");

struct ring_state {
	u64 seq;          /* number of the newest event = events that wanted a place */
	u64 dropped_full; /* the ring was full */
	u64 urgent_ns;    /* when the last urgent event came */
};

/*
 * The reader is woken for what is urgent, but not when that comes thick and fast: it looks by itself every few milliseconds.
 * A wake-up is an interrupt that the CPU sends to itself; in a virtual machine it costs the traced process tens of
 * microseconds, which would be most of what watching a storm of execs costs.
 */
#define WAKE_QUIET_NS 2000000

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RINGS);
	__type(key, u32);
	__type(value, struct ring_state);
} ring_states SEC(".maps");

struct kind_counts {
	u64 filtered; /* no rule can match: they have no number */
	u64 dropped;  /* the ring was full */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, RF_KINDS);
	__type(key, u32);
	__type(value, struct kind_counts);
} kind_counters SEC(".maps");

/*
 * The generation that reports; 0: none. Shared by all that are attached: one write hands over from an old sensor to a new
 * one, so that no event is seen by both or by neither, and ends reporting before the last records are read.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} active_generation SEC(".maps");

/* Failures that cost a field, not an event. The collector has their names in this order. */
enum fault {
	FAULT_ARGS_UNREADABLE,
	FAULT_SCOPE_FULL,
	FAULT_NAME_UNREADABLE,
	FAULT_STASH_FULL,
	FAULT_PROGRAMS_FULL,
	FAULT_WRITINGS_MISSED,
	FAULTS,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FAULTS);
	__type(key, u32);
	__type(value, u64);
} faults SEC(".maps");

/* Thread group ids of the pid-tree scope; children are added at fork, removed at exit. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u8);
} scope_processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_SLOTS);
	__type(key, u32);
	__type(value, struct record);
} records SEC(".maps");

static __always_inline void fault__count(u32 fault)
{
	u64 *count = bpf_map_lookup_elem(&faults, &fault);

	if (count)
		(*count)++;
}

static __always_inline void kind__filtered(u32 kind)
{
	struct kind_counts *counts = bpf_map_lookup_elem(&kind_counters, &kind);

	if (counts)
		counts->filtered++;
}

static __always_inline void kind__dropped(u32 kind)
{
	struct kind_counts *counts = bpf_map_lookup_elem(&kind_counters, &kind);

	if (counts)
		counts->dropped++;
}

static __always_inline bool scope__has_cgroup(struct task_struct *task)
{
	struct cgroup *cgroup = task->cgroups->dfl_cgrp;
	struct cgroup *ancestor = NULL;

	if (cgroup->level < scope_cgroup_level)
		return false;
	bpf_probe_read_kernel(&ancestor, sizeof(ancestor),
			      (void *)cgroup + bpf_core_field_offset(cgroup->ancestors) +
			      scope_cgroup_level * sizeof(ancestor));
	return BPF_CORE_READ(ancestor, kn, id) == scope_cgroup_id;
}

static __always_inline bool scope__has(struct task_struct *task)
{
	u32 tgid = task->tgid;

	if (scope_cgroup_id && !scope__has_cgroup(task))
		return false;
	return !scope_tree || bpf_map_lookup_elem(&scope_processes, &tgid);
}

/* Does this load of the sensor report? */
static __always_inline bool sensor__is_active(void)
{
	u32 key = 0;
	u64 *active = bpf_map_lookup_elem(&active_generation, &key);

	return active && *active == generation;
}

/* Is this ours to report? The task must be one the verifier knows. */
static __always_inline bool sensor__reports(struct task_struct *task)
{
	return sensor__is_active() && scope__has(task);
}

/*
 * As sensor__reports, at the end of a task, of what was begun while it was in scope: process__exit, which hangs on the same
 * hook before others, has taken its process out of a tree's scope by then.
 */
static __always_inline bool sensor__reports_end(struct task_struct *task)
{
	return sensor__is_active() && (!scope_cgroup_id || scope__has_cgroup(task));
}

/* Cleared scratch memory for a record of that kind, with its header; null never in practice. */
static __always_inline struct record *record__begin(u32 slot, u16 kind, u32 fixed)
{
	struct record *record = bpf_map_lookup_elem(&records, &slot);

	if (record)
		record__init(record, kind, fixed);
	return record;
}

static __always_inline void record__output(struct record *record, u32 ring, void *ring_map, bool urgent)
{
	u32 size = record->end;
	struct ring_state *state = bpf_map_lookup_elem(&ring_states, &ring);
	u64 flags = BPF_RB_NO_WAKEUP;

	if (!state)
		return;
	if (urgent) {
		if (record->header.time_ns - state->urgent_ns > WAKE_QUIET_NS)
			flags = BPF_RB_FORCE_WAKEUP;
		state->urgent_ns = record->header.time_ns;
	}
	if (size > RECORD_MAX)
		size = RECORD_MAX;
	record->header.size = size;
	record->header.seq = __sync_fetch_and_add(&state->seq, 1) + 1;
	if (bpf_ringbuf_output(ring_map, record->bytes, size, flags) < 0) {
		__sync_fetch_and_add(&state->dropped_full, 1);
		kind__dropped(record->header.kind);
	}
}

/* Puts an exec, fork or exit into its ring. */
static __always_inline void record__submit_process(struct record *record, bool urgent)
{
	record__output(record, RING_PROCESS, &process_ring, urgent);
}

/* Puts anything else into its ring. The collector looks every few milliseconds, so that nothing needs to wake it. */
static __always_inline void record__submit(struct record *record)
{
	record__output(record, RING_EVENT, &event_ring, false);
}

#endif
