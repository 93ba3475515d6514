/**
 * The witness of a condition: literals of which an event that fulfils the condition holds at least one. Where an index
 * finds none of them, the condition need not be judged. What is the case by absence (a negation, null) has no witness.
 */
import type { FieldRef } from '../rules/fields.ts';
import { many, one, type Condition, type Pattern, type Test } from '../rules/ir.ts';
import { foldForIndex } from './fold.ts';
import { shareOfTexts, shareOfValues } from './ordinary-values.ts';
import { literalUnitsMax, neededOf, type Needed } from './regex-literals.ts';

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

/** The events that a witness is for. */
export interface WitnessEvents {
  /** Whether all of them have the literal, or none; undefined when some do. */
  verdictOf(literal: Literal): boolean | undefined;
  /** What it takes to look for it in an event, beside what is done anyway, in ns; estimated. */
  searchNs(literal: Literal): number;
}

/** Of which nothing is known. */
export const anyEvents: WitnessEvents = { verdictOf: () => undefined, searchNs: () => 0 };

/** A literal that most events hold is looked for in vain: that it is found costs as much as that the condition is judged. */
const shareMax = 0.6;

/** Undefined when the condition can hold without a literal, or one is in most events; empty when it never holds. */
export function witnessOf(condition: Condition, events: WitnessEvents): readonly Literal[] | undefined {
  const literals = witness(condition, false, events)?.literals;
  return literals?.some(({ anchor, text }) => shareOfValues(anchor, text) >= shareMax) ? undefined : literals;
}

/** Cost: the share of events on which the rule has to be judged for it, about, and what the search takes in the same measure. */
interface Witness {
  readonly literals: readonly Literal[];
  readonly cost: number;
}

const impossible: Witness = { literals: [], cost: 0 };

/** Of the condition, or, where it stands `negated`, of its opposite: "not (a or not b)" has the witness of b. */
function witness(condition: Condition, negated: boolean, events: WitnessEvents): Witness | undefined {
  switch (condition.kind) {
    case 'test':
      return negated ? undefined : testWitness(condition, events);
    case 'selection':
      return witness(condition.of, negated, events);
    case 'not':
      return witness(condition.of, !negated, events);
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => witness(part, negated, events));
      return (condition.kind === 'and') === negated ? anyOf(parts, events) : best(parts);
    }
  }
}

/** Every part has to hold, so one witness is enough: the rarest. */
function best(parts: readonly (Witness | undefined)[]): Witness | undefined {
  return parts.reduce((least, part) => (part !== undefined && (least === undefined || part.cost < least.cost) ? part : least), undefined);
}

/** Any part may hold, so all of their witnesses are needed. */
function anyOf(parts: readonly (Witness | undefined)[], events: WitnessEvents): Witness | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  if (known.length === 1) return known[0];
  const literals = known.flatMap(({ literals }) => literals);
  return { literals, cost: costOf(literals, events) };
}

/** A field of which a rule names more values than this has many, though some of them are such as fields with few have. */
const fewValuesMax = 8;

function costOf(literals: readonly Literal[], events: WitnessEvents): number {
  const byField = Map.groupBy(literals, ({ field }) => field);
  return byField.values().reduce((sum, each) => sum + costInField(each, events), 0);
}

/** The field is searched once, for whichever of the literals takes longest. */
function costInField(literals: readonly Literal[], events: WitnessEvents): number {
  const areMany = literals.filter(({ anchor }) => anchor === 'exact').length > fewValuesMax;
  const shares = literals.reduce((sum, literal) => sum + shareOf(literal, areMany && literal.anchor === 'exact'), 0);
  const searchNs = literals.reduce((most, literal) => Math.max(most, events.searchNs(literal)), 0);
  return shares + searchNs / searchNsPerShare;
}

/** To judge a rule takes some 300 ns, and some ten rules share the search of a field. */
const searchNsPerShare = 3_000;

function testWitness({ field, match }: Test, events: WitnessEvents): Witness | undefined {
  if (field === undefined) return impossible;
  const literalWitness = (anchor: Anchor, text: string): Witness | undefined => witnessOfLiteral(field, anchor, text, events);
  switch (match.kind) {
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'contains':
      return literalWitness(match.kind, match.text);
    case 'wildcard':
      return best(patternWitnesses(match.pattern, literalWitness));
    case 'regex': {
      const needed = neededOf(match.regex);
      return needed && neededWitness(needed, events, literalWitness);
    }
    case 'field':
      return match.other === undefined ? impossible : undefined;
    case 'list':
      return match.list.constant && anyOf(match.list.constant.map((text) => literalWitness('exact', text)), events);
    case 'null':
    case 'exists':
    case 'number':
    case 'time':
    case 'cidr':
      return undefined;
  }
}

type LiteralWitness = (anchor: Anchor, text: string) => Witness | undefined;

function patternWitnesses(pattern: Pattern, literalWitness: LiteralWitness): (Witness | undefined)[] {
  return pattern.map((part, index) => {
    if (part === many || part === one) return undefined;
    const anchor = index === 0 ? 'prefix' : index === pattern.length - 1 ? 'suffix' : 'contains';
    return literalWitness(anchor, part);
  });
}

function neededWitness(needed: Needed, events: WitnessEvents, literalWitness: LiteralWitness): Witness | undefined {
  if (needed.kind === 'literal') return literalWitness('contains', needed.text);
  if (needed.kind === 'run') return undefined;
  const parts = needed.of.map((part) => neededWitness(part, events, literalWitness));
  if (needed.kind === 'any') return anyOf(parts, events);
  const spanning = needed.spanning.map((texts) => anyOf(texts.map((text) => literalWitness('contains', text)), events));
  return best([...parts, ...spanning]);
}

/** Every event with the field has to be read to the end for a search within; beginnings and ends are nearly free. */
const containedCost = 0.001;

function witnessOfLiteral(field: FieldRef, anchor: Anchor, text: string, events: WitnessEvents): Witness | undefined {
  const [piece, at] = wellFormedPiece(anchor, foldForIndex(text));
  if (piece === '' && at !== 'exact') return undefined;
  const literal = { field, ...bounded(at, piece) };
  const verdict = events.verdictOf(literal);
  if (verdict === true) return undefined;
  return verdict === false ? impossible : { literals: [literal], cost: costInField([literal], events) };
}

function shareOf({ anchor, text }: Literal, isOneOfMany: boolean): number {
  return (isOneOfMany ? shareOfTexts : shareOfValues)(anchor, text) + (anchor === 'contains' ? containedCost : 0);
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

