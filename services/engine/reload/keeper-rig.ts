/** What the tests of the keeper publish, list and look at. */
import type { ListStore } from '../lists/list-store.ts';
import type { Rule } from '../rules/rule.ts';
import type { Published } from './assembler.ts';
import { packRules } from './content.ts';

export const rule = (title: string, path: string): string => JSON.stringify({ title, logsource: { category: 'file_access', product: 'linux' }, detection: { a: { 'TargetFilename|expand': path, 'Image|contains|expand': path }, condition: 'a' } });

export const lookUp = (title: string, path: string): string => rule(title, path).replace('Image|contains|expand', 'Image|expand');

export function publishedRules(...texts: string[]): Published {
  return published('rules/g', packRules(texts.map((text, index) => ({ file: `${index}.yml`, text }))));
}

export function published(subject: string, content: Buffer | undefined, issued_ms = 1): Published {
  return { manifest: { subject, version: 'v', issued_ms, bytes: 0, parts: [] }, content, records: [] };
}

/** Undefined withdraws it. */
export function publishedList(name: string, text: string | undefined, issuedMs = 1): Published {
  return published(`list/g/${name}`, text === undefined ? undefined : Buffer.from(text), issuedMs);
}

interface Ruled {
  readonly rules: readonly Rule[];
}

/** All that the rules hold, with the lists that they look up. */
export const textsOf = ({ rules }: Ruled): string => JSON.stringify(rules, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

export const titles = ({ rules }: Ruled): string[] => rules.map(({ title }) => title);

export const broken = 'title: Broken\ndetection: [\n';
export const listOf = (...entries: string[]): string => `# kind: text\n${entries.join('\n')}\n`;
/** More than can stand within a value. */
export const tooMany = listOf(...Array.from({ length: 201 }, (_, index) => `e${index}`));
export const entriesOf = (lists: ListStore): Record<string, number> => Object.fromEntries(lists.summaries().map(({ name, entries }) => [name, entries]));
