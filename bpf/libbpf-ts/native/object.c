// SPDX-License-Identifier: Apache-2.0
/*
 * An ELF object: opened (its programs, maps and types can be listed and changed), then loaded once. libbpf does not
 * allow a second attempt at loading, so TypeScript closes an object whose load failed.
 */
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void object_release(struct handle *handle)
{
	bpf_object__close(((struct object_handle *)handle)->object);
}

/* objectOpen(path | null, bytes | null, name | null, btfPath | null): handle */
napi_value object_open(struct call *call)
{
	char path[STRING_BYTES_MAX], name[STRING_BYTES_MAX], btf_path[STRING_BYTES_MAX];
	LIBBPF_OPTS(bpf_object_open_opts, options);
	struct object_handle *object;
	struct bytes bytes;

	if (!arg_bytes(call, 1, &bytes))
		return NULL;
	if (!bytes.data && !arg_string(call, 0, path))
		return NULL;
	if (!arg_is_absent(call, 2)) {
		if (!arg_string(call, 2, name))
			return NULL;
		options.object_name = name;
	}
	if (!arg_is_absent(call, 3)) {
		if (!arg_string(call, 3, btf_path))
			return NULL;
		options.btf_custom_path = btf_path;
	}
	object = handle_new(HANDLE_OBJECT, sizeof(*object), object_release);
	if (!object)
		return result_errno(call, ENOMEM);
	errno = 0;
	object->object = bytes.data ? bpf_object__open_mem(bytes.data, bytes.length, &options)
				    : bpf_object__open_file(path, &options);
	if (!object->object) {
		int error = errno;
		napi_value closed = result_handle(call, &object->handle);

		(void)closed; /* the finalizer frees the empty handle; closing NULL does nothing */
		return result_errno(call, error);
	}
	return result_handle(call, &object->handle);
}

static int object_set_log(struct bpf_object *object, char *log, size_t log_bytes)
{
	struct bpf_program *program;
	int error = 0;

	bpf_object__for_each_program(program, object)
	{
		if (!error && bpf_program__autoload(program))
			error = bpf_program__set_log_buf(program, log, log_bytes);
	}
	return error;
}

/*
 * objectLoad(object, logBytesMax, logBytesKept): 0 | {errno, log} | -errno. The log is the end of the verifier's.
 *
 * libbpf asks for a log only in a second attempt, after a program was refused. With a buffer of our own it does not
 * grow it, so the buffer has its full size from the start: as untouched anonymous memory it costs nothing until the
 * kernel writes to it, page by page. It has to be large: when a log does not fit, the kernel answers ENOSPC in place
 * of what was wrong.
 */
napi_value object_load(struct call *call)
{
	struct object_handle *object;
	uint32_t log_bytes, kept;
	napi_value result;
	char *log;
	int error;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object) || !arg_uint32(call, 1, &log_bytes) ||
	    !arg_uint32(call, 2, &kept))
		return NULL;
	log = mmap(NULL, log_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (log == MAP_FAILED)
		return result_errno(call, errno);
	error = object_set_log(object->object, log, log_bytes);
	if (!error)
		error = bpf_object__load(object->object);
	if (!error) {
		result = result_int(call, 0);
	} else {
		size_t length = strnlen(log, log_bytes - 1);

		log[length] = '\0';
		result = record_new(call);
		record_set_number(call, result, "errno", -error);
		record_set_string(call, result, "log", log + (length > kept ? length - kept : 0));
	}
	munmap(log, log_bytes);
	return result;
}

/* objectPrograms(object): [{name, section, type, attachType, autoload, instructions}] */
napi_value object_programs(struct call *call)
{
	struct object_handle *object;
	struct bpf_program *program;
	napi_value list = NULL;
	uint32_t count = 0;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object))
		return NULL;
	napi_create_array(call->env, &list);
	bpf_object__for_each_program(program, object->object)
	{
		napi_value record = record_new(call), autoload = NULL;

		napi_get_boolean(call->env, bpf_program__autoload(program), &autoload);
		record_set_string(call, record, "name", bpf_program__name(program));
		record_set_string(call, record, "section", bpf_program__section_name(program));
		record_set_number(call, record, "type", bpf_program__type(program));
		record_set_number(call, record, "attachType", bpf_program__expected_attach_type(program));
		record_set(call, record, "autoload", autoload);
		record_set_number(call, record, "instructions", (double)bpf_program__insn_cnt(program));
		napi_set_element(call->env, list, count++, record);
	}
	return list;
}

/* objectMaps(object): [{name, type, keySize, valueSize, maxEntries, flags, pinPath, internal}] */
napi_value object_maps(struct call *call)
{
	struct object_handle *object;
	struct bpf_map *map;
	napi_value list = NULL;
	uint32_t count = 0;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object))
		return NULL;
	napi_create_array(call->env, &list);
	bpf_object__for_each_map(map, object->object)
	{
		napi_value record = record_new(call), internal = NULL;

		napi_get_boolean(call->env, bpf_map__is_internal(map), &internal);
		record_set_string(call, record, "name", bpf_map__name(map));
		record_set_number(call, record, "type", bpf_map__type(map));
		record_set_number(call, record, "keySize", bpf_map__key_size(map));
		record_set_number(call, record, "valueSize", bpf_map__value_size(map));
		record_set_number(call, record, "maxEntries", bpf_map__max_entries(map));
		record_set_number(call, record, "flags", bpf_map__map_flags(map));
		if (bpf_map__pin_path(map))
			record_set_string(call, record, "pinPath", bpf_map__pin_path(map));
		record_set(call, record, "internal", internal);
		napi_set_element(call->env, list, count++, record);
	}
	return list;
}

/* objectVariables(object): [{name, section, offset, size}], the global variables of .rodata, .data, .bss. */
napi_value object_variables(struct call *call)
{
	struct object_handle *object;
	napi_value list = NULL;
	uint32_t count = 0;
	struct btf *btf;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object))
		return NULL;
	napi_create_array(call->env, &list);
	btf = bpf_object__btf(object->object);
	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *section = btf__type_by_id(btf, id);
		const struct btf_var_secinfo *variable;

		if (!btf_is_datasec(section))
			continue;
		variable = btf_var_secinfos(section);
		for (uint32_t i = 0; i < btf_vlen(section); i++, variable++) {
			const struct btf_type *type = btf__type_by_id(btf, variable->type);
			napi_value record;

			if (!btf_is_var(type)) /* .ksyms list functions too */
				continue;
			record = record_new(call);
			record_set_string(call, record, "name", btf__name_by_offset(btf, type->name_off));
			record_set_string(call, record, "section", btf__name_by_offset(btf, section->name_off));
			record_set_number(call, record, "offset", variable->offset);
			record_set_number(call, record, "size", variable->size);
			napi_set_element(call->env, list, count++, record);
		}
	}
	return list;
}

static napi_value struct_members(struct call *call, const struct btf *btf, const struct btf_type *type)
{
	const struct btf_member *member = btf_members(type);
	napi_value list = NULL;

	napi_create_array(call->env, &list);
	for (uint32_t i = 0; i < btf_vlen(type); i++, member++) {
		napi_value record = record_new(call);
		int64_t size = btf__resolve_size(btf, member->type);

		record_set_string(call, record, "name", btf__name_by_offset(btf, member->name_off));
		record_set_number(call, record, "offsetBits", btf_member_bit_offset(type, i));
		/* A flexible array has no size of its own. */
		record_set_number(call, record, "size", size < 0 ? 0 : (double)size);
		record_set_number(call, record, "bitfieldBits", btf_member_bitfield_size(type, i));
		napi_set_element(call->env, list, i, record);
	}
	return list;
}

/* objectStruct(object, name): {size, members: [{name, offsetBits, size, bitfieldBits}]} | -errno */
napi_value object_struct(struct call *call)
{
	char name[STRING_BYTES_MAX];
	struct object_handle *object;
	const struct btf_type *type;
	napi_value record;
	struct btf *btf;
	int id;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object) || !arg_string(call, 1, name))
		return NULL;
	btf = bpf_object__btf(object->object);
	if (!btf)
		return result_errno(call, ENOENT);
	id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	if (id < 0)
		id = btf__find_by_name_kind(btf, name, BTF_KIND_UNION);
	if (id < 0)
		return result_errno(call, ENOENT);
	type = btf__type_by_id(btf, (uint32_t)id);
	record = record_new(call);
	record_set_number(call, record, "size", type->size);
	record_set(call, record, "members", struct_members(call, btf, type));
	return record;
}

/* objectMap(object, name): map handle with a descriptor of its own, so that it can outlive the object. */
napi_value object_map(struct call *call)
{
	char name[STRING_BYTES_MAX];
	struct object_handle *object;
	struct bpf_map *map;
	int fd;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object) || !arg_string(call, 1, name))
		return NULL;
	map = bpf_object__find_map_by_name(object->object, name);
	if (!map)
		return result_errno(call, ENOENT);
	fd = fcntl(bpf_map__fd(map), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return result_errno(call, errno);
	return map_handle_from_fd(call, fd);
}
