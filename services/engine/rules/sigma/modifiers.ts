/**
 * The modifiers behind a field name (`CommandLine|contains|all`): read from left to right into one plan of what a value
 * must be. A modifier that is unknown, unsupported or out of place is a fault, never ignored.
 */
import { quote } from '../diagnostics.ts';
import type { Faults } from '../diagnostics.ts';
import type { NumberRelation, TimePart } from '../ir.ts';
import type { RegexFlags } from '../regex.ts';
import { didYouMean } from '../suggest.ts';
import type { SourceScalar } from '../yaml-source.ts';
import type { WideEncoding } from './encodings.ts';
import type { Affix } from './pattern.ts';

/** What the modifiers of one item ask for. */
export interface ItemPlan {
  /** Every value has to match, instead of any. */
  readonly all: boolean;
  readonly negated: boolean;
  readonly value: ValuePlan;
}

export type ValuePlan =
  | {
      readonly kind: 'text';
      readonly affix: Affix;
      readonly cased: boolean;
      readonly windash: boolean;
      readonly wide: WideEncoding | undefined;
      readonly base64: 'whole' | 'offsets' | undefined;
      /** `%name%` stands for the values of a list. */
      readonly expand: boolean;
    }
  /** Looked for anywhere (`whole`, as `contains`), or anchored at one end. */
  | { readonly kind: 'regex'; readonly flags: RegexFlags; readonly affix: Affix }
  | { readonly kind: 'time'; readonly part: TimePart }
  | { readonly kind: 'number'; readonly relation: NumberRelation }
  | { readonly kind: 'cidr' | 'exists' }
  | { readonly kind: 'fieldref'; readonly affix: Affix; readonly cased: boolean };

const affixes = ['contains', 'startswith', 'endswith'] as const;
const relations = ['lt', 'lte', 'gt', 'gte'] as const;
const wideEncodings: Readonly<Record<string, WideEncoding>> = {
  wide: 'utf16le',
  utf16le: 'utf16le',
  utf16be: 'utf16be',
  utf16: 'utf16',
};
const regexFlags = ['i', 'm', 's'] as const;
const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
/** pySigma's long names. */
const aliases: ReadonlyMap<string, string> = new Map([['ignorecase', 'i'], ['multiline', 'm'], ['dotall', 's']]);
const known = [
  ...['all', 'neq', 'cased', 'exists', 're', 'cidr', 'fieldref', 'windash', 'base64', 'base64offset', 'expand'],
  ...affixes,
  ...relations,
  ...Object.keys(wideEncodings),
  ...regexFlags,
  ...timeParts,
  ...aliases.keys(),
];

/** The field's name ('' for keywords) and the plan; undefined after adding faults. */
export function parseItemKey(key: SourceScalar, faults: Faults): { field: string; plan: ItemPlan } | undefined {
  const [field = '', ...modifiers] = key.text.split('|');
  const before = faults.list.length;
  let column = field.length + 1;
  const seen: string[] = [];
  for (const written of modifiers) {
    const modifier = aliases.get(written) ?? written;
    checkModifier(modifier, seen, key, column, faults);
    seen.push(modifier);
    column += written.length + 1;
  }
  if (field === '' && seen.includes('exists')) faults.add('MODIFIER_MISUSED', key.at, 'exists asks for a field, and none is named');
  if (faults.list.length > before) return undefined;
  return { field: field.replaceAll(/\s/g, ''), plan: planOf(new Set(seen)) };
}

/** Which modifiers a modifier can stand behind, besides `all`, `neq` and `cased`; none when it has no entry. */
const allowedBehind: Readonly<Record<string, readonly string[]>> = {
  ...each(affixes, ['re', ...regexFlags, 'windash', 'expand', 'base64', 'base64offset', 'fieldref', ...Object.keys(wideEncodings)]),
  ...each(Object.keys(wideEncodings), [...affixes, 'windash', 'expand']),
  ...each(['base64', 'base64offset'], ['windash', 'expand', ...Object.keys(wideEncodings)]),
  windash: [...affixes, 'expand'],
  expand: [...affixes, 'windash'],
  fieldref: affixes,
  i: ['re', 'm', 's', ...affixes],
  m: ['re', 'i', 's', ...affixes],
  s: ['re', 'i', 'm', ...affixes],
};

/** Modifiers that say how values combine, not what one value must be. */
const joining = new Set(['all', 'neq']);

function checkModifier(
  modifier: string,
  seen: readonly string[],
  key: SourceScalar,
  column: number,
  faults: Faults,
): void {
  const misused = (why: string, hint?: string): void => {
    faults.add('MODIFIER_MISUSED', key.positionOf(column), `the modifier ${quote(modifier)} ${why}`, hint);
  };
  if (!known.includes(modifier)) {
    faults.add('MODIFIER_UNKNOWN', key.positionOf(column), `there is no modifier ${quote(modifier)}`, didYouMean(modifier, known));
  } else if (seen.includes(modifier)) {
    misused('stands twice');
  } else if (seen.includes('exists') || (modifier === 'exists' && seen.length > 0)) {
    misused('does not go with others', 'exists stands alone');
  } else if (regexFlags.some((flag) => flag === modifier) && !seen.includes('re')) {
    misused('is a flag of re', `write re|${modifier}`);
  } else {
    const clash = seen.find((other) => !goesBehind(modifier, other));
    if (clash !== undefined) misused(`cannot stand behind ${quote(clash)}`, clashHint(modifier, clash));
  }
}

function goesBehind(modifier: string, other: string): boolean {
  if (joining.has(modifier) || joining.has(other)) return true;
  // Unknown ones have their own fault already.
  if (!known.includes(other)) return true;
  if (modifier === 'cased') return textual.has(other);
  if (other === 'cased') return textual.has(modifier);
  return allowedBehind[modifier]?.includes(other) ?? false;
}

function clashHint(modifier: string, clash: string): string | undefined {
  if (timeParts.some((part) => part === clash)) return `list the values of ${clash} that match`;
  return goesBehind(clash, modifier) ? `write ${modifier}|${clash}` : undefined;
}

/** Those that leave a text to be compared, so that its case can matter. */
const textual = new Set<string>([...affixes, ...Object.keys(wideEncodings), 'windash', 'expand', 'fieldref', 'base64', 'base64offset']);

function planOf(modifiers: ReadonlySet<string>): ItemPlan {
  return { all: modifiers.has('all'), negated: modifiers.has('neq'), value: valuePlanOf(modifiers) };
}

function valuePlanOf(modifiers: ReadonlySet<string>): ValuePlan {
  const affix = affixes.find((name) => modifiers.has(name)) ?? 'whole';
  const cased = modifiers.has('cased');
  const relation = relations.find((name) => modifiers.has(name));
  if (relation !== undefined) return { kind: 'number', relation };
  if (modifiers.has('exists')) return { kind: 'exists' };
  if (modifiers.has('cidr')) return { kind: 'cidr' };
  if (modifiers.has('fieldref')) return { kind: 'fieldref', affix, cased };
  if (modifiers.has('re')) {
    const flags = { ignoreCase: modifiers.has('i'), multiline: modifiers.has('m'), dotAll: modifiers.has('s') };
    return { kind: 'regex', flags, affix };
  }
  const part = timeParts.find((name) => modifiers.has(name));
  if (part !== undefined) return { kind: 'time', part };
  const wide = Object.entries(wideEncodings).find(([name]) => modifiers.has(name))?.[1];
  const base64 = modifiers.has('base64offset') ? 'offsets' : modifiers.has('base64') ? 'whole' : undefined;
  return { kind: 'text', affix, cased, windash: modifiers.has('windash'), wide, base64, expand: modifiers.has('expand') };
}

function each(names: readonly string[], behind: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, behind]));
}
