/**
 * Walks a record value by value and notes where each stands: the way of a generated scanner (generator/scanner.ts)
 * through what its quick way does not take, at some times the cost. It refuses what body-check.ts does.
 */
import { blocksEnd, bytesEnd, choiceAt, choiceEnd, exactLongEnd, intEnd, longEnd, stringEnd, wideLongEnd, type End } from './avro-take.ts';
import { absentAt, nullAt, type Scan } from './leaf.ts';

/** One field, or several in a row. */
export interface Step {
  /** How many slots it fills. */
  readonly slots: number;
  /** Steps over it from `at` and fills the slots from `slot` on; returns where it ends. Throws DecodeError. */
  readonly go: (bytes: Uint8Array, at: number, slots: Int32Array, slot: number) => number;
}

export const boolean = value((bytes, at) => bytesEnd(bytes, at, 1));
export const int = value(intEnd);
export const long = value(exactLongEnd);
/** u64 and timestamps. */
export const wide = value(wideLongEnd);
export const string = value(stringEnd);
export const strings = value((bytes, at) => blocksEnd(bytes, at, stringEnd));
export const map = value((bytes, at) => blocksEnd(bytes, at, pairEnd));

/** An enum of `count` symbols. */
export function choice(count: number): Step {
  return value((bytes, at) => choiceEnd(bytes, at, count));
}

/** A list of records. */
export function records(item: Step): Step {
  const unread = new Int32Array(item.slots);
  const end: End = (bytes, at) => item.go(bytes, at, unread, 0);
  return value((bytes, at) => blocksEnd(bytes, at, end));
}

export function optional(step: Step): Step {
  return orNull(step, nullAt);
}

export function optionalRecord(...fields: readonly Step[]): Step {
  return orNull(sequence(...fields), absentAt);
}

export function sequence(...steps: readonly Step[]): Step {
  return {
    slots: steps.reduce((sum, step) => sum + step.slots, 0),
    go(bytes, at, slots, slot) {
      for (const step of steps) {
        at = step.go(bytes, at, slots, slot);
        slot += step.slots;
      }
      return at;
    },
  };
}

/** What all have, then one of the bodies: its number comes into slot 0, before all else. */
export function withBody(common: Step, bodies: readonly Step[]): Step {
  return {
    slots: 1 + common.slots + Math.max(...bodies.map((body) => body.slots)),
    go(bytes, at, slots, slot) {
      at = common.go(bytes, at, slots, slot + 1);
      const number = choiceAt(bytes, at, bodies.length);
      slots[slot] = number;
      return bodies[number]!.go(bytes, longEnd(bytes, at), slots, slot + 1 + common.slots);
    },
  };
}

export function scanOf(step: Step, firstSlot = 0): Scan {
  return (bytes, at, slots) => step.go(bytes, at, slots, firstSlot);
}

function pairEnd(bytes: Uint8Array, at: number): number {
  return stringEnd(bytes, stringEnd(bytes, at));
}

function value(end: End): Step {
  return {
    slots: 1,
    go(bytes, at, slots, slot) {
      slots[slot] = at;
      return end(bytes, at);
    },
  };
}

/** A union with null, which always comes first. */
function orNull(step: Step, empty: number): Step {
  return {
    slots: step.slots,
    go(bytes, at, slots, slot) {
      const branch = choiceAt(bytes, at, 2);
      at = longEnd(bytes, at);
      if (branch === 1) return step.go(bytes, at, slots, slot);
      slots.fill(empty, slot, slot + step.slots);
      return at;
    },
  };
}
