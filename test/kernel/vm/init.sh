#!/bin/sh
# Process 1 of the virtual machine: makes the mounts that a host has, runs the tests, powers off.
export PATH=/bin:/usr/sbin:/usr/bin:/sbin HOME=/root NO_COLOR=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tracefs tracefs /sys/kernel/tracing
mkdir /dev/pts
mount -t devpts devpts /dev/pts
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
for module in /modules/$(uname -r)/*.ko; do insmod $module; done
cd /ringfence
RINGFENCE_TEST_VM=1 node test/kernel/vm/guest.ts </dev/null
echo "init: the tests ended with $?"
poweroff -f
