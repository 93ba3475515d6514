/** Generated from schemas/ by `npm run generate`. Do not edit. */
import { blocksEnd, choiceAt, choiceEnd, exactLongEnd, intEnd, longEnd, stringEnd, stringMapEnd, stringsEnd, wideLongEnd } from '../codec/avro-take.ts';
import type { ItemScan, Leaves } from '../codec/leaf.ts';
import type { EventKind } from './fields.gen.ts';

function scanProcessSummary(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // pid
  slots[0] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // start_ns
  slots[1] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // exe
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[2] = -1;
  } else {
    slots[2] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // args
  slots[3] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  // comm
  slots[4] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // uid
  slots[5] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // user
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[6] = -1;
  } else {
    slots[6] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  return at;
}

const processSummarySlots = new Int32Array(7);

function processSummaryEnd(bytes: Uint8Array, at: number): number {
  return scanProcessSummary(bytes, at, processSummarySlots);
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

function scanContainerMount(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // source
  slots[0] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // destination
  slots[1] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // read_only
  slots[2] = at;
  at = (at + 1) | 0;
  return at;
}

const containerMountSlots = new Int32Array(3);

function containerMountEnd(bytes: Uint8Array, at: number): number {
  return scanContainerMount(bytes, at, containerMountSlots);
}

const containerMountItem: ItemScan = { scan: scanContainerMount, slots: 3, leaves: {
  'source': { slot: 0, type: 'string' },
  'destination': { slot: 1, type: 'string' },
  'read_only': { slot: 2, type: 'boolean' },
} };

function scanLoss(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // ring
  slots[0] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // stage
  slots[1] = at;
  head = bytes[at]!;
  at = head < 6 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 3);
  // reason
  slots[2] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // kind
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[3] = -1;
  } else {
    slots[3] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // count
  slots[4] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // total
  slots[5] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // from
  slots[6] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // until
  slots[7] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  return at;
}

const lossSlots = new Int32Array(8);

function lossEnd(bytes: Uint8Array, at: number): number {
  return scanLoss(bytes, at, lossSlots);
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

function scanProcessExec(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.filename
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[75] = -1;
  } else {
    slots[75] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.interpreter
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.argc
  slots[77] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.env
  slots[78] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  // body.secure
  slots[79] = at;
  at = (at + 1) | 0;
  // body.loaded_program
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.stdin_type
  slots[81] = at;
  head = bytes[at]!;
  at = head < 22 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 11);
  // body.stdout_type
  slots[82] = at;
  head = bytes[at]!;
  at = head < 22 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 11);
  // body.stderr_type
  slots[83] = at;
  head = bytes[at]!;
  at = head < 22 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 11);
  return at;
}

function scanProcessFork(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.forker_pid
  slots[75] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.forker_start_ns
  slots[76] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  return at;
}

function scanProcessExit(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.exit_code
  slots[75] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.signal
  slots[76] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.core_dumped
  slots[77] = at;
  at = (at + 1) | 0;
  // body.duration_ns
  slots[78] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  return at;
}

function scanFileOpen(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[75] = -1;
  } else {
    slots[75] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.access
  slots[77] = at;
  head = bytes[at]!;
  at = head < 10 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 5);
  // body.flags
  slots[78] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // body.mode
  slots[79] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.created
  slots[80] = at;
  at = (at + 1) | 0;
  // body.filename
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.directory
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[82] = -1;
  } else {
    slots[82] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[83] = -1;
  } else {
    slots[83] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path_source
  slots[84] = at;
  head = bytes[at]!;
  at = head < 4 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 2);
  // body.inode
  slots[85] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // body.device
  slots[86] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // body.file_type
  slots[87] = at;
  head = bytes[at]!;
  at = head < 22 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 11);
  // body.file_mode
  slots[88] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.file_uid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[89] = -1;
  } else {
    slots[89] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
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

function scanFileChange(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 26 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 13);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.filename
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[78] = -1;
  } else {
    slots[78] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.directory
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.new_filename
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.new_directory
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[82] = -1;
  } else {
    slots[82] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.new_path
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[83] = -1;
  } else {
    slots[83] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path_source
  slots[84] = at;
  head = bytes[at]!;
  at = head < 4 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 2);
  // body.target
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[85] = -1;
  } else {
    slots[85] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.attribute
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[86] = -1;
  } else {
    slots[86] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.flags
  slots[87] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // body.mode
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[88] = -1;
  } else {
    slots[88] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.uid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[89] = -1;
  } else {
    slots[89] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.gid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[90] = -1;
  } else {
    slots[90] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.inode
  slots[91] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // body.device
  slots[92] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // body.io_uring
  slots[93] = at;
  at = (at + 1) | 0;
  return at;
}

function scanMount(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 14 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 7);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.source
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[78] = -1;
  } else {
    slots[78] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.filename
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.directory
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path_source
  slots[82] = at;
  head = bytes[at]!;
  at = head < 4 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 2);
  // body.file_system
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[83] = -1;
  } else {
    slots[83] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.flags
  slots[84] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  return at;
}

function scanNetwork(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 12 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 6);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.family
  slots[78] = at;
  head = bytes[at]!;
  at = head < 18 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 9);
  // body.socket_type
  slots[79] = at;
  head = bytes[at]!;
  at = head < 12 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 6);
  // body.protocol
  slots[80] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.transport
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.initiated
  slots[82] = at;
  at = (at + 1) | 0;
  // body.local_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[83] = -1;
  } else {
    slots[83] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.local_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[84] = -1;
  } else {
    slots[84] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.remote_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[85] = -1;
  } else {
    slots[85] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.remote_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[86] = -1;
  } else {
    slots[86] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.source_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[87] = -1;
  } else {
    slots[87] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.source_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[88] = -1;
  } else {
    slots[88] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.destination_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[89] = -1;
  } else {
    slots[89] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.destination_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[90] = -1;
  } else {
    slots[90] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.destination_name
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[91] = -1;
  } else {
    slots[91] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[92] = -1;
  } else {
    slots[92] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.address_source
  slots[93] = at;
  head = bytes[at]!;
  at = head < 4 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 2);
  // body.backlog
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[94] = -1;
  } else {
    slots[94] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.fd
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[95] = -1;
  } else {
    slots[95] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.io_uring
  slots[96] = at;
  at = (at + 1) | 0;
  return at;
}

function scanDns(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 4 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 2);
  // body.id
  slots[76] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // body.name
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.record_type
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[78] = -1;
  } else {
    slots[78] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.status
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.answers
  slots[80] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  // body.server_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.server_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[82] = -1;
  } else {
    slots[82] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  return at;
}

function scanTlsClientHello(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.server_name
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[75] = -1;
  } else {
    slots[75] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.alpn
  slots[76] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  // body.local_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.local_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[78] = -1;
  } else {
    slots[78] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.remote_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.remote_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  return at;
}

function scanHttpRequest(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.method
  slots[75] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // body.target
  slots[76] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // body.host
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.user_agent
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[78] = -1;
  } else {
    slots[78] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.local_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.local_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.remote_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.remote_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[82] = -1;
  } else {
    slots[82] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  return at;
}

function scanCredentials(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 10 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 5);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.real_id
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[78] = -1;
  } else {
    slots[78] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.effective_id
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.saved_id
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.asked_capabilities
  slots[81] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // body.before_uid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[82] = -1;
  } else {
    slots[82] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.before_euid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[83] = -1;
  } else {
    slots[83] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.before_egid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[84] = -1;
  } else {
    slots[84] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.before_capabilities
  slots[85] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // body.gained_capabilities
  slots[86] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  return at;
}

function scanNamespaceChange(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 6 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 3);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.flags
  slots[78] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // body.namespaces
  slots[79] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  // body.target_inode
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.target_pid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  return at;
}

function scanKernelCall(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // body.kind
  slots[74] = at;
  head = bytes[at]!;
  at = head < 2 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 1);
  // body.operation
  slots[75] = at;
  head = bytes[at]!;
  at = head < 48 && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, 24);
  // body.syscall
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[76] = -1;
  } else {
    slots[76] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.result
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[77] = -1;
  } else {
    slots[77] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.request
  slots[78] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // body.request_name
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[79] = -1;
  } else {
    slots[79] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.type
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[80] = -1;
  } else {
    slots[80] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.type_name
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[81] = -1;
  } else {
    slots[81] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.flags
  slots[82] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // body.name
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[83] = -1;
  } else {
    slots[83] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.path
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[84] = -1;
  } else {
    slots[84] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.arguments
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[85] = -1;
  } else {
    slots[85] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.fd
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[86] = -1;
  } else {
    slots[86] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.target_pid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[87] = -1;
  } else {
    slots[87] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // body.target_start_ns
  slots[88] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // body.target_uid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[89] = -1;
  } else {
    slots[89] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // body.target_exe
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[90] = -1;
  } else {
    slots[90] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.remote_ip
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[91] = -1;
  } else {
    slots[91] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // body.remote_port
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[92] = -1;
  } else {
    slots[92] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  return at;
}

function scanCommon(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // ring
  slots[1] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // seq
  slots[2] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // time
  slots[3] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process
  // process.pid
  slots[4] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // process.start_ns
  slots[5] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.tid
  slots[6] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // process.ppid
  slots[7] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // process.parent_start_ns
  slots[8] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.pgid
  slots[9] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // process.sid
  slots[10] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // process.ns_pid
  slots[11] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  // process.uid
  slots[12] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.euid
  slots[13] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.suid
  slots[14] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.fsuid
  slots[15] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.gid
  slots[16] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.egid
  slots[17] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.sgid
  slots[18] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.fsgid
  slots[19] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.login_uid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[20] = -1;
  } else {
    slots[20] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // process.audit_session
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[21] = -1;
  } else {
    slots[21] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  }
  // process.cap_permitted
  slots[22] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.cap_effective
  slots[23] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.cap_inheritable
  slots[24] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.cap_bounding
  slots[25] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.cap_ambient
  slots[26] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.pid_ns
  slots[27] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.mnt_ns
  slots[28] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.net_ns
  slots[29] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.uts_ns
  slots[30] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.ipc_ns
  slots[31] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.cgroup_ns
  slots[32] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.user_ns
  slots[33] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // process.cgroup_id
  slots[34] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.cgroup
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[35] = -1;
  } else {
    slots[35] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // process.ns_pgid
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[36] = -1;
  } else {
    slots[36] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
  }
  // process.comm
  slots[37] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // process.exe
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[38] = -1;
  } else {
    slots[38] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // process.exe_inode
  slots[39] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.exe_device
  slots[40] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
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
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.exe_mtime
  slots[45] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // process.args
  slots[46] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
  // process.cwd
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[47] = -1;
  } else {
    slots[47] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // process.tty
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[48] = -1;
  } else {
    slots[48] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // process.user
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[49] = -1;
  } else {
    slots[49] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // process.group
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[50] = -1;
  } else {
    slots[50] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // process.login_user
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[51] = -1;
  } else {
    slots[51] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // parent
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[52] = -2;
    slots[53] = -2;
    slots[54] = -2;
    slots[55] = -2;
    slots[56] = -2;
    slots[57] = -2;
    slots[58] = -2;
  } else {
    // parent.pid
    slots[52] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : intEnd(bytes, at);
    // parent.start_ns
    slots[53] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
    // parent.exe
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[54] = -1;
    } else {
      slots[54] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // parent.args
    slots[55] = at;
    at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
    // parent.comm
    slots[56] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    // parent.uid
    slots[57] = at;
    at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
    // parent.user
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[58] = -1;
    } else {
      slots[58] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
  }
  // ancestors
  slots[59] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : blocksEnd(bytes, at, processSummaryEnd);
  // container
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
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
  } else {
    // container.id
    slots[60] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    // container.runtime
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[61] = -1;
    } else {
      slots[61] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.name
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[62] = -1;
    } else {
      slots[62] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.image
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[63] = -1;
    } else {
      slots[63] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.image_repository
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[64] = -1;
    } else {
      slots[64] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.image_tag
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[65] = -1;
    } else {
      slots[65] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.privileged
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[66] = -1;
    } else {
      slots[66] = at;
      at = (at + 1) | 0;
    }
    // container.mounts
    slots[67] = at;
    at = bytes[at] === 0 ? (at + 1) | 0 : blocksEnd(bytes, at, containerMountEnd);
    // container.started
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[68] = -1;
    } else {
      slots[68] = at;
      at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
    }
    // container.pod_name
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[69] = -1;
    } else {
      slots[69] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.pod_namespace
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[70] = -1;
    } else {
      slots[70] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.pod_uid
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[71] = -1;
    } else {
      slots[71] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
    // container.unit
    head = bytes[at]!;
    if (head !== 0 && head !== 2) {
      head = choiceAt(bytes, at, 2) << 1;
      at = longEnd(bytes, at);
    } else at = (at + 1) | 0;
    if (head === 0) {
      slots[72] = -1;
    } else {
      slots[72] = at;
      head = bytes[at]!;
      at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
    }
  }
  // truncated
  slots[73] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : stringsEnd(bytes, at);
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

export function scanEvent(bytes: Uint8Array, at: number, slots: Int32Array): number {
  at = scanCommon(bytes, at, slots);
  const kind = choiceAt(bytes, at, 13);
  slots[0] = kind;
  at = longEnd(bytes, at);
  switch (kind) {
    case 0:
      return scanProcessExec(bytes, at, slots);
    case 1:
      return scanProcessFork(bytes, at, slots);
    case 2:
      return scanProcessExit(bytes, at, slots);
    case 3:
      return scanFileOpen(bytes, at, slots);
    case 4:
      return scanFileChange(bytes, at, slots);
    case 5:
      return scanMount(bytes, at, slots);
    case 6:
      return scanNetwork(bytes, at, slots);
    case 7:
      return scanDns(bytes, at, slots);
    case 8:
      return scanTlsClientHello(bytes, at, slots);
    case 9:
      return scanHttpRequest(bytes, at, slots);
    case 10:
      return scanCredentials(bytes, at, slots);
    case 11:
      return scanNamespaceChange(bytes, at, slots);
    default:
      return scanKernelCall(bytes, at, slots);
  }
}

/** What stands before and after the events. */
export const eventBatchSlots = 4;

export const eventBatchLeaves: Leaves = {
  'node': { slot: 0, type: 'string' },
  'boot_id': { slot: 1, type: 'string' },
  'hostname': { slot: 2, type: 'string' },
  'losses': { slot: 3, type: 'records', item: lossItem },
};

export function scanBeforeEventBatch(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // node
  slots[0] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // boot_id
  slots[1] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // hostname
  slots[2] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  return at;
}

export function scanAfterEventBatch(bytes: Uint8Array, at: number, slots: Int32Array): number {
  // losses
  slots[3] = at;
  at = bytes[at] === 0 ? (at + 1) | 0 : blocksEnd(bytes, at, lossEnd);
  return at;
}

export const externalEventSlots = 6;

export const externalEventLeaves: Leaves = {
  'seq': { slot: 0, type: 'long' },
  'time': { slot: 1, type: 'timestamp' },
  'category': { slot: 2, type: 'string' },
  'product': { slot: 3, type: 'string' },
  'service': { slot: 4, type: 'string' },
  'fields': { slot: 5, type: 'map' },
};

export function scanExternalEvent(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // seq
  slots[0] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : exactLongEnd(bytes, at);
  // time
  slots[1] = at;
  at = bytes[at]! < 0x80 ? (at + 1) | 0 : bytes[at + 1]! < 0x80 ? (at + 2) | 0 : bytes[at + 2]! < 0x80 ? (at + 3) | 0 : bytes[at + 3]! < 0x80 ? (at + 4) | 0 : bytes[at + 4]! < 0x80 ? (at + 5) | 0 : bytes[at + 5]! < 0x80 ? (at + 6) | 0 : bytes[at + 6]! < 0x80 ? (at + 7) | 0 : bytes[at + 7]! < 0x80 ? (at + 8) | 0 : bytes[at + 8]! < 0x80 ? (at + 9) | 0 : wideLongEnd(bytes, at);
  // category
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[2] = -1;
  } else {
    slots[2] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // product
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[3] = -1;
  } else {
    slots[3] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // service
  head = bytes[at]!;
  if (head !== 0 && head !== 2) {
    head = choiceAt(bytes, at, 2) << 1;
    at = longEnd(bytes, at);
  } else at = (at + 1) | 0;
  if (head === 0) {
    slots[4] = -1;
  } else {
    slots[4] = at;
    head = bytes[at]!;
    at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  }
  // fields
  slots[5] = at;
  at = stringMapEnd(bytes, at);
  return at;
}

/** What stands before and after the events. */
export const externalBatchSlots = 2;

export const externalBatchLeaves: Leaves = {
  'source': { slot: 0, type: 'string' },
  'stream': { slot: 1, type: 'string' },
};

export function scanBeforeExternalBatch(bytes: Uint8Array, at: number, slots: Int32Array): number {
  let head: number;
  // source
  slots[0] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  // stream
  slots[1] = at;
  head = bytes[at]!;
  at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);
  return at;
}

export function scanAfterExternalBatch(_bytes: Uint8Array, at: number, _slots: Int32Array): number {
  return at;
}
