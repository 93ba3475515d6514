/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Interest: what the loaded rules can match. What they can't is counted and dropped here. The collector compiles it from
 * the rules and may let too much pass, never too little; it adds new entries before it removes old ones, so that there is
 * no moment without either.
 *
 * An event of a kind has traits, as bits: its operation, for an open its access and whether it created the file or
 * failed. Of each kind some traits are of interest whatever else holds (interest_kinds); others for certain paths, ports,
 * addresses or programs only.
 */
#ifndef RINGFENCE_INTEREST_BPF_H
#define RINGFENCE_INTEREST_BPF_H

#include "comparison.bpf.h"
#include "sensor.bpf.h"

/* Traits of an open beside 1 << access. */
#define TRAIT_CREATED (1ull << 16)
#define TRAIT_FAILED (1ull << 17)

/* Of network, beside 1 << operation: what only the end of the system call tells is of interest, and is reported there. */
#define TRAIT_ENDED (1ull << 16)
/* A port or address may be of interest that the kernel chooses during the call. */
#define TRAIT_CHOSEN (1ull << 17)
/* 1 << operation, where the socket may have a path. */
#define TRAITS_OF_PATH(traits) ((traits) << 8)

struct interest_kind {
	u64 always;    /* traits that are of interest whatever else holds */
	u64 somewhere; /* those that are for some path, port or address */
	u64 programs;  /* those that are for some program */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RF_KINDS);
	__type(key, u32);
	__type(value, struct interest_kind);
} interest_kinds SEC(".maps");

enum epoch {
	/* Its upper half is the number of the interest. Grows whenever interest changes, or a rename or mount may have given a known file another path: see discard.bpf.h. */
	EPOCH,
	/* Not 0: a rename may come of which nobody will hear, so that nothing is to be learnt any more. */
	EPOCH_BLIND,
	EPOCHS,
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EPOCHS);
	__type(key, u32);
	__type(value, u64);
} interest_epoch SEC(".maps");

static __always_inline u64 *epoch__of(u32 which)
{
	return bpf_map_lookup_elem(&interest_epoch, &which);
}

static __always_inline u64 interest__epoch(void)
{
	u64 *epoch = epoch__of(EPOCH);

	return epoch ? *epoch : 0;
}

/* The look-up finds the longest match only: the collector adds to each entry what the shorter ones of it say. */
struct interest_path {
	u64 open;    /* traits of file_open */
	u64 change;  /* traits of file_change */
	u64 mount;   /* traits of mount */
	u64 call;    /* traits of kernel_call */
	u64 program; /* traits of network, of who runs it */
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct interest_path_key);
	__type(value, struct interest_path);
} interest_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct interest_path_key);
	__type(value, struct interest_path);
} interest_suffixes SEC(".maps");

/* Ports, of either side → traits of network. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, u64);
} interest_ports SEC(".maps");

/* 16 bytes, IPv4 as ::ffff:a.b.c.d. */
struct interest_address_key {
	u32 bits;
	u8 bytes[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct interest_address_key);
	__type(value, u64);
} interest_addresses SEC(".maps");

/* Is a trait of that kind of interest whatever else holds? */
static __always_inline bool interest__always(u32 kind, u64 traits)
{
	struct interest_kind *wanted = bpf_map_lookup_elem(&interest_kinds, &kind);

	return wanted && (wanted->always & traits);
}

/* May a trait of that kind be of interest, for some path, port or address? Counts what can't. */
static __always_inline bool interest__possible(u32 kind, u64 traits)
{
	struct interest_kind *wanted = bpf_map_lookup_elem(&interest_kinds, &kind);

	if (wanted && ((wanted->always | wanted->somewhere) & traits))
		return true;
	kind__filtered(kind);
	return false;
}

/* The same, and counts what is not. For kinds of which nothing else is asked. */
static __always_inline bool interest__wants(u32 kind, u64 traits)
{
	if (interest__always(kind, traits))
		return true;
	kind__filtered(kind);
	return false;
}

#endif
