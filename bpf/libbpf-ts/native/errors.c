// SPDX-License-Identifier: Apache-2.0
/*
 * libbpf explains failures by printing. Its print callback is one per process, so a thread-local pointer leads each
 * message to the environment whose call is running; nothing reaches stderr. Text is kept per call, up to a bound.
 */
#include "addon.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local struct addon *current;

static int log_append(enum libbpf_print_level level, const char *format, va_list arguments)
{
	struct addon *addon = current;
	size_t room;
	int written;

	if (level != LIBBPF_WARN || !addon || addon->log_bytes >= LOG_BYTES_MAX - 1)
		return 0;
	room = LOG_BYTES_MAX - addon->log_bytes;
	written = vsnprintf(addon->log + addon->log_bytes, room, format, arguments);
	if (written > 0)
		addon->log_bytes += (size_t)written < room ? (size_t)written : room - 1;
	return 0;
}

void log_install(void)
{
	libbpf_set_print(log_append);
}

void log_begin(struct addon *addon)
{
	current = addon;
	addon->log_bytes = 0;
	addon->log[0] = '\0';
}

/* logTake(): what libbpf said during the call before this one. */
napi_value log_take(struct call *call)
{
	return result_string(call, call->addon->log);
}

/* errorMessage(errno): the text of strerror, or libbpf's for its own codes. */
napi_value error_message(struct call *call)
{
	char text[128];
	uint32_t error;

	if (!arg_uint32(call, 0, &error))
		return NULL;
	libbpf_strerror((int)error, text, sizeof(text));
	return result_string(call, text);
}
