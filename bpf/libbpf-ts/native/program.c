// SPDX-License-Identifier: Apache-2.0
/*
 * Programs of an object, named by (object, program name): libbpf owns them, and the object's handle is what proves that
 * they are still there.
 */
#include "addon.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The kernel allows a program 64 (MAX_USED_MAPS). */
#define MAP_IDS_MAX 64

/* Two arguments, object and name, from `index` on; ENOENT is a bug of the caller, which lists programs first. */
bool arg_program(struct call *call, size_t index, struct bpf_program **out)
{
	char name[STRING_BYTES_MAX];
	struct object_handle *object;

	if (!arg_handle(call, index, HANDLE_OBJECT, &object) || !arg_string(call, index + 1, name))
		return false;
	*out = bpf_object__find_program_by_name(object->object, name);
	if (!*out)
		napi_throw_range_error(call->env, "ENOENT", "the object has no program of that name");
	return *out != NULL;
}

/* programSetAutoload(object, name, autoload): 0 | -errno */
napi_value program_set_autoload(struct call *call)
{
	struct bpf_program *program;
	bool autoload;
	int error;

	if (!arg_program(call, 0, &program) || !arg_bool(call, 2, &autoload))
		return NULL;
	error = bpf_program__set_autoload(program, autoload);
	return error ? result_errno(call, -error) : result_int(call, 0);
}

/* programSetAttachTarget(object, name, function): 0 | -errno; of fentry, fexit, fmod_ret, lsm, tp_btf, iter */
napi_value program_set_attach_target(struct call *call)
{
	char function[STRING_BYTES_MAX];
	struct bpf_program *program;
	int error;

	if (!arg_program(call, 0, &program) || !arg_string(call, 2, function))
		return NULL;
	error = bpf_program__set_attach_target(program, 0, function);
	return error ? result_errno(call, -error) : result_int(call, 0);
}

static napi_value info_record(struct call *call, const struct bpf_prog_info *info)
{
	char tag[2 * BPF_TAG_SIZE + 1];
	napi_value record = record_new(call);

	for (size_t i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info->tag[i]);
	record_set_number(call, record, "id", info->id);
	record_set_number(call, record, "type", info->type);
	record_set_string(call, record, "name", info->name);
	record_set_string(call, record, "tag", tag);
	record_set_bigint(call, record, "loadTimeNs", info->load_time);
	record_set_bigint(call, record, "runCount", info->run_cnt);
	record_set_bigint(call, record, "runTimeNs", info->run_time_ns);
	record_set_bigint(call, record, "recursionMisses", info->recursion_misses);
	record_set_number(call, record, "verifiedInstructions", info->verified_insns);
	record_set_number(call, record, "translatedBytes", info->xlated_prog_len);
	record_set_number(call, record, "jitedBytes", info->jited_prog_len);
	return record;
}

/* programInfo(object, name): what the kernel tells about the loaded program */
napi_value program_info(struct call *call)
{
	struct bpf_prog_info info = {0};
	uint32_t bytes = sizeof(info);
	struct bpf_program *program;

	if (!arg_program(call, 0, &program))
		return NULL;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &bytes))
		return result_errno(call, errno);
	return info_record(call, &info);
}

/* programInfoById(id): the same of any program of this kernel, with mapIds, the first MAP_IDS_MAX of its maps */
napi_value program_info_by_id(struct call *call)
{
	uint32_t map_ids[MAP_IDS_MAX], bytes = sizeof(struct bpf_prog_info), id;
	struct bpf_prog_info info = {.nr_map_ids = MAP_IDS_MAX, .map_ids = (uintptr_t)map_ids};
	napi_value record, list = NULL;
	int fd, error;

	if (!arg_uint32(call, 0, &id))
		return NULL;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return result_errno(call, errno);
	error = bpf_obj_get_info_by_fd(fd, &info, &bytes) ? errno : 0;
	close(fd);
	if (error)
		return result_errno(call, error);
	record = info_record(call, &info);
	napi_create_array(call->env, &list);
	for (uint32_t i = 0; i < info.nr_map_ids && i < MAP_IDS_MAX; i++)
		napi_set_element(call->env, list, i, result_int(call, map_ids[i]));
	record_set(call, record, "mapIds", list);
	return record;
}

/* programFd(object, name): the descriptor, owned by the object; negative errno when it was not loaded. */
napi_value program_fd(struct call *call)
{
	struct bpf_program *program;

	if (!arg_program(call, 0, &program))
		return NULL;
	return result_int(call, bpf_program__fd(program));
}

/* programPin(object, name, path): 0 | -errno */
napi_value program_pin(struct call *call)
{
	char path[STRING_BYTES_MAX];
	struct bpf_program *program;
	int error;

	if (!arg_program(call, 0, &program) || !arg_string(call, 2, path))
		return NULL;
	error = bpf_program__pin(program, path);
	return error ? result_errno(call, -error) : result_int(call, 0);
}

/*
 * programTestRun(object, name, dataIn | null, dataOut | null, context | null, repeat): {result, durationNs, dataOutBytes}.
 * The context is passed to the program and copied back into the same buffer.
 */
napi_value program_test_run(struct call *call)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct bytes data_in, data_out, context;
	struct bpf_program *program;
	napi_value record;
	uint32_t repeat;

	if (!arg_program(call, 0, &program) || !arg_bytes(call, 2, &data_in) || !arg_bytes(call, 3, &data_out) ||
	    !arg_bytes(call, 4, &context) || !arg_uint32(call, 5, &repeat))
		return NULL;
	options.data_in = data_in.data;
	options.data_size_in = (uint32_t)data_in.length;
	options.data_out = data_out.data;
	options.data_size_out = (uint32_t)data_out.length;
	options.ctx_in = context.data;
	options.ctx_size_in = (uint32_t)context.length;
	options.repeat = (int)repeat;
	/* The kernel refuses an output context for program types that copy it back in place (syscall) or have none. */
	if (bpf_prog_test_run_opts(bpf_program__fd(program), &options))
		return result_errno(call, errno);
	record = record_new(call);
	record_set_number(call, record, "result", options.retval);
	record_set_number(call, record, "durationNs", options.duration);
	record_set_number(call, record, "dataOutBytes", options.data_size_out);
	return record;
}

/* programEnableStats(): fd handle; the kernel counts run time while any such file is open. */
napi_value program_enable_stats(struct call *call)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	return fd < 0 ? result_errno(call, errno) : result_fd(call, fd);
}
