// SPDX-License-Identifier: Apache-2.0
/*
 * Programs that hang on kernel functions: fentry, fexit, fmod_ret, LSM. They look at one process alone. The hook is
 * security_task_setnice(task, nice), since nobody changes a priority by chance.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define EPERM 1

const volatile __u32 traced_pid = 0;
__u64 entered = 0;
__u64 returned = 0;
__s64 last_nice = 0;

static _Bool traced(void)
{
	return bpf_get_current_pid_tgid() >> 32 == traced_pid;
}

SEC("?fentry/security_task_setnice")
int on_entry(__u64 *arguments)
{
	if (traced()) {
		__sync_fetch_and_add(&entered, 1);
		last_nice = (int)arguments[1];
	}
	return 0;
}

SEC("?fexit/security_task_setnice")
int on_return(__u64 *arguments)
{
	if (traced())
		__sync_fetch_and_add(&returned, 1);
	return 0;
}

/* The function is one that no kernel has: the test chooses another. */
SEC("?fentry/no_such_function")
int on_choice(__u64 *arguments)
{
	return on_entry(arguments);
}

SEC("?fmod_ret/security_task_setnice")
int deny_by_return(__u64 *arguments)
{
	return traced() ? -EPERM : 0;
}

SEC("?lsm/task_setnice")
int deny_by_lsm(__u64 *arguments)
{
	return traced() ? -EPERM : 0;
}

SEC("?lsm.s/bprm_check_security")
int sleepable_lsm(__u64 *arguments)
{
	return 0;
}

/* Of a cgroup: 1 allows, 0 denies. */
SEC("?lsm_cgroup/socket_bind")
int deny_bind(__u64 *arguments)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
