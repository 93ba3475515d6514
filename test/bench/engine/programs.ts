/** The programs of the Linux mix: what runs on a build server, how often, under whom, with what arguments. */
import type { Random } from './random.ts';

export interface Program {
  readonly exe: string;
  readonly weight: number;
  /** Index of the program that starts it. */
  readonly parent: number;
  readonly user: string;
  readonly uid: number;
  readonly cwd: string;
  /** `token` makes the line its own. */
  readonly args: (token: string, random: Random) => string[];
}

type Args = Program['args'];

/** What runs from boot on, and is not seen to start. */
const services = new Set(['/usr/lib/systemd/systemd', '/usr/sbin/nginx', '/usr/lib/postgresql/15/bin/postgres', '/usr/sbin/cron', '/usr/sbin/sshd']);
const clients = new Set(['/opt/agent/bin/build-agent', '/usr/bin/node', '/usr/bin/git', '/usr/sbin/nginx', '/usr/lib/postgresql/15/bin/postgres']);

const root = { user: 'root', uid: 0, cwd: '/' };
const build = { user: 'build', uid: 1000, cwd: '/srv/build/src' };

function program(exe: string, weight: number, parent: number, who: typeof root, args: Args): Program {
  return { exe, weight, parent, ...who, args };
}

/** The first three are everybody's ancestors. */
export const programs: readonly Program[] = [
  program('/usr/lib/systemd/systemd', 1, 0, root, () => ['/usr/lib/systemd/systemd', '--system', '--deserialize=34']),
  program('/opt/agent/bin/build-agent', 4, 0, build, (token) => ['/opt/agent/bin/build-agent', 'run', '--job', token]),
  program('/usr/bin/bash', 12, 1, build, (token) => ['/bin/bash', '-e', `/srv/build/tmp/job-${token}.sh`]),
  program('/usr/bin/make', 6, 2, build, (token) => ['make', '-j8', '-C', `/srv/build/src/${token}`, 'all']),
  program('/usr/bin/dash', 10, 3, build, (token) => ['/bin/sh', '-c', `gcc -O2 -Wall -c ${token}.c -o ${token}.o`]),
  program('/usr/bin/x86_64-linux-gnu-gcc-12', 8, 4, build, (token) => ['gcc', '-O2', '-g', '-Wall', '-Wextra', '-fPIC', `-I/srv/build/src/${token}/include`, '-DNDEBUG', '-c', `${token}.c`, '-o', `${token}.o`]),
  program('/usr/lib/gcc/x86_64-linux-gnu/12/cc1', 8, 5, build, (token) => ['/usr/lib/gcc/x86_64-linux-gnu/12/cc1', '-quiet', '-imultiarch', 'x86_64-linux-gnu', `${token}.c`, '-O2', '-o', `/srv/build/tmp/cc${token}.s`]),
  program('/usr/bin/x86_64-linux-gnu-as', 8, 5, build, (token) => ['as', '--64', '-o', `${token}.o`, `/srv/build/tmp/cc${token}.s`]),
  program('/usr/bin/x86_64-linux-gnu-ld.bfd', 3, 5, build, (token) => ['/usr/bin/ld', '-plugin', '/usr/libexec/gcc/liblto_plugin.so', '-m', 'elf_x86_64', '-o', token]),
  program('/usr/bin/node', 6, 2, build, (token, random) => ['node', `/home/ann/project/node_modules/.bin/tsc`, '--project', `/srv/build/src/${token}/tsconfig.json`, '--outDir', `out-${random.below(9)}`]),
  program('/usr/bin/git', 6, 2, build, (token) => ['git', '-C', `/srv/build/src/${token}`, 'fetch', '--depth=1', 'origin', 'main']),
  program('/usr/bin/grep', 5, 2, build, (token) => ['grep', '-rn', `define_${token}`, 'include']),
  program('/usr/bin/sed', 5, 4, build, (token) => ['sed', '-e', `s/@VERSION@/1.${token}/g`, 'config.h.in']),
  program('/usr/bin/mkdir', 4, 4, build, (token) => ['mkdir', '-p', `/srv/build/out/${token}`]),
  program('/usr/bin/mv', 4, 4, build, (token) => ['mv', '-f', `/srv/build/tmp/${token}.o`, 'out']),
  program('/usr/bin/cp', 3, 4, build, (token) => ['cp', '-a', `out/${token}.so`, '/srv/build/out/lib']),
  program('/usr/bin/sort', 2, 4, build, (token) => ['sort', '-u', `symbols-${token}.txt`]),
  program('/usr/bin/gawk', 2, 4, build, (token) => ['awk', `{ n += $2 } END { print "${token}", n }`, 'sizes.txt']),
  program('/usr/sbin/nginx', 4, 0, { user: 'www-data', uid: 33, cwd: '/srv/www' }, () => ['nginx: worker process']),
  program('/usr/lib/postgresql/15/bin/postgres', 4, 0, { user: 'postgres', uid: 110, cwd: '/var/lib/postgresql/15/main' }, (token) => ['postgres: 15/main:', `app ${token}`, '10.0.0.7(40112)', 'idle']),
  program('/usr/sbin/cron', 1, 0, root, () => ['/usr/sbin/cron', '-f', '-P']),
  program('/usr/sbin/sshd', 1, 0, root, (token) => ['sshd:', `${token} [priv]`]),
];

/** Those that start, and those that use the network. */
export const started = programs.filter(({ exe }) => !services.has(exe));
export const connecting = programs.filter(({ exe }) => clients.has(exe));
