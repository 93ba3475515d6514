/**
 * Operations on many elements: the kernel's batches where the map's type has them, else one call an element.
 *
 * The hash types' batches go bucket by bucket and the arrays' index by index, so they neither repeat nor miss an element
 * when others are deleted. The plain way, get_next_key, starts over when its key has vanished, hence `walkKeys`.
 */
import { BpfError, EAGAIN, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP, expectStatus, failure } from './errors.ts';
import type { BpfMap, Entry } from './map.ts';
import { native } from './native.ts';
import type { Handle, NativeBatch, ReadBatch } from './native.ts';

/** Elements of one batch: some kB to some 100 kB of memory, and few enough calls. */
const batchEntries = 256;

/** The walk over keys gives up after so many steps per possible element: others delete faster than it gets on. */
const walkStepsPerEntryMax = 8;

const hashTypes: ReadonlySet<string> = new Set(['hash', 'lru_hash', 'percpu_hash', 'lru_percpu_hash', 'hash_of_maps']);
const arrayTypes: ReadonlySet<string> = new Set(['array', 'percpu_array', 'array_of_maps']);

type BatchRead = (...batch: ReadBatch) => NativeBatch;

export function readEntries(map: BpfMap): Generator<Entry, void, undefined> {
  const batched = hashTypes.has(map.info.type) || arrayTypes.has(map.info.type);
  return batched ? batches(map, native.mapLookupBatch, 'entries', () => walkEntries(map)) : walkEntries(map);
}

export function takeEntries(map: BpfMap): Generator<Entry, void, undefined> {
  if (!hashTypes.has(map.info.type)) return walkAndDelete(map);
  return batches(map, native.mapTakeBatch, 'drain', () => walkAndDelete(map));
}

export function updateMany(map: BpfMap, handle: Handle<'map'>, keys: Uint8Array, values: Uint8Array, flags: number): void {
  const count = elementCount(map, keys);
  const keySize = map.info.keySize;
  if (count === 0) return;
  const done = native.mapUpdateBatch(handle, keys, values, count, flags);
  if (done.errno === 0) return;
  if (!isMissing(done)) throw failure(done.errno, 'set batch', map.subject);
  for (let i = 0; i < count; i++) {
    const value = values.subarray(i * map.lookupBytes, (i + 1) * map.lookupBytes);
    expectStatus(native.mapUpdate(handle, keys.subarray(i * keySize, (i + 1) * keySize), value, flags), 'set batch', map.subject);
  }
}

export function deleteMany(map: BpfMap, handle: Handle<'map'>, keys: Uint8Array): number {
  const count = elementCount(map, keys);
  const keySize = map.info.keySize;
  let deleted = 0;
  for (let next = 0; next < count; ) {
    const rest = keys.subarray(next * keySize);
    const done = native.mapDeleteBatch(handle, rest, count - next);
    if (isMissing(done)) return deleted + deleteOneByOne(map, rest, count - next);
    if (done.errno !== 0 && done.errno !== ENOENT) throw failure(done.errno, 'delete batch', map.subject);
    deleted += done.count;
    /* The batch stops at a key that is not there: go on behind it. */
    next += done.count + (done.errno === ENOENT ? 1 : 0);
  }
  return deleted;
}

function deleteOneByOne(map: BpfMap, keys: Uint8Array, count: number): number {
  const keySize = map.info.keySize;
  let deleted = 0;
  for (let i = 0; i < count; i++) deleted += map.delete(keys.subarray(i * keySize, (i + 1) * keySize)) ? 1 : 0;
  return deleted;
}

function* batches(
  map: BpfMap,
  read: BatchRead,
  operation: string,
  fallback: () => Generator<Entry, void, undefined>,
): Generator<Entry, void, undefined> {
  const cursorBytes = Math.max(4, map.info.keySize);
  let cursorIn: Buffer | null = null;
  let count = Math.min(batchEntries, map.info.maxEntries);
  for (;;) {
    const cursorOut: Buffer = Buffer.alloc(cursorBytes);
    const keys = Buffer.allocUnsafe(count * map.info.keySize);
    const values = Buffer.allocUnsafe(count * map.lookupBytes);
    const done = read(map.handle(operation), cursorIn, cursorOut, keys, values, count);
    if (cursorIn === null && isMissing(done)) return yield* fallback();
    if (done.errno === ENOSPC && done.count === 0 && count < map.info.maxEntries) {
      /* A single bucket holds more than a batch: the batch has to grow. */
      count = Math.min(count * 2, map.info.maxEntries);
      continue;
    }
    if (done.errno !== 0 && done.errno !== ENOENT && done.errno !== ENOSPC) throw failure(done.errno, operation, map.subject);
    yield* split(map, keys, values, done.count);
    if (done.errno === ENOENT) return;
    cursorIn = cursorOut;
  }
}

function* split(map: BpfMap, keys: Buffer, values: Buffer, count: number): Generator<Entry, void, undefined> {
  const { keySize } = map.info;
  for (let i = 0; i < count; i++) {
    const key = keys.subarray(i * keySize, (i + 1) * keySize);
    yield [key, values.subarray(i * map.lookupBytes, (i + 1) * map.lookupBytes)];
  }
}

function* walkEntries(map: BpfMap): Generator<Entry, void, undefined> {
  for (const key of walkKeys(map)) {
    const value = map.get(key);
    if (value !== undefined) yield [key, value];
  }
}

function* walkAndDelete(map: BpfMap): Generator<Entry, void, undefined> {
  for (const [key, value] of walkEntries(map)) if (map.delete(key)) yield [key, value];
}

/** All keys first, then their values: so deleting what was yielded does not disturb the walk. */
function walkKeys(map: BpfMap): Buffer[] {
  const seen = new Set<string>();
  const keys: Buffer[] = [];
  let key: Buffer | null = null;
  for (let steps = 0; steps <= (map.info.maxEntries + 1) * walkStepsPerEntryMax; steps++) {
    const next: Buffer = Buffer.allocUnsafe(map.info.keySize);
    const status = native.mapNextKey(map.handle('keys'), key, next);
    if (status === -ENOENT) return keys;
    expectStatus(status, 'keys', map.subject);
    const name = next.toString('latin1');
    if (!seen.has(name)) keys.push(next);
    seen.add(name);
    key = next;
  }
  throw new BpfError(EAGAIN, 'keys', map.subject, { reason: 'elements vanish faster than they can be listed' });
}

function elementCount(map: BpfMap, keys: Uint8Array): number {
  const count = keys.length / map.info.keySize;
  if (!Number.isInteger(count)) throw new RangeError(`keys must be a multiple of ${map.info.keySize} bytes`);
  return count;
}

/** ENOTSUPP: the map's type has no such batch; EINVAL: the kernel has no such command. */
function isMissing(done: NativeBatch): boolean {
  return done.errno === ENOTSUPP || done.errno === EOPNOTSUPP || (done.errno === EINVAL && done.count === 0);
}
