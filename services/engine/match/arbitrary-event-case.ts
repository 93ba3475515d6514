/**
 * For tests: arbitrary rules over arbitrary encoded events. What rules look for is mostly cut from what the events have,
 * under any name that a rule may use for it, so that they match; and it is looked for in few fields, as rules' is, so that
 * these get tables.
 */
import { isIP } from 'node:net';
import fc from 'fast-check';
import { eventFields } from '../event-fields.ts';
import type { FieldValue, LogSource } from '../rules/fields.ts';
import type { TextRelation } from '../rules/ir.ts';
import { externalNames } from './arbitrary-events.ts';
import { eventsOf, everyValue, fieldOf, valueIn, type BatchCase, type EventCase, type PlainEvent } from './event-case.ts';
import type { CaseCondition, CaseMatch, CaseRule } from './rule-case.ts';
import { timePartOf } from './time-part.ts';

/** How much of these a case has. */
export interface CaseSize {
  /** One program's at most, beside the rules of crowds. */
  readonly rulesMax: number;
  readonly programs: fc.Arbitrary<number>;
  readonly rounds: fc.Arbitrary<number>;
}

export function eventCase(batches: fc.Arbitrary<readonly BatchCase[]>, { rulesMax, programs, rounds }: CaseSize): fc.Arbitrary<EventCase> {
  const program = fc.record({ sketches: fc.array(sketch, { minLength: 1, maxLength: rulesMax, size: 'max' }), crowds: fc.array(crowd, { maxLength: 2 }), turned: fc.array(choice, { maxLength: 6 }) });
  const several = programs.chain((count) => fc.array(program, { minLength: count, maxLength: count }));
  return fc.tuple(batches, several, rounds).map(([each, sketched, count]) => {
    const events = each.flatMap(eventsOf);
    const rulesOf = ({ sketches, crowds, turned }: (typeof sketched)[number]): CaseRule[] => {
      const rules = [...sketches.map((rule) => ruleIn(events, rule)), ...crowds.flatMap((each) => crowdIn(events, each))];
      return [...rules, ...turned.map((number) => at(rules, number)).map(({ logsource, condition }) => ({ logsource, condition: turnedOver(condition) }))];
    };
    return { batches: each, programs: sketched.map(rulesOf), rounds: count };
  });
}

const choice = fc.nat(1_000_000);

type Form = TextRelation | 'wildcard' | 'regex' | 'number' | 'list' | 'network' | 'exists' | 'null' | 'time' | 'field';

const form = fc.constantFrom<Form>('contains', 'contains', 'contains', 'contains', 'exact', 'exact', 'prefix', 'suffix', 'wildcard', 'regex', 'number', 'list', 'list', 'network', 'exists', 'null', 'time', 'field');

/** Where a piece is cut from a text. */
const cutParts = { event: choice, from: choice, upper: fc.constantFrom(false, false, true), spoilt: fc.constantFrom(false, false, false, false, false, true) };
const cut = fc.record({ ...cutParts, length: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 30 })) });

type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never;

/** The fields that most rules are about, the one of them that is first, those with few values, or all. */
type Among = 'first' | 'usual' | 'few' | 'any';

/** A test, as far as it can be told before its field's value is known. */
const look = fc.record({
  field: choice,
  among: fc.constantFrom<Among>('first', 'first', 'usual', 'usual', 'few', 'any', 'any'),
  /** Where the field has no value another one is taken, unless it is to be missing. */
  missing: fc.constantFrom(...Array<false>(11).fill(false), true),
  form,
  cut,
  choice,
  other: fc.constantFrom<Among>('usual', 'any'),
  cased: fc.constantFrom(false, false, false, true),
  every: fc.constantFrom(false, false, false, false, true),
});

type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

type Part =
  | { readonly kind: 'look'; readonly look: Look }
  /** Pieces of many values of one field. */
  | { readonly kind: 'many'; readonly look: Look; readonly join: 'and' | 'or'; readonly negated: boolean; readonly cuts: readonly Cut[] }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Part[] }
  | { readonly kind: 'not' | 'selection'; readonly of: Part };

const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: look.map((each): Part => ({ kind: 'look', look: each })) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('many' as const), look, join: fc.constantFrom('or' as const, 'or' as const, 'and' as const), negated: fc.constantFrom(false, false, true), cuts: fc.array(cut, { minLength: 2, maxLength: 12 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('part'), { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('not' as const, 'selection' as const), of: tie('part') }) },
  ),
}));

/** Most rules ask for several things at once. */
const several = fc.record({ kind: fc.constant('and' as const), of: fc.array(part!, { minLength: 2, maxLength: 4 }) });

/** A rule on an event, of one of its log sources; the bits of `open` are the parts that it leaves open. */
const sketch = fc.record({ event: fc.oneof(fc.constant(0), choice), source: choice, open: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 4, 7), part: fc.oneof(part!, several) });

/** Rules of one log source that look for many short texts in one field: values of such a field are kept. */
const crowd = fc.record({ event: choice, source: choice, field: choice, cuts: fc.array(fc.record({ ...cutParts, length: fc.integer({ min: 2, max: 4 }) }), { minLength: 5, maxLength: 12, size: 'max' }) });

type Crowd = typeof crowd extends fc.Arbitrary<infer T> ? T : never;

type Sketch = typeof sketch extends fc.Arbitrary<infer T> ? T : never;

/** What a rule's parts are cut from. */
interface About {
  readonly logsource: LogSource;
  readonly event: PlainEvent;
  /** Those that have the same fields, this one included. */
  readonly events: readonly PlainEvent[];
}

function ruleIn(events: readonly PlainEvent[], { event: number, source, open, part: sketched }: Sketch): CaseRule {
  const about = aboutOf(events, at(events, number), { source, open });
  return { logsource: about.logsource, condition: conditionIn(about, sketched) };
}

function crowdIn(events: readonly PlainEvent[], { event: number, source, field: chosen, cuts }: Crowd): CaseRule[] {
  const about = aboutOf(events, at(events, number), { source, open: 0 });
  const names = startingAt(namesAmong[wayOf(about)].kept, chosen);
  const field = names.find((name) => hasValue(valueOf(about, name))) ?? names[0]!;
  return cuts.map((piece) => {
    const text = String(valueOf({ ...about, event: at(about.events, piece.event) }, field) ?? '');
    return { logsource: about.logsource, condition: { kind: 'test', field, every: false, match: { kind: 'contains', text: cutFrom(text, 'contains', piece), cased: false } } };
  });
}

/** Tests alike but for what is easily left out of account where they are taken for the same. */
function turnedOver(condition: CaseCondition): CaseCondition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, of: condition.of.map(turnedOver) };
    case 'not':
    case 'selection':
      return { kind: condition.kind, of: turnedOver(condition.of) };
    case 'test': {
      const { match, every } = condition;
      return 'cased' in match ? { ...condition, match: { ...match, cased: !match.cased } } : { ...condition, every: !every };
    }
  }
}

function aboutOf(events: readonly PlainEvent[], event: PlainEvent, { source, open }: Pick<Sketch, 'source' | 'open'>): About {
  const whole = at(event.logsources, source);
  const left = (['category', 'product', 'service'] as const).filter((_, index) => (open & (1 << index)) === 0);
  const logsource: LogSource = Object.fromEntries(left.flatMap((name) => (whole[name] === undefined ? [] : [[name, whole[name]]])));
  return { logsource, event, events: events.filter(({ kind }) => kind === event.kind) };
}

function conditionIn(about: About, sketched: Part): CaseCondition {
  switch (sketched.kind) {
    case 'and':
    case 'or':
      return { kind: sketched.kind, of: sketched.of.map((each) => conditionIn(about, each)) };
    case 'not':
    case 'selection':
      return { kind: sketched.kind, of: conditionIn(about, sketched.of) };
    case 'look':
      return testIn(about, nameIn(about, sketched.look), sketched.look);
    case 'many': {
      const name = nameIn(about, sketched.look);
      const tests = sketched.cuts.map((each) => testIn({ ...about, event: at(about.events, each.event) }, name, { ...sketched.look, cut: each }));
      return { kind: sketched.join, of: sketched.negated ? tests.map((of): CaseCondition => ({ kind: 'not', of })) : tests };
    }
  }
}

function testIn(about: About, field: string, { form: asked, cut: piece, choice: chosen, other, cased, every }: Look): CaseCondition {
  const value = valueOf(about, field);
  const single = typeof value === 'object' && value !== null ? at(value, chosen) : value;
  return { kind: 'test', field, every, match: matchOf(asked, single, { cut: piece, choice: chosen, other: () => otherIn(about, field, namesIn(about, other), piece.from), cased }) };
}

interface Details {
  readonly cut: Cut;
  readonly choice: number;
  /** The name of a field to compare this one with. */
  readonly other: () => string;
  readonly cased: boolean;
}

function matchOf(asked: Form, value: Exclude<FieldValue, readonly string[]>, { cut: piece, choice: chosen, other, cased }: Details): CaseMatch {
  const text = String(value ?? '');
  switch (asked) {
    case 'contains':
    case 'exact':
    case 'prefix':
    case 'suffix':
      return { kind: asked, text: cutFrom(text, asked, piece), cased };
    case 'wildcard':
      return { kind: 'wildcard', pattern: patternOf(text, piece, chosen), cased };
    case 'regex':
      return { kind: 'regex', source: regexOf(text, piece, chosen), ignoreCase: !cased };
    case 'number':
      return { kind: 'number', relation: at(['lt', 'lte', 'gt', 'gte'], chosen), value: numberNear(value, chosen) };
    case 'list':
      return { kind: 'list', texts: [...(piece.spoilt ? [] : [text]), cutFrom(text, 'contains', piece), 'root'], constant: chosen % 3 > 0 };
    case 'network':
      return { kind: 'network', network: `${isIP(text) === 0 ? '10.0.0.0' : text}/${chosen % 33}` };
    case 'time': {
      const part = at(['minute', 'hour', 'day', 'week', 'month', 'year'] as const, chosen);
      return { kind: 'time', part, value: timePartOf(value, part) ?? 5 };
    }
    case 'field':
      return { kind: 'field', relation: at(['exact', 'prefix', 'suffix', 'contains', 'lt', 'gte'], chosen), other: other(), cased };
    case 'exists':
    case 'null':
      return { kind: asked };
  }
}

/** Of a text what it begins with, ends with, contains or is; spoilt, something else. */
function cutFrom(text: string, anchor: TextRelation, { from, length, upper, spoilt }: Cut): string {
  const start = anchor === 'contains' ? from % (text.length + 1) : anchor === 'suffix' ? Math.max(0, text.length - length) : 0;
  const piece = anchor === 'exact' ? text : text.slice(start, start + length);
  const changed = spoilt ? `${piece.slice(0, piece.length >> 1)}q${piece.slice((piece.length >> 1) + 1)}` : piece;
  return upper ? changed.toUpperCase() : changed;
}

/** Neighbouring texts are one, and none is empty. */
function patternOf(text: string, piece: Cut, chosen: number): readonly (string | 0 | 1)[] {
  const head = cutFrom(text, 'prefix', piece);
  const tail = cutFrom(text, 'suffix', piece);
  const inner = cutFrom(text, 'contains', piece);
  const patterns: (readonly (string | 0 | 1)[])[] = [[head, 0], [0, tail], [head, 0, tail], [0, inner, 0], [0, inner.slice(0, 3), 1, inner.slice(4), 0], [1, text.slice(1)], [head, 0, inner, 0, tail]];
  return at(patterns, chosen).filter((each) => each !== '');
}

function regexOf(text: string, piece: Cut, chosen: number): string {
  const head = escaped(cutFrom(text, 'prefix', piece));
  const tail = escaped(cutFrom(text, 'suffix', piece));
  const inner = escaped(cutFrom(text, 'contains', piece));
  return at([inner, `^${head}`, `${tail}$`, `^${head}.*${tail}$`, `(?:${inner}|of all the unlikeliest)`, `${inner}.?[a-z0-9/]`, `\\b${inner}`, `(${inner}){1,2}`, `[^x]${inner}`, `[a-c/]${inner}`, `(?:${inner}|x)${tail}`, `(${head}|)[/a]`], chosen);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function numberNear(value: FieldValue, chosen: number): number | bigint {
  if (typeof value === 'bigint') return value + BigInt((chosen % 3) - 1);
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) ? number + (chosen % 3) - 1 : chosen % 100;
}

/** Of the field, or of the next one that has a value. */
function nameIn(about: About, { field, among, missing }: Look): string {
  const names = startingAt(namesIn(about, among), among === 'first' ? 0 : field);
  return (missing ? undefined : names.find((name) => hasValue(valueOf(about, name)))) ?? names[0]!;
}

/** Another field, with the same value where there is one. */
function otherIn(about: About, name: string, names: readonly string[], choice: number): string {
  const value = String(valueOf(about, name));
  return startingAt(names, choice).find((each) => each !== name && String(valueOf(about, each)) === value) ?? at(names, choice);
}

function valueOf({ logsource, event }: About, name: string): FieldValue {
  const field = fieldOf(logsource, name);
  return field && valueIn(event, field);
}

function hasValue(value: FieldValue): boolean {
  return value !== null && value !== undefined && (typeof value !== 'object' || value.length > 0);
}

/** By how rules call them; `kept` are those that are one text in the event. */
const namesAmong = {
  falco: {
    usual: ['proc.name', 'proc.cmdline', 'proc.exepath', 'fd.name', 'fd.directory', 'fd.filename', 'proc.cwd', 'proc.pname', 'proc.aname[2]', 'evt.type', 'user.name', 'container.id', 'fd.sip', 'upper(proc.name)'],
    few: ['fd.typechar', 'evt.is_open_write', 'evt.is_open_read', 'proc.is_exe_upper_layer', 'proc.is_exe_from_memfd', 'container.privileged', 'evt.failed', 'evt.arg.cmd'],
    kept: ['proc.name', 'proc.exepath', 'evt.arg.path'],
  },
  auditd: {
    usual: ['exe', 'comm', 'name', 'proctitle', 'a0', 'a1', 'cwd', 'UID'],
    few: ['type', 'syscall', 'nametype'],
    kept: ['exe', 'comm', 'cwd'],
  },
  sigma: {
    usual: ['Image', 'CommandLine', 'ParentImage', 'ParentCommandLine', 'TargetFilename', 'User', 'DestinationIp', 'DestinationPort', 'QueryName', 'Computer', everyValue],
    few: ['body.operation', 'body.access', 'body.family', 'body.created', 'Initiated', 'process.exe_deleted', 'process.exe_memfd', 'container.privileged', 'body.kind'],
    kept: ['Image', 'process.comm', 'TargetFilename', 'CurrentDirectory', 'QueryName', 'ParentImage'],
  },
  external: {
    usual: ['Image', 'CommandLine', 'ParentImage', 'User', everyValue],
    few: ['EventID', 'User'],
    kept: ['Image', 'CommandLine', 'ParentImage'],
  },
} as const;

/** Beside those that the table lists. */
const furtherNames = ['proc.apid[2]', 'proc.aexepath[3]', 'proc.env[bash]', 'evt.args', 'ancestors.exe', 'node', 'hostname', 'body.kind', 'process.exe', 'process.uid', 'process.cap_effective', 'unheard.of', 'upper(Image)', everyValue];

const own = eventFields();
const namesOfSource = new Map<string, readonly string[]>();

function namesIn(about: About, among: Among): readonly string[] {
  if (among !== 'any') return namesAmong[wayOf(about)][among === 'few' ? 'few' : 'usual'];
  if (about.event.kind === 'external') return externalNames;
  return namesOfSource.getOrInsertComputed(JSON.stringify(about.logsource), () => [...own.names(about.logsource), ...furtherNames]);
}

function wayOf({ logsource, event }: About): keyof typeof namesAmong {
  if (event.kind === 'external') return 'external';
  return logsource.product === 'falco' ? 'falco' : logsource.service === 'auditd' ? 'auditd' : 'sigma';
}

function startingAt<T>(items: readonly T[], choice: number): T[] {
  const start = choice % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function at<T>(items: readonly T[], choice: number): T {
  return items[choice % items.length]!;
}
