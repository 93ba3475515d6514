/** One boot of a kernel in a virtual machine, watched through its serial console. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A machine is done in a quarter of this on two cores. */
const aliveMsMax = 120_000;

/**
 * Software emulation: build hosts are often virtual machines themselves, where KVM is missing or hangs. One thread for both
 * processors: with a thread each, QEMU 7.2 lets about one in seven starts of Node end in a segmentation fault.
 */
const accelerator = 'tcg,thread=single';

/** Lines of the console that are kept; the probe program prints some dozens. */
const linesMax = 2000;

/** Quiet, so that the kernel's words do not run into those of the guest; a panic is printed all the same, and ends it. */
const commandLine = 'console=ttyS0 quiet loglevel=1 panic=-1 lsm=lockdown,capability,landlock,yama,bpf';

export interface Boot {
  /** The last lines of the console. */
  readonly lines: readonly string[];
  /** Why the machine did not come to its own end; null when it did. */
  readonly failure: string | null;
}

/** Resolves when the machine is gone; an abort of `signal` ends it. */
export async function boot(image: string, initramfs: string, signal: AbortSignal): Promise<Boot> {
  const bound = AbortSignal.timeout(aliveMsMax);
  const options = ['-accel', accelerator, '-cpu', 'max', '-smp', '2', '-m', '2048', '-nodefaults', '-nic', 'none', '-display', 'none'];
  const machine = ['-no-reboot', '-serial', 'stdio', '-kernel', image, '-initrd', initramfs, '-append', commandLine];
  const child = spawn('qemu-system-x86_64', [...options, ...machine], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([bound, signal]),
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
