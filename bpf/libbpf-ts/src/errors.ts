/**
 * The one error of this package. Errors are told apart by `code` (the errno's name) and `operation`, never by message
 * text. An element that is not there is a value (undefined, false), not an error.
 */
import { constants } from 'node:os';
import { native } from './native.ts';

export class BpfError extends Error {
  /** Name of the errno: 'EPERM', 'EINVAL', … ; 'EBADF' for a use after close. */
  readonly code: string;
  /** Positive errno. */
  readonly errno: number;
  /** What was tried: 'open', 'load', 'attach', 'get', … */
  readonly operation: string;
  /** Name of the program, map or object, or the path, that it was tried on. */
  readonly subject: string;
  /** The verifier's log; only of a failed load, and only when the verifier had something to say. */
  readonly verifierLog?: string;
  /** What libbpf said during the failed call, its lines joined; at most 16 KiB. */
  readonly detail?: string;

  constructor(errno: number, operation: string, subject: string, texts: { verifierLog?: string; detail?: string; reason?: string } = {}) {
    const code = errnoName(errno);
    const reason = texts.reason ?? firstLine(texts.detail) ?? native.errorMessage(errno);
    super(`${operation} ${subject}: ${code}: ${reason}`);
    this.name = 'BpfError';
    this.code = code;
    this.errno = errno;
    this.operation = operation;
    this.subject = subject;
    if (texts.verifierLog) this.verifierLog = texts.verifierLog;
    if (texts.detail) this.detail = texts.detail;
  }
}

/** Passes a native result on; a negative number becomes a BpfError with what libbpf said during that call. */
export function expectStatus(result: number, operation: string, subject: string): number {
  if (result >= 0) return result;
  throw failure(-result, operation, subject);
}

/** The same for a native function that returns a handle or a record, or a negative number. */
export function expectValue<Value extends object>(result: Value | number, operation: string, subject: string): Value {
  if (typeof result !== 'number') return result;
  throw failure(-result, operation, subject);
}

/** Has to be called right after the native call that failed: the next one overwrites libbpf's messages. */
export function failure(errno: number, operation: string, subject: string, verifierLog = ''): BpfError {
  const detail = native.logTake().replaceAll(/^libbpf: /gm, '').trim();
  return new BpfError(errno, operation, subject, { detail, verifierLog });
}

/** Not in os.constants: the kernel's own code for "this map or program type can't do that". */
export const ENOTSUPP = 524;
export const { ENOENT, EAGAIN, EBUSY, EINVAL, ENOSPC, ESRCH, EBADF, EOPNOTSUPP, ECANCELED, EMSGSIZE, E2BIG, EFBIG } = constants.errno;

/** 'EPERM' for 1; 'E<number>' for one without a name. */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `E${errno}`;
}

const errnoNames = new Map<number, string>([
  ...Object.entries(constants.errno).map(([name, errno]): [number, string] => [errno, name]),
  [EAGAIN, 'EAGAIN'],
  [EOPNOTSUPP, 'EOPNOTSUPP'],
  [ENOTSUPP, 'ENOTSUPP'],
]);

/** libbpf goes from the cause to the consequence ("failed to load object"): the first line says most. */
function firstLine(detail: string | undefined): string | undefined {
  return detail?.split('\n').find((line) => line.trim() !== '');
}
