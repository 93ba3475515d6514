// SPDX-License-Identifier: Apache-2.0
/*
 * Conversion between JavaScript values and C: arguments in, results out, and the life of a handle. Every access to a
 * caller's memory is checked here or right after it, so that no argument can make the addon read out of bounds.
 */
#include "addon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool reject(struct call *call, size_t index, const char *expected)
{
	char message[160];

	snprintf(message, sizeof(message), "%s: argument %zu must be %s", call->name, index, expected);
	napi_throw_type_error(call->env, "ERR_INVALID_ARG_VALUE", message);
	return false;
}

bool arg_uint32(struct call *call, size_t index, uint32_t *out)
{
	double value;

	if (napi_get_value_double(call->env, call->arguments[index], &value) != napi_ok || !(value >= 0) ||
	    value > UINT32_MAX || value != (double)(uint32_t)value)
		return reject(call, index, "an unsigned 32-bit integer");
	*out = (uint32_t)value;
	return true;
}

bool arg_int32(struct call *call, size_t index, int32_t *out)
{
	double value;

	if (napi_get_value_double(call->env, call->arguments[index], &value) != napi_ok || !(value >= INT32_MIN) ||
	    value > INT32_MAX || value != (double)(int32_t)value)
		return reject(call, index, "a signed 32-bit integer");
	*out = (int32_t)value;
	return true;
}

bool arg_uint64(struct call *call, size_t index, uint64_t *out)
{
	bool lossless = false;

	if (napi_get_value_bigint_uint64(call->env, call->arguments[index], out, &lossless) != napi_ok || !lossless)
		return reject(call, index, "a bigint of 64 unsigned bits");
	return true;
}

bool arg_bool(struct call *call, size_t index, bool *out)
{
	if (napi_get_value_bool(call->env, call->arguments[index], out) != napi_ok)
		return reject(call, index, "a boolean");
	return true;
}

bool arg_string(struct call *call, size_t index, char out[STRING_BYTES_MAX])
{
	size_t length = 0;

	if (napi_get_value_string_utf8(call->env, call->arguments[index], NULL, 0, &length) != napi_ok)
		return reject(call, index, "a string");
	if (length >= STRING_BYTES_MAX)
		return reject(call, index, "a string of less than 4096 bytes");
	napi_get_value_string_utf8(call->env, call->arguments[index], out, STRING_BYTES_MAX, &length);
	/* A NUL inside would silently name another file or program than the caller's string. */
	if (strlen(out) != length)
		return reject(call, index, "a string without NUL");
	return true;
}

bool arg_is_absent(struct call *call, size_t index)
{
	napi_valuetype type = napi_undefined;

	napi_typeof(call->env, call->arguments[index], &type);
	return type == napi_undefined || type == napi_null;
}

bool arg_bytes(struct call *call, size_t index, struct bytes *out)
{
	static const size_t element_bytes[] = {
		[napi_int8_array] = 1,	  [napi_uint8_array] = 1,   [napi_uint8_clamped_array] = 1,
		[napi_int16_array] = 2,	  [napi_uint16_array] = 2,  [napi_int32_array] = 4,
		[napi_uint32_array] = 4,  [napi_float32_array] = 4, [napi_float64_array] = 8,
		[napi_bigint64_array] = 8, [napi_biguint64_array] = 8,
	};
	napi_typedarray_type type;
	size_t length;
	void *data;

	*out = (struct bytes){0};
	if (arg_is_absent(call, index))
		return true;
	if (napi_get_typedarray_info(call->env, call->arguments[index], &type, &length, &data, NULL, NULL) != napi_ok ||
	    type >= sizeof(element_bytes) / sizeof(element_bytes[0]))
		return reject(call, index, "a Buffer or typed array");
	*out = (struct bytes){data, length * element_bytes[type]};
	return true;
}

bool arg_bytes_exact(struct call *call, size_t index, size_t length, struct bytes *out)
{
	char message[160];

	if (!arg_bytes(call, index, out))
		return false;
	if (out->length == length)
		return true;
	snprintf(message, sizeof(message), "%s: argument %zu must have %zu bytes, has %zu", call->name, index, length,
		 out->length);
	napi_throw_range_error(call->env, "ERR_OUT_OF_RANGE", message);
	return false;
}

bool arg_handle(struct call *call, size_t index, enum handle_kind kind, void *out)
{
	struct handle *handle = NULL;

	if (napi_get_value_external(call->env, call->arguments[index], (void **)&handle) != napi_ok ||
	    handle->kind != kind)
		return reject(call, index, "a handle of the right kind");
	if (handle->closed)
		return reject(call, index, "an open handle");
	*(struct handle **)out = handle;
	return true;
}

napi_value result_int(struct call *call, int64_t value)
{
	napi_value result = NULL;

	napi_create_int64(call->env, value, &result);
	return result;
}

napi_value result_errno(struct call *call, int error)
{
	/* libbpf promises errno on failure; a zero would read as success. */
	return result_int(call, -(error > 0 ? error : EINVAL));
}

napi_value result_string(struct call *call, const char *text)
{
	napi_value result = NULL;

	napi_create_string_utf8(call->env, text ? text : "", NAPI_AUTO_LENGTH, &result);
	return result;
}

napi_value result_bytes(struct call *call, const void *data, size_t length)
{
	napi_value result = NULL;

	napi_create_buffer_copy(call->env, length, data, NULL, &result);
	return result;
}

napi_value result_undefined(struct call *call)
{
	napi_value result = NULL;

	napi_get_undefined(call->env, &result);
	return result;
}

napi_value record_new(struct call *call)
{
	napi_value record = NULL;

	napi_create_object(call->env, &record);
	return record;
}

void record_set(struct call *call, napi_value record, const char *name, napi_value value)
{
	napi_set_named_property(call->env, record, name, value);
}

void record_set_number(struct call *call, napi_value record, const char *name, double value)
{
	napi_value number = NULL;

	napi_create_double(call->env, value, &number);
	record_set(call, record, name, number);
}

void record_set_bigint(struct call *call, napi_value record, const char *name, uint64_t value)
{
	napi_value bigint = NULL;

	napi_create_bigint_uint64(call->env, value, &bigint);
	record_set(call, record, name, bigint);
}

void record_set_string(struct call *call, napi_value record, const char *name, const char *text)
{
	record_set(call, record, name, result_string(call, text));
}

void *handle_new(enum handle_kind kind, size_t bytes, void (*release)(struct handle *handle))
{
	struct handle *handle = calloc(1, bytes);

	if (handle) {
		handle->kind = kind;
		handle->release = release;
	}
	return handle;
}

static void handle_release(struct handle *handle)
{
	if (handle->closed)
		return;
	handle->closed = true;
	handle->release(handle);
}

static void handle_finalize(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	handle_release(data);
	free(data);
}

napi_value result_handle(struct call *call, struct handle *handle)
{
	napi_value result = NULL;

	if (napi_create_external(call->env, handle, handle_finalize, NULL, &result) != napi_ok) {
		handle_finalize(call->env, handle, NULL);
		return result_errno(call, ENOMEM);
	}
	return result;
}

static void fd_release(struct handle *handle)
{
	close(((struct fd_handle *)handle)->fd);
}

napi_value result_fd(struct call *call, int fd)
{
	struct fd_handle *file = handle_new(HANDLE_FD, sizeof(*file), fd_release);

	if (!file) {
		close(fd);
		return result_errno(call, ENOMEM);
	}
	file->fd = fd;
	return result_handle(call, &file->handle);
}

/* handleClose(handle): closes any kind; a second close does nothing. */
napi_value handle_close(struct call *call)
{
	struct handle *handle = NULL;

	if (napi_get_value_external(call->env, call->arguments[0], (void **)&handle) != napi_ok)
		reject(call, 0, "a handle");
	else
		handle_release(handle);
	return result_undefined(call);
}
