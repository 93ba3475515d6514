/**
 * Sigma correlation rules. Today: event_count whose condition is a lower bound, since that is decided as soon as a match
 * arrives; upper bounds need a watermark that says that nothing more can come.
 *
 *     correlation = { type, rules, group-by?, timespan, condition, generate?, aliases? }
 *     timespan    = number ( "s" | "m" | "h" | "d" | "w" | "M" | "y" )
 *     condition   = { gt | gte: number }
 */
import { countMax } from '#runtime/window-store/window-store.ts';
import { quote } from '../diagnostics.ts';
import type { Faults, Position } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, entryOf } from '../yaml-source.ts';
import type { SourceMap, SourceScalar } from '../yaml-source.ts';
import { requiredText, scalarList } from './sections.ts';

/** A correlation whose references are not resolved yet. */
export interface CorrelationSpec {
  readonly rules: readonly SourceScalar[];
  readonly groupBy: readonly SourceScalar[];
  readonly timespanNs: bigint;
  readonly timespanAt: Position;
  readonly atLeast: number;
  /** The referenced rules' own matches are detections too. */
  readonly generate: boolean;
}

const unsupportedTypes = [
  ...['value_count', 'temporal', 'temporal_ordered', 'value_sum', 'value_avg', 'value_percentile', 'value_median'],
];
const knownKeys = ['type', 'rules', 'group-by', 'timespan', 'condition', 'generate', 'aliases'];

/** Undefined after adding at least one fault. */
export function loadCorrelation(root: SourceMap, faults: Faults): CorrelationSpec | undefined {
  const section = entryOf(root, 'correlation')?.value;
  if (section === undefined) return undefined;
  if (section.kind !== 'map') {
    return faults.add('VALUE_KIND', section.at, `"correlation" must be a map, not ${describeNode(section)}`);
  }
  checkKeys(section, faults);
  const supported = checkType(section, faults);
  const rules = requiredList(section, 'rules', faults);
  const groupBy = entryOf(section, 'group-by') === undefined ? [] : requiredList(section, 'group-by', faults);
  const timespanNs = loadTimespan(section, faults);
  const atLeast = supported ? loadCondition(section, faults) : undefined;
  const generate = loadGenerate(root, section, faults);
  if (rules === undefined || groupBy === undefined || timespanNs === undefined || atLeast === undefined) return undefined;
  const timespanAt = entryOf(section, 'timespan')?.value.at ?? section.at;
  return { rules, groupBy, timespanNs, timespanAt, atLeast, generate };
}

function checkKeys(section: SourceMap, faults: Faults): void {
  for (const { key } of section.entries) {
    if (key.text === 'aliases') {
      faults.add('CORRELATION_ALIASES_UNSUPPORTED', key.at, 'aliases are not supported yet');
    } else if (!knownKeys.includes(key.text)) {
      faults.add('VALUE_KIND', key.at, `a correlation has no key ${quote(key.text)}`, didYouMean(key.text, knownKeys));
    }
  }
}

function checkType(section: SourceMap, faults: Faults): boolean {
  const type = requiredText(section, 'type', faults);
  if (type === undefined || type === 'event_count') return type !== undefined;
  const at = entryOf(section, 'type')?.value.at ?? section.at;
  if (unsupportedTypes.includes(type)) {
    faults.add('CORRELATION_TYPE_UNSUPPORTED', at, `correlations of type ${quote(type)} are not supported yet`);
  } else {
    const hint = didYouMean(type, ['event_count', ...unsupportedTypes]);
    faults.add('CORRELATION_TYPE_UNKNOWN', at, `there is no correlation type ${quote(type)}`, hint);
  }
  return false;
}

function requiredList(section: SourceMap, key: string, faults: Faults): SourceScalar[] | undefined {
  const entry = entryOf(section, key);
  if (entry === undefined) return faults.add('KEY_MISSING', section.at, `the key "${key}" is missing`);
  return scalarList(entry.value, key, faults);
}

/** Seconds of each unit; months and years are the Gregorian mean, as in pySigma. */
const unitSeconds: Readonly<Record<string, bigint>> = {
  s: 1n,
  m: 60n,
  h: 3_600n,
  d: 86_400n,
  w: 604_800n,
  M: 2_629_746n,
  y: 31_556_952n,
};

/** The window store takes no more than this. */
export const timespanSecondsMax = 31_556_952n;

function loadTimespan(section: SourceMap, faults: Faults): bigint | undefined {
  const text = requiredText(section, 'timespan', faults);
  if (text === undefined) return undefined;
  const at = entryOf(section, 'timespan')?.value.at ?? section.at;
  const [, digits = '', unit = ''] = /^([0-9]{1,12})([smhdwMy])$/.exec(text) ?? [];
  const factor = unitSeconds[unit];
  if (factor === undefined) {
    return faults.add('TIMESPAN_INVALID', at, `${quote(text)} is no timespan`, 'write a number and one of s m h d w M y: 5m');
  }
  const seconds = BigInt(digits) * factor;
  if (seconds >= 1n && seconds <= timespanSecondsMax) return seconds * 1_000_000_000n;
  return faults.add('TIMESPAN_INVALID', at, `a timespan is at least 1s and at most 1y, not ${quote(text)}`);
}

const watermarkRelations = ['lt', 'lte', 'eq', 'neq'];

function loadCondition(section: SourceMap, faults: Faults): number | undefined {
  const entry = entryOf(section, 'condition');
  if (entry === undefined) return faults.add('KEY_MISSING', section.at, 'the key "condition" is missing');
  const map = entry.value;
  if (map.kind !== 'map') {
    return faults.add('VALUE_KIND', map.at, `the condition of event_count must be a map, not ${describeNode(map)}`);
  }
  if (map.entries.length === 0) return faults.add('VALUE_EMPTY', map.at, 'the condition is empty');
  const bounds = map.entries.map(({ key, value }) => {
    const relation = key.text;
    if (watermarkRelations.includes(relation)) {
      return faults.add('CORRELATION_CONDITION_UNSUPPORTED', key.at, `${quote(relation)} is not supported yet`);
    }
    if (relation !== 'gte' && relation !== 'gt') {
      const hint = didYouMean(relation, ['gte', 'gt', ...watermarkRelations]);
      return faults.add('VALUE_KIND', key.at, `a condition of event_count has no ${quote(relation)}`, hint);
    }
    const number = value.kind === 'scalar' && typeof value.value === 'bigint' ? value.value : undefined;
    if (number === undefined) {
      return faults.add('VALUE_KIND', value.at, `a whole number must stand here, not ${describeNode(value)}`);
    }
    const atLeast = relation === 'gte' ? number : number + 1n;
    if (atLeast >= 1n && atLeast <= BigInt(countMax)) return Number(atLeast);
    return faults.add('NUMBER_RANGE', value.at, `a count is at least 1 and at most ${countMax}`);
  });
  const valid = bounds.filter((bound) => bound !== undefined);
  return valid.length === bounds.length ? Math.max(...valid) : undefined;
}

/** pySigma reads `generate` in the correlation, older documents put it beside. */
function loadGenerate(root: SourceMap, section: SourceMap, faults: Faults): boolean {
  const value = (entryOf(section, 'generate') ?? entryOf(root, 'generate'))?.value;
  if (value === undefined) return false;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  faults.add('VALUE_KIND', value.at, `"generate" must be true or false, not ${describeNode(value)}`);
  return false;
}
