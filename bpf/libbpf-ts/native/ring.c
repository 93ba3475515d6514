// SPDX-License-Identifier: Apache-2.0
/*
 * A reader of a ring buffer map: maps the ring's memory, copies batches of records (ring-copy.c), and watches for new
 * ones in a thread of its own. Not libbpf's ring_buffer: that calls back per record, and it releases a record as soon
 * as the callback returns; here the caller releases, after it has handed the records on.
 *
 * The watcher waits edge-triggered. The kernel reports a ring readable while the consumer position is behind the
 * producer position, so level-triggered it would spin for as long as records are read but not released.
 */
#define _GNU_SOURCE
#include "addon.h"
#include "ring-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

_Static_assert(sizeof(long) == 8, "positions of the ring are unsigned long in the kernel: 64-bit hosts only");

struct ring_handle;

/* Lives until the thread-safe function is finalized, which is later than ringUnwatch. */
struct watcher {
	int epoll_fd, stop_fd;
	pthread_t thread;
	napi_threadsafe_function signal;
	/* 1 while a call waits in the event loop: at most one is queued. */
	int pending;
};

struct ring_handle {
	struct handle handle;
	struct ring_memory memory;
	int fd;
	size_t page_bytes;
	void *consumer_page, *producer_pages;
	napi_env env;
	struct watcher *watcher;
};

static void ring_stop_watching(void *argument);

static void ring_unmap(struct ring_handle *ring)
{
	if (ring->consumer_page)
		munmap(ring->consumer_page, ring->page_bytes);
	if (ring->producer_pages)
		munmap(ring->producer_pages, ring->page_bytes + ring->memory.size);
	close(ring->fd);
}

static void ring_close(struct handle *handle)
{
	struct ring_handle *ring = (struct ring_handle *)handle;

	ring_stop_watching(ring);
	ring_unmap(ring);
}

static int ring_map(struct ring_handle *ring, const struct map_handle *map)
{
	void *memory;

	ring->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	ring->memory.size = map->max_entries;
	ring->fd = fcntl(map->fd, F_DUPFD_CLOEXEC, 3);
	if (ring->fd < 0)
		return errno;
	memory = mmap(NULL, ring->page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (memory == MAP_FAILED)
		return errno;
	ring->consumer_page = memory;
	memory = mmap(NULL, ring->page_bytes + ring->memory.size, PROT_READ, MAP_SHARED, ring->fd,
		      (off_t)ring->page_bytes);
	if (memory == MAP_FAILED)
		return errno;
	ring->producer_pages = memory;
	ring->memory.consumer_position = ring->consumer_page;
	ring->memory.producer_position = ring->producer_pages;
	ring->memory.data = (const uint8_t *)ring->producer_pages + ring->page_bytes;
	ring->memory.cursor = __atomic_load_n(ring->memory.consumer_position, __ATOMIC_ACQUIRE);
	return 0;
}

/* ringOpen(map): ring handle that starts at the consumer position, that is, with what nobody has released */
napi_value ring_open(struct call *call)
{
	struct ring_handle *ring;
	struct map_handle *map;
	int error;

	if (!arg_handle(call, 0, HANDLE_MAP, &map))
		return NULL;
	if (map->type != BPF_MAP_TYPE_RINGBUF)
		return result_errno(call, EINVAL);
	ring = handle_new(HANDLE_RING, sizeof(*ring), ring_close);
	if (!ring)
		return result_errno(call, ENOMEM);
	ring->env = call->env;
	error = ring_map(ring, map);
	if (error) {
		ring_unmap(ring);
		free(ring);
		return result_errno(call, error);
	}
	return result_handle(call, &ring->handle);
}

/* ringRead(ring, into, out: Uint32Array[5]): 0 | -errno; out = {bytes, records, discarded, stop, neededBytes} */
napi_value ring_read(struct call *call)
{
	struct ring_copied copied;
	struct ring_handle *ring;
	struct bytes into, out;
	uint32_t *numbers;
	int error;

	if (!arg_handle(call, 0, HANDLE_RING, &ring) || !arg_bytes(call, 1, &into) ||
	    !arg_bytes_exact(call, 2, 5 * sizeof(uint32_t), &out))
		return NULL;
	error = ring_copy(&ring->memory, into.data, into.length, &copied);
	numbers = (uint32_t *)out.data;
	numbers[0] = (uint32_t)copied.bytes;
	numbers[1] = (uint32_t)copied.records;
	numbers[2] = (uint32_t)copied.discarded;
	numbers[3] = (uint32_t)copied.stop;
	numbers[4] = (uint32_t)copied.needed_bytes;
	return result_int(call, error);
}

static void watcher_signal(struct watcher *watcher)
{
	if (!__atomic_exchange_n(&watcher->pending, 1, __ATOMIC_ACQ_REL))
		napi_call_threadsafe_function(watcher->signal, NULL, napi_tsfn_nonblocking);
}

/* ringRelease(ring, upTo): 0 | -errno */
napi_value ring_release(struct call *call)
{
	struct ring_handle *ring;
	uint64_t up_to;
	int error;

	if (!arg_handle(call, 0, HANDLE_RING, &ring) || !arg_uint64(call, 1, &up_to))
		return NULL;
	error = ring_release_to(&ring->memory, up_to);
	/* No wake-up came for records committed while earlier ones were held; make up for it here. */
	if (!error && ring->watcher && ring_readable(&ring->memory))
		watcher_signal(ring->watcher);
	return result_int(call, error);
}

/* ringState(ring): {cursor, consumerPosition, producerPosition, size, readable} */
napi_value ring_state(struct call *call)
{
	struct ring_handle *ring;
	napi_value record;

	if (!arg_handle(call, 0, HANDLE_RING, &ring))
		return NULL;
	record = record_new(call);
	record_set_bigint(call, record, "cursor", ring->memory.cursor);
	record_set_bigint(call, record, "consumerPosition",
			  __atomic_load_n(ring->memory.consumer_position, __ATOMIC_ACQUIRE));
	record_set_bigint(call, record, "producerPosition",
			  __atomic_load_n(ring->memory.producer_position, __ATOMIC_ACQUIRE));
	record_set_number(call, record, "size", (double)ring->memory.size);
	record_set_number(call, record, "readable", ring_readable(&ring->memory));
	return record;
}

static void *watcher_run(void *argument)
{
	struct watcher *watcher = argument;
	struct epoll_event events[2];

	for (;;) {
		int count = epoll_wait(watcher->epoll_fd, events, 2, -1);

		if (count < 0 && errno != EINTR)
			return NULL;
		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == watcher->stop_fd)
				return NULL;
			watcher_signal(watcher);
		}
	}
}

static void watcher_call(napi_env env, napi_value callback, void *context, void *data)
{
	struct watcher *watcher = context;
	napi_value global;

	(void)data;
	if (!env || !callback)
		return;
	/* Before the callback: a record that arrives while it runs asks for another call. */
	__atomic_store_n(&watcher->pending, 0, __ATOMIC_RELEASE);
	if (napi_get_global(env, &global) == napi_ok)
		napi_call_function(env, global, callback, 0, NULL, NULL);
}

static void watcher_free(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	free(data);
}

static int watcher_poll(struct watcher *watcher, int ring_fd)
{
	struct epoll_event ring = {.events = EPOLLIN | EPOLLET, .data.fd = ring_fd};
	struct epoll_event stop = {.events = EPOLLIN};

	watcher->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	watcher->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	stop.data.fd = watcher->stop_fd;
	if (watcher->epoll_fd < 0 || watcher->stop_fd < 0 ||
	    epoll_ctl(watcher->epoll_fd, EPOLL_CTL_ADD, watcher->stop_fd, &stop) ||
	    epoll_ctl(watcher->epoll_fd, EPOLL_CTL_ADD, ring_fd, &ring))
		return errno;
	return 0;
}

/* Signals belong to the main thread, where Node handles them. */
static int watcher_start(struct watcher *watcher)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&watcher->thread, NULL, watcher_run, watcher);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		pthread_setname_np(watcher->thread, "bpf-ring");
	return error;
}

static void watcher_close_files(struct watcher *watcher)
{
	if (watcher->epoll_fd >= 0)
		close(watcher->epoll_fd);
	if (watcher->stop_fd >= 0)
		close(watcher->stop_fd);
}

static napi_status watcher_bind(struct call *call, struct watcher *watcher)
{
	napi_value name = result_string(call, "libbpf-ts ring");

	return napi_create_threadsafe_function(call->env, call->arguments[1], NULL, name, 0, 1, watcher, watcher_free,
					       watcher, watcher_call, &watcher->signal);
}

/* ringWatch(ring, callback): 0 | -errno; calls back, with no arguments, when records may have become readable */
napi_value ring_watch(struct call *call)
{
	struct ring_handle *ring;
	struct watcher *watcher;
	int error;

	if (!arg_handle(call, 0, HANDLE_RING, &ring))
		return NULL;
	if (ring->watcher)
		return result_errno(call, EBUSY);
	watcher = calloc(1, sizeof(*watcher));
	if (!watcher)
		return result_errno(call, ENOMEM);
	watcher->epoll_fd = watcher->stop_fd = -1;
	error = watcher_poll(watcher, ring->fd);
	if (!error && watcher_bind(call, watcher) != napi_ok)
		error = EINVAL;
	if (error) {
		watcher_close_files(watcher);
		free(watcher);
		return result_errno(call, error);
	}
	error = watcher_start(watcher);
	if (error) {
		watcher_close_files(watcher);
		napi_release_threadsafe_function(watcher->signal, napi_tsfn_abort);
		return result_errno(call, error);
	}
	ring->watcher = watcher;
	/* The environment may go away (a worker ends) with the ring still open: the thread has to go first. */
	napi_add_env_cleanup_hook(call->env, ring_stop_watching, ring);
	return result_int(call, 0);
}

static void ring_stop_watching(void *argument)
{
	struct ring_handle *ring = argument;
	struct watcher *watcher = ring->watcher;
	uint64_t one = 1;

	if (!watcher)
		return;
	ring->watcher = NULL;
	napi_remove_env_cleanup_hook(ring->env, ring_stop_watching, ring);
	/* Can't fail: the counter of a fresh eventfd takes a one. */
	if (write(watcher->stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(watcher->thread, NULL);
	watcher_close_files(watcher);
	napi_release_threadsafe_function(watcher->signal, napi_tsfn_abort);
}

/* ringSetReferenced(ring, referenced): whether watching keeps the process alive */
napi_value ring_set_referenced(struct call *call)
{
	struct ring_handle *ring;
	bool referenced;

	if (!arg_handle(call, 0, HANDLE_RING, &ring) || !arg_bool(call, 1, &referenced))
		return NULL;
	if (ring->watcher && referenced)
		napi_ref_threadsafe_function(call->env, ring->watcher->signal);
	else if (ring->watcher)
		napi_unref_threadsafe_function(call->env, ring->watcher->signal);
	return result_undefined(call);
}

/* ringUnwatch(ring): waits for the thread to end; no callback runs afterwards */
napi_value ring_unwatch(struct call *call)
{
	struct ring_handle *ring;

	if (!arg_handle(call, 0, HANDLE_RING, &ring))
		return NULL;
	ring_stop_watching(ring);
	return result_undefined(call);
}
