/**
 * Left and right sides of checks: fields, and what transformers make of them. A transformed field is a field of its own to
 * the matcher, whose value follows from those of the fields in it.
 */
import { quote } from '../diagnostics.ts';
import { derivedField, type FieldRef, type FieldValue } from '../fields.ts';
import { didYouMean } from '../suggest.ts';
import type { Compilation } from './compile.ts';
import type { FieldOperand, Operand, Transformer, TransformerArgument, TransformerOperand } from './expression.ts';
import { fieldNames, typeOf, type FieldType, type ValueType } from './field-types.ts';
import { getopt } from './getopt.ts';
import type { Place } from './source-text.ts';

/** A side of a check. */
export interface Side {
  readonly name: string;
  readonly type: ValueType;
  readonly list: boolean;
  /** Several values under one name, each judged by itself. */
  readonly several?: FieldType['several'];
  /** Undefined when nothing supplies it. */
  readonly ref: FieldRef | undefined;
  readonly at: Place;
}

export function sideOf(operand: Operand, compilation: Compilation): Side | undefined {
  if (operand.kind === 'field') return fieldSide(operand, compilation);
  const node = transformed(operand, compilation);
  if (node === undefined) return undefined;
  const { name, type, list } = node;
  const known = node.refs.every((ref) => ref !== undefined);
  const ref = known ? compilation.derived.getOrInsertComputed(name, () => derivedField(compilation.fields, name, node.refs as FieldRef[], node.value)) : undefined;
  return { name, type, list, ref, at: operand.at };
}

function fieldSide({ name, argument, at }: FieldOperand, compilation: Compilation): Side | undefined {
  const full = argument === undefined ? name : `${name}[${argument}]`;
  const type = typedName(name, argument, at, compilation);
  if (type === undefined) return undefined;
  const several = argument === undefined && type.several !== undefined ? { several: type.several } : {};
  return { name: full, type: type.type, list: type.list, ...several, ref: compilation.fields.resolve(compilation.logsource, full), at };
}

/** Fields of other sources than system calls are their plugins' business: they may be of any type. */
function typedName(name: string, argument: string | undefined, at: Place, { checked, unknown, faults }: Compilation): FieldType | undefined {
  const type = typeOf(name);
  if (!checked) return type ?? { type: 'any', list: false, argument: 'allowed' };
  if (type === undefined) {
    if (unknown !== undefined) {
      unknown.push(name);
      return { type: 'any', list: false, argument: 'allowed' };
    }
    return faults.add('FIELD_UNKNOWN', at, `Falco has no field ${quote(name)}`, didYouMean(name, fieldNames));
  }
  if (type.argument === 'required' && argument === undefined) return faults.add('FIELD_MISUSED', at, `${name} needs an argument`, `write ${name}[…]`);
  if (type.argument === 'none' && argument !== undefined) return faults.add('FIELD_MISUSED', at, `${name} takes no argument`);
  return type;
}

/** A part of a transformer: its value follows from the values of `refs`, in their order. */
interface Node {
  readonly name: string;
  readonly type: ValueType;
  readonly list: boolean;
  readonly refs: readonly (FieldRef | undefined)[];
  readonly value: (values: readonly FieldValue[]) => FieldValue;
}

function nodeOf(argument: TransformerArgument, compilation: Compilation): Node | undefined {
  switch (argument.kind) {
    case 'value':
      return { name: JSON.stringify(argument.text), type: 'text', list: false, refs: [], value: () => argument.text };
    case 'list': {
      const parts = nodesOf(argument.of, compilation);
      if (parts === undefined) return undefined;
      return { name: `(${namesOf(parts)})`, type: 'text', list: true, refs: refsOf(parts), value: (values) => listOf(each(parts, values)) };
    }
    case 'transformer':
      return transformed(argument, compilation);
    case 'field': {
      const side = fieldSide(argument, compilation);
      if (side === undefined) return undefined;
      if (side.several === undefined) return { ...side, refs: [side.ref], value: ([value]) => present(value) };
      return compilation.faults.add('OPERATOR_MISUSED', argument.at, `${side.name} has several values: no transformer takes it`);
    }
  }
}

function transformed(operand: TransformerOperand, compilation: Compilation): Node | undefined {
  const { name, argument, at } = operand;
  const parts = nodesOf(operand.of, compilation);
  if (parts === undefined) return undefined;
  const { takes, refused } = transformerTable[name];
  const reason = argument !== undefined && name !== 'getopt' ? 'takes no argument in brackets' : refused(parts, argument);
  if (reason !== undefined) return compilation.faults.add('OPERATOR_MISUSED', at, `${name}() ${reason}`);
  const { type, list, value } = takes(parts, argument);
  const suffix = argument === undefined ? '' : `[${argument}]`;
  return { name: `${name}(${namesOf(parts)})${suffix}`, type, list, refs: refsOf(parts), value: (values) => value(each(parts, values)) };
}

interface TransformerEntry {
  /** Why it does not take these; undefined when it does. */
  readonly refused: (parts: readonly Node[], argument: string | undefined) => string | undefined;
  readonly takes: (parts: readonly Node[], argument: string | undefined) => {
    readonly type: ValueType;
    readonly list: boolean;
    readonly value: (values: readonly FieldValue[]) => FieldValue;
  };
}

const transformerTable: Readonly<Record<Transformer, TransformerEntry>> = {
  tolower: perText((text) => text.toLowerCase()),
  toupper: perText((text) => text.toUpperCase()),
  basename: perText((text) => text.slice(text.lastIndexOf('/') + 1)),
  b64: perText((text) => Buffer.from(text, 'base64').toString()),
  len: {
    refused: (parts) => (parts.length === 1 && (parts[0]!.list || isText(parts[0]!)) ? undefined : 'takes one text or list'),
    takes: () => ({ type: 'number', list: false, value: ([value]) => lengthOf(value) }),
  },
  join: {
    refused: ([separator, list, ...more]) => (separator?.list === false && list?.list === true && more.length === 0 ? undefined : 'takes a separator and a list'),
    takes: () => ({ type: 'text', list: false, value: ([separator, list]) => (separator === undefined ? undefined : asList(list)?.join(String(separator))) }),
  },
  concat: {
    refused: (parts) => (parts.length >= 2 && parts.every((part) => isText(part) && !part.list) ? undefined : 'takes two texts or more'),
    takes: () => ({ type: 'text', list: false, value: (values) => (values.includes(undefined) ? undefined : values.join('')) }),
  },
  getopt: {
    refused: ([args, options, ...more], argument) => {
      if (args === undefined || !isText(args) || options === undefined || options.list || more.length > 0) return 'takes arguments and the letters of options';
      return argument === undefined || argument.length === 1 ? undefined : 'takes one letter in brackets';
    },
    takes: (_parts, argument) => ({
      type: 'text',
      list: argument === undefined,
      value: ([args, options]) => (args === undefined ? undefined : getopt(asList(args) ?? String(args).split(' '), String(options), argument)),
    }),
  },
};

/** Of one text, or of each of a list. */
function perText(how: (text: string) => string): TransformerEntry {
  return {
    refused: (parts) => (parts.length === 1 && isText(parts[0]!) ? undefined : 'takes one text'),
    takes: ([part]) => ({
      type: 'text',
      list: part!.list,
      value: ([value]) => asList(value)?.map(how) ?? (value === undefined ? undefined : how(String(value))),
    }),
  };
}

function isText({ type }: Node): boolean {
  return type === 'text' || type === 'bytes' || type === 'any';
}

function lengthOf(value: FieldValue): FieldValue {
  if (value === undefined) return undefined;
  return asList(value)?.length ?? Buffer.byteLength(String(value));
}

function asList(value: FieldValue): readonly string[] | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** A missing part makes the whole missing. */
function listOf(values: readonly FieldValue[]): FieldValue {
  return values.includes(undefined) ? undefined : values.flatMap((value) => asList(value) ?? [String(value)]);
}

function present(value: FieldValue): FieldValue {
  return value === null || (typeof value === 'object' && value.length === 0) ? undefined : value;
}

function nodesOf(of: readonly TransformerArgument[], compilation: Compilation): Node[] | undefined {
  const parts = of.map((argument) => nodeOf(argument, compilation));
  const whole = parts.filter((part) => part !== undefined);
  return whole.length < parts.length ? undefined : whole;
}

/** The value of each part, from the values of all their fields one after the other. */
function each(parts: readonly Node[], values: readonly FieldValue[]): FieldValue[] {
  let from = 0;
  return parts.map(({ refs, value }) => value(values.slice(from, (from += refs.length))));
}

function refsOf(parts: readonly Node[]): (FieldRef | undefined)[] {
  return parts.flatMap(({ refs }) => refs);
}

function namesOf(parts: readonly Node[]): string {
  return parts.map(({ name }) => name).join(', ');
}
