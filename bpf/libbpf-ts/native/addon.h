/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this addon share: the call frame, argument conversion, results and handles.
 *
 * Conventions. A function converts its arguments, makes one libbpf or kernel call and converts the result; ergonomics
 * live in TypeScript. Failure of the call is a value: the negative errno, as a number. Only a wrong argument (a bug of
 * the TypeScript side) throws. A kernel resource is a `struct handle` inside a napi external: closed explicitly, or by
 * the finalizer when it was forgotten.
 */
#ifndef LIBBPF_TS_ADDON_H
#define LIBBPF_TS_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

/* The most arguments an exported function takes. */
#define ARGUMENTS_MAX 8
/* The longest string argument: a path (PATH_MAX) is the longest that the kernel takes. */
#define STRING_BYTES_MAX 4096
/* What is kept of libbpf's messages during one call; the first ones name the cause. */
#define LOG_BYTES_MAX 16384

/* State of one environment (main thread or worker), owned by napi_set_instance_data. */
struct addon {
	size_t log_bytes;
	char log[LOG_BYTES_MAX];
};

struct call {
	napi_env env;
	struct addon *addon;
	const char *name;
	size_t argument_count;
	napi_value arguments[ARGUMENTS_MAX];
};

typedef napi_value (*exported_fn)(struct call *call);

struct export {
	const char *name;
	exported_fn fn;
};

enum handle_kind {
	HANDLE_OBJECT = 0x6c627001,
	HANDLE_MAP,
	HANDLE_LINK,
	HANDLE_RING,
	HANDLE_FD,
	HANDLE_TC_FILTER,
};

/* The first member of every handle. `release` runs once: at close, or at the latest in the finalizer. */
struct handle {
	enum handle_kind kind;
	bool closed;
	void (*release)(struct handle *handle);
};

struct object_handle {
	struct handle handle;
	struct bpf_object *object;
};

struct map_handle {
	struct handle handle;
	int fd;
	uint32_t id, type, key_bytes, value_bytes, max_entries, flags;
	/* Bytes of one look-up: value_bytes, or for per-CPU maps the slots of all possible CPUs. */
	size_t lookup_bytes;
	char name[BPF_OBJ_NAME_LEN];
};

struct link_handle {
	struct handle handle;
	/* NULL for a bare link, of a kind that libbpf 1.1 has no function for: then the descriptor is all there is. */
	struct bpf_link *link;
	int fd;
	/* Of a bare link that is pinned; libbpf keeps those of its own. */
	char *pin_path;
};

struct fd_handle {
	struct handle handle;
	int fd;
};

struct bytes {
	uint8_t *data;
	size_t length;
};

/* Arguments: false means that a TypeError is pending and the caller returns NULL. */
bool arg_uint32(struct call *call, size_t index, uint32_t *out);
bool arg_int32(struct call *call, size_t index, int32_t *out);
bool arg_uint64(struct call *call, size_t index, uint64_t *out);
bool arg_bool(struct call *call, size_t index, bool *out);
bool arg_string(struct call *call, size_t index, char out[STRING_BYTES_MAX]);
/* An absent (null or undefined) buffer yields {NULL, 0}. The memory is valid during the call only. */
bool arg_bytes(struct call *call, size_t index, struct bytes *out);
/* Also checks that the buffer has exactly that length. */
bool arg_bytes_exact(struct call *call, size_t index, size_t length, struct bytes *out);
/* Also checks that the handle is of that kind and open. */
bool arg_handle(struct call *call, size_t index, enum handle_kind kind, void *out);
bool arg_is_absent(struct call *call, size_t index);

/* Results. `error` is the positive errno. */
napi_value result_errno(struct call *call, int error);
napi_value result_int(struct call *call, int64_t value);
napi_value result_string(struct call *call, const char *text);
napi_value result_bytes(struct call *call, const void *data, size_t length);
napi_value result_undefined(struct call *call);
/* Takes ownership of a handle that malloc made; on failure it is released and freed. */
napi_value result_handle(struct call *call, struct handle *handle);
/* The same for a bare file descriptor. */
napi_value result_fd(struct call *call, int fd);

napi_value record_new(struct call *call);
void record_set(struct call *call, napi_value record, const char *name, napi_value value);
void record_set_number(struct call *call, napi_value record, const char *name, double value);
void record_set_bigint(struct call *call, napi_value record, const char *name, uint64_t value);
void record_set_string(struct call *call, napi_value record, const char *name, const char *text);

void *handle_new(enum handle_kind kind, size_t bytes, void (*release)(struct handle *handle));

/* Shared by several nouns. */
napi_value map_handle_from_fd(struct call *call, int fd);
napi_value link_handle_from(struct call *call, struct bpf_link *link);
bool arg_program(struct call *call, size_t index, struct bpf_program **out);
/* What a descriptor from a pin is: "map", "program", "link", or "". */
const char *pinned_kind(int fd);

void log_begin(struct addon *addon);
void log_install(void);

/* Exports, by noun, in the order of src/native.ts. */
napi_value handle_close(struct call *call);
napi_value log_take(struct call *call);
napi_value error_message(struct call *call);

napi_value object_open(struct call *call);
napi_value object_load(struct call *call);
napi_value object_programs(struct call *call);
napi_value object_maps(struct call *call);
napi_value object_variables(struct call *call);
napi_value object_struct(struct call *call);
napi_value object_map(struct call *call);

napi_value program_set_autoload(struct call *call);
napi_value program_set_attach_target(struct call *call);
napi_value program_info(struct call *call);
napi_value program_info_by_id(struct call *call);
napi_value program_fd(struct call *call);
napi_value program_pin(struct call *call);
napi_value program_test_run(struct call *call);
napi_value program_enable_stats(struct call *call);

napi_value map_spec_set_max_entries(struct call *call);
napi_value map_spec_set_pin_path(struct call *call);
napi_value map_spec_reuse(struct call *call);
napi_value map_spec_initial_value(struct call *call);
napi_value map_spec_set_initial_value(struct call *call);
napi_value map_create(struct call *call);
napi_value map_open_pinned(struct call *call);
napi_value map_open_by_id(struct call *call);
napi_value map_info(struct call *call);
napi_value map_lookup(struct call *call);
napi_value map_update(struct call *call);
napi_value map_delete(struct call *call);
napi_value map_take(struct call *call);
napi_value map_next_key(struct call *call);
napi_value map_lookup_batch(struct call *call);
napi_value map_take_batch(struct call *call);
napi_value map_update_batch(struct call *call);
napi_value map_delete_batch(struct call *call);
napi_value map_freeze(struct call *call);
napi_value map_pin(struct call *call);

napi_value ring_open(struct call *call);
napi_value ring_read(struct call *call);
napi_value ring_release(struct call *call);
napi_value ring_state(struct call *call);
napi_value ring_watch(struct call *call);
napi_value ring_set_referenced(struct call *call);
napi_value ring_unwatch(struct call *call);

napi_value link_attach(struct call *call);
napi_value link_attach_cgroup(struct call *call);
napi_value link_attach_iter(struct call *call);
napi_value link_attach_trace(struct call *call);
napi_value link_attach_raw_tracepoint(struct call *call);
napi_value link_attach_tracepoint(struct call *call);
napi_value link_attach_kprobe(struct call *call);
napi_value link_attach_uprobe(struct call *call);
napi_value link_attach_perf_event(struct call *call);
napi_value link_attach_xdp(struct call *call);
napi_value link_attach_tcx(struct call *call);
napi_value link_attach_netns(struct call *call);
napi_value link_open_pinned(struct call *call);
napi_value link_info(struct call *call);
napi_value link_pin(struct call *call);
napi_value link_unpin(struct call *call);
napi_value link_update(struct call *call);
napi_value link_detach(struct call *call);

napi_value tc_filter_attach(struct call *call);
napi_value tc_filter_update(struct call *call);
napi_value tc_filter_info(struct call *call);

napi_value pin_kind(struct call *call);

napi_value iter_create(struct call *call);
napi_value iter_read(struct call *call);

napi_value probe_names(struct call *call);
napi_value probe_section(struct call *call);
napi_value probe_program_type(struct call *call);
napi_value probe_map_type(struct call *call);
napi_value probe_btf_id(struct call *call);
napi_value probe_load(struct call *call);
napi_value probe_attach_raw(struct call *call);
napi_value probe_attach_link(struct call *call);
napi_value probe_attach_perf(struct call *call);

#endif
