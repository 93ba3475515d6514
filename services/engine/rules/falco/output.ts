/**
 * Output templates: text with %field, %field[argument], %transformer(field) and %20field, which is cut or filled up to 20
 * characters. A value that is missing shows as <NA>; the "*" that may stand first asks for that and changes nothing here.
 */
import { quote } from '../diagnostics.ts';
import type { FieldRef, FieldValue } from '../fields.ts';
import type { OutputTemplate } from '../rule.ts';
import { didYouMean } from '../suggest.ts';
import type { Compilation } from './compile.ts';
import { fieldNames, typeOf } from './field-types.ts';
import { parseOperand } from './parser.ts';
import { transformers } from './expression.ts';
import type { SourceText } from './source-text.ts';
import { sideOf } from './transform.ts';

/** A longer output is cut: it travels with each detection. */
export const outputCharsMax = 8_192;

/** Of one value, for the same reason. */
const valueCharsMax = 2_048;

/** Far above any template known. */
const templateCharsMax = 16_384;

type Part = string | { readonly field: FieldRef | undefined; readonly width: number };

/** Undefined after adding a fault. */
export function loadOutput(source: SourceText, compilation: Compilation): OutputTemplate | undefined {
  const { faults } = compilation;
  const { text } = source;
  if (text.length > templateCharsMax) return faults.add('OUTPUT_SYNTAX', source.placeOf(0), `the output is longer than ${templateCharsMax} characters`);
  const parts: Part[] = [];
  let from = text.startsWith('*') ? 1 : 0;
  let whole = true;
  for (let at = text.indexOf('%', from); at >= 0; at = text.indexOf('%', from)) {
    parts.push(text.slice(from, at));
    const token = tokenAt(source, at, compilation);
    if (token === undefined) whole = false;
    else parts.push(token.part);
    from = token?.end ?? at + 1;
  }
  parts.push(text.slice(from));
  return whole ? templateOf(text, parts) : undefined;
}

function tokenAt(source: SourceText, at: number, compilation: Compilation): { part: Part; end: number } | undefined {
  const { faults } = compilation;
  const digits = /^\d*/.exec(source.text.slice(at + 1))![0];
  const start = at + 1 + digits.length;
  const end = start + (operandAt(source.text, start, compilation)?.length ?? 0);
  if (end === start) {
    const word = /^[^\s%]*/.exec(source.text.slice(start))![0];
    faults.add('OUTPUT_SYNTAX', source.placeOf(at), `${quote(`%${word}`)} is no field`, didYouMean(word, fieldNames));
    return undefined;
  }
  const operand = parseOperand(partOf(source, start, end), faults);
  const side = operand === undefined ? undefined : sideOf(operand, compilation);
  if (side === undefined) return undefined;
  if (side.several !== undefined) return faults.add('FIELD_MISUSED', source.placeOf(start), `${side.name} has several values and stands in conditions only`);
  return { part: { field: side.ref, width: Math.min(Number(digits), valueCharsMax) }, end };
}

/** The longest field or transformer that begins here: "%fd.name." ends a sentence. */
function operandAt(text: string, start: number, { checked }: Compilation): string | undefined {
  const rest = text.slice(start);
  const transformer = transformers.find((name) => rest.startsWith(`${name}(`));
  if (transformer !== undefined) return enclosed(rest);
  let name = /^[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/.exec(rest)?.[0];
  while (checked && name !== undefined && typeOf(name) === undefined && name.split('.').length > 2) name = name.slice(0, name.lastIndexOf('.'));
  if (name === undefined) return undefined;
  const takesArgument = !checked || typeOf(name)?.argument !== 'none';
  const argument = takesArgument ? /^\[[^\]\s]*\]/.exec(rest.slice(name.length))?.[0] : undefined;
  return name + (argument ?? '');
}

/** Up to the parenthesis that closes the first. */
function enclosed(text: string): string {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    else if (text[index] === ')' && (depth -= 1) === 0) return text.slice(0, index + 1) + (/^\[.\]/.exec(text.slice(index + 1))?.[0] ?? '');
  }
  return text;
}

function partOf(source: SourceText, start: number, end: number): SourceText {
  return { text: source.text.slice(start, end), placeOf: (index) => source.placeOf(start + index) };
}

function templateOf(text: string, parts: readonly Part[]): OutputTemplate {
  return {
    text,
    fields: parts.flatMap((part) => (typeof part === 'string' || part.field === undefined ? [] : [part.field])),
    render(read) {
      const shown = parts.map((part) => (typeof part === 'string' ? part : padded(textOf(part.field === undefined ? undefined : read(part.field)), part.width)));
      return shown.join('').slice(0, outputCharsMax);
    },
  };
}

function textOf(value: FieldValue): string {
  if (value === null || value === undefined) return '<NA>';
  if (typeof value !== 'object') return String(value).slice(0, valueCharsMax);
  return value.length === 0 ? '<NA>' : `(${value.join(',')})`.slice(0, valueCharsMax);
}

function padded(text: string, width: number): string {
  return width === 0 ? text : text.slice(0, width).padEnd(width);
}
