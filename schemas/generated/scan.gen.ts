/** Generated from schemas/ by `npm run generate`. Do not edit. */
import { boolean, choice, int, long, map, optional, optionalRecord, records, scanOf, sequence, string, strings, wide, withBody } from '../codec/careful-scan.ts';
import type { ItemScan, Leaves } from '../codec/leaf.ts';
import type { EventKind } from './fields.gen.ts';

/** Where the values stand of a record in a list, while that is only stepped over. */
const unread = new Int32Array(8);

function quickProcessSummary(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // pid
  slots[0] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // start_ns
  slots[1] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // exe
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[2] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[2] = -1;
  } else return -1;
  // args
  slots[3] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // comm
  slots[4] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // uid
  slots[5] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // user
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[6] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[6] = -1;
  } else return -1;
  return at;
}

const processSummarySteps = sequence(int, wide, optional(string), strings, string, long, optional(string));

export const processSummaryReach = 30;

export function scanProcessSummary(bytes: Uint8Array, at: number, slots: Int32Array): number {
  const last = bytes.length - processSummaryReach;
  const end = at > last ? -1 : quickProcessSummary(bytes, at, slots, last);
  return end < 0 ? processSummarySteps.go(bytes, at, slots, 0) : end;
}

const processSummaryItem: ItemScan = { scan: scanProcessSummary, slots: 7, leaves: {
  'pid': { slot: 0, type: 'int' },
  'start_ns': { slot: 1, type: 'u64' },
  'exe': { slot: 2, type: 'string' },
  'args': { slot: 3, type: 'strings' },
  'comm': { slot: 4, type: 'string' },
  'uid': { slot: 5, type: 'long' },
  'user': { slot: 6, type: 'string' },
} };

function quickContainerMount(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // source
  slots[0] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // destination
  slots[1] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // read_only
  slots[2] = at;
  at = (at + 1) | 0;
  return at;
}

const containerMountSteps = sequence(string, string, boolean);

export const containerMountReach = 5;

export function scanContainerMount(bytes: Uint8Array, at: number, slots: Int32Array): number {
  const last = bytes.length - containerMountReach;
  const end = at > last ? -1 : quickContainerMount(bytes, at, slots, last);
  return end < 0 ? containerMountSteps.go(bytes, at, slots, 0) : end;
}

const containerMountItem: ItemScan = { scan: scanContainerMount, slots: 3, leaves: {
  'source': { slot: 0, type: 'string' },
  'destination': { slot: 1, type: 'string' },
  'read_only': { slot: 2, type: 'boolean' },
} };

function quickLoss(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // ring
  slots[0] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // stage
  slots[1] = at;
  head = bytes[at]!;
  if (head >= 6 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // reason
  slots[2] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // kind
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[3] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[3] = -1;
  } else return -1;
  // count
  slots[4] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // total
  slots[5] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // from
  slots[6] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // until
  slots[7] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  return at;
}

const lossSteps = sequence(int, choice(3), string, optional(string), long, long, wide, wide);

export const lossReach = 38;

export function scanLoss(bytes: Uint8Array, at: number, slots: Int32Array): number {
  const last = bytes.length - lossReach;
  const end = at > last ? -1 : quickLoss(bytes, at, slots, last);
  return end < 0 ? lossSteps.go(bytes, at, slots, 0) : end;
}

const lossItem: ItemScan = { scan: scanLoss, slots: 8, leaves: {
  'ring': { slot: 0, type: 'int' },
  'stage': { slot: 1, type: 'enum', symbols: ["kernel","decode","spool"] },
  'reason': { slot: 2, type: 'string' },
  'kind': { slot: 3, type: 'string' },
  'count': { slot: 4, type: 'long' },
  'total': { slot: 5, type: 'long' },
  'from': { slot: 6, type: 'timestamp' },
  'until': { slot: 7, type: 'timestamp' },
} };

function quickProcessExec(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.filename
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[75] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[75] = -1;
  } else return -1;
  // body.interpreter
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.argc
  slots[77] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.env
  slots[78] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // body.secure
  slots[79] = at;
  at = (at + 1) | 0;
  // body.loaded_program
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.stdin_type
  slots[81] = at;
  head = bytes[at]!;
  if (head >= 22 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.stdout_type
  slots[82] = at;
  head = bytes[at]!;
  if (head >= 22 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.stderr_type
  slots[83] = at;
  head = bytes[at]!;
  if (head >= 22 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  return at;
}

const processExecSteps = sequence(choice(1), optional(string), optional(string), int, strings, boolean, optional(string), choice(11), choice(11), choice(11));

function quickProcessFork(bytes: Uint8Array, at: number, slots: Int32Array, _last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.forker_pid
  slots[75] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.forker_start_ns
  slots[76] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  return at;
}

const processForkSteps = sequence(choice(1), int, wide);

function quickProcessExit(bytes: Uint8Array, at: number, slots: Int32Array, _last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.exit_code
  slots[75] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.signal
  slots[76] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.core_dumped
  slots[77] = at;
  at = (at + 1) | 0;
  // body.duration_ns
  slots[78] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  return at;
}

const processExitSteps = sequence(choice(1), int, int, boolean, wide);

function quickFileOpen(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[75] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[75] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.access
  slots[77] = at;
  head = bytes[at]!;
  if (head >= 10 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.flags
  slots[78] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // body.mode
  slots[79] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.created
  slots[80] = at;
  at = (at + 1) | 0;
  // body.filename
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.directory
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[82] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[82] = -1;
  } else return -1;
  // body.path
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[83] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[83] = -1;
  } else return -1;
  // body.path_source
  slots[84] = at;
  head = bytes[at]!;
  if (head >= 4 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.inode
  slots[85] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // body.device
  slots[86] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // body.file_type
  slots[87] = at;
  head = bytes[at]!;
  if (head >= 22 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.file_mode
  slots[88] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.file_uid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[89] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[89] = -1;
  } else return -1;
  // body.upper_layer
  slots[90] = at;
  at = (at + 1) | 0;
  // body.deleted
  slots[91] = at;
  at = (at + 1) | 0;
  // body.io_uring
  slots[92] = at;
  at = (at + 1) | 0;
  return at;
}

const fileOpenSteps = sequence(choice(1), optional(string), optional(int), choice(5), long, int, boolean, optional(string), optional(string), optional(string), choice(2), wide, long, choice(11), int, optional(long), boolean, boolean, boolean);

function quickFileChange(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 26 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.filename
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[78] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[78] = -1;
  } else return -1;
  // body.directory
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.path
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.new_filename
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.new_directory
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[82] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[82] = -1;
  } else return -1;
  // body.new_path
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[83] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[83] = -1;
  } else return -1;
  // body.path_source
  slots[84] = at;
  head = bytes[at]!;
  if (head >= 4 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.target
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[85] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[85] = -1;
  } else return -1;
  // body.attribute
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[86] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[86] = -1;
  } else return -1;
  // body.flags
  slots[87] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // body.mode
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[88] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[88] = -1;
  } else return -1;
  // body.uid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[89] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[89] = -1;
  } else return -1;
  // body.gid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[90] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[90] = -1;
  } else return -1;
  // body.inode
  slots[91] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // body.device
  slots[92] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // body.io_uring
  slots[93] = at;
  at = (at + 1) | 0;
  return at;
}

const fileChangeSteps = sequence(choice(1), choice(13), optional(string), optional(int), optional(string), optional(string), optional(string), optional(string), optional(string), optional(string), choice(2), optional(string), optional(string), long, optional(int), optional(long), optional(long), wide, long, boolean);

function quickMount(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 14 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.source
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[78] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[78] = -1;
  } else return -1;
  // body.filename
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.directory
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.path
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.path_source
  slots[82] = at;
  head = bytes[at]!;
  if (head >= 4 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.file_system
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[83] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[83] = -1;
  } else return -1;
  // body.flags
  slots[84] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  return at;
}

const mountSteps = sequence(choice(1), choice(7), optional(string), optional(int), optional(string), optional(string), optional(string), optional(string), choice(2), optional(string), wide);

function quickNetwork(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 12 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.family
  slots[78] = at;
  head = bytes[at]!;
  if (head >= 18 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.socket_type
  slots[79] = at;
  head = bytes[at]!;
  if (head >= 12 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.protocol
  slots[80] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.transport
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.initiated
  slots[82] = at;
  at = (at + 1) | 0;
  // body.local_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[83] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[83] = -1;
  } else return -1;
  // body.local_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[84] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[84] = -1;
  } else return -1;
  // body.remote_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[85] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[85] = -1;
  } else return -1;
  // body.remote_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[86] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[86] = -1;
  } else return -1;
  // body.source_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[87] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[87] = -1;
  } else return -1;
  // body.source_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[88] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[88] = -1;
  } else return -1;
  // body.destination_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[89] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[89] = -1;
  } else return -1;
  // body.destination_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[90] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[90] = -1;
  } else return -1;
  // body.destination_name
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[91] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[91] = -1;
  } else return -1;
  // body.path
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[92] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[92] = -1;
  } else return -1;
  // body.address_source
  slots[93] = at;
  head = bytes[at]!;
  if (head >= 4 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.backlog
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[94] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[94] = -1;
  } else return -1;
  // body.fd
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[95] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[95] = -1;
  } else return -1;
  // body.io_uring
  slots[96] = at;
  at = (at + 1) | 0;
  return at;
}

const networkSteps = sequence(choice(1), choice(6), optional(string), optional(int), choice(9), choice(6), int, optional(string), boolean, optional(string), optional(int), optional(string), optional(int), optional(string), optional(int), optional(string), optional(int), optional(string), optional(string), choice(2), optional(int), optional(int), boolean);

function quickDns(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 4 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.id
  slots[76] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // body.name
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.record_type
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[78] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[78] = -1;
  } else return -1;
  // body.status
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.answers
  slots[80] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // body.server_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.server_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[82] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[82] = -1;
  } else return -1;
  return at;
}

const dnsSteps = sequence(choice(1), choice(2), int, optional(string), optional(string), optional(string), strings, optional(string), optional(int));

function quickTlsClientHello(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.server_name
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[75] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[75] = -1;
  } else return -1;
  // body.alpn
  slots[76] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // body.local_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.local_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[78] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[78] = -1;
  } else return -1;
  // body.remote_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.remote_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  return at;
}

const tlsClientHelloSteps = sequence(choice(1), optional(string), strings, optional(string), optional(int), optional(string), optional(int));

function quickHttpRequest(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.method
  slots[75] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // body.target
  slots[76] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // body.host
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.user_agent
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[78] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[78] = -1;
  } else return -1;
  // body.local_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.local_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.remote_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.remote_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[82] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[82] = -1;
  } else return -1;
  return at;
}

const httpRequestSteps = sequence(choice(1), string, string, optional(string), optional(string), optional(string), optional(int), optional(string), optional(int));

function quickCredentials(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 10 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.real_id
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[78] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[78] = -1;
  } else return -1;
  // body.effective_id
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.saved_id
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.asked_capabilities
  slots[81] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // body.before_uid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[82] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[82] = -1;
  } else return -1;
  // body.before_euid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[83] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[83] = -1;
  } else return -1;
  // body.before_egid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[84] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[84] = -1;
  } else return -1;
  // body.before_capabilities
  slots[85] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // body.gained_capabilities
  slots[86] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  return at;
}

const credentialsSteps = sequence(choice(1), choice(5), optional(string), optional(int), optional(long), optional(long), optional(long), wide, optional(long), optional(long), optional(long), wide, strings);

function quickNamespaceChange(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 6 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.flags
  slots[78] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // body.namespaces
  slots[79] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // body.target_inode
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.target_pid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  return at;
}

const namespaceChangeSteps = sequence(choice(1), choice(3), optional(string), optional(int), long, strings, optional(long), optional(int));

function quickKernelCall(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  if (head >= 2 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  if (head >= 48 || (head & 1) !== 0) return -1;
  at = (at + 1) | 0;
  // body.syscall
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[76] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[76] = -1;
  } else return -1;
  // body.result
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[77] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[77] = -1;
  } else return -1;
  // body.request
  slots[78] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // body.request_name
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[79] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[79] = -1;
  } else return -1;
  // body.type
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[80] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[80] = -1;
  } else return -1;
  // body.type_name
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[81] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[81] = -1;
  } else return -1;
  // body.flags
  slots[82] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // body.name
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[83] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[83] = -1;
  } else return -1;
  // body.path
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[84] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[84] = -1;
  } else return -1;
  // body.arguments
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[85] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[85] = -1;
  } else return -1;
  // body.fd
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[86] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[86] = -1;
  } else return -1;
  // body.target_pid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[87] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[87] = -1;
  } else return -1;
  // body.target_start_ns
  slots[88] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // body.target_uid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[89] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[89] = -1;
  } else return -1;
  // body.target_exe
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[90] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[90] = -1;
  } else return -1;
  // body.remote_ip
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[91] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[91] = -1;
  } else return -1;
  // body.remote_port
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[92] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[92] = -1;
  } else return -1;
  return at;
}

const kernelCallSteps = sequence(choice(1), choice(24), optional(string), optional(int), long, optional(string), optional(long), optional(string), wide, optional(string), optional(string), optional(string), optional(int), optional(int), wide, optional(long), optional(string), optional(string), optional(int));

function quickCommon(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // ring
  slots[1] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // seq
  slots[2] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // time
  slots[3] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process
  // process.pid
  slots[4] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // process.start_ns
  slots[5] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.tid
  slots[6] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // process.ppid
  slots[7] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // process.parent_start_ns
  slots[8] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.pgid
  slots[9] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // process.sid
  slots[10] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // process.ns_pid
  slots[11] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  // process.uid
  slots[12] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.euid
  slots[13] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.suid
  slots[14] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.fsuid
  slots[15] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.gid
  slots[16] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.egid
  slots[17] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.sgid
  slots[18] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.fsgid
  slots[19] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.login_uid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[20] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[20] = -1;
  } else return -1;
  // process.audit_session
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[21] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  } else if (head === 0) {
    slots[21] = -1;
  } else return -1;
  // process.cap_permitted
  slots[22] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.cap_effective
  slots[23] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.cap_inheritable
  slots[24] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.cap_bounding
  slots[25] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.cap_ambient
  slots[26] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.pid_ns
  slots[27] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.mnt_ns
  slots[28] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.net_ns
  slots[29] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.uts_ns
  slots[30] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.ipc_ns
  slots[31] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.cgroup_ns
  slots[32] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.user_ns
  slots[33] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.cgroup_id
  slots[34] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.cgroup
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[35] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[35] = -1;
  } else return -1;
  // process.ns_pgid
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[36] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
  } else if (head === 0) {
    slots[36] = -1;
  } else return -1;
  // process.comm
  slots[37] = at;
  head = bytes[at]!;
  if ((head & 1) !== 0) return -1;
  if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
  else {
    const high = bytes[at + 1]!;
    if (high >= 0x80) return -1;
    at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
  }
  if (at > last) return -1;
  // process.exe
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[38] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[38] = -1;
  } else return -1;
  // process.exe_inode
  slots[39] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.exe_device
  slots[40] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // process.exe_deleted
  slots[41] = at;
  at = (at + 1) | 0;
  // process.exe_memfd
  slots[42] = at;
  at = (at + 1) | 0;
  // process.exe_upper_layer
  slots[43] = at;
  at = (at + 1) | 0;
  // process.exe_ctime
  slots[44] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.exe_mtime
  slots[45] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // process.args
  slots[46] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // process.cwd
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[47] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[47] = -1;
  } else return -1;
  // process.tty
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[48] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[48] = -1;
  } else return -1;
  // process.user
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[49] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[49] = -1;
  } else return -1;
  // process.group
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[50] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[50] = -1;
  } else return -1;
  // process.login_user
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[51] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[51] = -1;
  } else return -1;
  // parent
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    // parent.pid
    slots[52] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else return -1;
    // parent.start_ns
    slots[53] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
    // parent.exe
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[54] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[54] = -1;
    } else return -1;
    // parent.args
    slots[55] = at;
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head !== 0) {
      if ((head & 0x81) !== 0) return -1;
      for (let left = head >> 1; left > 0; left--) {
        head = bytes[at]!;
        if ((head & 1) !== 0) return -1;
        if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
        else {
          const high = bytes[at + 1]!;
          if (high >= 0x80) return -1;
          at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
        }
        if (at > last) return -1;
      }
      if (bytes[at] !== 0) return -1;
      at = (at + 1) | 0;
    }
    // parent.comm
    slots[56] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
    // parent.uid
    slots[57] = at;
    if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
    // parent.user
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[58] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[58] = -1;
    } else return -1;
  } else if (head === 0) {
    slots[52] = -2;
    slots[53] = -2;
    slots[54] = -2;
    slots[55] = -2;
    slots[56] = -2;
    slots[57] = -2;
    slots[58] = -2;
  } else return -1;
  // ancestors
  slots[59] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      at = quickProcessSummary(bytes, at, unread, last);
      if (at < 0 || at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  // container
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    // container.id
    slots[60] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
    // container.runtime
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[61] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[61] = -1;
    } else return -1;
    // container.name
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[62] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[62] = -1;
    } else return -1;
    // container.image
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[63] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[63] = -1;
    } else return -1;
    // container.image_repository
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[64] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[64] = -1;
    } else return -1;
    // container.image_tag
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[65] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[65] = -1;
    } else return -1;
    // container.privileged
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[66] = at;
      at = (at + 1) | 0;
    } else if (head === 0) {
      slots[66] = -1;
    } else return -1;
    // container.mounts
    slots[67] = at;
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head !== 0) {
      if ((head & 0x81) !== 0) return -1;
      for (let left = head >> 1; left > 0; left--) {
        at = quickContainerMount(bytes, at, unread, last);
        if (at < 0 || at > last) return -1;
      }
      if (bytes[at] !== 0) return -1;
      at = (at + 1) | 0;
    }
    // container.started
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[68] = at;
      if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
    } else if (head === 0) {
      slots[68] = -1;
    } else return -1;
    // container.pod_name
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[69] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[69] = -1;
    } else return -1;
    // container.pod_namespace
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[70] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[70] = -1;
    } else return -1;
    // container.pod_uid
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[71] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[71] = -1;
    } else return -1;
    // container.unit
    head = bytes[at]!;
    at = (at + 1) | 0;
    if (head === 2) {
      slots[72] = at;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    } else if (head === 0) {
      slots[72] = -1;
    } else return -1;
  } else if (head === 0) {
    slots[60] = -2;
    slots[61] = -2;
    slots[62] = -2;
    slots[63] = -2;
    slots[64] = -2;
    slots[65] = -2;
    slots[66] = -2;
    slots[67] = -2;
    slots[68] = -2;
    slots[69] = -2;
    slots[70] = -2;
    slots[71] = -2;
    slots[72] = -2;
  } else return -1;
  // truncated
  slots[73] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  return at;
}

/** The kinds by their number in slot 0. */
export const scannedKinds: readonly EventKind[] = ["process_exec","process_fork","process_exit","file_open","file_change","mount","network","dns","tls_client_hello","http_request","credentials","namespace_change","kernel_call"];

export const eventSlots = 97;

/** What every event has. */
export const commonLeaves: Leaves = {
  'ring': { slot: 1, type: 'int' },
  'seq': { slot: 2, type: 'long' },
  'time': { slot: 3, type: 'timestamp' },
  'process.pid': { slot: 4, type: 'int' },
  'process.start_ns': { slot: 5, type: 'u64' },
  'process.tid': { slot: 6, type: 'int' },
  'process.ppid': { slot: 7, type: 'int' },
  'process.parent_start_ns': { slot: 8, type: 'u64' },
  'process.pgid': { slot: 9, type: 'int' },
  'process.sid': { slot: 10, type: 'int' },
  'process.ns_pid': { slot: 11, type: 'int' },
  'process.uid': { slot: 12, type: 'long' },
  'process.euid': { slot: 13, type: 'long' },
  'process.suid': { slot: 14, type: 'long' },
  'process.fsuid': { slot: 15, type: 'long' },
  'process.gid': { slot: 16, type: 'long' },
  'process.egid': { slot: 17, type: 'long' },
  'process.sgid': { slot: 18, type: 'long' },
  'process.fsgid': { slot: 19, type: 'long' },
  'process.login_uid': { slot: 20, type: 'long' },
  'process.audit_session': { slot: 21, type: 'long' },
  'process.cap_permitted': { slot: 22, type: 'u64' },
  'process.cap_effective': { slot: 23, type: 'u64' },
  'process.cap_inheritable': { slot: 24, type: 'u64' },
  'process.cap_bounding': { slot: 25, type: 'u64' },
  'process.cap_ambient': { slot: 26, type: 'u64' },
  'process.pid_ns': { slot: 27, type: 'long' },
  'process.mnt_ns': { slot: 28, type: 'long' },
  'process.net_ns': { slot: 29, type: 'long' },
  'process.uts_ns': { slot: 30, type: 'long' },
  'process.ipc_ns': { slot: 31, type: 'long' },
  'process.cgroup_ns': { slot: 32, type: 'long' },
  'process.user_ns': { slot: 33, type: 'long' },
  'process.cgroup_id': { slot: 34, type: 'u64' },
  'process.cgroup': { slot: 35, type: 'string' },
  'process.ns_pgid': { slot: 36, type: 'int' },
  'process.comm': { slot: 37, type: 'string' },
  'process.exe': { slot: 38, type: 'string' },
  'process.exe_inode': { slot: 39, type: 'u64' },
  'process.exe_device': { slot: 40, type: 'long' },
  'process.exe_deleted': { slot: 41, type: 'boolean' },
  'process.exe_memfd': { slot: 42, type: 'boolean' },
  'process.exe_upper_layer': { slot: 43, type: 'boolean' },
  'process.exe_ctime': { slot: 44, type: 'u64' },
  'process.exe_mtime': { slot: 45, type: 'u64' },
  'process.args': { slot: 46, type: 'strings' },
  'process.cwd': { slot: 47, type: 'string' },
  'process.tty': { slot: 48, type: 'string' },
  'process.user': { slot: 49, type: 'string' },
  'process.group': { slot: 50, type: 'string' },
  'process.login_user': { slot: 51, type: 'string' },
  'parent.pid': { slot: 52, type: 'int' },
  'parent.start_ns': { slot: 53, type: 'u64' },
  'parent.exe': { slot: 54, type: 'string' },
  'parent.args': { slot: 55, type: 'strings' },
  'parent.comm': { slot: 56, type: 'string' },
  'parent.uid': { slot: 57, type: 'long' },
  'parent.user': { slot: 58, type: 'string' },
  'ancestors': { slot: 59, type: 'records', item: processSummaryItem },
  'container.id': { slot: 60, type: 'string' },
  'container.runtime': { slot: 61, type: 'string' },
  'container.name': { slot: 62, type: 'string' },
  'container.image': { slot: 63, type: 'string' },
  'container.image_repository': { slot: 64, type: 'string' },
  'container.image_tag': { slot: 65, type: 'string' },
  'container.privileged': { slot: 66, type: 'boolean' },
  'container.mounts': { slot: 67, type: 'records', item: containerMountItem },
  'container.started': { slot: 68, type: 'timestamp' },
  'container.pod_name': { slot: 69, type: 'string' },
  'container.pod_namespace': { slot: 70, type: 'string' },
  'container.pod_uid': { slot: 71, type: 'string' },
  'container.unit': { slot: 72, type: 'string' },
  'truncated': { slot: 73, type: 'strings' },
};

/** What the body of each kind adds. */
export const bodyLeaves: Readonly<Record<EventKind, Leaves>> = {
  process_exec: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["process_exec"] },
    'body.filename': { slot: 75, type: 'string' },
    'body.interpreter': { slot: 76, type: 'string' },
    'body.argc': { slot: 77, type: 'int' },
    'body.env': { slot: 78, type: 'strings' },
    'body.secure': { slot: 79, type: 'boolean' },
    'body.loaded_program': { slot: 80, type: 'string' },
    'body.stdin_type': { slot: 81, type: 'enum', symbols: ["closed","fifo","char_device","directory","block_device","regular","symlink","unix_socket","inet_socket","other_socket","anonymous"] },
    'body.stdout_type': { slot: 82, type: 'enum', symbols: ["closed","fifo","char_device","directory","block_device","regular","symlink","unix_socket","inet_socket","other_socket","anonymous"] },
    'body.stderr_type': { slot: 83, type: 'enum', symbols: ["closed","fifo","char_device","directory","block_device","regular","symlink","unix_socket","inet_socket","other_socket","anonymous"] },
  },
  process_fork: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["process_fork"] },
    'body.forker_pid': { slot: 75, type: 'int' },
    'body.forker_start_ns': { slot: 76, type: 'u64' },
  },
  process_exit: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["process_exit"] },
    'body.exit_code': { slot: 75, type: 'int' },
    'body.signal': { slot: 76, type: 'int' },
    'body.core_dumped': { slot: 77, type: 'boolean' },
    'body.duration_ns': { slot: 78, type: 'u64' },
  },
  file_open: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["file_open"] },
    'body.syscall': { slot: 75, type: 'string' },
    'body.result': { slot: 76, type: 'int' },
    'body.access': { slot: 77, type: 'enum', symbols: ["none","read","write","read_write","execute"] },
    'body.flags': { slot: 78, type: 'long' },
    'body.mode': { slot: 79, type: 'int' },
    'body.created': { slot: 80, type: 'boolean' },
    'body.filename': { slot: 81, type: 'string' },
    'body.directory': { slot: 82, type: 'string' },
    'body.path': { slot: 83, type: 'string' },
    'body.path_source': { slot: 84, type: 'enum', symbols: ["kernel","caller"] },
    'body.inode': { slot: 85, type: 'u64' },
    'body.device': { slot: 86, type: 'long' },
    'body.file_type': { slot: 87, type: 'enum', symbols: ["closed","fifo","char_device","directory","block_device","regular","symlink","unix_socket","inet_socket","other_socket","anonymous"] },
    'body.file_mode': { slot: 88, type: 'int' },
    'body.file_uid': { slot: 89, type: 'long' },
    'body.upper_layer': { slot: 90, type: 'boolean' },
    'body.deleted': { slot: 91, type: 'boolean' },
    'body.io_uring': { slot: 92, type: 'boolean' },
  },
  file_change: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["file_change"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["unlink","rmdir","rename","link","symlink","mkdir","mknod","truncate","chmod","chown","setxattr","removexattr","close_write"] },
    'body.syscall': { slot: 76, type: 'string' },
    'body.result': { slot: 77, type: 'int' },
    'body.filename': { slot: 78, type: 'string' },
    'body.directory': { slot: 79, type: 'string' },
    'body.path': { slot: 80, type: 'string' },
    'body.new_filename': { slot: 81, type: 'string' },
    'body.new_directory': { slot: 82, type: 'string' },
    'body.new_path': { slot: 83, type: 'string' },
    'body.path_source': { slot: 84, type: 'enum', symbols: ["kernel","caller"] },
    'body.target': { slot: 85, type: 'string' },
    'body.attribute': { slot: 86, type: 'string' },
    'body.flags': { slot: 87, type: 'long' },
    'body.mode': { slot: 88, type: 'int' },
    'body.uid': { slot: 89, type: 'long' },
    'body.gid': { slot: 90, type: 'long' },
    'body.inode': { slot: 91, type: 'u64' },
    'body.device': { slot: 92, type: 'long' },
    'body.io_uring': { slot: 93, type: 'boolean' },
  },
  mount: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["mount"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["mount","umount","move_mount","pivot_root","chroot","open_tree","mount_setattr"] },
    'body.syscall': { slot: 76, type: 'string' },
    'body.result': { slot: 77, type: 'int' },
    'body.source': { slot: 78, type: 'string' },
    'body.filename': { slot: 79, type: 'string' },
    'body.directory': { slot: 80, type: 'string' },
    'body.path': { slot: 81, type: 'string' },
    'body.path_source': { slot: 82, type: 'enum', symbols: ["kernel","caller"] },
    'body.file_system': { slot: 83, type: 'string' },
    'body.flags': { slot: 84, type: 'u64' },
  },
  network: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["network"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["socket","connect","accept","bind","listen","send"] },
    'body.syscall': { slot: 76, type: 'string' },
    'body.result': { slot: 77, type: 'int' },
    'body.family': { slot: 78, type: 'enum', symbols: ["other","unix","ipv4","ipv6","netlink","packet","vsock","bluetooth","alg"] },
    'body.socket_type': { slot: 79, type: 'enum', symbols: ["other","stream","datagram","raw","seqpacket","packet"] },
    'body.protocol': { slot: 80, type: 'int' },
    'body.transport': { slot: 81, type: 'string' },
    'body.initiated': { slot: 82, type: 'boolean' },
    'body.local_ip': { slot: 83, type: 'string' },
    'body.local_port': { slot: 84, type: 'int' },
    'body.remote_ip': { slot: 85, type: 'string' },
    'body.remote_port': { slot: 86, type: 'int' },
    'body.source_ip': { slot: 87, type: 'string' },
    'body.source_port': { slot: 88, type: 'int' },
    'body.destination_ip': { slot: 89, type: 'string' },
    'body.destination_port': { slot: 90, type: 'int' },
    'body.destination_name': { slot: 91, type: 'string' },
    'body.path': { slot: 92, type: 'string' },
    'body.address_source': { slot: 93, type: 'enum', symbols: ["kernel","caller"] },
    'body.backlog': { slot: 94, type: 'int' },
    'body.fd': { slot: 95, type: 'int' },
    'body.io_uring': { slot: 96, type: 'boolean' },
  },
  dns: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["dns"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["question","answer"] },
    'body.id': { slot: 76, type: 'int' },
    'body.name': { slot: 77, type: 'string' },
    'body.record_type': { slot: 78, type: 'string' },
    'body.status': { slot: 79, type: 'string' },
    'body.answers': { slot: 80, type: 'strings' },
    'body.server_ip': { slot: 81, type: 'string' },
    'body.server_port': { slot: 82, type: 'int' },
  },
  tls_client_hello: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["tls_client_hello"] },
    'body.server_name': { slot: 75, type: 'string' },
    'body.alpn': { slot: 76, type: 'strings' },
    'body.local_ip': { slot: 77, type: 'string' },
    'body.local_port': { slot: 78, type: 'int' },
    'body.remote_ip': { slot: 79, type: 'string' },
    'body.remote_port': { slot: 80, type: 'int' },
  },
  http_request: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["http_request"] },
    'body.method': { slot: 75, type: 'string' },
    'body.target': { slot: 76, type: 'string' },
    'body.host': { slot: 77, type: 'string' },
    'body.user_agent': { slot: 78, type: 'string' },
    'body.local_ip': { slot: 79, type: 'string' },
    'body.local_port': { slot: 80, type: 'int' },
    'body.remote_ip': { slot: 81, type: 'string' },
    'body.remote_port': { slot: 82, type: 'int' },
  },
  credentials: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["credentials"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["setuid","setgid","setgroups","capset","noticed"] },
    'body.syscall': { slot: 76, type: 'string' },
    'body.result': { slot: 77, type: 'int' },
    'body.real_id': { slot: 78, type: 'long' },
    'body.effective_id': { slot: 79, type: 'long' },
    'body.saved_id': { slot: 80, type: 'long' },
    'body.asked_capabilities': { slot: 81, type: 'u64' },
    'body.before_uid': { slot: 82, type: 'long' },
    'body.before_euid': { slot: 83, type: 'long' },
    'body.before_egid': { slot: 84, type: 'long' },
    'body.before_capabilities': { slot: 85, type: 'u64' },
    'body.gained_capabilities': { slot: 86, type: 'strings' },
  },
  namespace_change: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["namespace_change"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["setns","unshare","clone"] },
    'body.syscall': { slot: 76, type: 'string' },
    'body.result': { slot: 77, type: 'int' },
    'body.flags': { slot: 78, type: 'long' },
    'body.namespaces': { slot: 79, type: 'strings' },
    'body.target_inode': { slot: 80, type: 'long' },
    'body.target_pid': { slot: 81, type: 'int' },
  },
  kernel_call: {
    'body.kind': { slot: 74, type: 'enum', symbols: ["kernel_call"] },
    'body.operation': { slot: 75, type: 'enum', symbols: ["ptrace","process_vm_writev","process_vm_readv","memfd_create","map_executable","userfaultfd","bpf","perf_event_open","init_module","finit_module","delete_module","kexec_load","kexec_file_load","io_uring_setup","io_uring_register","io_uring_submit","tiocsti","dup_socket","signal","keyctl","prctl","personality","pidfd_getfd","load_program"] },
    'body.syscall': { slot: 76, type: 'string' },
    'body.result': { slot: 77, type: 'int' },
    'body.request': { slot: 78, type: 'long' },
    'body.request_name': { slot: 79, type: 'string' },
    'body.type': { slot: 80, type: 'long' },
    'body.type_name': { slot: 81, type: 'string' },
    'body.flags': { slot: 82, type: 'u64' },
    'body.name': { slot: 83, type: 'string' },
    'body.path': { slot: 84, type: 'string' },
    'body.arguments': { slot: 85, type: 'string' },
    'body.fd': { slot: 86, type: 'int' },
    'body.target_pid': { slot: 87, type: 'int' },
    'body.target_start_ns': { slot: 88, type: 'u64' },
    'body.target_uid': { slot: 89, type: 'long' },
    'body.target_exe': { slot: 90, type: 'string' },
    'body.remote_ip': { slot: 91, type: 'string' },
    'body.remote_port': { slot: 92, type: 'int' },
  },
};

export function quickEvent(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  at = quickCommon(bytes, at, slots, last);
  if (at < 0) return -1;
  const kind = bytes[at]!;
  slots[0] = kind >> 1;
  at = (at + 1) | 0;
  switch (kind) {
    case 0:
      return quickProcessExec(bytes, at, slots, last);
    case 2:
      return quickProcessFork(bytes, at, slots, last);
    case 4:
      return quickProcessExit(bytes, at, slots, last);
    case 6:
      return quickFileOpen(bytes, at, slots, last);
    case 8:
      return quickFileChange(bytes, at, slots, last);
    case 10:
      return quickMount(bytes, at, slots, last);
    case 12:
      return quickNetwork(bytes, at, slots, last);
    case 14:
      return quickDns(bytes, at, slots, last);
    case 16:
      return quickTlsClientHello(bytes, at, slots, last);
    case 18:
      return quickHttpRequest(bytes, at, slots, last);
    case 20:
      return quickCredentials(bytes, at, slots, last);
    case 22:
      return quickNamespaceChange(bytes, at, slots, last);
    case 24:
      return quickKernelCall(bytes, at, slots, last);
    default:
      return -1;
  }
}

const commonSteps = sequence(int, long, wide, int, wide, int, int, wide, int, int, int, long, long, long, long, long, long, long, long, optional(long), optional(long), wide, wide, wide, wide, wide, long, long, long, long, long, long, long, wide, optional(string), optional(int), string, optional(string), wide, long, boolean, boolean, boolean, wide, wide, strings, optional(string), optional(string), optional(string), optional(string), optional(string), optionalRecord(int, wide, optional(string), strings, string, long, optional(string)), records(processSummarySteps), optionalRecord(string, optional(string), optional(string), optional(string), optional(string), optional(string), optional(boolean), records(containerMountSteps), optional(wide), optional(string), optional(string), optional(string), optional(string)), strings);

export const eventSteps = withBody(commonSteps, [processExecSteps, processForkSteps, processExitSteps, fileOpenSteps, fileChangeSteps, mountSteps, networkSteps, dnsSteps, tlsClientHelloSteps, httpRequestSteps, credentialsSteps, namespaceChangeSteps, kernelCallSteps]);

export const eventReach = 466;

export function scanEvent(bytes: Uint8Array, at: number, slots: Int32Array): number {
  const last = bytes.length - eventReach;
  const end = at > last ? -1 : quickEvent(bytes, at, slots, last);
  return end < 0 ? eventSteps.go(bytes, at, slots, 0) : end;
}

/** What stands before and after the events. */
export const eventBatchSlots = 4;

export const eventBatchLeaves: Leaves = {
  'node': { slot: 0, type: 'string' },
  'boot_id': { slot: 1, type: 'string' },
  'hostname': { slot: 2, type: 'string' },
  'losses': { slot: 3, type: 'records', item: lossItem },
};

export const scanBeforeEventBatch = scanOf(sequence(string, string, string));

export const scanAfterEventBatch = scanOf(sequence(records(lossSteps)), 3);

export const externalEventSlots = 6;

export const externalEventLeaves: Leaves = {
  'seq': { slot: 0, type: 'long' },
  'time': { slot: 1, type: 'timestamp' },
  'category': { slot: 2, type: 'string' },
  'product': { slot: 3, type: 'string' },
  'service': { slot: 4, type: 'string' },
  'fields': { slot: 5, type: 'map' },
};

export function quickExternalEvent(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  let head: number;
  // seq
  slots[0] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else return -1;
  // time
  slots[1] = at;
  if (bytes[at]! < 0x80) at = (at + 1) | 0; else if (bytes[at + 1]! < 0x80) at = (at + 2) | 0; else if (bytes[at + 2]! < 0x80) at = (at + 3) | 0; else if (bytes[at + 3]! < 0x80) at = (at + 4) | 0; else if (bytes[at + 4]! < 0x80) at = (at + 5) | 0; else if (bytes[at + 5]! < 0x80) at = (at + 6) | 0; else if (bytes[at + 6]! < 0x80) at = (at + 7) | 0; else if (bytes[at + 7]! < 0x80) at = (at + 8) | 0; else if (bytes[at + 8]! < 0x80) at = (at + 9) | 0; else return -1;
  // category
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[2] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[2] = -1;
  } else return -1;
  // product
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[3] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[3] = -1;
  } else return -1;
  // service
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head === 2) {
    slots[4] = at;
    head = bytes[at]!;
    if ((head & 1) !== 0) return -1;
    if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
    else {
      const high = bytes[at + 1]!;
      if (high >= 0x80) return -1;
      at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
    }
    if (at > last) return -1;
  } else if (head === 0) {
    slots[4] = -1;
  } else return -1;
  // fields
  slots[5] = at;
  head = bytes[at]!;
  at = (at + 1) | 0;
  if (head !== 0) {
    if ((head & 0x81) !== 0) return -1;
    for (let left = head >> 1; left > 0; left--) {
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
      head = bytes[at]!;
      if ((head & 1) !== 0) return -1;
      if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;
      else {
        const high = bytes[at + 1]!;
        if (high >= 0x80) return -1;
        at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;
      }
      if (at > last) return -1;
    }
    if (bytes[at] !== 0) return -1;
    at = (at + 1) | 0;
  }
  return at;
}

export const externalEventSteps = sequence(long, wide, optional(string), optional(string), optional(string), map);

export const externalEventReach = 29;

export function scanExternalEvent(bytes: Uint8Array, at: number, slots: Int32Array): number {
  const last = bytes.length - externalEventReach;
  const end = at > last ? -1 : quickExternalEvent(bytes, at, slots, last);
  return end < 0 ? externalEventSteps.go(bytes, at, slots, 0) : end;
}

/** What stands before and after the events. */
export const externalBatchSlots = 2;

export const externalBatchLeaves: Leaves = {
  'source': { slot: 0, type: 'string' },
  'stream': { slot: 1, type: 'string' },
};

export const scanBeforeExternalBatch = scanOf(sequence(string, string));

export const scanAfterExternalBatch = scanOf(sequence(), 2);
