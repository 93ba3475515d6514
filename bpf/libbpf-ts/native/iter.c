// SPDX-License-Identifier: Apache-2.0
/* Iterators: each file made from an iterator's link is one pass over the kernel's objects. */
#include "addon.h"

#include <errno.h>
#include <unistd.h>

/* iterCreate(link): fd handle */
napi_value iter_create(struct call *call)
{
	struct link_handle *link;
	int fd;

	if (!arg_handle(call, 0, HANDLE_LINK, &link))
		return NULL;
	fd = bpf_iter_create(bpf_link__fd(link->link));
	return fd < 0 ? result_errno(call, errno) : result_fd(call, fd);
}

/*
 * iterRead(file, into): bytes | 0 at the end | -errno. EAGAIN means that the kernel passed a million objects for which
 * the program wrote nothing (bpf_seq_read): the pass goes on with the next read.
 */
napi_value iter_read(struct call *call)
{
	struct fd_handle *file;
	struct bytes into;
	ssize_t bytes;

	if (!arg_handle(call, 0, HANDLE_FD, &file) || !arg_bytes(call, 1, &into))
		return NULL;
	do {
		bytes = read(file->fd, into.data, into.length);
	} while (bytes < 0 && (errno == EINTR || errno == EAGAIN));
	return bytes < 0 ? result_errno(call, errno) : result_int(call, bytes);
}
