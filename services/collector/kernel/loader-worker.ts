/** The thread behind LoaderThread: loads what it is told, one object after the other, and answers each. */
import { parentPort, workerData } from 'node:worker_threads';
import { BpfError } from 'libbpf-ts';
import { RingfenceError } from '#runtime/errors.ts';
import { loadPrograms, type ObjectPrograms, type ProgramSite } from './load-programs.ts';
import type { LoaderAnswer } from './loader-thread.ts';

const site = workerData as ProgramSite;

parentPort!.on('message', (request: ObjectPrograms) => parentPort!.postMessage(answerTo(request)));

function answerTo(request: ObjectPrograms): LoaderAnswer {
  try {
    loadPrograms(site, request);
    return { outcome: 'loaded' };
  } catch (error) {
    return failureOf(error);
  }
}

/** Only plain errors come through between threads as what they are. */
function failureOf(error: unknown): LoaderAnswer {
  if (error instanceof BpfError) {
    const { errno, operation, subject, verifierLog, detail, code, message } = error;
    const reason = message.slice(`${operation} ${subject}: ${code}: `.length);
    return { outcome: 'refused', errno, operation, subject, texts: { reason, ...(verifierLog === undefined ? {} : { verifierLog }), ...(detail === undefined ? {} : { detail }) } };
  }
  if (error instanceof RingfenceError) return { outcome: 'failed', code: error.code, message: error.message, details: error.details };
  return { outcome: 'fault', error };
}
