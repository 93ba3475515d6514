/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What of a path is of interest: a look-up of its beginning and one of its end, each of INTEREST_PATH_BYTES at most.
 *
 * A byte above 127 in either makes everything of interest: rules fold letters by Unicode, and that is not ours to repeat.
 * Such a byte in between changes nothing, as a rule's text is compared from the beginning or from the end on.
 */
#ifndef RINGFENCE_INTEREST_PATH_BPF_H
#define RINGFENCE_INTEREST_PATH_BPF_H

#include "interest.bpf.h"

#define KEY_WORDS (INTEREST_PATH_BYTES / 8)

/* The tries' key, with its bytes where whole words can be stored. */
struct aligned_key {
	u32 padding;
	struct interest_path_key key;
	u32 padding_behind;
};

_Static_assert(__builtin_offsetof(struct aligned_key, key.bytes) == 8, "words are stored to it");

/* The words come first: the verifier thinks that what is written to them may reach beyond. */
struct comparison {
	u64 words[KEY_WORDS];
	struct aligned_key key;
	u64 beyond[6];
};

_Static_assert(sizeof(struct comparison) == sizeof(((struct path_buffer *)0)->comparison), "it lies there");
_Static_assert(sizeof(struct comparison) >= 3 * INTEREST_PATH_BYTES, "see above");

static const struct interest_path interest_in_everything = { ~0ull, ~0ull, ~0ull, ~0ull };

/* ASCII capitals of eight bytes to lower case, without a branch for each. */
static __always_inline u64 fold(u64 word)
{
	const u64 ones = 0x0101010101010101ull;
	u64 low = word & (0x7f * ones);
	u64 above_z = low + (0x7f - 'Z') * ones;
	u64 from_a = low + (0x80 - 'A') * ones;
	u64 capitals = ~word & (from_a ^ above_z) & (0x80 * ones);

	return word | (capitals >> 2);
}

/* Makes the key of a text that stands in the words, at their end when it is a key of ends. False: it is not ASCII. */
static __always_inline bool comparison__make_key(struct comparison *at, const bool backwards)
{
	u64 *to = (u64 *)at->key.key.bytes;
	u64 high = 0;

#pragma unroll
	for (int i = 0; i < KEY_WORDS; i++) {
		u64 word = backwards ? __builtin_bswap64(at->words[KEY_WORDS - 1 - i]) : at->words[i];

		high |= word;
		to[i] = fold(word);
	}
	return !(high & 0x8080808080808080ull);
}

static __always_inline void interest__look_up(struct interest_path *found, void *trie, struct interest_path_key *key, u32 length)
{
	struct interest_path *entry;

	key->bits = 8 * length;
	entry = bpf_map_lookup_elem(trie, key);
	if (!entry)
		return;
	found->open |= entry->open;
	found->change |= entry->change;
	found->mount |= entry->mount;
	found->call |= entry->call;
}

/*
 * The traits that are of interest at the path bytes[start .. end), PATH_BYTES <= end. The key of its beginning has a NUL
 * behind a path that is shorter, so that an entry that ends with one means this path only.
 */
static __always_inline void interest__of_path(struct interest_path *found, struct path_buffer *buffer, u32 start, u32 end)
{
	struct comparison *at = (struct comparison *)buffer->comparison;
	u64 length = bounded(end - start, INTEREST_PATH_BYTES);

	/* From here on no comparison: out of several the verifier of 6.12 concludes what can't be, and then knows no bound. */
	barrier_var(length);
	length &= 2 * INTEREST_PATH_BYTES - 1;
	*found = (struct interest_path){};
	__builtin_memset(at->words, 0, sizeof(at->words));
	bpf_probe_read_kernel(at->words, length, &buffer->bytes[start & (2 * PATH_BYTES - 1)]);
	if (!comparison__make_key(at, false))
		goto everything;
	interest__look_up(found, &interest_prefixes, &at->key.key, length + 1 - length / INTEREST_PATH_BYTES);
	__builtin_memset(at->words, 0, sizeof(at->words));
	barrier_var(length);
	length &= 2 * INTEREST_PATH_BYTES - 1;
	bpf_probe_read_kernel((char *)at->words + ((INTEREST_PATH_BYTES - length) & (INTEREST_PATH_BYTES - 1)), length,
			      &buffer->bytes[(end - length) & (2 * PATH_BYTES - 1)]);
	if (!comparison__make_key(at, true))
		goto everything;
	interest__look_up(found, &interest_suffixes, &at->key.key, length);
	return;
everything:
	*found = interest_in_everything;
}

/* The same of a path that path__walk has written; all of it when it did not fit. */
static __always_inline void interest__of_walk(struct interest_path *found, struct path_walk *walk)
{
	struct path_buffer *buffer = walk->buffer;
	u32 pos = walk->pos;

	*found = interest_in_everything;
	if (walk->truncated || !walk->done || pos > PATH_BYTES)
		return;
	buffer->bytes[PATH_BYTES] = 0;
	if (pos == PATH_BYTES) {
		/* Nothing was written: the root itself. */
		pos = PATH_BYTES - 1;
		buffer->bytes[PATH_BYTES - 1] = '/';
	}
	interest__of_path(found, buffer, pos, PATH_BYTES);
}

#endif
