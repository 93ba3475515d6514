/** Acts by which an intruder stays: files are written that something else runs or reads later. */
import { needsOwnMounts, ownMounts, script, writes } from './script.ts';
import type { Simulation } from './simulation.ts';

/** Writes one file, out of everybody's sight. */
function written(name: string, rule: string, path: string, covered?: string): Simulation {
  return { name, rule, does: `${path} is written (in a mount namespace of its own)`, needs: needsOwnMounts, act: writes(path, covered) };
}

export const persistence: readonly Simulation[] = [
  written('account-file', 'Account File Written By An Unusual Program', '/etc/passwd'),
  written('login-module', 'Authentication Module Or Its Configuration Changed', '/etc/pam.d/sshd'),
  written('shell-start-up', 'Shell Start-Up File Changed', '/etc/profile.d/ringfence.sh'),
  written('udev-rule', 'udev Rule Written By An Unusual Program', '/etc/udev/rules.d/99-ringfence.rules'),
  written('boot-script', 'Boot Or Network Script Written By An Unusual Program', '/etc/rc.local'),
  written('cron-table', 'Scheduled Task Or systemd Unit Written By An Unusual Program', '/etc/cron.d/ringfence'),
  written('systemd-generator', 'systemd Generator Or User Unit Written', '/etc/systemd/system-generators/ringfence'),
  written('greeting', 'Message-Of-The-Day Script Written', '/etc/update-motd.d/99-ringfence'),
  written('autostart', 'Desktop Autostart Entry Written By An Unusual Program', '/etc/xdg/autostart/ringfence.desktop'),
  written('package-hook', 'Hook Of The Package Manager Written', '/etc/apt/apt.conf.d/99ringfence'),
  written('python-hook', 'Python Start-Up Hook Written', '/usr/local/lib/python3.13/site-packages/ringfence.pth', '/usr/local'),
  written('ssh-server', 'SSH Server Set-Up Changed', '/etc/ssh/sshd_config.d/00-ringfence.conf'),
  written('module-list', 'Kernel Module Set To Load At Boot', '/etc/modules-load.d/ringfence.conf'),
  written('system-program', 'System Program Written By An Unusual Program', '/usr/bin/ringfence-simulate', '/usr/bin'),
  written('boot-file', 'Boot Files Written By An Unusual Program', '/boot/ringfence.cfg'),
  written('preload-list', 'Preload List Of The Dynamic Loader Written', '/etc/ld.so.preload'),
  {
    name: 'authorized-keys',
    rule: 'SSH Authorized Keys Changed',
    does: 'a key is put into an authorized_keys (of no account)',
    needs: {},
    act: script('mkdir "$W/.ssh"; echo "# no key" > "$W/.ssh/authorized_keys"'),
  },
  {
    name: 'second-root',
    rule: "Account With Root's Id Made",
    does: 'useradd makes an account with the id 0 (in copies of the account files)',
    needs: { root: true, programs: ['unshare', 'mount', 'useradd'] },
    act: script('mkdir "$W/etc"; cp /etc/passwd /etc/group /etc/login.defs "$W/etc"; mount --bind "$W/etc" /etc; mount -t tmpfs none /var/log; useradd -o -u 0 -g 0 -M ringfence-simulate || :', { within: ownMounts }),
  },
];
