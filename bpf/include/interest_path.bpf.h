/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * What of a path is of interest: a look-up of its beginning and one of its end.
 *
 * A byte above 127 in either makes everything of interest: rules fold letters by Unicode, and that is not ours to repeat.
 * Such a byte in between changes nothing, as a rule's text is compared from the beginning or from the end on.
 */
#ifndef RINGFENCE_INTEREST_PATH_BPF_H
#define RINGFENCE_INTEREST_PATH_BPF_H

#include "interest.bpf.h"

static const struct interest_path interest_in_everything = { ~0ull, ~0ull, ~0ull, ~0ull };

static __always_inline void interest__look_up(struct interest_path *found, void *trie, struct interest_path_key *key)
{
	struct interest_path *entry = bpf_map_lookup_elem(trie, key);

	if (!entry)
		return;
	found->open |= entry->open;
	found->change |= entry->change;
	found->mount |= entry->mount;
	found->call |= entry->call;
}

/* The traits that are of interest at the path bytes[start .. end), PATH_BYTES <= end. */
static __always_inline void interest__of_path(struct interest_path *found, struct path_buffer *buffer, u32 start, u32 end)
{
	struct comparison *at = (struct comparison *)buffer->comparison;

	*found = (struct interest_path){};
	if (!comparison__beginning(buffer, start, end))
		goto everything;
	interest__look_up(found, &interest_prefixes, &at->key.key);
	if (!comparison__end(buffer, start, end))
		goto everything;
	interest__look_up(found, &interest_suffixes, &at->key.key);
	return;
everything:
	*found = interest_in_everything;
}

/* The same of a path that path__walk has written; all of it when it did not fit. */
static __always_inline void interest__of_walk(struct interest_path *found, struct path_walk *walk)
{
	u32 start = comparison__start(walk);

	*found = interest_in_everything;
	if (start <= PATH_BYTES)
		interest__of_path(found, walk->buffer, start, PATH_BYTES);
}

#endif
