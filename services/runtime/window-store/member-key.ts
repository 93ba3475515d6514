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
  return { id: member.slice(timeDigits + 1), timeNs: timeOf(member) };
}

/** Members in [from, to). */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** The member's window: (t - timespan, t]. */
export function windowOf(member: string, timespanNs: bigint): Range {
  const timeNs = timeOf(member);
  return { from: digits(timeNs - timespanNs + 1n), to: digits(timeNs + 1n) };
}

/** Members whose windows hold this one: [t, t + timespan). */
export function reachOf(member: string, timespanNs: bigint): Range {
  const timeNs = timeOf(member);
  return { from: digits(timeNs), to: digits(timeNs + timespanNs) };
}

/** Where a trigger belongs to the same run as those from `first` to `last`: at most one timespan from either. */
export function runAround(first: string, last: string, timespanNs: bigint): Range {
  return { from: digits(timeOf(first) - timespanNs), to: digits(timeOf(last) + timespanNs + 1n) };
}

function timeOf(member: string): bigint {
  return BigInt(member.slice(0, timeDigits));
}

/** A report as it is kept: what it says, and to whom. A blank is in neither, and sorts before all that they are made of. */
export function reportOf(trigger: string, owner: string): string {
  return `${trigger} ${owner}`;
}

/** The trigger of a report to this owner; undefined for one to another. */
export function triggerOf(report: string, owner: string): string | undefined {
  const blank = report.indexOf(' ');
  return report.slice(blank + 1) === owner ? report.slice(0, blank) : undefined;
}

/** Members further before the median member than this are trimmed: a run looks back one timespan, its triggers another. */
export function horizonNs(operation: CountOperation): bigint {
  return 2n * operation.timespanNs + latenessMaxNs;
}

/** The text that sorts before every member at or after `horizon` before the given member. */
export function cutBefore(member: string, horizon: bigint): string {
  return digits(timeOf(member) - horizon);
}

function digits(timeNs: bigint): string {
  return (timeNs < 0n ? 0n : timeNs).toString().padStart(timeDigits, '0');
}
