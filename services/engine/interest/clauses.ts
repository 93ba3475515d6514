/**
 * Lists of clauses as sets of events: the union of what each clause takes. A rule's condition is turned into such a list
 * from below; every step may widen the set, none may narrow it. No clause at all takes nothing.
 */
import { everything, mergeClauses } from '#runtime/interest/interest.ts';
import type { InterestClause } from '#schemas/generated/types.gen.ts';

export type Clauses = readonly InterestClause[];

export const all: Clauses = [everything];
export const none: Clauses = [];

export function either(lists: readonly Clauses[]): Clauses {
  return mergeClauses(lists.flat());
}

/** What of two lists is multiplied out; beyond it the more selective of the two stands for both. */
const productMax = 256;

export function both(some: Clauses, others: Clauses): Clauses {
  if (some.length === 0 || others.length === 0) return none;
  if (some.length * others.length > productMax) return breadthOf(some) <= breadthOf(others) ? some : others;
  return mergeClauses(some.flatMap((one) => others.flatMap((other) => meet(one, other) ?? [])));
}

/** A clause that takes what both take; undefined when that is nothing. Of two tests of the same part one is kept. */
function meet(one: InterestClause, other: InterestClause): InterestClause | undefined {
  const operations = commonOperations(one.operations, other.operations);
  if (operations === undefined) return undefined;
  return {
    operations,
    path: narrower(one.path, other.path),
    port: one.port ?? other.port,
    address: one.address ?? other.address,
    program: narrower(one.program, other.program),
  };
}

/** Of file_open, beside the access that an event has one of: so created and write have events in common. */
const besides = ['created', 'failed'];

/** Undefined when no event has an operation of both. */
function commonOperations(some: readonly string[], others: readonly string[]): string[] | undefined {
  if (some.length === 0) return [...others];
  if (others.length === 0) return [...some];
  const mixed = [some, others].find((list) => list.some((operation) => besides.includes(operation)));
  if (mixed !== undefined) return [...mixed];
  const common = some.filter((operation) => others.includes(operation));
  return common.length === 0 ? undefined : common;
}

type Text = NonNullable<InterestClause['path']>;

function narrower(one: Text | null, other: Text | null): Text | null {
  if (one === null || other === null) return one ?? other;
  if (one.match !== other.match && other.match === 'exact') return other;
  return one.match === 'exact' || one.text.length >= other.text.length ? one : other;
}

/** Of the widest clause; a rough guess at how much it lets pass, for choices only. */
function breadthOf(clauses: Clauses): number {
  return Math.max(...clauses.map(({ operations, path, port, address, program }) => {
    if (path?.match === 'exact') return 0;
    if (path !== null || program !== null) return 1;
    if (port !== null || address !== null) return 2;
    return operations.length === 0 ? 4 : 3;
  }));
}
