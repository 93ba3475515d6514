/** One boot of a kernel in a virtual machine, watched through its serial console. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A machine is done in a third of this with a processor of its own, and this host may be busy. */
const aliveMsMax = 1_800_000;

/** Of a machine: its memory, which holds its root file system too, and what QEMU needs for itself. */
export const machineBytes = 2.5 * 1024 ** 3;

/**
 * Software emulation: build hosts are often virtual machines themselves, where KVM is missing or hangs. One thread for both
 * processors: with a thread each, QEMU 7.2 lets about one in seven starts of Node end in a segmentation fault.
 */
const accelerator = 'tcg,thread=single';

/** Lines of the console that are kept; the tests print some hundreds. */
const linesMax = 10_000;

/** Quiet, so that the kernel's words do not run into those of the guest; a panic is printed all the same, and ends it. */
const commandLine = 'console=ttyS0 quiet loglevel=1 panic=-1 lsm=lockdown,capability,landlock,yama,bpf';

/** What set-up installs for tests, where it can. */
const programs = ['qemu-system-x86_64', 'busybox', 'setpriv', 'dpkg', 'apt-get'];

export interface Boot {
  /** The last lines of the console. */
  readonly lines: readonly string[];
  /** Why the machine did not come to its own end; null when it did. */
  readonly failure: string | null;
}

/** Why this host can run none; null when it can. */
export function whyNoMachine(): string | null {
  if (process.arch !== 'x64') return `the kernels are those of x64, and this host is ${process.arch}`;
  const missing = programs.filter((program) => spawnSync('/bin/sh', ['-c', 'command -v "$0"', program]).status !== 0);
  return missing.length === 0 ? null : `this host lacks ${missing.join(', ')}`;
}

/** Resolves when the machine is gone. It ends with this process at the latest, however that ends. */
export async function boot(image: string, initramfs: string): Promise<Boot> {
  const bound = AbortSignal.timeout(aliveMsMax);
  const options = ['-accel', accelerator, '-cpu', 'max', '-smp', '2', '-m', '2048', '-nodefaults', '-nic', 'none', '-display', 'none'];
  const machine = ['-no-reboot', '-serial', 'stdio', '-kernel', image, '-initrd', initramfs, '-append', commandLine];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...options, ...machine], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: bound,
    killSignal: 'SIGKILL',
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > linesMax) lines.shift();
    });
  }
  const errors: Error[] = [];
  child.on('error', (error) => errors.push(error));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (bound.aborted) return { lines, failure: `it was not done after ${aliveMsMax / 1000} s` };
  return { lines, failure: code === 0 ? null : (errors[0]?.message ?? `qemu ended with exit code ${code}`) };
}
