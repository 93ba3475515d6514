/**
 * Loads programs beside the thread that reads the rings: the verifier takes seconds for all programs, and is not to be
 * waited for. Both threads know the sensor by its pins alone. The thread exists only while there is something to load.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BpfError } from 'libbpf-ts';
import { RingfenceError, type ErrorCode } from '#runtime/errors.ts';
import type { ObjectPrograms, ProgramSite } from './load-programs.ts';

export type LoaderAnswer =
  | { readonly outcome: 'loaded' }
  /** A BpfError. */
  | { readonly outcome: 'refused'; readonly errno: number; readonly operation: string; readonly subject: string; readonly texts: { readonly verifierLog?: string; readonly detail?: string; readonly reason: string } }
  /** A RingfenceError. */
  | { readonly outcome: 'failed'; readonly code: ErrorCode; readonly message: string; readonly details: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'fault'; readonly error: unknown };

const workerScript = join(import.meta.dirname, 'loader-worker.ts');

export class LoaderThread implements AsyncDisposable {
  private readonly worker: Worker;
  private waiting: PromiseWithResolvers<void> | null = null;
  /** Why there is no thread any more. */
  private ended: RingfenceError | null = null;

  constructor(site: ProgramSite, script = workerScript) {
    // Options of this process's Node are not for its threads: a test runner's or a debugger's would be among them.
    this.worker = new Worker(script, { workerData: site, execArgv: [], name: 'programs' });
    this.worker.on('message', (answer: LoaderAnswer) => this.settle(answer));
    this.worker.on('error', (cause) => this.end(new RingfenceError('SERVICE_FAILED', `the thread that loads programs failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })));
    this.worker.on('exit', (code) => this.end(new RingfenceError('SERVICE_FAILED', 'the thread that loads programs has ended', { details: { code } })));
  }

  /** One at a time. Rejects with what loadPrograms throws, and with SERVICE_FAILED when the thread ends before it has answered. */
  load(programs: ObjectPrograms): Promise<void> {
    if (this.ended !== null) return Promise.reject(this.ended);
    this.waiting = Promise.withResolvers<void>();
    this.worker.postMessage(programs);
    return this.waiting.promise;
  }

  /** Resolves when it is gone: after what it is loading, for nothing interrupts the verifier. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker.terminate();
  }

  private settle(answer: LoaderAnswer): void {
    if (answer.outcome === 'loaded') this.waiting?.resolve();
    else this.waiting?.reject(errorOf(answer));
    this.waiting = null;
  }

  /** An error is followed by the exit: the first says why. */
  private end(why: RingfenceError): void {
    this.ended ??= why;
    this.waiting?.reject(this.ended);
    this.waiting = null;
  }
}

function errorOf(answer: Exclude<LoaderAnswer, { outcome: 'loaded' }>): unknown {
  switch (answer.outcome) {
    case 'refused':
      return new BpfError(answer.errno, answer.operation, answer.subject, answer.texts);
    case 'failed':
      return new RingfenceError(answer.code, answer.message, { details: answer.details });
    case 'fault':
      return answer.error;
  }
}
