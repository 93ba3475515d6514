/**
 * What Ringfence needs of the distribution. Each need is detected by the thing itself (a program, a header), never by a
 * package's name, and is installed with apt where that is possible; elsewhere the user gets the commands.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { hostCannot } from '../failure.mjs';

/** `apt` lists alternatives, the first that the release offers is taken: names differ between Debian and Ubuntu. */
const toBuild = [
  {
    what: 'clang, for the kernel programs and the native addons',
    isThere: () => onPath('clang'),
    packages: { apt: [['clang']], dnf: ['clang'], apk: ['clang'] },
  },
  {
    what: 'the C library\'s and the kernel\'s headers',
    isThere: () => existsSync('/usr/include/stdio.h') && existsSync('/usr/include/linux/bpf.h'),
    packages: { apt: [['libc6-dev']], dnf: ['glibc-devel'], apk: ['musl-dev', 'linux-headers'] },
  },
  {
    what: 'libbpf 1.1 or later with its headers',
    isThere: libbpfIsThere,
    packages: { apt: [['libbpf-dev']], dnf: ['libbpf-devel'], apk: ['libbpf-dev'] },
  },
  {
    what: 'libelf with its headers',
    isThere: () => existsSync('/usr/include/libelf.h'),
    packages: { apt: [['libelf-dev']], dnf: ['elfutils-libelf-devel'], apk: ['elfutils-dev'] },
  },
  {
    what: 'zlib with its headers',
    isThere: () => existsSync('/usr/include/zlib.h'),
    packages: { apt: [['zlib1g-dev']], dnf: ['zlib-devel'], apk: ['zlib-dev'] },
  },
];

const toTest = [
  {
    what: 'bpftool, to see from outside what is loaded',
    isThere: () => onPath('bpftool'),
    packages: { apt: [['bpftool'], ['linux-tools-common', 'linux-tools-generic']], dnf: ['bpftool'], apk: ['bpftool'] },
  },
  {
    what: 'gcc, whose package brings the sanitizers that the tests of C code want',
    isThere: () => onPath('gcc'),
    packages: { apt: [['gcc']], dnf: ['gcc', 'libasan', 'libubsan'], apk: ['gcc'] },
  },
  {
    what: 'redis-server',
    isThere: () => onPath('redis-server'),
    packages: { apt: [['redis-server']], dnf: ['redis'], apk: ['redis'] },
  },
  {
    what: 'Java 17 or later, for Kafka',
    isThere: () => javaMajor() >= 17,
    packages: {
      apt: [['openjdk-17-jre-headless'], ['openjdk-21-jre-headless'], ['default-jre-headless']],
      dnf: ['java-21-openjdk-headless'],
      apk: ['openjdk17-jre-headless'],
    },
  },
  {
    what: 'Maven, to fetch Kafka',
    isThere: () => onPath('mvn'),
    packages: { apt: [['maven']], dnf: ['maven'], apk: ['maven'] },
  },
  {
    what: 'crun, for containers',
    isThere: () => onPath('crun'),
    packages: { apt: [['crun']], dnf: ['crun'], apk: ['crun'] },
  },
];

/** For containers beside crun's. */
const toRunContainers = [
  {
    what: 'runc, for containers',
    isThere: () => onPath('runc'),
    packages: { apt: [['runc']], dnf: ['runc'], apk: ['runc'] },
  },
  {
    what: 'podman with conmon, for containers',
    isThere: () => onPath('podman') && onPath('conmon'),
    packages: { apt: [['podman', 'conmon']], dnf: ['podman', 'conmon'], apk: ['podman', 'conmon'] },
  },
];

/** For the kernels in virtual machines, which are those of x64. */
const toRunMachines = [
  {
    what: 'QEMU, to boot other kernels',
    isThere: () => onPath('qemu-system-x86_64'),
    packages: { apt: [['qemu-system-x86']], dnf: ['qemu-system-x86-core'], apk: ['qemu-system-x86_64'] },
  },
  {
    what: 'busybox, the user land of these kernels',
    isThere: () => onPath('busybox'),
    packages: { apt: [['busybox-static'], ['busybox']], dnf: ['busybox'], apk: ['busybox'] },
  },
];

export const packagesToBuild = packagesStep(
  toBuild,
  'Without them a recorded capture can be replayed: npm start -- --replay <capture>',
);
export const packagesToTest = packagesStep([...toBuild, ...toTest], 'Without them there is no test run.');
export const packagesToRunContainers = {
  ...packagesStep(toRunContainers, 'Without them the tests of their containers are skipped.'),
  name: 'container runtimes',
  optional: 'the tests of their containers are skipped',
};
export const packagesToRunMachines = {
  ...packagesStep(process.arch === 'x64' ? toRunMachines : [], 'Without them the kernel matrix is skipped.'),
  name: 'virtual machines',
  optional: 'the tests on other kernels are skipped',
};

function packagesStep(needs, without) {
  return {
    name: 'system packages',
    isDone: () => missingOf(needs).length === 0,
    async run(note) {
      const missing = missingOf(needs);
      if (process.getuid() !== 0 || !onPath('apt-get')) throw hostCannot(commandsFor(missing, without));
      await installWithApt(missing, note);
      const still = missingOf(needs);
      if (still.length > 0) throw hostCannot(`The packages of this release do not bring it:\n${listOf(still)}`);
    },
  };
}

function missingOf(needs) {
  return needs.filter((need) => !need.isThere());
}

async function installWithApt(missing, note) {
  note('apt-get update');
  await runCommand('apt-get', ['update'], { sharesLock: false });
  const packages = aptPackagesOf(missing);
  note(`apt-get install ${packages.join(' ')}`);
  await runCommand('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    // The package of a server starts it; apt has a lock of its own.
    sharesLock: false,
  });
}

function aptPackagesOf(needs) {
  return needs.flatMap(({ packages }) => packages.apt.find((names) => names.every(aptOffers)) ?? packages.apt[0]);
}

function aptOffers(name) {
  const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return /Candidate: (?!\(none\))/.test(policy.stdout ?? '');
}

function commandsFor(missing, without) {
  const of = (manager) => missing.flatMap((need) => need.packages[manager]).join(' ');
  return [
    `This host lacks:\n${listOf(missing)}`,
    '\nOnly root can install them, and set-up does so by itself only with apt.',
    'Run the lines for this system, then start again:',
    '  Debian, Ubuntu:   sudo apt-get update',
    `                    sudo apt-get install --yes --no-install-recommends ${aptPackagesOf(missing).join(' ')}`,
    `  Fedora, RHEL:     sudo dnf install --assumeyes ${of('dnf')}`,
    `  Alpine:           sudo apk add ${of('apk')}`,
    without,
  ].join('\n');
}

function listOf(needs) {
  return needs.map((need) => `  - ${need.what}`).join('\n');
}

/** The sbin folders count although they are missing from the PATH of most users. */
function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The header states the version from 0.6 on; 1.1 is what Debian 12 has and the addon is written against. */
function libbpfIsThere() {
  const header = '/usr/include/bpf/libbpf_version.h';
  if (!existsSync(header)) return false;
  const text = readFileSync(header, 'utf8');
  const part = (name) => Number(new RegExp(`LIBBPF_${name}_VERSION (\\d+)`).exec(text)?.[1] ?? 0);
  return part('MAJOR') > 1 || (part('MAJOR') === 1 && part('MINOR') >= 1);
}

/** 0 when there is no Java. */
function javaMajor() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}
