/** pidfd_open and pidfd_send_signal: a handle on a process that cannot come to mean another one. */
import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Addon {
  pidfdOpen(pid: number): number;
  pidfdSendSignal(fd: number, signal: number): number;
}

/** Opens a handle; the value is its errno's name when there is none. Dispose it. */
export function openPidfd(pid: number): Pidfd | 'ESRCH' | 'EPERM' | 'EOTHER' {
  const fd = addon().pidfdOpen(pid);
  return fd >= 0 ? new Pidfd(fd) : errnoName(fd);
}

export class Pidfd implements Disposable {
  private readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Signals exactly the process that the handle was opened for; signal 0 only asks whether it is alive. */
  signal(signal: number): 'sent' | 'ESRCH' | 'EPERM' | 'EOTHER' {
    const result = addon().pidfdSendSignal(this.fd, signal);
    return result === 0 ? 'sent' : errnoName(result);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

function errnoName(result: number): 'ESRCH' | 'EPERM' | 'EOTHER' {
  if (result === -3) return 'ESRCH';
  return result === -1 ? 'EPERM' : 'EOTHER';
}

/** Loaded when it is first needed: a replay works on a host where it was never built. */
let loaded: Addon | undefined;

function addon(): Addon {
  return (loaded ??= createRequire(import.meta.url)('../build/pidfd.node') as Addon);
}
