/**
 * What stands above every Sigma document, whatever its kind: title, id, and what people and detections want to know of
 * a rule. Keys that the specification does not name are the author's own.
 */
import { quote } from '../diagnostics.ts';
import type { Faults } from '../diagnostics.ts';
import type { RuleHeader } from '../rule.ts';
import { describeNode, entryOf } from '../yaml-source.ts';
import type { SourceMap, SourceNode } from '../yaml-source.ts';
import { didYouMean } from '../suggest.ts';
import { informativeList, optionalChoice, optionalText, present, requiredText } from './sections.ts';

const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;
const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
const relations = ['correlation', 'derived', 'merged', 'obsolete', 'renamed', 'similar'] as const;

/** The specification's bound. */
export const titleCharsMax = 256;

/** The header without its version; undefined after adding a fault. */
export function loadHeader(root: SourceMap, faults: Faults): Omit<RuleHeader, 'version'> | undefined {
  const title = requiredText(root, 'title', faults);
  const id = optionalText(root, 'id', faults);
  const name = optionalText(root, 'name', faults);
  const level = optionalChoice(root, 'level', levels, faults);
  const status = optionalChoice(root, 'status', statuses, faults);
  for (const [key, check] of checks) {
    const value = entryOf(root, key)?.value;
    if (value !== undefined && !(value.kind === 'scalar' && value.value === null)) check(value, key, faults);
  }
  if (title === undefined) return undefined;
  const optional = {
    id,
    name,
    level,
    status,
    description: informativeList(root, 'description')[0],
    author: informativeList(root, 'author')[0],
  };
  return {
    label: id ?? title,
    title,
    ...present(optional),
    dialect: 'sigma',
    file: faults.file,
    at: root.at,
    references: informativeList(root, 'references'),
    tags: informativeList(root, 'tags'),
    falsepositives: informativeList(root, 'falsepositives'),
  };
}

type Check = (value: SourceNode, key: string, faults: Faults) => void;

/** Of keys with a fixed kind of value; null is no value for any of them. */
const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['title', checkTitle],
  ...(['name', 'taxonomy', 'description', 'author', 'license'] as const).map((key): [string, Check] => [key, checkText]),
  ...(['references', 'fields', 'falsepositives', 'scope'] as const).map((key): [string, Check] => [key, checkList]),
  ['tags', checkTags],
  ['related', checkRelated],
  ['date', checkDate],
  ['modified', checkDate],
]);

function checkTitle(value: SourceNode, key: string, faults: Faults): void {
  checkText(value, key, faults);
  if (value.kind === 'scalar' && value.text.length > titleCharsMax) {
    faults.add('VALUE_KIND', value.at, `a title has at most ${titleCharsMax} characters`);
  }
}

function checkText(value: SourceNode, key: string, faults: Faults): void {
  if (value.kind === 'scalar' && typeof value.value === 'string') return;
  faults.add('VALUE_KIND', value.at, `"${key}" must be a text, not ${describeNode(value)}`);
}

function checkList(value: SourceNode, key: string, faults: Faults): void {
  if (value.kind !== 'list') faults.add('VALUE_KIND', value.at, `"${key}" must be a list, not ${describeNode(value)}`);
}

function checkTags(value: SourceNode, key: string, faults: Faults): void {
  if (value.kind !== 'list') return checkList(value, key, faults);
  for (const tag of value.items) {
    if (tag.kind !== 'scalar' || typeof tag.value !== 'string') {
      faults.add('VALUE_KIND', tag.at, `a tag must be a text, not ${describeNode(tag)}`);
    } else if (!tag.text.includes('.')) {
      faults.add('VALUE_KIND', tag.at, `the tag ${quote(tag.text)} has no namespace`, 'write it behind a dot: attack.t1059');
    }
  }
}

function checkRelated(value: SourceNode, key: string, faults: Faults): void {
  if (value.kind !== 'list') return checkList(value, key, faults);
  for (const item of value.items) {
    if (item.kind !== 'map') {
      faults.add('VALUE_KIND', item.at, `what is related must be a map with "id" and "type", not ${describeNode(item)}`);
      continue;
    }
    requiredText(item, 'id', faults);
    const type = requiredText(item, 'type', faults);
    if (type === undefined || relations.some((relation) => relation === type.toLowerCase())) continue;
    const at = entryOf(item, 'type')?.value.at ?? item.at;
    faults.add('VALUE_KIND', at, `${quote(type)} is no relation of rules`, didYouMean(type, relations) ?? `one of ${relations.join(', ')}`);
  }
}

const dates = /^([1-3]\d{3})(?:-([01]\d)-([0-3]\d)|\/([01]?\d)\/([0-3]?\d))$/;

function checkDate(value: SourceNode, key: string, faults: Faults): void {
  const [, year, ...parts] = dates.exec(value.kind === 'scalar' ? value.text : '') ?? [];
  const [month = 0, day = 0] = parts.filter((part) => part !== undefined).map(Number);
  const date = new Date(Date.UTC(Number(year), month - 1, day));
  if (date.getUTCMonth() === month - 1 && date.getUTCDate() === day) return;
  faults.add('VALUE_KIND', value.at, `"${key}" must be a day such as 2026-03-31`);
}
