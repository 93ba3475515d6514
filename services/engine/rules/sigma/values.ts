/** One value of a detection item, under the plan of its modifiers, as the matches any of which it asks for. */
import { quote } from '../diagnostics.ts';
import type { Faults } from '../diagnostics.ts';
import type { FieldRef } from '../fields.ts';
import type { Match, Pattern, TextRelation, TimePart } from '../ir.ts';
import type { ListDirectory } from '../lists.ts';
import type { RegexCompiler, RegexFlags } from '../regex.ts';
import { describeNode } from '../yaml-source.ts';
import type { SourceScalar } from '../yaml-source.ts';
import { base64Offsets, dashVariants, dashVariantsMax, encodeWide, widePattern } from './encodings.ts';
import type { WideEncoding } from './encodings.ts';
import type { ValuePlan } from './modifiers.ts';
import { parseNetwork } from './network.ts';
import { literalOf, literalPattern, matchOf, parsePattern } from './pattern.ts';
import type { Affix } from './pattern.ts';
import { expandPlaceholders, onlyPlaceholder } from './placeholders.ts';

export interface ValueMatches {
  /** Never empty. */
  readonly any: readonly Match[];
  /** None of them may hold, instead of any. */
  readonly negated: boolean;
}

type TextPlan = Extract<ValuePlan, { kind: 'text' }>;

/** What values refer to beside themselves. */
export interface ValueScope {
  /** The field that a `fieldref` names. */
  readonly resolve: (name: string) => FieldRef | undefined;
  readonly lists: ListDirectory;
  readonly regexes: RegexCompiler;
}

/** Undefined after adding a fault. */
export function matchesOf(scalar: SourceScalar, plan: ValuePlan, scope: ValueScope, faults: Faults): ValueMatches | undefined {
  switch (plan.kind) {
    case 'text':
      return holding(scalar.value === null ? nullMatch(scalar, plan, faults) : textMatches(scalar, plan, scope.lists, faults));
    case 'regex':
      return holding(regexMatch(scalar, plan, scope.regexes, faults));
    case 'cidr':
      return holding(cidrMatch(scalar, faults));
    case 'time':
      return holding(timeMatch(scalar, plan.part, faults));
    case 'number': {
      const value = finiteNumber(scalar);
      if (value === undefined) return wrongKind(scalar, 'a number', faults);
      return holding([{ kind: 'number', relation: plan.relation, value }]);
    }
    case 'exists':
      if (typeof scalar.value !== 'boolean') return wrongKind(scalar, 'true or false', faults);
      return { any: [{ kind: 'exists' }], negated: !scalar.value };
    case 'fieldref': {
      const name = typeof scalar.value === 'string' ? literalOf(parsePattern(scalar.text)) : undefined;
      if (name === undefined) return wrongKind(scalar, 'the name of a field, without wildcards,', faults);
      const otherName = name.replaceAll(/\s/g, '');
      const relation = relationOf[plan.affix];
      return holding([{ kind: 'field', relation, otherName, other: scope.resolve(otherName), cased: plan.cased }]);
    }
  }
}

const relationOf: Readonly<Record<Affix, TextRelation>> = {
  whole: 'exact',
  contains: 'contains',
  startswith: 'prefix',
  endswith: 'suffix',
};

function holding(any: readonly Match[] | undefined): ValueMatches | undefined {
  return any === undefined ? undefined : { any, negated: false };
}

function wrongKind(scalar: SourceScalar, wanted: string, faults: Faults): undefined {
  return faults.add('VALUE_KIND', scalar.at, `${wanted} must stand here, not ${describeNode(scalar)}`);
}

function finiteNumber({ value }: SourceScalar): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function nullMatch(scalar: SourceScalar, plan: TextPlan, faults: Faults): Match[] | undefined {
  const plain = plan.affix === 'whole' && !plan.windash && plan.wide === undefined && plan.base64 === undefined && !plan.expand;
  if (plain) return [{ kind: 'null' }];
  return faults.add('VALUE_KIND', scalar.at, 'null has no text for the modifiers to work on');
}

function textMatches(scalar: SourceScalar, plan: TextPlan, lists: ListDirectory, faults: Faults): Match[] | undefined {
  if (typeof scalar.value === 'number' && !Number.isFinite(scalar.value)) return wrongKind(scalar, 'a number with digits', faults);
  const pattern = typeof scalar.value === 'string' ? parsePattern(scalar.text) : literalPattern(decimalText(scalar));
  if (plan.expand) {
    const list = isPlain(plan) ? onlyPlaceholder(pattern, scalar, lists, faults) : undefined;
    if (list !== undefined) return list === 'unknown' ? undefined : [{ kind: 'list', list }];
  }
  const expanded = plan.expand ? expandPlaceholders(pattern, scalar, lists, faults) : [pattern];
  const variants = expanded?.map((each) => variantsOf(each, scalar, plan, faults));
  if (variants === undefined || variants.some((each) => each === undefined)) return undefined;
  return variants.flatMap((each) => each ?? []).map((variant) => matchOf(variant, plan.affix, plan.cased));
}

/** A list is asked for the whole value of a field, in the way of its kind; anything else needs its entries as texts. */
function isPlain({ affix, cased, windash, wide, base64 }: TextPlan): boolean {
  return affix === 'whole' && !cased && !windash && wide === undefined && base64 === undefined;
}

/** A number that is whole has no fraction, however it was written: 1.0 is 1. */
function decimalText({ value, text }: SourceScalar): string {
  if (typeof value !== 'number') return text;
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

function variantsOf(pattern: Pattern, scalar: SourceScalar, plan: TextPlan, faults: Faults): Pattern[] | undefined {
  const dashed = plan.windash ? dashVariants(pattern) : [pattern];
  if (dashed === undefined) {
    return faults.add('VARIANTS_TOO_MANY', scalar.at, `the value has more than ${dashVariantsMax} combinations of dashes`);
  }
  const encoded = dashed.map((variant) => encodedForms(variant, scalar, plan, faults));
  return encoded.every((forms) => forms !== undefined) ? encoded.flat() : undefined;
}

function encodedForms(pattern: Pattern, scalar: SourceScalar, { wide, base64 }: TextPlan, faults: Faults): Pattern[] | undefined {
  if (base64 === undefined) {
    if (wide === undefined) return [pattern];
    const widened = widePattern(pattern, wide);
    return widened === undefined ? notAscii(scalar, wide, faults) : [widened];
  }
  const text = literalOf(pattern);
  if (text === undefined) {
    const hint = 'write \\* or \\? for the character itself';
    return faults.add('MODIFIER_MISUSED', scalar.at, 'a value with wildcards cannot be encoded', hint);
  }
  const bytes = wide === undefined ? Buffer.from(text) : encodeWide(text, wide);
  const encoded = base64 === 'whole' ? [bytes.toString('base64')] : base64Offsets(bytes);
  return encoded.map(literalPattern);
}

function notAscii(scalar: SourceScalar, wide: WideEncoding, faults: Faults): undefined {
  const hint = `${wide}|base64 takes any text`;
  return faults.add('MODIFIER_MISUSED', scalar.at, 'only ASCII has a form in UTF-16 that is text again', hint);
}

type RegexPlan = Extract<ValuePlan, { kind: 'regex' }>;

function regexMatch(scalar: SourceScalar, { flags, affix }: RegexPlan, regexes: RegexCompiler, faults: Faults): Match[] | undefined {
  if (scalar.value === null) return wrongKind(scalar, 'a regular expression', faults);
  const regex = anchored(scalar.text, affix, flags, regexes);
  if ('test' in regex) return [{ kind: 'regex', regex }];
  const hint = /\(\?(=|!|<[=!])/.test(scalar.text) ? 'lookaround cannot be matched in linear time' : undefined;
  return faults.add('REGEX_INVALID', scalar.at, `${quote(scalar.text)} is refused: ${regex.refused}`, hint);
}

function anchored(source: string, affix: Affix, flags: RegexFlags, regexes: RegexCompiler): ReturnType<RegexCompiler['compile']> {
  if (affix === 'startswith') return regexes.compileWithin('\\A', source, '', flags);
  return affix === 'endswith' ? regexes.compileWithin('', source, '\\z', flags) : regexes.compile(source, flags);
}

const timeRanges: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9_999],
};

function timeMatch(scalar: SourceScalar, part: TimePart, faults: Faults): Match[] | undefined {
  const value = finiteNumber(scalar);
  if (value === undefined) return wrongKind(scalar, 'a number', faults);
  const [least, most] = timeRanges[part];
  if (value < least || value > most || !Number.isInteger(Number(value))) {
    return faults.add('NUMBER_RANGE', scalar.at, `a ${part} is a whole number from ${least} to ${most}`);
  }
  return [{ kind: 'time', part, value: Number(value) }];
}

function cidrMatch(scalar: SourceScalar, faults: Faults): Match[] | undefined {
  const network = parseNetwork(scalar.text);
  if (network === undefined) {
    return faults.add('CIDR_INVALID', scalar.at, `${quote(scalar.text)} is not a network such as 10.0.0.0/8 or fe80::/10`);
  }
  const { base } = network;
  if (base !== undefined) {
    return faults.add('CIDR_INVALID', scalar.at, `${quote(scalar.text)} has bits behind the prefix`, `did you mean "${base}"?`);
  }
  return [{ kind: 'cidr', network: scalar.text, contains: network.contains }];
}
