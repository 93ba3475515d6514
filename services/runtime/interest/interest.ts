/**
 * What an interest means: the reference that the compiler of rules is tested against on one side and the kernel's maps
 * on the other. Both may let more pass than `admits`, never less. The data stand in schemas/messages/interest.avsc.
 */
import { BlockList, isIP } from 'node:net';
import type { Event, InterestClause, InterestKind, InterestText } from '#schemas/generated/types.gen.ts';

/** Ring 0: the process cache and every detection's context live on them, so they are sent whatever the rules. */
export const alwaysSent: ReadonlySet<string> = new Set(['process_exec', 'process_fork', 'process_exit']);

/** Longer texts are cut to their outer end: it bounds the keys of the kernel's maps, and no path of a known rule is half as long. */
export const textBytesMax = 128;

/** Of one kind: several times what the rules of SigmaHQ need. Beyond it only operations are told apart. */
export const clausesMax = 1_024;

/** A clause that every event of its kind fits. */
export const everything: InterestClause = { operations: [], path: null, port: null, address: null, program: null };

/** Whether some rule may match the event. */
export function admits(kinds: readonly InterestKind[], event: Event): boolean {
  if (alwaysSent.has(event.body.kind)) return true;
  const interest = kinds.find(({ kind }) => kind === event.body.kind);
  return interest !== undefined && interest.clauses.some((clause) => fits(clause, event));
}

/** The union: by kind, clauses that differ only in their operations joined, what a wider one covers left out. */
export function mergeKinds(lists: readonly (readonly InterestKind[])[]): InterestKind[] {
  const byKind = Map.groupBy(lists.flat(), ({ kind }) => kind);
  return [...byKind].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, parts]) => ({ kind, clauses: mergeClauses(parts.flatMap(({ clauses }) => clauses)) }));
}

/** The same union of clauses of one kind, smaller. */
export function mergeClauses(clauses: readonly InterestClause[]): InterestClause[] {
  const merged = new Map<string, InterestClause>();
  for (const clause of clauses) {
    const key = keyOf(clause);
    const known = merged.get(key);
    merged.set(key, { ...clause, operations: known === undefined ? sorted(clause.operations) : unionOf(known.operations, clause.operations) });
  }
  const bare = merged.get(keyOf(everything));
  const others = [...merged.values()].filter((clause) => clause !== bare && (bare === undefined || !isWithin(clause.operations, bare.operations)));
  const all = bare === undefined ? others : [bare, ...others];
  return all.length <= clausesMax ? all : [{ ...everything, operations: all.map(({ operations }) => operations).reduce(unionOf) }];
}

/** All but the operations. */
function keyOf({ path, port, address, program }: InterestClause): string {
  return JSON.stringify([path?.match, path?.text, port, address, program?.match, program?.text]);
}

/** No operations stand for any. */
function unionOf(some: readonly string[], others: readonly string[]): string[] {
  return some.length === 0 || others.length === 0 ? [] : sorted([...some, ...others]);
}

function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  return whole.length === 0 || (part.length > 0 && part.every((operation) => whole.includes(operation)));
}

function sorted(operations: readonly string[]): string[] {
  return [...new Set(operations)].sort();
}

function fits({ operations, path, port, address, program }: InterestClause, { body, process }: Event): boolean {
  const value = (name: string): unknown => (body as object as Readonly<Record<string, unknown>>)[name];
  const any = (names: readonly string[], holds: (value: string) => boolean): boolean => {
    return names.map(value).some((each) => (typeof each === 'string' || typeof each === 'number') && holds(String(each)));
  };
  return (
    (operations.length === 0 || operationsOf(body).some((operation) => operations.includes(operation))) &&
    (path === null || any(['path', 'new_path'], (text) => passes(path, text))) &&
    (port === null || any(ends.map((end) => `${end}_port`), (text) => text === String(port))) &&
    (address === null || any(ends.map((end) => `${end}_ip`), (text) => contains(address, text))) &&
    (program === null || (process.exe !== null && passes(program, process.exe)))
  );
}

/** Source and destination, server and peer are names for the local and the remote end. */
const ends = ['local', 'remote', 'source', 'destination', 'server'];

function operationsOf(body: Event['body']): string[] {
  if (body.kind !== 'file_open') return 'operation' in body ? [body.operation] : [];
  return [body.access, ...(body.created ? ['created'] : []), ...(body.result !== null && body.result < 0 ? ['failed'] : [])];
}

function passes({ match, text }: InterestText, value: string): boolean {
  if (/[^\x00-\x7f]/.test(value)) return true;
  const folded = value.toLowerCase();
  switch (match) {
    case 'exact':
      return folded === text;
    case 'prefix':
      return folded.startsWith(text);
    case 'suffix':
      return folded.endsWith(text);
  }
}

function contains(network: string, text: string): boolean {
  const [address = '', bits] = network.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  const family = isIP(text);
  return family !== 0 && list.check(text, family === 4 ? 'ipv4' : 'ipv6');
}
