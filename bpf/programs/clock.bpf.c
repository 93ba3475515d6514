// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/* The clock of every record's time_ns, for whoever wants to relate it to the time of day: Node can't read CLOCK_BOOTTIME. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct clock_reading {
	__u64 boot_ns;
};

SEC("syscall")
int clock__read(struct clock_reading *reading)
{
	reading->boot_ns = bpf_ktime_get_boot_ns();
	return 0;
}
