/**
 * How a member of a window is written: `<time in ns, 20 digits>:<event id>`. Compared as text, members sort by exact
 * event time and then by id, and a time alone sorts before every member of that time.
 *
 * Redis scores are doubles, which cannot tell nanoseconds of this century apart (2^53 ns is 104 days). So all scores are
 * 0 and the order is in the member; ZLEXCOUNT and its kin cost O(log n) like their numeric relatives.
 */
import type { CountOperation, WindowEvent } from './window-store.ts';
import { latenessMaxNs } from './window-store.ts';

const timeDigits = 20;

export function memberOf(event: WindowEvent): string {
  return `${digits(event.timeNs)}:${event.id}`;
}

export function eventOf(member: string): WindowEvent {
  return { id: member.slice(timeDigits + 1), timeNs: BigInt(member.slice(0, timeDigits)) };
}

export interface WindowBounds {
  /** The window (t - timespan, t] is every member in [from, to). */
  readonly from: string;
  readonly to: string;
  /** A trigger in [runFrom, the event's own member) belongs to the same run. */
  readonly runFrom: string;
}

export function boundsOf(operation: CountOperation): WindowBounds {
  const { timeNs } = operation.event;
  const start = timeNs - operation.timespanNs;
  return { from: digits(start + 1n), to: digits(timeNs + 1n), runFrom: digits(start) };
}

/** Members further before the median member than this are trimmed: a run looks back one timespan, its triggers another. */
export function horizonNs(operation: CountOperation): bigint {
  return 2n * operation.timespanNs + latenessMaxNs;
}

/** The text that sorts before every member at or after `horizon` before the given member. */
export function cutBefore(member: string, horizon: bigint): string {
  return digits(BigInt(member.slice(0, timeDigits)) - horizon);
}

function digits(timeNs: bigint): string {
  return (timeNs < 0n ? 0n : timeNs).toString().padStart(timeDigits, '0');
}
