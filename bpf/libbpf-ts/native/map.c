// SPDX-License-Identifier: Apache-2.0
/*
 * Maps. A map spec is named by (object, map name) before the object is loaded; a map is a handle with a descriptor of
 * its own. Lengths of keys and values are checked against the kernel's, never trusted.
 */
#include "addon.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <unistd.h>

static bool arg_map_spec(struct call *call, struct bpf_map **out)
{
	char name[STRING_BYTES_MAX];
	struct object_handle *object;

	if (!arg_handle(call, 0, HANDLE_OBJECT, &object) || !arg_string(call, 1, name))
		return false;
	*out = bpf_object__find_map_by_name(object->object, name);
	if (!*out)
		napi_throw_range_error(call->env, "ENOENT", "the object has no map of that name");
	return *out != NULL;
}

static napi_value result_status(struct call *call, int error)
{
	return error ? result_errno(call, -error) : result_int(call, 0);
}

/* mapSpecSetMaxEntries(object, name, maxEntries): 0 | -errno */
napi_value map_spec_set_max_entries(struct call *call)
{
	struct bpf_map *map;
	uint32_t entries;

	if (!arg_map_spec(call, &map) || !arg_uint32(call, 2, &entries))
		return NULL;
	return result_status(call, bpf_map__set_max_entries(map, entries));
}

/* mapSpecSetPinPath(object, name, path | null): 0 | -errno */
napi_value map_spec_set_pin_path(struct call *call)
{
	char path[STRING_BYTES_MAX];
	struct bpf_map *map;
	bool absent = arg_is_absent(call, 2);

	if (!arg_map_spec(call, &map) || (!absent && !arg_string(call, 2, path)))
		return NULL;
	return result_status(call, bpf_map__set_pin_path(map, absent ? NULL : path));
}

/* mapSpecReuse(object, name, map): 0 | -errno */
napi_value map_spec_reuse(struct call *call)
{
	struct map_handle *reused;
	struct bpf_map *map;

	if (!arg_map_spec(call, &map) || !arg_handle(call, 2, HANDLE_MAP, &reused))
		return NULL;
	return result_status(call, bpf_map__reuse_fd(map, reused->fd));
}

/* mapSpecInitialValue(object, name): Buffer (a copy) | undefined */
napi_value map_spec_initial_value(struct call *call)
{
	struct bpf_map *map;
	const void *value;
	size_t bytes = 0;

	if (!arg_map_spec(call, &map))
		return NULL;
	value = bpf_map__initial_value(map, &bytes);
	return value ? result_bytes(call, value, bytes) : result_undefined(call);
}

/* mapSpecSetInitialValue(object, name, value): 0 | -errno */
napi_value map_spec_set_initial_value(struct call *call)
{
	struct bpf_map *map;
	struct bytes value;

	if (!arg_map_spec(call, &map) || !arg_bytes(call, 2, &value))
		return NULL;
	return result_status(call, bpf_map__set_initial_value(map, value.data, value.length));
}

static void map_release(struct handle *handle)
{
	close(((struct map_handle *)handle)->fd);
}

static bool is_per_cpu(uint32_t type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static bool is_map_of_maps(uint32_t type)
{
	return type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

/* Bytes that the kernel reads or writes for one value: bpf_map_value_size() in kernel/bpf/syscall.c. */
static size_t lookup_bytes(const struct bpf_map_info *info)
{
	if (is_per_cpu(info->type))
		return (((size_t)info->value_size + 7) & ~(size_t)7) * (size_t)libbpf_num_possible_cpus();
	if (is_map_of_maps(info->type))
		return sizeof(uint32_t);
	return info->value_size;
}

/* Owns the descriptor from here on, also on failure. */
napi_value map_handle_from_fd(struct call *call, int fd)
{
	struct bpf_map_info info = {0};
	uint32_t bytes = sizeof(info);
	struct map_handle *map;

	if (bpf_obj_get_info_by_fd(fd, &info, &bytes)) {
		int error = errno;

		close(fd);
		return result_errno(call, error);
	}
	map = handle_new(HANDLE_MAP, sizeof(*map), map_release);
	if (!map) {
		close(fd);
		return result_errno(call, ENOMEM);
	}
	map->fd = fd;
	map->id = info.id;
	map->type = info.type;
	map->key_bytes = info.key_size;
	map->value_bytes = info.value_size;
	map->max_entries = info.max_entries;
	map->flags = info.map_flags;
	map->lookup_bytes = lookup_bytes(&info);
	memcpy(map->name, info.name, sizeof(map->name));
	return result_handle(call, &map->handle);
}

/* mapCreate(type, name, keySize, valueSize, maxEntries, flags, inner | null): map handle */
napi_value map_create(struct call *call)
{
	LIBBPF_OPTS(bpf_map_create_opts, options);
	uint32_t type, key_bytes, value_bytes, entries, flags;
	char name[STRING_BYTES_MAX];
	struct map_handle *inner;
	int fd;

	if (!arg_uint32(call, 0, &type) || !arg_string(call, 1, name) || !arg_uint32(call, 2, &key_bytes) ||
	    !arg_uint32(call, 3, &value_bytes) || !arg_uint32(call, 4, &entries) || !arg_uint32(call, 5, &flags))
		return NULL;
	options.map_flags = flags;
	if (!arg_is_absent(call, 6)) {
		if (!arg_handle(call, 6, HANDLE_MAP, &inner))
			return NULL;
		options.inner_map_fd = (uint32_t)inner->fd;
	}
	fd = bpf_map_create(type, name, key_bytes, value_bytes, entries, &options);
	return fd < 0 ? result_errno(call, errno) : map_handle_from_fd(call, fd);
}

/* mapOpenPinned(path): map handle; EINVAL for a pin of another kind */
napi_value map_open_pinned(struct call *call)
{
	char path[STRING_BYTES_MAX];
	int fd;

	if (!arg_string(call, 0, path))
		return NULL;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return result_errno(call, errno);
	if (strcmp(pinned_kind(fd), "map") != 0) {
		close(fd);
		return result_errno(call, EINVAL);
	}
	return map_handle_from_fd(call, fd);
}

/* mapOpenById(id): map handle */
napi_value map_open_by_id(struct call *call)
{
	uint32_t id;
	int fd;

	if (!arg_uint32(call, 0, &id))
		return NULL;
	fd = bpf_map_get_fd_by_id(id);
	return fd < 0 ? result_errno(call, errno) : map_handle_from_fd(call, fd);
}

/* mapInfo(map): {fd, id, type, name, keySize, valueSize, maxEntries, flags, lookupBytes, possibleCpus} */
napi_value map_info(struct call *call)
{
	struct map_handle *map;
	napi_value record;

	if (!arg_handle(call, 0, HANDLE_MAP, &map))
		return NULL;
	record = record_new(call);
	record_set_number(call, record, "fd", map->fd);
	record_set_number(call, record, "id", map->id);
	record_set_number(call, record, "type", map->type);
	record_set_string(call, record, "name", map->name);
	record_set_number(call, record, "keySize", map->key_bytes);
	record_set_number(call, record, "valueSize", map->value_bytes);
	record_set_number(call, record, "maxEntries", map->max_entries);
	record_set_number(call, record, "flags", map->flags);
	record_set_number(call, record, "lookupBytes", (double)map->lookup_bytes);
	record_set_number(call, record, "slots", is_per_cpu(map->type) ? libbpf_num_possible_cpus() : 1);
	return record;
}

/* mapLookup(map, key, out): 0 | -errno */
napi_value map_lookup(struct call *call)
{
	struct map_handle *map;
	struct bytes key, out;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_bytes_exact(call, 1, map->key_bytes, &key) ||
	    !arg_bytes_exact(call, 2, map->lookup_bytes, &out))
		return NULL;
	return result_status(call, bpf_map_lookup_elem(map->fd, key.length ? key.data : NULL, out.data));
}

/* mapUpdate(map, key, value, flags): 0 | -errno */
napi_value map_update(struct call *call)
{
	struct map_handle *map;
	struct bytes key, value;
	uint32_t flags;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_bytes_exact(call, 1, map->key_bytes, &key) ||
	    !arg_bytes_exact(call, 2, map->lookup_bytes, &value) || !arg_uint32(call, 3, &flags))
		return NULL;
	return result_status(call, bpf_map_update_elem(map->fd, key.length ? key.data : NULL, value.data, flags));
}

/* mapDelete(map, key): 0 | -errno */
napi_value map_delete(struct call *call)
{
	struct map_handle *map;
	struct bytes key;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_bytes_exact(call, 1, map->key_bytes, &key))
		return NULL;
	return result_status(call, bpf_map_delete_elem(map->fd, key.data));
}

/* mapTake(map, key, out): look up and delete in one step; 0 | -errno */
napi_value map_take(struct call *call)
{
	struct map_handle *map;
	struct bytes key, out;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_bytes_exact(call, 1, map->key_bytes, &key) ||
	    !arg_bytes_exact(call, 2, map->lookup_bytes, &out))
		return NULL;
	return result_status(call, bpf_map_lookup_and_delete_elem(map->fd, key.length ? key.data : NULL, out.data));
}

/* mapNextKey(map, key | null, next): 0 | -errno; ENOENT after the last key */
napi_value map_next_key(struct call *call)
{
	struct bytes key = {0}, next;
	struct map_handle *map;

	if (!arg_handle(call, 0, HANDLE_MAP, &map))
		return NULL;
	if (!arg_is_absent(call, 1) && !arg_bytes_exact(call, 1, map->key_bytes, &key))
		return NULL;
	if (!arg_bytes_exact(call, 2, map->key_bytes, &next))
		return NULL;
	return result_status(call, bpf_map_get_next_key(map->fd, key.data, next.data));
}

/*
 * The cursor of a batch is a bucket number (u32) for hashes, and a key for the other types. The TypeScript side
 * allocates max(4, keySize) bytes for it.
 */
static bool arg_cursor(struct call *call, size_t index, const struct map_handle *map, struct bytes *out)
{
	return arg_bytes_exact(call, index, map->key_bytes > 4 ? map->key_bytes : 4, out);
}

typedef int (*batch_fn)(int fd, void *in, void *out, void *keys, void *values, uint32_t *count,
			const struct bpf_map_batch_opts *options);

/* (map, cursorIn | null, cursorOut, keys, values, count): {errno, count}; ENOENT marks the last batch. */
static napi_value batch(struct call *call, batch_fn fn)
{
	struct bytes in = {0}, out, keys, values;
	struct map_handle *map;
	napi_value record;
	uint32_t count;
	int error;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_uint32(call, 5, &count))
		return NULL;
	if (!arg_is_absent(call, 1) && !arg_cursor(call, 1, map, &in))
		return NULL;
	if (!arg_cursor(call, 2, map, &out) || !arg_bytes_exact(call, 3, (size_t)count * map->key_bytes, &keys) ||
	    !arg_bytes_exact(call, 4, (size_t)count * map->lookup_bytes, &values))
		return NULL;
	error = fn(map->fd, in.data, out.data, keys.data, values.data, &count, NULL);
	record = record_new(call);
	record_set_number(call, record, "errno", -error);
	record_set_number(call, record, "count", count);
	return record;
}

/* mapLookupBatch(map, cursorIn | null, cursorOut, keys, values, count): {errno, count} */
napi_value map_lookup_batch(struct call *call)
{
	return batch(call, bpf_map_lookup_batch);
}

/* mapTakeBatch(map, cursorIn | null, cursorOut, keys, values, count): {errno, count} */
napi_value map_take_batch(struct call *call)
{
	return batch(call, bpf_map_lookup_and_delete_batch);
}

/* mapUpdateBatch(map, keys, values, count, flags): {errno, count} */
napi_value map_update_batch(struct call *call)
{
	LIBBPF_OPTS(bpf_map_batch_opts, options);
	struct bytes keys, values;
	struct map_handle *map;
	uint32_t count, flags;
	napi_value record;
	int error;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_uint32(call, 3, &count) || !arg_uint32(call, 4, &flags) ||
	    !arg_bytes_exact(call, 1, (size_t)count * map->key_bytes, &keys) ||
	    !arg_bytes_exact(call, 2, (size_t)count * map->lookup_bytes, &values))
		return NULL;
	options.elem_flags = flags;
	error = bpf_map_update_batch(map->fd, keys.data, values.data, &count, &options);
	record = record_new(call);
	record_set_number(call, record, "errno", -error);
	record_set_number(call, record, "count", count);
	return record;
}

/* mapDeleteBatch(map, keys, count): {errno, count}; stops at the first key that is not there */
napi_value map_delete_batch(struct call *call)
{
	struct map_handle *map;
	struct bytes keys;
	napi_value record;
	uint32_t count;
	int error;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_uint32(call, 2, &count) ||
	    !arg_bytes_exact(call, 1, (size_t)count * map->key_bytes, &keys))
		return NULL;
	error = bpf_map_delete_batch(map->fd, keys.data, &count, NULL);
	record = record_new(call);
	record_set_number(call, record, "errno", -error);
	record_set_number(call, record, "count", count);
	return record;
}

/* mapFreeze(map): 0 | -errno; user space can't write to it any more */
napi_value map_freeze(struct call *call)
{
	struct map_handle *map;

	if (!arg_handle(call, 0, HANDLE_MAP, &map))
		return NULL;
	return result_status(call, bpf_map_freeze(map->fd));
}

/* mapPin(map, path): 0 | -errno */
napi_value map_pin(struct call *call)
{
	char path[STRING_BYTES_MAX];
	struct map_handle *map;

	if (!arg_handle(call, 0, HANDLE_MAP, &map) || !arg_string(call, 1, path))
		return NULL;
	return result_status(call, bpf_obj_pin(map->fd, path));
}
