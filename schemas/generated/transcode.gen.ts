/** Generated from schemas/ by `npm run generate`. Do not edit. */
import { putBoolean, putChars, putChoice, putOptional, putOptionalChars, putS32, putStrings, putSyscall, putText, putU32, putWords } from '../codec/avro-put.ts';
import type { Process } from './types.gen.ts';

/** Where rf_process lies in every record, and what differs between the threads of a process. */
export const processPart = { at: 24, size: 256, pid: 88, startNs: 0, tid: 92, comm: 204, commSize: 16, strings: [188, 192, 196, 200] } as const;

/**
 * Writes the body (union branch and record) of the kernel record of `size` bytes at `start` to `out` at `at`, and returns where it ends.
 * -1: not one for this way, because it was cut, the collector has to add to it, or it is damaged; decodeKernelRecord then says which.
 * `words` are the same bytes as 32-bit numbers, so `start` is a multiple of 4. `out` has room for three times the record and 1 kB.
 */
export type Transcode = (out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, size: number) => number;

/** By kind of record; undefined for those that need the object. */
export const transcoders: readonly (Transcode | undefined)[] = [undefined, undefined, putProcessFork, putProcessExit, putFileOpen, putFileChange, putMount, undefined, undefined, undefined, undefined, undefined];

/** Where the thread's own fields lie in what putProcess wrote. */
export interface ProcessCuts {
  tid: number;
  tidEnd: number;
  comm: number;
  commEnd: number;
}

/**
 * Writes a process: what the rf_process at `start` says in numbers, and the texts of `process`, which was decoded from it. `out` has room.
 */
export function putProcess(out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, process: Process, cuts: ProcessCuts): number {
  const word = start >> 2;
  if (words[word + 22]! < 0) return -1;
  at = putS32(out, at, words[word + 22]!);
  at = putWords(out, at, words[word + 0]!, words[word + 1]!);
  cuts.tid = at;
  if (words[word + 23]! < 0) return -1;
  at = putS32(out, at, words[word + 23]!);
  cuts.tidEnd = at;
  if (words[word + 24]! < 0) return -1;
  at = putS32(out, at, words[word + 24]!);
  at = putWords(out, at, words[word + 2]!, words[word + 3]!);
  if (words[word + 25]! < 0) return -1;
  at = putS32(out, at, words[word + 25]!);
  if (words[word + 26]! < 0) return -1;
  at = putS32(out, at, words[word + 26]!);
  if (words[word + 27]! < 0) return -1;
  at = putS32(out, at, words[word + 27]!);
  at = putU32(out, at, words[word + 28]! >>> 0);
  at = putU32(out, at, words[word + 29]! >>> 0);
  at = putU32(out, at, words[word + 30]! >>> 0);
  at = putU32(out, at, words[word + 31]! >>> 0);
  at = putU32(out, at, words[word + 32]! >>> 0);
  at = putU32(out, at, words[word + 33]! >>> 0);
  at = putU32(out, at, words[word + 34]! >>> 0);
  at = putU32(out, at, words[word + 35]! >>> 0);
  const loginUid = words[word + 36]! >>> 0;
  if (loginUid === 4294967295) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putU32(out, at, loginUid);
  }
  const auditSession = words[word + 37]! >>> 0;
  if (auditSession === 4294967295) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putU32(out, at, auditSession);
  }
  at = putWords(out, at, words[word + 4]!, words[word + 5]!);
  at = putWords(out, at, words[word + 6]!, words[word + 7]!);
  at = putWords(out, at, words[word + 8]!, words[word + 9]!);
  at = putWords(out, at, words[word + 10]!, words[word + 11]!);
  at = putWords(out, at, words[word + 12]!, words[word + 13]!);
  at = putU32(out, at, words[word + 38]! >>> 0);
  at = putU32(out, at, words[word + 39]! >>> 0);
  at = putU32(out, at, words[word + 40]! >>> 0);
  at = putU32(out, at, words[word + 41]! >>> 0);
  at = putU32(out, at, words[word + 42]! >>> 0);
  at = putU32(out, at, words[word + 43]! >>> 0);
  at = putU32(out, at, words[word + 44]! >>> 0);
  at = putWords(out, at, words[word + 14]!, words[word + 15]!);
  at = putOptional(out, at, process.cgroup);
  const nsPgid = words[word + 45]!;
  if (nsPgid === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putS32(out, at, nsPgid);
  }
  cuts.comm = at;
  at = putChars(out, at, bytes, start + 204, 16);
  cuts.commEnd = at;
  at = putOptional(out, at, process.exe);
  at = putWords(out, at, words[word + 16]!, words[word + 17]!);
  at = putU32(out, at, words[word + 46]! >>> 0);
  at = putBoolean(out, at, bytes[start + 220]!);
  at = putBoolean(out, at, bytes[start + 221]!);
  at = putBoolean(out, at, bytes[start + 222]!);
  at = putWords(out, at, words[word + 18]!, words[word + 19]!);
  at = putWords(out, at, words[word + 20]!, words[word + 21]!);
  at = putStrings(out, at, process.args);
  at = putOptional(out, at, process.cwd);
  at = putOptionalChars(out, at, bytes, start + 223, 32);
  at = putOptional(out, at, process.user);
  at = putOptional(out, at, process.group);
  at = putOptional(out, at, process.login_user);
  return at;
}

function putProcessFork(out: Buffer, at: number, _bytes: Uint8Array, words: Int32Array, start: number, size: number): number {
  if (size < 296) return -1;
  const word = start >> 2;
  out[at++] = 2;
  out[at++] = 0;
  if (words[word + 72]! < 0) return -1;
  at = putS32(out, at, words[word + 72]!);
  at = putWords(out, at, words[word + 70]!, words[word + 71]!);
  return at;
}

function putProcessExit(out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, size: number): number {
  if (size < 304) return -1;
  const word = start >> 2;
  out[at++] = 4;
  out[at++] = 0;
  if (words[word + 72]! < 0) return -1;
  at = putS32(out, at, words[word + 72]!);
  if (words[word + 73]! < 0) return -1;
  at = putS32(out, at, words[word + 73]!);
  at = putBoolean(out, at, bytes[start + 296]!);
  at = putWords(out, at, words[word + 70]!, words[word + 71]!);
  return at;
}

function putFileOpen(out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, size: number): number {
  if (size < 336) return -1;
  const data = start + 336;
  const room = start + size - data;
  const filenameOff = bytes[start + 314]! | (bytes[start + 315]! << 8);
  const filenameLen = bytes[start + 316]! | (bytes[start + 317]! << 8);
  if (filenameOff + filenameLen > room || filenameLen > 0x7fff) return -1;
  const directoryOff = bytes[start + 318]! | (bytes[start + 319]! << 8);
  const directoryLen = bytes[start + 320]! | (bytes[start + 321]! << 8);
  if (directoryOff + directoryLen > room || directoryLen > 0x7fff) return -1;
  const pathOff = bytes[start + 322]! | (bytes[start + 323]! << 8);
  const pathLen = bytes[start + 324]! | (bytes[start + 325]! << 8);
  if (pathOff + pathLen > room || pathLen > 0x7fff) return -1;
  if (pathLen === 0 && filenameLen !== 0) return -1;
  const word = start >> 2;
  out[at++] = 6;
  out[at++] = 0;
  at = putSyscall(out, at, bytes[start + 312]! | (bytes[start + 313]! << 8));
  const result = words[word + 72]!;
  if (result === -2147483648) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putS32(out, at, result);
  }
  at = putChoice(out, at, bytes[start + 326]!, 5);
  at = putU32(out, at, words[word + 73]! >>> 0);
  if (words[word + 74]! < 0) return -1;
  at = putS32(out, at, words[word + 74]!);
  at = putBoolean(out, at, bytes[start + 327]!);
  if (filenameLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + filenameOff, filenameLen);
  }
  if (directoryLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + directoryOff, directoryLen);
  }
  if (pathLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + pathOff, pathLen);
  }
  at = putChoice(out, at, bytes[start + 328]!, 2);
  at = putWords(out, at, words[word + 70]!, words[word + 71]!);
  at = putU32(out, at, words[word + 75]! >>> 0);
  at = putChoice(out, at, bytes[start + 329]!, 11);
  if (words[word + 76]! < 0) return -1;
  at = putS32(out, at, words[word + 76]!);
  const fileUid = words[word + 77]! >>> 0;
  if (fileUid === 4294967295) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putU32(out, at, fileUid);
  }
  at = putBoolean(out, at, bytes[start + 330]!);
  at = putBoolean(out, at, bytes[start + 331]!);
  at = putBoolean(out, at, bytes[start + 332]!);
  return at;
}

function putFileChange(out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, size: number): number {
  if (size < 352) return -1;
  const data = start + 352;
  const room = start + size - data;
  const filenameOff = bytes[start + 314]! | (bytes[start + 315]! << 8);
  const filenameLen = bytes[start + 316]! | (bytes[start + 317]! << 8);
  if (filenameOff + filenameLen > room || filenameLen > 0x7fff) return -1;
  const directoryOff = bytes[start + 318]! | (bytes[start + 319]! << 8);
  const directoryLen = bytes[start + 320]! | (bytes[start + 321]! << 8);
  if (directoryOff + directoryLen > room || directoryLen > 0x7fff) return -1;
  const pathOff = bytes[start + 322]! | (bytes[start + 323]! << 8);
  const pathLen = bytes[start + 324]! | (bytes[start + 325]! << 8);
  if (pathOff + pathLen > room || pathLen > 0x7fff) return -1;
  const newFilenameOff = bytes[start + 326]! | (bytes[start + 327]! << 8);
  const newFilenameLen = bytes[start + 328]! | (bytes[start + 329]! << 8);
  if (newFilenameOff + newFilenameLen > room || newFilenameLen > 0x7fff) return -1;
  const newDirectoryOff = bytes[start + 330]! | (bytes[start + 331]! << 8);
  const newDirectoryLen = bytes[start + 332]! | (bytes[start + 333]! << 8);
  if (newDirectoryOff + newDirectoryLen > room || newDirectoryLen > 0x7fff) return -1;
  const newPathOff = bytes[start + 334]! | (bytes[start + 335]! << 8);
  const newPathLen = bytes[start + 336]! | (bytes[start + 337]! << 8);
  if (newPathOff + newPathLen > room || newPathLen > 0x7fff) return -1;
  const targetOff = bytes[start + 338]! | (bytes[start + 339]! << 8);
  const targetLen = bytes[start + 340]! | (bytes[start + 341]! << 8);
  if (targetOff + targetLen > room || targetLen > 0x7fff) return -1;
  const attributeOff = bytes[start + 342]! | (bytes[start + 343]! << 8);
  const attributeLen = bytes[start + 344]! | (bytes[start + 345]! << 8);
  if (attributeOff + attributeLen > room || attributeLen > 0x7fff) return -1;
  if (pathLen === 0 && filenameLen !== 0) return -1;
  if (newPathLen === 0 && newFilenameLen !== 0) return -1;
  const word = start >> 2;
  out[at++] = 8;
  out[at++] = 0;
  at = putChoice(out, at, bytes[start + 346]!, 13);
  at = putSyscall(out, at, bytes[start + 312]! | (bytes[start + 313]! << 8));
  const result = words[word + 72]!;
  if (result === -2147483648) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putS32(out, at, result);
  }
  if (filenameLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + filenameOff, filenameLen);
  }
  if (directoryLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + directoryOff, directoryLen);
  }
  if (pathLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + pathOff, pathLen);
  }
  if (newFilenameLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + newFilenameOff, newFilenameLen);
  }
  if (newDirectoryLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + newDirectoryOff, newDirectoryLen);
  }
  if (newPathLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + newPathOff, newPathLen);
  }
  at = putChoice(out, at, bytes[start + 347]!, 2);
  if (targetLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + targetOff, targetLen);
  }
  if (attributeLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + attributeOff, attributeLen);
  }
  at = putU32(out, at, words[word + 73]! >>> 0);
  const mode = words[word + 74]!;
  if (mode === -1) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putS32(out, at, mode);
  }
  const uid = words[word + 75]! >>> 0;
  if (uid === 4294967295) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putU32(out, at, uid);
  }
  const gid = words[word + 76]! >>> 0;
  if (gid === 4294967295) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putU32(out, at, gid);
  }
  at = putWords(out, at, words[word + 70]!, words[word + 71]!);
  at = putU32(out, at, words[word + 77]! >>> 0);
  at = putBoolean(out, at, bytes[start + 348]!);
  return at;
}

function putMount(out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, size: number): number {
  if (size < 320) return -1;
  const data = start + 320;
  const room = start + size - data;
  const sourceOff = bytes[start + 294]! | (bytes[start + 295]! << 8);
  const sourceLen = bytes[start + 296]! | (bytes[start + 297]! << 8);
  if (sourceOff + sourceLen > room || sourceLen > 0x7fff) return -1;
  const filenameOff = bytes[start + 298]! | (bytes[start + 299]! << 8);
  const filenameLen = bytes[start + 300]! | (bytes[start + 301]! << 8);
  if (filenameOff + filenameLen > room || filenameLen > 0x7fff) return -1;
  const directoryOff = bytes[start + 302]! | (bytes[start + 303]! << 8);
  const directoryLen = bytes[start + 304]! | (bytes[start + 305]! << 8);
  if (directoryOff + directoryLen > room || directoryLen > 0x7fff) return -1;
  const pathOff = bytes[start + 306]! | (bytes[start + 307]! << 8);
  const pathLen = bytes[start + 308]! | (bytes[start + 309]! << 8);
  if (pathOff + pathLen > room || pathLen > 0x7fff) return -1;
  const fileSystemOff = bytes[start + 310]! | (bytes[start + 311]! << 8);
  const fileSystemLen = bytes[start + 312]! | (bytes[start + 313]! << 8);
  if (fileSystemOff + fileSystemLen > room || fileSystemLen > 0x7fff) return -1;
  if (pathLen === 0 && filenameLen !== 0) return -1;
  const word = start >> 2;
  out[at++] = 10;
  out[at++] = 0;
  at = putChoice(out, at, bytes[start + 314]!, 7);
  at = putSyscall(out, at, bytes[start + 292]! | (bytes[start + 293]! << 8));
  const result = words[word + 72]!;
  if (result === -2147483648) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putS32(out, at, result);
  }
  if (sourceLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + sourceOff, sourceLen);
  }
  if (filenameLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + filenameOff, filenameLen);
  }
  if (directoryLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + directoryOff, directoryLen);
  }
  if (pathLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + pathOff, pathLen);
  }
  at = putChoice(out, at, bytes[start + 315]!, 2);
  if (fileSystemLen === 0) out[at++] = 0;
  else {
    out[at++] = 2;
    at = putText(out, at, bytes, data + fileSystemOff, fileSystemLen);
  }
  at = putWords(out, at, words[word + 70]!, words[word + 71]!);
  return at;
}
