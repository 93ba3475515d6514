// SPDX-License-Identifier: Apache-2.0
/* Iterators over tasks and over a map's elements, writing fixed-size records. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid, tgid;
} __attribute__((preserve_access_index));

struct bpf_iter_meta {
	void *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

struct inode {
	unsigned long i_ino;
} __attribute__((preserve_access_index));

struct file {
	struct inode *f_inode;
} __attribute__((preserve_access_index));

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	void *map;
	void *key;
	void *value;
} __attribute__((preserve_access_index));

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, __u64); } elements SEC(".maps");

SEC("iter/task")
int list_tasks(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	__u32 record[2];

	if (!task)
		return 0;
	record[0] = task->tgid;
	record[1] = task->pid;
	bpf_seq_write((struct seq_file *)context->meta->seq, record, sizeof(record));
	return 0;
}

SEC("iter/task_file")
int list_files(struct bpf_iter__task_file *context)
{
	struct file *file = context->file;
	__u64 record[2];

	if (!context->task || !file)
		return 0;
	record[0] = context->fd;
	record[1] = file->f_inode->i_ino;
	bpf_seq_write((struct seq_file *)context->meta->seq, record, sizeof(record));
	return 0;
}

SEC("iter/bpf_map_elem")
int list_elements(struct bpf_iter__bpf_map_elem *context)
{
	__u64 *value = context->value;

	if (value)
		bpf_seq_write((struct seq_file *)context->meta->seq, value, sizeof(*value));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
