/** Acts by which an intruder becomes root, or leaves a container. */
import { asNobody, needsOwnMounts, ownMounts, script, writes } from './script.ts';
import type { Simulation } from './simulation.ts';

export const privilegeEscalation: readonly Simulation[] = [
  {
    name: 'sudo-rule',
    rule: 'sudo Rules Changed By An Unusual Program',
    does: 'a rule of sudo is written (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: writes('/etc/sudoers.d/ringfence'),
  },
  {
    name: 'polkit-rule',
    rule: 'polkit Rule Written By An Unusual Program',
    does: 'a rule of polkit is written (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: writes('/etc/polkit-1/rules.d/00-ringfence.rules'),
  },
  {
    name: 'core-pattern',
    rule: 'Program That The Kernel Runs As Root Was Set',
    does: 'the program for core dumps is set (in a file that only looks like the kernel\'s)',
    needs: needsOwnMounts,
    act: writes('/proc/sys/kernel/core_pattern', '/proc/sys/kernel'),
  },
  {
    name: 'binary-format',
    rule: 'Binary Format Handler Registered',
    does: 'a handler of a binary format is registered (in a file that only looks like the kernel\'s)',
    needs: needsOwnMounts,
    act: writes('/proc/sys/fs/binfmt_misc/register', '/proc/sys/fs'),
  },
  {
    name: 'setuid-bit',
    rule: 'Set-User-ID Bit Set',
    does: 'an empty file gets the set-user-ID bit',
    needs: {},
    act: script(': > "$W/empty"; exec chmod 4755 "$W/empty"'),
  },
  {
    name: 'file-capability',
    rule: 'Capabilities Given To A File',
    does: 'an empty file gets a capability',
    needs: { root: true, programs: ['setcap'] },
    act: script(': > "$W/empty"; exec setcap cap_net_raw+ep "$W/empty"'),
  },
  {
    name: 'loader-variable',
    rule: 'Privileged Program Started With Variables Of The Loader',
    does: 'nobody starts su with LD_AUDIT, for its version',
    needs: { root: true, programs: ['setpriv', 'su'] },
    act: script('export LD_AUDIT=ringfence-simulate.so; exec "$@"', { args: [...asNobody, 'su', '--version'] }),
  },
  {
    name: 'sudo-escape',
    rule: 'Shell From A Program Run Through sudo',
    does: 'find starts a shell below something called sudo (a copy of a shell)',
    needs: { root: true, programs: ['find'] },
    act: script('cp /bin/sh "$W/sudo"; "$W/sudo" -c "find /dev/null -exec /bin/sh \\; ; :"'),
  },
  {
    name: 'crashes',
    rule: 'Privileged Program Crashes Again And Again',
    does: 'something called su (a copy of a shell) crashes ten times',
    needs: {},
    act: script('ulimit -c 0; cp /bin/sh "$W/su"; for i in 1 2 3 4 5 6 7 8 9 10; do "$W/su" -c \'kill -SEGV $$\' || :; done'),
  },
  {
    name: 'user-namespace',
    rule: 'User Namespace Made By An Unusual Program',
    does: 'nobody makes a user namespace with unshare',
    needs: { root: true, programs: ['setpriv', 'unshare'] },
    act: script('exec "$@" unshare --user true', { args: asNobody }),
  },
  {
    name: 'container-namespace',
    rule: 'Namespace Entered Or Made In A Container',
    does: 'a mount namespace is made in a cgroup named as a container\'s',
    needs: { root: true, cgroup: true, programs: ['unshare'] },
    act: script('exec unshare --mount true', { contained: true }),
  },
  {
    name: 'container-cgroups',
    rule: 'Control Groups Mounted In A Container',
    does: 'control groups are mounted in a cgroup named as a container\'s (in a mount namespace of its own)',
    needs: { ...needsOwnMounts, cgroup: true },
    act: script('exec mount -t cgroup2 none "$W"', { within: ownMounts, contained: true }),
  },
  {
    name: 'descriptor-theft',
    rule: 'Descriptor Of Another Process Taken',
    does: 'a process takes a descriptor out of its child (with perl)',
    needs: { programs: ['perl'] },
    // pidfd_open and pidfd_getfd have these numbers on every architecture.
    act: script(`exec perl -e '$p = fork // die; if (!$p) { sleep 5; exit } $f = syscall(434, $p, 0); $d = syscall(438, $f, 0, 0); kill 9, $p; exit($d < 0)'`),
  },
  {
    name: 'password-hashes',
    rule: 'Password Hashes Read By An Unusual Program',
    does: 'a shell reads /etc/shadow (an empty file that is mounted over it)',
    needs: needsOwnMounts,
    act: script(': > "$W/shadow"; mount --bind "$W/shadow" /etc/shadow; read line < /etc/shadow || :', { within: ownMounts }),
  },
];

