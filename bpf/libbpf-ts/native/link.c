// SPDX-License-Identifier: Apache-2.0
/*
 * Links: the attachment of a program to a hook. A link keeps its program alive by itself, so it outlives the object;
 * closing it detaches the program unless the link is pinned.
 */
#include "addon.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* enum bpf_attach_type of Linux 6.6; the headers of libbpf 1.1 end before. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47

/*
 * libbpf disables the perf event of a tracepoint, kprobe, uprobe or perf_event link when the link is destroyed, even if
 * it is pinned: the pin would hold an attachment that never runs. A pinned link is therefore let go by its descriptor
 * alone. libbpf's descriptor of the perf event stays open until the process ends, for there is no way to ask for it.
 */
static void link_release(struct handle *handle)
{
	struct link_handle *link = (struct link_handle *)handle;

	if (link->link && bpf_link__pin_path(link->link)) {
		bpf_link__disconnect(link->link);
		close(link->fd);
	}
	if (link->link)
		bpf_link__destroy(link->link);
	else
		close(link->fd);
	free(link->pin_path);
}

/* Owns both from here on, also on failure. */
static napi_value link_handle_new(struct call *call, struct bpf_link *link, int fd)
{
	struct link_handle *handle = handle_new(HANDLE_LINK, sizeof(*handle), link_release);

	if (!handle) {
		if (link)
			bpf_link__destroy(link);
		else
			close(fd);
		return result_errno(call, ENOMEM);
	}
	handle->link = link;
	handle->fd = fd;
	return result_handle(call, &handle->handle);
}

/* Takes what a bpf_program__attach_* returned; NULL stands for the errno. */
napi_value link_handle_from(struct call *call, struct bpf_link *link)
{
	return link ? link_handle_new(call, link, bpf_link__fd(link)) : result_errno(call, errno);
}

/* linkAttach(object, program): link; the section's name says where to */
napi_value link_attach(struct call *call)
{
	struct bpf_program *program;

	if (!arg_program(call, 0, &program))
		return NULL;
	return link_handle_from(call, bpf_program__attach(program));
}

/* linkAttachCgroup(object, program, cgroupFd): link */
napi_value link_attach_cgroup(struct call *call)
{
	struct bpf_program *program;
	int32_t cgroup;

	if (!arg_program(call, 0, &program) || !arg_int32(call, 2, &cgroup))
		return NULL;
	return link_handle_from(call, bpf_program__attach_cgroup(program, cgroup));
}

/* linkAttachIter(object, program, map | null, tid, pid): link */
napi_value link_attach_iter(struct call *call)
{
	LIBBPF_OPTS(bpf_iter_attach_opts, options);
	union bpf_iter_link_info info = {0};
	struct bpf_program *program;
	struct map_handle *map;
	uint32_t tid, pid;

	if (!arg_program(call, 0, &program) || !arg_uint32(call, 3, &tid) || !arg_uint32(call, 4, &pid))
		return NULL;
	if (!arg_is_absent(call, 2)) {
		if (!arg_handle(call, 2, HANDLE_MAP, &map))
			return NULL;
		info.map.map_fd = (uint32_t)map->fd;
		options.link_info_len = sizeof(info.map);
	} else if (tid || pid) {
		info.task.tid = tid;
		info.task.pid = pid;
		options.link_info_len = sizeof(info);
	}
	if (options.link_info_len)
		options.link_info = &info;
	return link_handle_from(call, bpf_program__attach_iter(program, &options));
}

/* linkAttachTrace(object, program, cookie): link of tp_btf, fentry, fexit, fmod_ret or lsm */
napi_value link_attach_trace(struct call *call)
{
	LIBBPF_OPTS(bpf_trace_opts, options);
	struct bpf_program *program;
	uint64_t cookie;

	if (!arg_program(call, 0, &program) || !arg_uint64(call, 2, &cookie))
		return NULL;
	options.cookie = cookie;
	return link_handle_from(call, bpf_program__attach_trace_opts(program, &options));
}

/* linkAttachRawTracepoint(object, program, name): link */
napi_value link_attach_raw_tracepoint(struct call *call)
{
	char name[STRING_BYTES_MAX];
	struct bpf_program *program;

	if (!arg_program(call, 0, &program) || !arg_string(call, 2, name))
		return NULL;
	return link_handle_from(call, bpf_program__attach_raw_tracepoint(program, name));
}

/* linkAttachTracepoint(object, program, category, name, cookie): link */
napi_value link_attach_tracepoint(struct call *call)
{
	char category[STRING_BYTES_MAX], name[STRING_BYTES_MAX];
	LIBBPF_OPTS(bpf_tracepoint_opts, options);
	struct bpf_program *program;
	uint64_t cookie;

	if (!arg_program(call, 0, &program) || !arg_string(call, 2, category) || !arg_string(call, 3, name) ||
	    !arg_uint64(call, 4, &cookie))
		return NULL;
	options.bpf_cookie = cookie;
	return link_handle_from(call, bpf_program__attach_tracepoint_opts(program, category, name, &options));
}

/* linkAttachKprobe(object, program, function, atReturn, cookie): link */
napi_value link_attach_kprobe(struct call *call)
{
	LIBBPF_OPTS(bpf_kprobe_opts, options);
	char function[STRING_BYTES_MAX];
	struct bpf_program *program;
	bool at_return;
	uint64_t cookie;

	if (!arg_program(call, 0, &program) || !arg_string(call, 2, function) || !arg_bool(call, 3, &at_return) ||
	    !arg_uint64(call, 4, &cookie))
		return NULL;
	options.retprobe = at_return;
	options.bpf_cookie = cookie;
	return link_handle_from(call, bpf_program__attach_kprobe_opts(program, function, &options));
}

/* linkAttachUprobe(object, program, pid, path, function, offset, atReturn, cookie): link; pid -1 = every process */
napi_value link_attach_uprobe(struct call *call)
{
	char path[STRING_BYTES_MAX], function[STRING_BYTES_MAX];
	LIBBPF_OPTS(bpf_uprobe_opts, options);
	struct bpf_program *program;
	uint64_t offset, cookie;
	bool at_return;
	int32_t pid;

	if (!arg_program(call, 0, &program) || !arg_int32(call, 2, &pid) || !arg_string(call, 3, path) ||
	    !arg_string(call, 4, function) || !arg_uint64(call, 5, &offset) || !arg_bool(call, 6, &at_return) ||
	    !arg_uint64(call, 7, &cookie))
		return NULL;
	options.retprobe = at_return;
	options.bpf_cookie = cookie;
	options.func_name = function[0] ? function : NULL;
	return link_handle_from(call, bpf_program__attach_uprobe_opts(program, pid, path, (size_t)offset, &options));
}

/* linkAttachPerfEvent(object, program, type, config, frequency, pid, cpu): link; pid or cpu -1 = every one */
napi_value link_attach_perf_event(struct call *call)
{
	struct perf_event_attr event = {.size = sizeof(event), .freq = 1};
	struct bpf_program *program;
	struct bpf_link *link;
	uint64_t config, frequency;
	int32_t pid, cpu;
	int fd, error;

	if (!arg_program(call, 0, &program) || !arg_uint32(call, 2, &event.type) || !arg_uint64(call, 3, &config) ||
	    !arg_uint64(call, 4, &frequency) || !arg_int32(call, 5, &pid) || !arg_int32(call, 6, &cpu))
		return NULL;
	event.config = config;
	event.sample_freq = frequency;
	fd = (int)syscall(SYS_perf_event_open, &event, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return result_errno(call, errno);
	link = bpf_program__attach_perf_event(program, fd);
	if (link)
		return link_handle_from(call, link);
	error = errno;
	close(fd);
	return result_errno(call, error);
}

/* linkAttachXdp(object, program, interfaceIndex): link */
napi_value link_attach_xdp(struct call *call)
{
	struct bpf_program *program;
	int32_t interface;

	if (!arg_program(call, 0, &program) || !arg_int32(call, 2, &interface))
		return NULL;
	return link_handle_from(call, bpf_program__attach_xdp(program, interface));
}

/* linkAttachTcx(object, program, interfaceIndex, egress): link; the newest program runs first */
napi_value link_attach_tcx(struct call *call)
{
	struct bpf_program *program;
	int32_t interface;
	bool egress;
	int fd;

	if (!arg_program(call, 0, &program) || !arg_int32(call, 2, &interface) || !arg_bool(call, 3, &egress))
		return NULL;
	fd = bpf_link_create(bpf_program__fd(program), interface, egress ? TCX_EGRESS : TCX_INGRESS, NULL);
	return fd < 0 ? result_errno(call, errno) : link_handle_new(call, NULL, fd);
}

/* linkAttachNetns(object, program, netnsFd): link of sk_lookup or flow_dissector */
napi_value link_attach_netns(struct call *call)
{
	struct bpf_program *program;
	int32_t netns;

	if (!arg_program(call, 0, &program) || !arg_int32(call, 2, &netns))
		return NULL;
	return link_handle_from(call, bpf_program__attach_netns(program, netns));
}

/* linkOpenPinned(path): link; EINVAL for a pin of another kind */
napi_value link_open_pinned(struct call *call)
{
	char path[STRING_BYTES_MAX];
	struct bpf_link *link;

	if (!arg_string(call, 0, path))
		return NULL;
	link = bpf_link__open(path);
	if (link && strcmp(pinned_kind(bpf_link__fd(link)), "link") != 0) {
		bpf_link__destroy(link);
		return result_errno(call, EINVAL);
	}
	return link_handle_from(call, link);
}

/* linkInfo(link): {id, type, programId} */
napi_value link_info(struct call *call)
{
	struct bpf_link_info info = {0};
	uint32_t bytes = sizeof(info);
	struct link_handle *link;
	napi_value record;

	if (!arg_handle(call, 0, HANDLE_LINK, &link))
		return NULL;
	if (bpf_obj_get_info_by_fd(link->fd, &info, &bytes))
		return result_errno(call, errno);
	record = record_new(call);
	record_set_number(call, record, "id", info.id);
	record_set_number(call, record, "type", info.type);
	record_set_number(call, record, "programId", info.prog_id);
	return record;
}

static napi_value result_status(struct call *call, int error)
{
	return error ? result_errno(call, -error) : result_int(call, 0);
}

static int bare_link_pin(struct link_handle *link, const char *path)
{
	char *kept;

	if (link->pin_path)
		return -EBUSY;
	kept = strdup(path);
	if (!kept)
		return -ENOMEM;
	if (bpf_obj_pin(link->fd, path)) {
		int error = -errno;

		free(kept);
		return error;
	}
	link->pin_path = kept;
	return 0;
}

/* linkPin(link, path): 0 | -errno */
napi_value link_pin(struct call *call)
{
	char path[STRING_BYTES_MAX];
	struct link_handle *link;

	if (!arg_handle(call, 0, HANDLE_LINK, &link) || !arg_string(call, 1, path))
		return NULL;
	return result_status(call, link->link ? bpf_link__pin(link->link, path) : bare_link_pin(link, path));
}

static int bare_link_unpin(struct link_handle *link)
{
	if (!link->pin_path)
		return -EINVAL;
	if (unlink(link->pin_path))
		return -errno;
	free(link->pin_path);
	link->pin_path = NULL;
	return 0;
}

/* linkUnpin(link): 0 | -errno */
napi_value link_unpin(struct call *call)
{
	struct link_handle *link;

	if (!arg_handle(call, 0, HANDLE_LINK, &link))
		return NULL;
	return result_status(call, link->link ? bpf_link__unpin(link->link) : bare_link_unpin(link));
}

/* linkUpdate(link, object, program): 0 | -errno; the hook is never without a program */
napi_value link_update(struct call *call)
{
	struct bpf_program *program;
	struct link_handle *link;

	if (!arg_handle(call, 0, HANDLE_LINK, &link) || !arg_program(call, 1, &program))
		return NULL;
	return result_status(call, bpf_link_update(link->fd, bpf_program__fd(program), NULL));
}

/* linkDetach(link): 0 | -errno; forces detachment also of a pinned link, where the kind of link knows how to */
napi_value link_detach(struct call *call)
{
	struct link_handle *link;

	if (!arg_handle(call, 0, HANDLE_LINK, &link))
		return NULL;
	return result_status(call, bpf_link_detach(link->fd));
}
