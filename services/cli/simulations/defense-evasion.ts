/** Acts by which an intruder stays unseen: names, places, traces, guards. */
import { needsOwnMounts, ownMounts, ownNetwork, script, writes } from './script.ts';
import type { Simulation } from './simulation.ts';

const names: readonly Simulation[] = [
  {
    name: 'service-name',
    rule: "Service's Name Worn By A Program Elsewhere",
    does: 'a program called sshd is run from /tmp',
    needs: {},
    act: script('cp /bin/true "$W/sshd"; exec "$W/sshd"'),
  },
  {
    name: 'kernel-thread-name',
    rule: "Kernel Thread's Name Worn By A Program",
    does: 'a program is run under the name [kworker]',
    needs: {},
    // What is found by the search path is started under the name that was typed.
    act: script('cp /bin/true "$W/[kworker]"; PATH=$W; exec "[kworker]"'),
  },
  {
    name: 'document-name',
    rule: 'Program With The Name Of A Document',
    does: 'a program called bill.pdf is run',
    needs: {},
    act: script('cp /bin/true "$W/bill.pdf"; exec "$W/bill.pdf"'),
  },
  {
    name: 'hidden-directory',
    rule: 'Program Run From A Hidden Temporary Directory',
    does: 'a program is run from a hidden directory in /tmp',
    needs: {},
    act: script('mkdir "$W/.hidden"; cp /bin/true "$W/.hidden/true"; exec "$W/.hidden/true"'),
  },
];

const ways: readonly Simulation[] = [
  {
    name: 'deleted-program',
    rule: 'Program Run From A Deleted File',
    does: 'a program is run whose file has been removed',
    needs: {},
    act: script('cp /bin/true "$W/true"; exec 3< "$W/true"; rm "$W/true"; exec /proc/self/fd/3'),
  },
  {
    name: 'dynamic-loader',
    rule: 'Program Run Through The Dynamic Loader',
    does: 'the dynamic loader is told to run a program in /tmp',
    needs: {},
    act: script('cp /bin/true "$W/true"; for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do [ ! -x $loader ] || exec $loader "$W/true"; done; exit 1'),
  },
  {
    name: 'preload-variable',
    rule: 'Library Preloaded From A Temporary Directory',
    does: 'a program is started with LD_PRELOAD (of a file that is not there)',
    needs: {},
    act: script('export LD_PRELOAD="$W/no.so"; exec /bin/true'),
  },
  {
    name: 'encoded-command',
    rule: 'Encoded Text Run By A Shell',
    does: 'a shell decodes a command and runs it',
    needs: { programs: ['base64'] },
    act: script('echo dHJ1ZQo= | base64 -d | sh'),
  },
  {
    name: 'fixed-addresses',
    rule: 'Address Randomisation Switched Off For A Program',
    does: 'a program is run without random addresses',
    needs: { programs: ['setarch'] },
    act: script('exec setarch -R true'),
  },
  {
    name: 'hidden-process',
    rule: 'Process Hidden By A Mount Over proc',
    does: 'an empty directory is mounted over a process in /proc (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: script('exec mount --bind "$W" /proc/$$', { within: ownMounts }),
  },
];

const traces: readonly Simulation[] = [
  {
    name: 'history-off',
    rule: 'Shell History Switched Off',
    does: 'a shell\'s history is made a link to /dev/null (of no account)',
    needs: {},
    act: script('exec ln -s /dev/null "$W/.bash_history"'),
  },
  {
    name: 'history-removed',
    rule: 'Shell History Removed',
    does: 'a shell\'s history is removed (of no account)',
    needs: {},
    act: script('echo ls >> "$W/.bash_history"; exec rm "$W/.bash_history"'),
  },
  {
    name: 'log-emptied',
    rule: 'Log File Removed Or Emptied',
    does: 'a log is emptied (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: script('mount -t tmpfs none /var/log; : > /var/log/auth.log', { within: ownMounts }),
  },
  {
    name: 'log-in-record',
    rule: 'Record Of Log-Ins Edited',
    does: 'the record of log-ins is written (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: writes('/var/log/wtmp', '/var/log'),
  },
  {
    name: 'false-time',
    rule: 'Times Of A System File Changed',
    does: 'a file in /etc gets an old date (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: script('mount -t tmpfs none /etc; exec touch -d 2019-01-01 /etc/ringfence-simulate', { within: ownMounts }),
  },
  {
    name: 'immutable-file',
    rule: 'Immutable Attribute Set Or Taken',
    does: 'a file is made immutable (in a file system in memory, which ends with the act)',
    needs: { root: true, programs: ['unshare', 'mount', 'chattr'] },
    // File systems in memory know the attribute from Linux 6.6 on.
    act: script('mount -t tmpfs none "$W"; : > "$W/file"; chattr +i "$W/file" || :', { within: ownMounts }),
  },
];

const guards: readonly Simulation[] = [
  {
    name: 'logging-configuration',
    rule: 'Logging Configuration Changed By An Unusual Program',
    does: 'the configuration of the system\'s log is written (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: writes('/etc/rsyslog.d/00-ringfence.conf'),
  },
  {
    name: 'certificate-authority',
    rule: 'Certificate Authority Installed By An Unusual Program',
    does: 'a certificate authority is installed (in a mount namespace of its own)',
    needs: needsOwnMounts,
    act: writes('/usr/local/share/ca-certificates/ringfence.crt', '/usr/local'),
  },
  {
    name: 'kernel-protection',
    rule: 'Protection Of The Kernel Changed',
    does: 'a protection of the kernel is set (in a file that only looks like the kernel\'s)',
    needs: needsOwnMounts,
    act: writes('/proc/sys/kernel/randomize_va_space', '/proc/sys/kernel'),
  },
  {
    name: 'access-control',
    rule: 'Mandatory Access Control Switched Off',
    does: 'SELinux is told not to enforce (in a file that only looks like the kernel\'s)',
    needs: needsOwnMounts,
    act: writes('/sys/fs/selinux/enforce', '/sys/fs'),
  },
  {
    name: 'sensor-removed',
    rule: 'Pinned Sensor Of Ringfence Removed',
    does: 'a pin of Ringfence is removed (in a directory that only looks like its)',
    needs: needsOwnMounts,
    act: script('mount -t tmpfs none /sys/fs; mkdir -p /sys/fs/bpf/ringfence/node; : > /sys/fs/bpf/ringfence/node/link; exec rm /sys/fs/bpf/ringfence/node/link', { within: ownMounts }),
  },
  {
    name: 'firewall-flush',
    rule: 'Firewall Flushed Or Switched Off',
    does: 'all rules of a firewall are deleted (in a network namespace of its own)',
    needs: { root: true, programs: ['unshare', 'iptables'] },
    act: script('iptables -F || :', { within: ownNetwork }),
  },
];

export const defenseEvasion: readonly Simulation[] = [...names, ...ways, ...traces, ...guards];
