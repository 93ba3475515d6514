/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pidfd_open(2) and pidfd_send_signal(2) for Node, which has neither. Numbers in, numbers out: a file descriptor or 0,
 * or a negative errno. Opening takes Linux 5.3; the choice of what to signal is made in TypeScript.
 */
#include <errno.h>
#include <node_api.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static napi_value number(napi_env env, long value)
{
	napi_value result;

	napi_create_int64(env, value < 0 ? -errno : value, &result);
	return result;
}

/* Fills out with count int32 arguments; throws and returns false when one is missing or no number. */
static bool arguments(napi_env env, napi_callback_info info, size_t count, int32_t *out)
{
	napi_value values[2];
	size_t given = count;

	napi_get_cb_info(env, info, &given, values, NULL, NULL);
	for (size_t i = 0; i < count; i++) {
		if (i >= given || napi_get_value_int32(env, values[i], &out[i]) != napi_ok) {
			napi_throw_type_error(env, NULL, "expected a number");
			return false;
		}
	}
	return true;
}

static napi_value pidfd_open_(napi_env env, napi_callback_info info)
{
	int32_t pid;

	if (!arguments(env, info, 1, &pid))
		return NULL;
	return number(env, syscall(SYS_pidfd_open, pid, 0));
}

static napi_value pidfd_send_signal_(napi_env env, napi_callback_info info)
{
	int32_t args[2];

	if (!arguments(env, info, 2, args))
		return NULL;
	return number(env, syscall(SYS_pidfd_send_signal, args[0], args[1], NULL, 0));
}

NAPI_MODULE_INIT()
{
	napi_property_descriptor properties[] = {
		{ "pidfdOpen", NULL, pidfd_open_, NULL, NULL, NULL, napi_enumerable, NULL },
		{ "pidfdSendSignal", NULL, pidfd_send_signal_, NULL, NULL, NULL, napi_enumerable, NULL },
	};

	napi_define_properties(env, exports, 2, properties);
	return exports;
}
