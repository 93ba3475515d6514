/**
 * Exceptions of rules: { name, fields, comps, values } says when a rule does not hold after all.
 *
 *     fields: proc.name                comps: in            values: [a, b]              not proc.name in (a, b)
 *     fields: [proc.name, fd.name]     comps: [=, pmatch]   values: [[a, [/x, /y]]]     not (proc.name = a and fd.name pmatch (/x, /y))
 */
import { quote, type Faults } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, entryOf, type SourceMap, type SourceNode, type SourceScalar } from '../yaml-source.ts';
import { listOperators, operators, type Check, type Expression, type FieldOperand, type Operator, type Value } from './expression.ts';
import { scalarOf, type Item } from './items.ts';
import { conditionCharsMax, operatorNamed, parseField, parseValues } from './parser.ts';
import { placeOfPiece, sourceOf, type Piece, type Place } from './source-text.ts';
import { unescape } from './unescape.ts';

export interface ExceptionDraft {
  readonly name: string;
  readonly file: string;
  readonly map: SourceMap;
  readonly faults: Faults;
  readonly fields: SourceNode | undefined;
  readonly comps: SourceNode | undefined;
  readonly values: PlacedNode[];
}

interface PlacedNode {
  readonly file: string;
  readonly node: SourceNode;
}

/** `appended`: to a rule that may have an exception of the name, so that fields may be left out. */
export function readExceptions(item: Item, appended: boolean): ExceptionDraft[] {
  const { faults, file } = item;
  const value = entryOf(item.map, 'exceptions')?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) return [];
  if (value.kind !== 'list') {
    faults.add('VALUE_KIND', value.at, `"exceptions" must be a list, not ${describeNode(value)}`);
    return [];
  }
  const drafts: ExceptionDraft[] = [];
  for (const node of value.items) {
    const draft = readException(node, file, faults, appended);
    if (draft === undefined) continue;
    if (drafts.some(({ name }) => name === draft.name)) faults.add('EXCEPTION_MISUSED', node.at, `the name ${quote(draft.name)} stands twice`);
    drafts.push(draft);
  }
  return drafts;
}

const known = ['name', 'fields', 'comps', 'values'];

function readException(map: SourceNode, file: string, faults: Faults, appended: boolean): ExceptionDraft | undefined {
  if (map.kind !== 'map') return faults.add('VALUE_KIND', map.at, `an exception must be a map, not ${describeNode(map)}`);
  const name = scalarOf(map, 'name', faults)?.text;
  if (name === undefined) return undefined;
  for (const { key } of map.entries) {
    if (!known.includes(key.text)) faults.add('EXCEPTION_MISUSED', key.at, `an exception has no key ${quote(key.text)}`, didYouMean(key.text, known));
  }
  const values = entryOf(map, 'values')?.value;
  if (values !== undefined && values.kind !== 'list') return faults.add('VALUE_KIND', values.at, `"values" must be a list, not ${describeNode(values)}`);
  const fields = entryOf(map, 'fields')?.value;
  if (fields === undefined && !appended) return faults.add('KEY_MISSING', map.at, `the exception ${quote(name)} has no "fields"`);
  return { name, file, map, faults, fields, comps: entryOf(map, 'comps')?.value, values: (values?.items ?? []).map((node) => ({ file, node })) };
}

/** Values of an exception that is there are added to it; another one is added to the rule. */
export function appendExceptions(exceptions: ExceptionDraft[], appended: readonly ExceptionDraft[]): void {
  for (const each of appended) {
    const prev = exceptions.find(({ name }) => name === each.name);
    if (prev === undefined) {
      if (each.fields === undefined) each.faults.add('EXCEPTION_MISUSED', each.map.at, `no exception ${quote(each.name)} is there to append to: a new one needs "fields"`, didYouMean(each.name, exceptions.map(({ name }) => name)));
      else exceptions.push(each);
      continue;
    }
    for (const key of ['fields', 'comps'] as const) {
      if (each[key] !== undefined) each.faults.add('EXCEPTION_MISUSED', each[key].at, `"${key}" of an exception that is there cannot be appended to, only "values"`);
    }
    prev.values.push(...each.values);
  }
}

/** Undefined when it excepts nothing yet, or after adding a fault. */
export function exceptionOf(draft: ExceptionDraft, faults: Faults): Expression | undefined {
  const columns = columnsOf(draft, faults);
  if (columns === undefined || draft.values.length === 0) return undefined;
  if (columns.kind === 'one') return single(columns.column, draft.values, faults);
  const rows = draft.values.map((value) => rowOf(columns.columns, value, faults)).filter((row) => row !== undefined);
  return rows.length === 0 ? undefined : { kind: 'or', of: rows };
}

interface Column {
  readonly field: FieldOperand;
  readonly operator: Operator;
}

type Columns = { readonly kind: 'one'; readonly column: Column } | { readonly kind: 'many'; readonly columns: readonly Column[] };

function columnsOf({ fields, comps, file, map }: ExceptionDraft, faults: Faults): Columns | undefined {
  if (fields === undefined) return undefined;
  if (fields.kind === 'scalar') {
    if (comps !== undefined && comps.kind !== 'scalar') return faults.add('EXCEPTION_MISUSED', { file, ...comps.at }, '"comps" must be one comparison, as "fields" is one field');
    const operator = comps === undefined ? 'in' : operatorOf(comps, listOperators, file, faults);
    const field = fieldOf(fields, file, faults);
    return operator === undefined || field === undefined ? undefined : { kind: 'one', column: { field, operator } };
  }
  if (fields.kind !== 'list' || (comps !== undefined && comps.kind !== 'list')) {
    return faults.add('EXCEPTION_MISUSED', { file, ...map.at }, '"fields" and "comps" must both be lists, or a field and a comparison');
  }
  if (comps !== undefined && comps.items.length !== fields.items.length) {
    return faults.add('EXCEPTION_MISUSED', { file, ...comps.at }, `there are ${fields.items.length} fields and ${comps.items.length} comparisons`);
  }
  const columns = fields.items.map((node, index) => {
    const field = fieldOf(node, file, faults);
    const operator = comps === undefined ? '=' : operatorOf(comps.items[index]!, operators, file, faults);
    return field === undefined || operator === undefined ? undefined : { field, operator };
  });
  const whole = columns.filter((column) => column !== undefined);
  return whole.length < columns.length ? undefined : { kind: 'many', columns: whole };
}

function fieldOf(node: SourceNode, file: string, faults: Faults): FieldOperand | undefined {
  if (node.kind !== 'scalar' || node.text === '') return faults.add('VALUE_KIND', { file, ...node.at }, `a field must stand here, not ${describeNode(node)}`);
  return parseField(sourceOf([{ file, scalar: node }]), faults);
}

function operatorOf(node: SourceNode, allowed: readonly Operator[], file: string, faults: Faults): Operator | undefined {
  const text = node.kind === 'scalar' ? node.text : '';
  const operator = operatorNamed(text);
  if (operator !== undefined && allowed.includes(operator)) return operator;
  return faults.add('EXCEPTION_MISUSED', { file, ...node.at }, `${quote(text)} is no comparison here`, didYouMean(text, allowed) ?? `one of ${allowed.join(', ')}`);
}

function single({ field, operator }: Column, values: readonly PlacedNode[], faults: Faults): Check | undefined {
  const found = values.flatMap(({ node, file }) => {
    if (node.kind === 'scalar') return literalsOf(node, file, faults) ?? [];
    faults.add('EXCEPTION_MISUSED', { file, ...node.at }, `a value must stand here, not ${describeNode(node)}: there is one field`);
    return [];
  });
  return { kind: 'check', left: field, operator, operatorAt: field.at, right: { kind: 'values', values: found } };
}

function rowOf(columns: readonly Column[], { node, file }: PlacedNode, faults: Faults): Expression | undefined {
  if (node.kind !== 'list' || node.items.length !== columns.length) {
    const count = node.kind === 'list' ? `${node.items.length}` : 'no list of';
    return faults.add('EXCEPTION_MISUSED', { file, ...node.at }, `there are ${columns.length} fields and ${count} values`);
  }
  const of = columns.map(({ field, operator }, index): Check | undefined => {
    const values = valuesOf(node.items[index]!, operator, file, faults);
    return values === undefined ? undefined : { kind: 'check', left: field, operator, operatorAt: field.at, right: operator === 'exists' ? undefined : { kind: 'values', values } };
  });
  const whole = of.filter((check) => check !== undefined);
  return whole.length < of.length ? undefined : { kind: 'and', of: whole };
}

/** A comparison with a list takes a list, or the text of one; any other a value. */
function valuesOf(node: SourceNode, operator: Operator, file: string, faults: Faults): readonly Value[] | undefined {
  if (node.kind === 'list') {
    const lists = node.items.map((item) => (item.kind === 'scalar' ? literalsOf(item, file, faults) : faults.add('VALUE_KIND', { file, ...item.at }, `a value must stand here, not ${describeNode(item)}`)));
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
  }
  if (node.kind === 'map') return faults.add('VALUE_KIND', { file, ...node.at }, 'a value must stand here, not a map');
  const listed = (listOperators as readonly string[]).includes(operator);
  if (listed) return node.text.trim() === '' ? [] : parseValues(sourceOf([{ file, scalar: node }]), faults);
  return literalsOf(node, file, faults);
}

/**
 * The values that one YAML text stands for. Falco pastes it into the condition, in quotes when it has a blank and none yet:
 * so it may hold commas, quotes, and names of lists.
 */
export function literalsOf(scalar: SourceScalar, file: string, faults: Faults): readonly Value[] | undefined {
  const piece: Piece = { file, scalar };
  if (scalar.text.length > conditionCharsMax || !scalar.text.includes(' ') || /^["']/.test(scalar.text)) return parseValues(sourceOf([piece]), faults);
  const at: Place = placeOfPiece(piece);
  const text = unescape(scalar.text, '"');
  if (text === undefined) return faults.add('CONDITION_SYNTAX', at, `${quote(scalar.text)} has an escape that does not exist`, 'write \\\\ for a backslash');
  return [{ text, quoted: true, at }];
}
