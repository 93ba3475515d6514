/**
 * The form in which conditions are judged: negations stand at tests alone, joins of one kind are one, tests for literals
 * in one place are a group where any of them counts, and what decides most for its cost comes first.
 */
import type { Condition, Match, Test } from '../rules/ir.ts';
import type { FieldCell } from './field-cell.ts';
import type { FieldSource } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { shareOfValues } from './ordinary-values.ts';

export type Node = TestNode | GroupNode | JoinNode;

/** Estimates, for the order alone. */
interface Estimated {
  /** In ns. */
  readonly cost: number;
  /** The share of events for which the node holds, from 0 to 1. */
  readonly share: number;
}

export interface TestNode extends Estimated {
  readonly kind: 'test';
  readonly test: Test;
  readonly negated: boolean;
}

/** Holds when one of the tests does, or, negated, when none does. */
export interface GroupNode extends Estimated {
  readonly kind: 'group';
  readonly cell: FieldCell;
  readonly tests: readonly LiteralTest[];
  readonly negated: boolean;
}

export interface JoinNode extends Estimated {
  readonly kind: 'all' | 'any';
  /** In the order in which they are judged. */
  readonly of: readonly Node[];
}

/** For a literal of ASCII in any of a field's values. */
export type LiteralTest = Test & { readonly field: NonNullable<Test['field']>; readonly match: LiteralMatch };
export type LiteralMatch = Extract<Match, { kind: 'exact' | 'prefix' | 'suffix' | 'contains' }>;

/** In events of the shape of the one that the source holds. */
export function normalForm(condition: Condition, source: FieldSource): Node {
  return formOf(condition, false, source);
}

function formOf(condition: Condition, negated: boolean, source: FieldSource): Node {
  switch (condition.kind) {
    case 'test':
      return testNode(condition, negated, source);
    case 'selection':
      return formOf(condition.of, negated, source);
    case 'not':
      return formOf(condition.of, !negated, source);
    case 'and':
    case 'or': {
      const kind = (condition.kind === 'and') === negated ? 'any' : 'all';
      const parts = condition.of.map((part) => formOf(part, negated, source)).flatMap((part) => (part.kind === kind ? part.of : [part]));
      return joinOf(kind, parts, source);
    }
  }
}

function joinOf(kind: JoinNode['kind'], parts: readonly Node[], source: FieldSource): Node {
  const grouped = groups(kind, parts, source);
  const [only] = grouped;
  if (grouped.length === 1 && only !== undefined) return only;
  const of = grouped.toSorted((one, other) => priceOf(one, kind) - priceOf(other, kind));
  // What comes next is judged where those before it have not decided.
  let left = 1;
  let cost = 0;
  for (const part of of) {
    cost += left * part.cost;
    left *= kind === 'all' ? part.share : 1 - part.share;
  }
  return { kind, of, cost, share: kind === 'all' ? left : 1 - left };
}

/** What it costs to decide a join by the part, once. */
function priceOf({ cost, share }: Node, kind: JoinNode['kind']): number {
  return cost / Math.max(kind === 'all' ? 1 - share : share, 0.01);
}

/** Any of several literals, or none of them, in one place. */
function groups(kind: JoinNode['kind'], parts: readonly Node[], source: FieldSource): Node[] {
  const negated = kind === 'all';
  const kinds = new Map<string, { cell: FieldCell; tests: LiteralTest[] }>();
  const nodes: Node[] = [];
  for (const part of parts) {
    const tests = part.kind === 'group' && part.negated === negated ? part.tests : part.kind === 'test' && part.negated === negated && isLiteral(part.test) ? [part.test] : undefined;
    const [first] = tests ?? [];
    if (tests === undefined || first === undefined) {
      nodes.push(part);
      continue;
    }
    const cell = source.cellOf(source.slotOf(first.field));
    const key = `${cell.id} ${first.match.cased} ${first.match.kind === 'contains'}`;
    kinds.getOrInsertComputed(key, () => ({ cell, tests: [] })).tests.push(...tests);
  }
  for (const { cell, tests } of kinds.values()) nodes.push(tests.length === 1 ? testNode(tests[0]!, negated, source) : groupNode(cell, tests, negated, source));
  return nodes;
}

/** An empty literal is in every text, and not worth a group. */
function isLiteral(test: Test): test is LiteralTest {
  const { field, match, every } = test;
  if (field === undefined || every === true) return false;
  return (match.kind === 'exact' || ((match.kind === 'prefix' || match.kind === 'suffix' || match.kind === 'contains') && match.text !== '')) && isAscii(match.text);
}

export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function testNode(test: Test, negated: boolean, source: FieldSource): TestNode {
  const share = shareOf(test);
  return { kind: 'test', test, negated, cost: costOf(test) + readNs(test, source), share: negated ? 1 - share : share };
}

/** Of a field that no test has read before. */
function readNs({ field }: Test, source: FieldSource): number {
  return field === undefined ? 0 : (source.readNs?.(source.slotOf(field)) ?? 0);
}

const groupCost = 15;
const searchCost = 120;

function groupNode(cell: FieldCell, tests: readonly LiteralTest[], negated: boolean, source: FieldSource): GroupNode {
  const missed = tests.reduce((left, test) => left * (1 - shareOf(test)), 1);
  return { kind: 'group', cell, tests, negated, cost: (tests[0]!.match.kind === 'contains' ? searchCost : groupCost) + readNs(tests[0]!, source), share: negated ? missed : 1 - missed };
}

function costOf({ match }: Test): number {
  switch (match.kind) {
    case 'null':
    case 'exists':
      return 5;
    case 'exact':
    case 'prefix':
    case 'suffix':
      return 8;
    case 'number':
      return 15;
    case 'contains':
      return 50;
    case 'list':
    case 'cidr':
    case 'field':
      return 200;
    case 'time':
    case 'wildcard':
      return 300;
    case 'regex':
      return 500;
  }
}

function shareOf({ match }: Test): number {
  switch (match.kind) {
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'contains':
      return shareOfValues(match.kind, foldForIndex(match.text));
    case 'exists':
    case 'number':
      return 0.5;
    case 'null':
    case 'cidr':
      return 0.3;
    case 'list':
    case 'field':
    case 'wildcard':
    case 'regex':
    case 'time':
      return 0.1;
  }
}
