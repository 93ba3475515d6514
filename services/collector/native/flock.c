/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flock(2) for Node, which has none: takes an exclusive lock of an open file or directory without waiting. Returns 0, or
 * a negative errno (-EWOULDBLOCK: another holds it). The lock lasts until the descriptor is closed, by whatever end.
 */
#include <errno.h>
#include <node_api.h>
#include <sys/file.h>

static napi_value lock(napi_env env, napi_callback_info info)
{
	napi_value value, result;
	size_t given = 1;
	int32_t fd;

	napi_get_cb_info(env, info, &given, &value, NULL, NULL);
	if (given < 1 || napi_get_value_int32(env, value, &fd) != napi_ok) {
		napi_throw_type_error(env, NULL, "expected a number");
		return NULL;
	}
	napi_create_int32(env, flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0, &result);
	return result;
}

NAPI_MODULE_INIT()
{
	napi_property_descriptor property = { "lock", NULL, lock, NULL, NULL, NULL, napi_enumerable, NULL };

	napi_define_properties(env, exports, 1, &property);
	return exports;
}
