/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What of a path is compared with the texts of rules: its beginning and its end, each of INTEREST_PATH_BYTES at most, as keys
 * of the tries that hold those texts (interest.bpf.h).
 */
#ifndef RINGFENCE_COMPARISON_BPF_H
#define RINGFENCE_COMPARISON_BPF_H

#include "path.bpf.h"

/* Bytes of a path that are compared; the collector shortens longer ones, which lets more pass. */
#define INTEREST_PATH_BYTES 64

/*
 * Beginnings of paths, of which one that ends with a NUL is a whole path; and ends, written backwards. ASCII letters in
 * lower case, because Sigma's rules don't tell case.
 */
struct interest_path_key {
	u32 bits; /* length of the prefix in bits */
	u8 bytes[INTEREST_PATH_BYTES];
};

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

/* At most INTEREST_PATH_BYTES. What comes of it is to be masked by its user. */
static __always_inline u64 comparison__length(u32 start, u32 end)
{
	u64 length = bounded(end - start, INTEREST_PATH_BYTES);

	/* From here on no comparison: out of several the verifier of 6.12 concludes what can't be, and then knows no bound. */
	barrier_var(length);
	return length;
}

/*
 * Makes the key of the beginning of bytes[start .. end), PATH_BYTES <= end. It has a NUL behind a path that is shorter, so
 * that an entry that ends with one means this path only. False: it is not ASCII.
 */
static __always_inline bool comparison__beginning(struct path_buffer *buffer, u32 start, u32 end)
{
	struct comparison *at = (struct comparison *)buffer->comparison;
	u64 length = comparison__length(start, end);

	length &= 2 * INTEREST_PATH_BYTES - 1;
	__builtin_memset(at->words, 0, sizeof(at->words));
	bpf_probe_read_kernel(at->words, length, &buffer->bytes[start & (2 * PATH_BYTES - 1)]);
	at->key.key.bits = 8 * (length + 1 - length / INTEREST_PATH_BYTES);
	return comparison__make_key(at, false);
}

/* The same of its end. */
static __always_inline bool comparison__end(struct path_buffer *buffer, u32 start, u32 end)
{
	struct comparison *at = (struct comparison *)buffer->comparison;
	u64 length = comparison__length(start, end);

	length &= 2 * INTEREST_PATH_BYTES - 1;
	__builtin_memset(at->words, 0, sizeof(at->words));
	bpf_probe_read_kernel((char *)at->words + ((INTEREST_PATH_BYTES - length) & (INTEREST_PATH_BYTES - 1)), length,
			      &buffer->bytes[(end - length) & (2 * PATH_BYTES - 1)]);
	at->key.key.bits = 8 * length;
	return comparison__make_key(at, true);
}

/*
 * Where the path begins that path__walk has written, to be compared up to PATH_BYTES; more than PATH_BYTES when it is not
 * whole.
 */
static __always_inline u32 comparison__start(struct path_walk *walk)
{
	u32 pos = walk->pos;

	if (walk->truncated || !walk->done || pos > PATH_BYTES)
		return PATH_BYTES + 1;
	walk->buffer->bytes[PATH_BYTES] = 0;
	if (pos == PATH_BYTES) {
		/* Nothing was written: the root itself. */
		pos = PATH_BYTES - 1;
		walk->buffer->bytes[PATH_BYTES - 1] = '/';
	}
	return pos;
}

#endif
