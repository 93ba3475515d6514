/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Credentials that changed with nothing seen that changes them. What a process had when it was last looked at is kept here,
 * in the kernel, and not compared by the collector: there events of two rings would have to be put in order first, and
 * here nothing lies between a call and its being remembered.
 */
#ifndef RINGFENCE_NOTICED_BPF_H
#define RINGFENCE_NOTICED_BPF_H

#include "syscall.bpf.h"

#define NOTICED (1ull << RF_CREDENTIALS_OPERATION_NOTICED)
#define USER_NS_INIT 0xeffffffd /* include/linux/proc_ns.h, PROC_USER_INIT_INO */

/* include/uapi/linux/capability.h */
#define CAP_SETGID 6
#define CAP_SETUID 7

struct noticed_key {
	u64 start_ns;
	u32 pid;
	u32 reserved;
};

struct noticed_credentials {
	u64 cap_effective, cap_permitted;
	u32 uid, euid, suid;
	u32 gid, egid, sgid;
	u32 user_ns;
	u32 reserved;
};

/* Of a process that was forgotten nothing is noticed until it has been looked at again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct noticed_key);
	__type(value, struct noticed_credentials);
} noticed_before SEC(".maps");

static __always_inline struct noticed_key noticed__key(struct task_struct *task)
{
	return (struct noticed_key){ .start_ns = task->start_boottime, .pid = task->pid };
}

static __always_inline struct noticed_credentials noticed__now(struct task_struct *task)
{
	const struct cred *cred = task->real_cred;
	struct noticed_credentials now = {
		.uid = cred->uid.val,
		.euid = cred->euid.val,
		.suid = cred->suid.val,
		.gid = cred->gid.val,
		.egid = cred->egid.val,
		.sgid = cred->sgid.val,
		.user_ns = cred->user_ns->ns.inum,
	};

	bpf_core_read(&now.cap_effective, sizeof(now.cap_effective), &cred->cap_effective);
	bpf_core_read(&now.cap_permitted, sizeof(now.cap_permitted), &cred->cap_permitted);
	return now;
}

static __always_inline void noticed__forget(struct task_struct *task)
{
	struct noticed_key key = noticed__key(task);

	bpf_map_delete_elem(&noticed_before, &key);
}

/*
 * Credentials belong to threads: only those of leaders are compared. And what a process did while it was out of scope is not
 * known when it comes back.
 */
static __always_inline bool noticed__follows(struct task_struct *task)
{
	if (task->pid != task->tgid)
		return false;
	if (sensor__reports(task))
		return true;
	noticed__forget(task);
	return false;
}

/* Whatever it has now is as it should be. The task must be one the verifier knows. */
static __always_inline void noticed__explain(struct task_struct *task)
{
	struct noticed_key key = noticed__key(task);
	struct noticed_credentials now = noticed__now(task);

	if (noticed__follows(task))
		bpf_map_update_elem(&noticed_before, &key, &now, BPF_ANY);
}

static __always_inline struct record *credentials__record(u32 slot, struct task_struct *task, u8 operation)
{
	struct record *record = record__begin(slot, RF_KIND_CREDENTIALS, sizeof(record->credentials));
	struct rf_credentials *credentials;

	if (!record)
		return NULL;
	credentials = &record->credentials;
	process__fill(&credentials->process, task);
	credentials->operation = operation;
	credentials->real_id = credentials->effective_id = credentials->saved_id = NO_ID;
	credentials->before_uid = credentials->before_euid = credentials->before_egid = NO_ID;
	return record;
}

static __always_inline void noticed__report(u32 slot, struct task_struct *task, struct noticed_credentials *before)
{
	struct record *record;

	if (!interest__wants(RF_KIND_CREDENTIALS, NOTICED))
		return;
	record = credentials__record(slot, task, RF_CREDENTIALS_OPERATION_NOTICED);
	if (!record)
		return;
	record->credentials.syscall = NO_SYSCALL;
	record->credentials.result = RESULT_NOT_SEEN;
	record->credentials.before_uid = before->uid;
	record->credentials.before_euid = before->euid;
	record->credentials.before_egid = before->egid;
	record->credentials.before_capabilities = before->cap_effective;
	record__submit(record);
}

/*
 * In another user namespace all are other: entering one is a call, and told of as such. None leads up to the first.
 */
static __always_inline bool noticed__differs(struct noticed_credentials *before, struct noticed_credentials *now,
					     bool capabilities)
{
	if (before->user_ns != now->user_ns)
		return now->user_ns == USER_NS_INIT;
	return before->uid != now->uid || before->euid != now->euid || before->egid != now->egid ||
	       (capabilities && (now->cap_effective & ~before->cap_effective));
}

static __always_inline bool noticed__is_one_of(u32 id, u32 one, u32 two, u32 three)
{
	return id == one || id == two || id == three;
}

/*
 * Whether a call that sets ids or capabilities can lead from one to the other: it adds no permitted capability, and without
 * the right to set ids it only moves those that were there. A call that changes nothing after an exploit has changed all,
 * such as setuid(0), explains nothing.
 */
static __always_inline bool noticed__can_follow(struct noticed_credentials *before, struct noticed_credentials *now)
{
	bool ids = before->cap_effective & (1ull << CAP_SETUID);
	bool groups = before->cap_effective & (1ull << CAP_SETGID);

	if (before->user_ns != now->user_ns)
		return now->user_ns != USER_NS_INIT;
	if (now->cap_permitted & ~before->cap_permitted)
		return false;
	if (!ids && !(noticed__is_one_of(now->uid, before->uid, before->euid, before->suid) &&
		      noticed__is_one_of(now->euid, before->uid, before->euid, before->suid) &&
		      noticed__is_one_of(now->suid, before->uid, before->euid, before->suid)))
		return false;
	return groups || (noticed__is_one_of(now->gid, before->gid, before->egid, before->sgid) &&
			  noticed__is_one_of(now->egid, before->gid, before->egid, before->sgid) &&
			  noticed__is_one_of(now->sgid, before->gid, before->egid, before->sgid));
}

/* After a call that set ids or capabilities. The task must be one the verifier knows. */
static __always_inline void noticed__call(u32 slot, struct task_struct *task)
{
	struct noticed_key key = noticed__key(task);
	struct noticed_credentials now = noticed__now(task), before;
	struct noticed_credentials *found;

	if (!noticed__follows(task))
		return;
	found = bpf_map_lookup_elem(&noticed_before, &key);
	if (found) {
		before = *found;
		if (!noticed__can_follow(&before, &now))
			noticed__report(slot, task, &before);
	}
	bpf_map_update_elem(&noticed_before, &key, &now, BPF_ANY);
}

static __always_inline void noticed__compare(u32 slot, struct task_struct *task, struct noticed_credentials *now,
					     bool capabilities)
{
	struct noticed_key key = noticed__key(task);
	struct noticed_credentials *found = bpf_map_lookup_elem(&noticed_before, &key), before;

	if (!found)
		return;
	before = *found;
	if (noticed__differs(&before, now, capabilities))
		noticed__report(slot, task, &before);
}

/* Compares and remembers. The task must be one the verifier knows. */
static __always_inline void noticed__look(u32 slot, struct task_struct *task, bool capabilities)
{
	struct noticed_key key = noticed__key(task);
	struct noticed_credentials now = noticed__now(task);

	if (!noticed__follows(task))
		return;
	noticed__compare(slot, task, &now, capabilities);
	bpf_map_update_elem(&noticed_before, &key, &now, BPF_ANY);
}

/* Compares for the last time, as the task ends. */
static __always_inline void noticed__end(u32 slot, struct task_struct *task)
{
	struct noticed_credentials now = noticed__now(task);

	/* Others than leaders have nothing to compare with. */
	if (sensor__reports_end(task))
		noticed__compare(slot, task, &now, true);
	noticed__forget(task);
}

#endif
