// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * What io_uring does to files, which passes no system call of its own. A request is looked at when it is submitted, when
 * the kernel has copied its names, and reported when it is done, with its result and what it opened. One whose end will
 * not be seen is reported at once, without a result: its caller wants to hear of failures only, or too many are under way.
 */
#include "calls.bpf.h"
#include "change.bpf.h"
#include "opened.bpf.h"
#include "uring_request.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Requests under way, by their address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, struct stash);
} requests SEC(".maps");

/* In header.reserved of an open under way: how it is of interest by the name that was asked for. */
#define BY_NAME_WHEN_OPENED 1
#define BY_NAME_WHEN_FAILED 2

static __always_inline void record__set_result(struct record *record, s32 result)
{
	if (record->header.kind == RF_KIND_FILE_OPEN)
		record->file_open.result = result;
	else
		record->file_change.result = result;
	record->header.reserved = 0;
}

static __always_inline void request__named(struct named *named, s32 directory, struct filename *filename)
{
	*named = (struct named){ .text = BPF_CORE_READ(filename, name), .directory = directory, .in_kernel = true };
}

static __noinline void request__open(struct io_kiocb *request)
{
	struct io_open *io = (void *)request;
	struct filename *filename = BPF_CORE_READ(io, filename);
	struct task_struct *task = bpf_get_current_task_btf();
	u32 slot = SCRATCH_HOOK, flags = BPF_CORE_READ(io, how.flags);
	u64 traits = flags__traits(flags), key = (u64)request, wanted;
	struct path_buffer *buffer = bpf_map_lookup_elem(&path_buffers, &slot);
	struct interest_path found;
	struct named_fields fields;
	struct rf_file_open *event;
	struct record *record;
	struct named named;

	if (!sensor__reports(task))
		return;
	record = record__begin(slot, RF_KIND_FILE_OPEN, sizeof(*event));
	if (!buffer || !record)
		return;
	event = &record->file_open;
	fields = (struct named_fields){ &event->filename, &event->directory, &event->path };
	event->syscall = BPF_CORE_READ(request, opcode) == IORING_OP_OPENAT ? __NR_openat : __NR_openat2;
	event->flags = flags;
	event->mode = BPF_CORE_READ(io, how.mode) & 07777;
	event->access = flags__access(flags);
	event->path_source = RF_PATH_SOURCE_CALLER;
	event->file_uid = -1;
	event->io_uring = true;
	process__fill(&event->process, task);
	request__named(&named, BPF_CORE_READ(io, dfd), filename);
	named__append(record, &fields, buffer, task, &named, &found);
	wanted = found.open | traits__always(RF_KIND_FILE_OPEN);
	if (wanted & (traits | (flags & O_CREAT ? TRAIT_CREATED : 0)))
		record->header.reserved |= BY_NAME_WHEN_OPENED;
	if (wanted & (traits | TRAIT_FAILED))
		record->header.reserved |= BY_NAME_WHEN_FAILED;
	if (!(BPF_CORE_READ(request, flags) & IOSQE_CQE_SKIP_SUCCESS) && stash__put(&requests, &key, record))
		return;
	event->result = RESULT_NOT_SEEN;
	if (record->header.reserved) {
		record->header.reserved = 0;
		record__submit(record);
	} else {
		kind__filtered(RF_KIND_FILE_OPEN);
	}
}

/* What a request asks for, one form for all: each kind with code of its own to report it is more than the verifier reads. */
struct asked_change {
	struct named from;
	struct named to;     /* text null: there is none */
	const char *target;  /* of a symbolic link */
	const char *attribute;
	u32 flags;
	s32 mode;
	u16 syscall;
	u8 operation;
	bool by_descriptor;
};

/* The stack is too small for it before 6.13. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct asked_change);
} asked_changes SEC(".maps");

static __always_inline void asked__link(struct asked_change *asked, struct io_link *io)
{
	asked->flags = BPF_CORE_READ(io, flags);
	request__named(&asked->from, BPF_CORE_READ(io, old_dfd), BPF_CORE_READ(io, oldpath));
	request__named(&asked->to, BPF_CORE_READ(io, new_dfd), BPF_CORE_READ(io, newpath));
}

static __always_inline void asked__rename(struct asked_change *asked, struct io_rename *io)
{
	asked->flags = BPF_CORE_READ(io, flags);
	request__named(&asked->from, BPF_CORE_READ(io, old_dfd), BPF_CORE_READ(io, oldpath));
	request__named(&asked->to, BPF_CORE_READ(io, new_dfd), BPF_CORE_READ(io, newpath));
}

static __always_inline void asked__symlink(struct asked_change *asked, struct io_link *io)
{
	asked->target = BPF_CORE_READ(io, oldpath, name);
	request__named(&asked->from, BPF_CORE_READ(io, new_dfd), BPF_CORE_READ(io, newpath));
}

static __always_inline void asked__unlink(struct asked_change *asked, struct io_unlink *io)
{
	asked->flags = BPF_CORE_READ(io, flags);
	asked->operation = asked->flags & AT_REMOVEDIR ? RF_FILE_OPERATION_RMDIR : RF_FILE_OPERATION_UNLINK;
	request__named(&asked->from, BPF_CORE_READ(io, dfd), BPF_CORE_READ(io, filename));
}

static __always_inline void asked__mkdir(struct asked_change *asked, struct io_mkdir *io)
{
	asked->mode = BPF_CORE_READ(io, mode);
	request__named(&asked->from, BPF_CORE_READ(io, dfd), BPF_CORE_READ(io, filename));
}

static __always_inline void asked__setxattr(struct asked_change *asked, struct io_xattr *io)
{
	asked->flags = BPF_CORE_READ(io, ctx.flags);
	asked->attribute = (void *)BPF_CORE_READ(io, ctx.kname);
	if (!asked->by_descriptor)
		request__named(&asked->from, AT_FDCWD, BPF_CORE_READ(io, filename));
}

static __always_inline void asked__as(struct asked_change *asked, u8 operation, u16 syscall)
{
	*asked = (struct asked_change){ .operation = operation, .syscall = syscall, .mode = -1 };
}

/* False: it changes no file. */
static __noinline bool asked__read(struct asked_change *asked, struct io_kiocb *request, u8 opcode)
{
	switch (opcode) {
	case IORING_OP_RENAMEAT:
		asked__as(asked, RF_FILE_OPERATION_RENAME, __NR_renameat2);
		asked__rename(asked, (void *)request);
		return true;
	case IORING_OP_LINKAT:
		asked__as(asked, RF_FILE_OPERATION_LINK, __NR_linkat);
		asked__link(asked, (void *)request);
		return true;
	case IORING_OP_UNLINKAT:
		asked__as(asked, RF_FILE_OPERATION_UNLINK, __NR_unlinkat);
		asked__unlink(asked, (void *)request);
		return true;
	case IORING_OP_MKDIRAT:
		asked__as(asked, RF_FILE_OPERATION_MKDIR, __NR_mkdirat);
		asked__mkdir(asked, (void *)request);
		return true;
	case IORING_OP_SYMLINKAT:
		asked__as(asked, RF_FILE_OPERATION_SYMLINK, __NR_symlinkat);
		asked__symlink(asked, (void *)request);
		return true;
	case IORING_OP_SETXATTR:
	case IORING_OP_FSETXATTR:
		asked__as(asked, RF_FILE_OPERATION_SETXATTR, opcode == IORING_OP_SETXATTR ? __NR_setxattr : __NR_fsetxattr);
		asked->by_descriptor = opcode == IORING_OP_FSETXATTR;
		asked__setxattr(asked, (void *)request);
		return true;
	case IORING_OP_FTRUNCATE:
		asked__as(asked, RF_FILE_OPERATION_TRUNCATE, __NR_ftruncate);
		asked->by_descriptor = true;
		return true;
	default:
		return false;
	}
}

/* Of a descriptor; one of the ring's own (IOSQE_FIXED_FILE) is told of without a path. */
static __always_inline void change__descriptor(struct change *change, struct io_kiocb *request)
{
	if (BPF_CORE_READ(request, flags) & IOSQE_FIXED_FILE)
		change->wanted |= change->trait;
	else
		change__opened(change, task__file(change->task, BPF_CORE_READ(request, cqe.fd)));
}

static __noinline void request__change(struct io_kiocb *request, const struct asked_change *asked)
{
	u64 key = (u64)request;
	struct rf_file_change *event;
	struct change change;

	if (!change__begin(&change, SCRATCH_HOOK, asked->operation))
		return;
	event = &change.record->file_change;
	event->syscall = asked->syscall;
	event->flags = asked->flags;
	event->mode = asked->mode;
	event->io_uring = true;
	if (asked->by_descriptor)
		change__descriptor(&change, request);
	else
		change__named(&change, &asked->from);
	if (asked->to.text)
		change__named_new(&change, &asked->to);
	if (asked->target)
		record__string(change.record, &event->target, asked->target, FILE_CHANGE_TARGET_MAX);
	if (asked->attribute)
		record__string(change.record, &event->attribute, asked->attribute, FILE_CHANGE_ATTRIBUTE_MAX);
	if (!change__is_wanted(&change))
		return;
	process__fill(&event->process, change.task);
	if (!(BPF_CORE_READ(request, flags) & IOSQE_CQE_SKIP_SUCCESS) && stash__put(&requests, &key, change.record))
		return;
	event->result = RESULT_NOT_SEEN;
	record__submit(change.record);
}

/* Its descriptor is closed when it is done, by which time the request has forgotten which; no file of interest is lost. */
static __noinline void request__close(struct io_kiocb *request)
{
	struct io_close *io = (void *)request;
	struct task_struct *task = bpf_get_current_task_btf();
	struct writing_key key = writing__key(task, BPF_CORE_READ(io, fd));

	if (BPF_CORE_READ(io, file_slot) == 0 && sensor__reports(task))
		writing__report(task, &key, SCRATCH_HOOK, RESULT_NOT_SEEN, __NR_close);
}

/* The address is used again: the end of the request before was not seen. */
static __noinline void request__flush(struct io_kiocb *request)
{
	u64 key = (u64)request;
	struct stash *stash = bpf_map_lookup_elem(&requests, &key);
	struct record *record;

	if (!stash)
		return;
	record = stash__get(SCRATCH_HOOK, stash);
	if (!record || bpf_map_delete_elem(&requests, &key))
		return;
	record__set_result(record, RESULT_NOT_SEEN);
	record__submit(record);
}

static __always_inline int request__submitted(struct io_kiocb *request)
{
	u8 opcode = BPF_CORE_READ(request, opcode);
	u32 only = 0;
	struct asked_change *asked = bpf_map_lookup_elem(&asked_changes, &only);

	request__flush(request);
	if (opcode == IORING_OP_RENAMEAT && BPF_CORE_READ(request, flags) & IOSQE_CQE_SKIP_SUCCESS)
		interest__expire_for_good();
	if (opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2)
		request__open(request);
	else if (opcode == IORING_OP_CLOSE)
		request__close(request);
	else if (asked && asked__read(asked, request, opcode))
		request__change(request, asked);
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(file__uring_submit, struct io_kiocb *request)
{
	return request__submitted(request);
}

SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(file__uring_submit_before_6_3, struct io_kiocb *request)
{
	return request__submitted(request);
}

/* The file that an open has made a descriptor for, when it is one of the current process. */
static __always_inline struct file *request__file(struct io_kiocb *request, struct task_struct *task, struct record *record, s32 result)
{
	struct io_open *io = (void *)request;

	if (result < 0 || BPF_CORE_READ(io, file_slot) || record->file_open.process.pid != task->tgid)
		return NULL;
	return task__file(task, result);
}

static __always_inline void request__opened_done(struct io_kiocb *request, struct record *record, s32 result)
{
	u32 slot = SCRATCH_HOOK, by_name = record->header.reserved;
	struct path_buffer *buffer = bpf_map_lookup_elem(&path_buffers, &slot);
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = request__file(request, task, record, result);

	record__set_result(record, result);
	if (file && buffer) {
		record->file_open.directory = (struct rf_str){};
		opened__report(record, slot, buffer, task, file, false);
		return;
	}
	if (by_name & (result < 0 ? BY_NAME_WHEN_FAILED : BY_NAME_WHEN_OPENED))
		record__submit(record);
	else
		kind__filtered(RF_KIND_FILE_OPEN);
}

/* The request is the second argument of all kernels; the result is in it. Null for answers that end no request. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(file__uring_complete, void *ring, void *completed)
{
	struct io_kiocb *request = completed;
	u64 key = (u64)request;
	s32 result = BPF_CORE_READ(request, cqe.res);
	struct record *record;
	struct stash *stash;

	if (request && result == 0 && BPF_CORE_READ(request, opcode) == IORING_OP_RENAMEAT)
		interest__expire();
	stash = bpf_map_lookup_elem(&requests, &key);
	if (!stash)
		return 0;
	record = stash__get(SCRATCH_HOOK, stash);
	if (!record || bpf_map_delete_elem(&requests, &key))
		return 0;
	if (record->header.kind == RF_KIND_FILE_OPEN) {
		request__opened_done(request, record, result);
		return 0;
	}
	record__set_result(record, result);
	record__submit(record);
	return 0;
}

/* An answer that found no place: of which request it is nobody says. */
SEC("tp_btf/io_uring_cqe_overflow")
int BPF_PROG(file__uring_overflow)
{
	interest__expire();
	return 0;
}
