/** Which log source an encoded external event names: the same list for the same names, found by their bytes. */
import { longEnd } from '#schemas/codec/avro-take.ts';
import type { Walk } from '#schemas/codec/event-scan.ts';
import { textAt, type Leaf } from '#schemas/codec/leaf.ts';
import { externalEventLeaves } from '#schemas/generated/scan.gen.ts';
import type { LogSource } from '../rules/fields.ts';

/** Sigma knows some hundred log sources. Who sends more names than this begins with an empty cache again. */
const listsMax = 1024;

/** Longer names are no log source of any rule, and not kept. */
const nameBytesMax = 256;

const parts = ['category', 'product', 'service'] as const;
const leaves: readonly Leaf[] = parts.map((part) => externalEventLeaves[part]!);
const timeSlot = externalEventLeaves['time']!.slot;
const fieldsSlot = externalEventLeaves['fields']!.slot;

/** Three names, even when they are null, have three bytes. */
const noBytes = new Uint8Array(0);

export class ExternalLogSources {
  private readonly lists = new Map<string, readonly LogSource[]>();
  /** The bytes and the list of the event before: streams are mostly of one log source. */
  private lastBytes: Uint8Array = noBytes;
  private last: readonly LogSource[] = [];

  /** Of the event that the walk stands at. */
  of(walk: Walk): readonly LogSource[] {
    const { bytes, slots } = walk;
    // The three names stand between the time and the fields.
    const start = longEnd(bytes, slots[timeSlot]!);
    const end = slots[fieldsSlot]!;
    if (!equals(this.lastBytes, bytes, start, end)) {
      this.last = this.find(walk, bytes.toString('latin1', start, end));
      this.lastBytes = end - start <= nameBytesMax ? Uint8Array.prototype.slice.call(bytes, start, end) : noBytes;
    }
    return this.last;
  }

  private find(walk: Walk, key: string): readonly LogSource[] {
    let list = this.lists.get(key);
    if (list === undefined) {
      list = [logSourceAt(walk)];
      if (key.length > nameBytesMax) return list;
      if (this.lists.size >= listsMax) this.lists.clear();
      this.lists.set(key, list);
    }
    return list;
  }
}

function logSourceAt({ bytes, slots }: Walk): LogSource {
  const named = parts.flatMap((part, index) => {
    const at = slots[leaves[index]!.slot]!;
    return at < 0 ? [] : [[part, textAt(bytes, at).toLowerCase()] as const];
  });
  return Object.fromEntries(named);
}

/** Whether the bytes from start to end are the text. */
function equals(text: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = text;
  if (length !== end - start) return false;
  // `| 0` spares V8 a check of each addition for overflow.
  for (let index = 0; index < length; index = (index + 1) | 0) if (text[index] !== bytes[(start + index) | 0]) return false;
  return true;
}
