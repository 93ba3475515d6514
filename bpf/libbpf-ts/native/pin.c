// SPDX-License-Identifier: Apache-2.0
/* Pins: the files of a bpffs, each a map, a program or a link, and all looking the same. */
#include "addon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The kernel itself does not mind: what it tells about a program passes for what it tells about a map. */
const char *pinned_kind(int fd)
{
	char name[64] = "", path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (readlink(path, name, sizeof(name) - 1) < 0)
		return "";
	if (strcmp(name, "anon_inode:bpf-map") == 0)
		return "map";
	if (strcmp(name, "anon_inode:bpf-prog") == 0)
		return "program";
	return strcmp(name, "anon_inode:bpf-link") == 0 ? "link" : "";
}

/* pinKind(path): {kind: 'map' | 'program' | 'link' | ''} | -errno */
napi_value pin_kind(struct call *call)
{
	char path[STRING_BYTES_MAX];
	napi_value record;
	int fd;

	if (!arg_string(call, 0, path))
		return NULL;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return result_errno(call, errno);
	record = record_new(call);
	record_set_string(call, record, "kind", pinned_kind(fd));
	close(fd);
	return record;
}
