/** One value of a detection item, under the plan of its modifiers, as the matches any of which it asks for. */
import { BlockList, isIP } from 'node:net';
import { quote } from '../diagnostics.ts';
import type { Faults } from '../diagnostics.ts';
import type { FieldRef } from '../fields.ts';
import type { Match, Pattern, TextRelation } from '../ir.ts';
import { compileRegex } from '../regex.ts';
import type { RegexFlags } from '../regex.ts';
import { describeNode } from '../yaml-source.ts';
import type { SourceScalar } from '../yaml-source.ts';
import { base64Offsets, dashVariants, dashVariantsMax, encodeWide } from './encodings.ts';
import type { ValuePlan } from './modifiers.ts';
import { literalOf, literalPattern, matchOf, parsePattern } from './pattern.ts';
import type { Affix } from './pattern.ts';

export interface ValueMatches {
  /** Never empty. */
  readonly any: readonly Match[];
  /** None of them may hold, instead of any. */
  readonly negated: boolean;
}

type TextPlan = Extract<ValuePlan, { kind: 'text' }>;

/** Undefined after adding a fault. `resolve` finds the field that a `fieldref` names. */
export function matchesOf(
  scalar: SourceScalar,
  plan: ValuePlan,
  resolve: (name: string) => FieldRef | undefined,
  faults: Faults,
): ValueMatches | undefined {
  switch (plan.kind) {
    case 'text':
      return holding(scalar.value === null ? nullMatch(scalar, plan, faults) : textMatches(scalar, plan, faults));
    case 'regex':
      return holding(regexMatch(scalar, plan.flags, faults));
    case 'cidr':
      return holding(cidrMatch(scalar, faults));
    case 'number':
      if (typeof scalar.value !== 'number' && typeof scalar.value !== 'bigint') return wrongKind(scalar, 'a number', faults);
      return holding([{ kind: 'number', relation: plan.relation, value: scalar.value }]);
    case 'exists':
      if (typeof scalar.value !== 'boolean') return wrongKind(scalar, 'true or false', faults);
      return { any: [{ kind: 'exists' }], negated: !scalar.value };
    case 'fieldref': {
      if (typeof scalar.value !== 'string') return wrongKind(scalar, 'the name of a field', faults);
      const otherName = scalar.text.replaceAll(/\s/g, '');
      const relation = relationOf[plan.affix];
      return holding([{ kind: 'field', relation, otherName, other: resolve(otherName), cased: plan.cased }]);
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

function nullMatch(scalar: SourceScalar, plan: TextPlan, faults: Faults): Match[] | undefined {
  const plain = plan.affix === 'whole' && !plan.windash && plan.base64 === undefined;
  if (plain) return [{ kind: 'null' }];
  return faults.add('VALUE_KIND', scalar.at, 'null has no text for the modifiers to work on');
}

function textMatches(scalar: SourceScalar, plan: TextPlan, faults: Faults): Match[] | undefined {
  const pattern = typeof scalar.value === 'string' ? parsePattern(scalar.text) : literalPattern(scalar.text);
  const variants = variantsOf(pattern, scalar, plan, faults);
  return variants?.map((variant) => matchOf(variant, plan.affix, plan.cased));
}

function variantsOf(pattern: Pattern, scalar: SourceScalar, plan: TextPlan, faults: Faults): Pattern[] | undefined {
  if (plan.windash) {
    const variants = dashVariants(pattern);
    const limit = `the value has more than ${dashVariantsMax} combinations of dashes`;
    return variants ?? faults.add('VARIANTS_TOO_MANY', scalar.at, limit);
  }
  if (plan.base64 === undefined) return [pattern];
  const text = literalOf(pattern);
  if (text === undefined) {
    const hint = 'write \\* or \\? for the character itself';
    return faults.add('MODIFIER_MISUSED', scalar.at, 'a value with wildcards cannot be encoded', hint);
  }
  const bytes = plan.wide === undefined ? Buffer.from(text) : encodeWide(text, plan.wide);
  const encoded = plan.base64 === 'whole' ? [bytes.toString('base64')] : base64Offsets(bytes);
  return encoded.map(literalPattern);
}

function regexMatch(scalar: SourceScalar, flags: RegexFlags, faults: Faults): Match[] | undefined {
  if (scalar.value === null) return wrongKind(scalar, 'a regular expression', faults);
  const regex = compileRegex(scalar.text, flags);
  if ('test' in regex) return [{ kind: 'regex', regex }];
  const hint = /\(\?(=|!|<[=!])/.test(scalar.text) ? 'lookaround cannot be matched in linear time' : undefined;
  return faults.add('REGEX_INVALID', scalar.at, `${quote(scalar.text)} is refused: ${regex.refused}`, hint);
}

function cidrMatch(scalar: SourceScalar, faults: Faults): Match[] | undefined {
  const [address = '', bits, ...rest] = scalar.text.split('/');
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(prefix <= width)) {
    return faults.add('CIDR_INVALID', scalar.at, `${quote(scalar.text)} is not a network such as 10.0.0.0/8 or fe80::/10`);
  }
  const network = new BlockList();
  network.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  const contains = (text: string): boolean => {
    const kind = isIP(text);
    return kind !== 0 && network.check(text, kind === 4 ? 'ipv4' : 'ipv6');
  };
  return [{ kind: 'cidr', network: scalar.text, contains }];
}
