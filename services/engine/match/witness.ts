/**
 * The witness of a condition: literals of which an event that fulfils the condition holds at least one. Where an index
 * finds none of them, the condition need not be judged. What is the case by absence (a negation, null) has no witness.
 */
import type { FieldRef } from '../rules/fields.ts';
import { many, one, type Condition, type Pattern, type Test } from '../rules/ir.ts';
import { foldForIndex } from './fold.ts';
import { shareOfTexts, shareOfValues } from './ordinary-values.ts';
import { neededBy, type Needed } from './regex-literals.ts';

/** How a literal stands in a value. */
export type Anchor = 'exact' | 'prefix' | 'suffix' | 'contains';

export interface Literal {
  readonly field: FieldRef;
  readonly anchor: Anchor;
  /** In the index's form; well-formed, and empty only where `exact`. */
  readonly text: string;
}

/** Whether a text holds a literal, both in the index's form. */
export function holdsLiteral(text: string, anchor: Anchor, literal: string): boolean {
  switch (anchor) {
    case 'exact':
      return text === literal;
    case 'prefix':
      return text.startsWith(literal);
    case 'suffix':
      return text.endsWith(literal);
    case 'contains':
      return text.includes(literal);
  }
}

/** A literal that most events hold is looked for in vain: that it is found costs as much as that the condition is judged. */
const shareMax = 0.6;

/** Undefined when the condition can hold without a literal, or one is in most events; empty when it never holds. */
export function witnessOf(condition: Condition): readonly Literal[] | undefined {
  const literals = witness(condition, false)?.literals;
  return literals?.some(({ anchor, text }) => shareOfValues(anchor, text) >= shareMax) ? undefined : literals;
}

/** Cost: the share of events on which the rule has to be judged for it, about. */
interface Witness {
  readonly literals: readonly Literal[];
  readonly cost: number;
}

const impossible: Witness = { literals: [], cost: 0 };

/** Of the condition, or, where it stands `negated`, of its opposite: "not (a or not b)" has the witness of b. */
function witness(condition: Condition, negated: boolean): Witness | undefined {
  switch (condition.kind) {
    case 'test':
      return negated ? undefined : testWitness(condition);
    case 'selection':
      return witness(condition.of, negated);
    case 'not':
      return witness(condition.of, !negated);
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => witness(part, negated));
      return (condition.kind === 'and') === negated ? anyOf(parts) : best(parts);
    }
  }
}

/** Every part has to hold, so one witness is enough: the rarest. */
function best(parts: readonly (Witness | undefined)[]): Witness | undefined {
  return parts.reduce((least, part) => (part !== undefined && (least === undefined || part.cost < least.cost) ? part : least), undefined);
}

/** Any part may hold, so all of their witnesses are needed. */
function anyOf(parts: readonly (Witness | undefined)[]): Witness | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  if (known.length === 1) return known[0];
  const literals = known.flatMap(({ literals }) => literals);
  return { literals, cost: costOf(literals) };
}

/** A field of which a rule names more values than this has many, though some of them are such as fields with few have. */
const fewValuesMax = 8;

function costOf(literals: readonly Literal[]): number {
  const named = Map.groupBy(literals.filter(({ anchor }) => anchor === 'exact'), ({ field }) => field);
  const isOneOfMany = ({ anchor, field }: Literal): boolean => anchor === 'exact' && named.get(field)!.length > fewValuesMax;
  return literals.reduce((sum, literal) => sum + costOfOne(literal, isOneOfMany(literal)), 0);
}

function testWitness({ field, match }: Test): Witness | undefined {
  if (field === undefined) return impossible;
  switch (match.kind) {
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'contains':
      return literalWitness(field, match.kind, match.text);
    case 'wildcard':
      return best(patternWitnesses(field, match.pattern));
    case 'regex': {
      const needed = neededBy(match.regex.source);
      return needed && neededWitness(needed, field);
    }
    case 'field':
      return match.other === undefined ? impossible : undefined;
    case 'list':
      return match.list.constant && anyOf(match.list.constant.map((text) => literalWitness(field, 'exact', text)));
    case 'null':
    case 'exists':
    case 'number':
    case 'time':
    case 'cidr':
      return undefined;
  }
}

function patternWitnesses(field: FieldRef, pattern: Pattern): (Witness | undefined)[] {
  return pattern.map((part, index) => {
    if (part === many || part === one) return undefined;
    const anchor = index === 0 ? 'prefix' : index === pattern.length - 1 ? 'suffix' : 'contains';
    return literalWitness(field, anchor, part);
  });
}

function neededWitness(needed: Needed, field: FieldRef): Witness | undefined {
  if (needed.kind === 'literal') return literalWitness(field, 'contains', needed.text);
  if (needed.kind === 'run') return undefined;
  const parts = needed.of.map((part) => neededWitness(part, field));
  return needed.kind === 'all' ? best(parts) : anyOf(parts);
}

/** Every event with the field has to be read to the end for a search within; beginnings and ends are nearly free. */
const searchCost = 0.001;

function literalWitness(field: FieldRef, anchor: Anchor, text: string): Witness | undefined {
  const [piece, at] = wellFormedPiece(anchor, foldForIndex(text));
  if (piece === '' && at !== 'exact') return undefined;
  const literal = { field, ...bounded(at, piece) };
  return { literals: [literal], cost: costOfOne(literal, false) };
}

function costOfOne({ anchor, text }: Literal, isOneOfMany: boolean): number {
  return (isOneOfMany ? shareOfTexts : shareOfValues)(anchor, text) + (anchor === 'contains' ? searchCost : 0);
}

/**
 * Half of a surrogate pair has no UTF-8, and may be half of another character in the text: what stands beside it is
 * looked for instead.
 */
function wellFormedPiece(anchor: Anchor, text: string): [string, Anchor] {
  if (text.isWellFormed()) return [text, anchor];
  const pieces = text.split(/[\uD800-\uDFFF]/u);
  if (anchor === 'exact' || anchor === 'prefix') {
    if (pieces[0] !== '') return [pieces[0]!, 'prefix'];
  }
  if (anchor === 'exact' || anchor === 'suffix') {
    if (pieces.at(-1) !== '') return [pieces.at(-1)!, 'suffix'];
  }
  return [pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), ''), 'contains'];
}

/** Longer literals are cut: a few characters tell as much, and the index's tables stay small enough for the processor's caches. */
const literalUnitsMax = 24;

/** Of a path the end says more than the beginning. */
function bounded(anchor: Anchor, text: string): { readonly anchor: Anchor; readonly text: string } {
  if (text.length <= literalUnitsMax) return { anchor, text };
  if (anchor === 'prefix') return { anchor, text: withoutHalves(text.slice(0, literalUnitsMax)) };
  return { anchor: anchor === 'exact' ? 'suffix' : anchor, text: withoutHalves(text.slice(-literalUnitsMax)) };
}

/** A cut may have gone through a surrogate pair at either end. */
function withoutHalves(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}

