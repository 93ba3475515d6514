/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Building a record: a fixed struct, then data that the struct's rf_str members refer to. A record is put together in
 * scratch memory and copied into the ring when its length is known: bpf_ringbuf_reserve wants a constant size, and the
 * largest record (26 kB) would fill the ring with air.
 */
#ifndef RINGFENCE_RECORD_BPF_H
#define RINGFENCE_RECORD_BPF_H

#include "kernel.bpf.h"
#include "events.gen.h"

/* The largest record: all strings of an exec at their bounds. */
#define RECORD_MAX (sizeof(struct rf_exec) + PROCESS_EXE_MAX + PROCESS_ARGS_MAX + PROCESS_CWD_MAX + PROCESS_CGROUP_MAX + \
		    PROCESS_EXEC_FILENAME_MAX + PROCESS_EXEC_INTERPRETER_MAX + PROCESS_EXEC_ENV_MAX)

#define RF_KINDS (RF_KIND_PACKET + 1)

/* The largest single string; that much slack behind RECORD_MAX lets the verifier see that any append stays inside. */
#define CHUNK_MAX PROCESS_ARGS_MAX

struct record {
	u32 fixed; /* size of this kind's struct, where its data begins */
	u32 end;   /* size so far */
	union {
		struct rf_header header;
		struct rf_snapshot snapshot;
		struct rf_exec exec;
		struct rf_fork fork;
		struct rf_exit exit;
		struct rf_file_open file_open;
		struct rf_file_change file_change;
		struct rf_mount mount;
		struct rf_network network;
		struct rf_credentials credentials;
		struct rf_namespace_change namespace_change;
		struct rf_kernel_call kernel_call;
		struct rf_packet packet;
		char bytes[RECORD_MAX + CHUNK_MAX];
	};
};

_Static_assert(sizeof(struct record) <= 32768, "a per-CPU element has at most 32 kB");

static __always_inline void record__init(struct record *record, u16 kind, u32 fixed)
{
	__builtin_memset(record->bytes, 0, fixed);
	record->header.kind = kind;
	record->header.time_ns = bpf_ktime_get_boot_ns();
	record->fixed = fixed;
	record->end = fixed;
}

/*
 * Where the next string goes; null when the record is full, which the bounds above rule out. end is read once: were it
 * read again, the verifier would not carry the check over.
 */
static __always_inline char *record__next(struct record *record, u32 *at)
{
	u32 end = record->end;

	if (end > RECORD_MAX)
		return NULL;
	*at = end;
	return record->bytes + end;
}

static __always_inline void record__took(struct record *record, struct rf_str *ref, u32 at, u32 len, bool truncated)
{
	ref->off = at - record->fixed;
	ref->len = len | (truncated ? RF_TRUNCATED : 0);
	record->end = at + len;
}

/*
 * Cuts a length to a constant bound. The barrier keeps the compiler from testing one copy of the value and using
 * another, which the verifier could not follow.
 */
static __always_inline u64 bounded(u64 len, const u64 max)
{
	barrier_var(len);
	return len > max ? max : len;
}

/* Appends len bytes of kernel memory; len is at most max, a constant. */
static __always_inline void record__bytes(struct record *record, struct rf_str *ref, const void *src, u64 len,
					  const u64 max, bool truncated)
{
	u32 at;
	char *to = record__next(record, &at);

	if (!to)
		return;
	len = bounded(len, max);
	if (bpf_probe_read_kernel(to, len, src) < 0)
		return;
	record__took(record, ref, at, len, truncated);
}

/*
 * Appends a NUL-terminated string of kernel memory, without its NUL: max bytes at most. Reads one byte more, to tell a
 * string that just fits from one that has to be cut.
 */
static __always_inline void record__string(struct record *record, struct rf_str *ref, const void *src, u32 max)
{
	u32 at;
	char *to = record__next(record, &at);
	long len;

	if (!to)
		return;
	len = bpf_probe_read_kernel_str(to, max + 2, src) - 1;
	if (len <= 0)
		return;
	record__took(record, ref, at, len > max ? max : len, len > max);
}

/*
 * Appends a NUL-terminated string of the current process's memory. Programs of system calls run after the kernel has
 * read it, so that it is resident; what is not there any more leaves the string out.
 */
static __always_inline void record__user_string(struct record *record, struct rf_str *ref, const void *src, u32 max)
{
	u32 at;
	char *to = record__next(record, &at);
	long len;

	if (!to || !src)
		return;
	len = bpf_probe_read_user_str(to, max + 2, src) - 1;
	if (len <= 0)
		return;
	record__took(record, ref, at, len > max ? max : len, len > max);
}

#endif
