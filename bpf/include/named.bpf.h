/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Files as callers name them: a text, and a directory that it is relative to. The directory is what the kernel has; the
 * text is the caller's word, read after the call (of io_uring: the kernel's copy). Links in it are not resolved.
 *
 * In the buffer the name stands behind the directory, so that both together are one path for comparison.
 */
#ifndef RINGFENCE_NAMED_BPF_H
#define RINGFENCE_NAMED_BPF_H

#include "file.bpf.h"
#include "interest_path.bpf.h"

/* include/uapi/linux/fcntl.h */
#define AT_FDCWD -100

#define NAMED_MAX FILE_CHANGE_FILENAME_MAX
/* Where the name begins: behind the directory and a slash. */
#define NAMED_AT (PATH_BYTES + 1)

struct named {
	const char *text;
	s32 directory;  /* descriptor, or AT_FDCWD */
	bool in_kernel; /* text is the kernel's */
};

/* Where it goes in the record. */
struct named_fields {
	struct rf_str *filename;
	struct rf_str *directory;
	struct rf_str *path; /* of a descriptor that stands for the file itself */
};

enum component {
	COMPONENT_EMPTY,
	COMPONENT_DOT,
	COMPONENT_DOT_DOT,
	COMPONENT_NAME,
};

struct component_scan {
	struct path_buffer *buffer;
	u8 state; /* enum component: what the component is so far */
	bool odd; /* there is one that is no name */
};

static long component__step(u64 index, struct component_scan *scan)
{
	u8 byte = scan->buffer->bytes[(NAMED_AT + index) & (2 * PATH_BYTES - 1)];
	u8 state = scan->state;

	if (byte && byte != '/') {
		scan->state = byte == '.' && state < COMPONENT_DOT_DOT ? state + 1 : COMPONENT_NAME;
		return 0;
	}
	scan->state = COMPONENT_EMPTY;
	/* A name may begin with a slash. */
	if (state == COMPONENT_NAME || (byte && index == 0))
		return !byte;
	scan->odd = true;
	return 1;
}

/* Is each component a name: none empty, "." or ".."? Else the path is written in another way than the event will have it. */
static __always_inline bool named__is_plain(struct path_buffer *buffer)
{
	struct component_scan scan = { .buffer = buffer };

	bpf_loop(NAMED_MAX + 1, component__step, &scan, 0);
	return !scan.odd;
}

/* Where the directory lies; null mnt: there is none, or the descriptor is closed. */
static __always_inline void named__directory(struct path *at, struct task_struct *task, s32 directory, bool absolute)
{
	struct fs_struct *fs = task->fs;
	struct file *file;

	if (absolute) {
		at->mnt = fs->root.mnt;
		at->dentry = fs->root.dentry;
	} else if (directory == AT_FDCWD) {
		at->mnt = fs->pwd.mnt;
		at->dentry = fs->pwd.dentry;
	} else {
		file = task__file(task, directory);
		at->mnt = BPF_CORE_READ(file, f_path.mnt);
		at->dentry = BPF_CORE_READ(file, f_path.dentry);
	}
}

/* Its length, or an error. An empty one is 1 byte to read since 6.13, and 0 before. */
static __always_inline long named__read(struct path_buffer *buffer, const struct named *named)
{
	char *to = &buffer->bytes[NAMED_AT];
	long length = named->in_kernel ? bpf_probe_read_kernel_str(to, NAMED_MAX + 2, named->text) :
					 bpf_probe_read_user_str(to, NAMED_MAX + 2, named->text);

	return length > 0 ? length - 1 : length;
}

/* Appends the name, and finds out what is of interest there. */
static __always_inline void named__append(struct record *record, const struct named_fields *fields,
					  struct path_buffer *buffer, struct task_struct *task, const struct named *named,
					  struct interest_path *found)
{
	long length = named__read(buffer, named);
	struct path at = {};
	struct path_walk walk;
	u32 start = NAMED_AT;
	bool whole = true;

	*found = interest_in_everything;
	if (length < 0) {
		/* Gone since the kernel has read it, or never there. */
		fault__count(FAULT_NAME_UNREADABLE);
		return;
	}
	named__directory(&at, task, named->directory, buffer->bytes[NAMED_AT] == '/');
	if (at.mnt && at.dentry) {
		path__walk(&walk, buffer, at.mnt, at.dentry);
		whole = walk.done && !walk.truncated;
		start = walk.pos;
		if (length == 0) {
			/* AT_EMPTY_PATH, or an error. */
			interest__of_walk(found, &walk);
			path__copy(&walk, record, fields->path, PATH_BYTES);
			return;
		}
		if (start < PATH_BYTES || buffer->bytes[NAMED_AT] != '/')
			path__copy(&walk, record, fields->directory, FILE_CHANGE_DIRECTORY_MAX);
	}
	record__bytes(record, fields->filename, &buffer->bytes[NAMED_AT], length, NAMED_MAX, length > NAMED_MAX);
	if (!whole || length > NAMED_MAX || !named__is_plain(buffer))
		return;
	buffer->bytes[PATH_BYTES] = '/';
	if (buffer->bytes[NAMED_AT] == '/') {
		/* In a chroot there would be two slashes. */
		if (start < PATH_BYTES)
			return;
		start = NAMED_AT;
	} else if (start >= PATH_BYTES) {
		start = PATH_BYTES;
	}
	interest__of_path(found, buffer, start, NAMED_AT + length);
}

#endif
