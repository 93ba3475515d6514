/**
 * Items in their order become lists, macros and rules as they stand in the end: a later item of the same name replaces,
 * appends to, or changes parts of an earlier one. A redefinition keeps the first one's place and brings its own body.
 */
import type { Faults, Position } from '../diagnostics.ts';
import { quote } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { entryOf, type SourceScalar } from '../yaml-source.ts';
import { readExceptions, appendExceptions, type ExceptionDraft } from './exceptions.ts';
import { booleanOf, optionalScalar, pieceOf, scalarsOf, type Item } from './items.ts';
import { overridesOf, type Overrides } from './overrides.ts';
import type { Piece } from './source-text.ts';

/** What is known of an item when all are read. */
interface Draft {
  readonly name: string;
  readonly item: Item;
  /** Its place among all items: a macro sees the macros, a list the lists, that come before its `visibleFrom`. */
  readonly index: number;
  /** The place of the last item that defined or changed it. */
  visibleFrom: number;
}

export interface ListDraft extends Draft {
  items: Piece[];
}

export interface MacroDraft extends Draft {
  /** Empty after a fault. */
  condition: Piece[];
}

export interface RuleDraft extends Draft {
  condition: Piece[];
  output: Piece[];
  desc: string;
  priority: SourceScalar | undefined;
  tags: string[];
  readonly source: string;
  enabled: boolean;
  warnEventTypes: boolean;
  skipIfUnknownFilter: boolean;
  exceptions: ExceptionDraft[];
  /** Of the rule and of all that changed it. */
  readonly faults: Faults;
  readonly warnings: Faults;
  readonly at: Position;
}

export interface Collected {
  readonly lists: ReadonlyMap<string, ListDraft>;
  readonly macros: ReadonlyMap<string, MacroDraft>;
  readonly rules: ReadonlyMap<string, RuleDraft>;
}

export function collect(items: readonly Item[]): Collected {
  const collector = new Collector();
  items.forEach((item, index) => collector.add(item, index));
  return collector;
}

class Collector implements Collected {
  readonly lists = new Map<string, ListDraft>();
  readonly macros = new Map<string, MacroDraft>();
  readonly rules = new Map<string, RuleDraft>();

  add(item: Item, index: number): void {
    if (item.name === '') return;
    if (item.kind === 'list') this.addList(item, index);
    else if (item.kind === 'macro') this.addMacro(item, index);
    else if (item.kind === 'rule') this.addRule(item, index);
  }

  private addList(item: Item, index: number): void {
    const scalars = scalarsOf(item.map, 'items', item.faults) ?? [];
    const items = scalars.map((scalar) => ({ file: item.file, scalar }));
    const prev = this.lists.get(item.name);
    if (!appends(item, 'items')) return void this.lists.set(item.name, { name: item.name, item, index: prev?.index ?? index, visibleFrom: index, items });
    if (prev === undefined) return missing(item, this.lists);
    prev.items.push(...items);
    prev.visibleFrom = index;
  }

  private addMacro(item: Item, index: number): void {
    const piece = pieceOf(item, 'condition');
    const condition = piece === undefined ? [] : [piece];
    const prev = this.macros.get(item.name);
    if (!appends(item, 'condition')) return void this.macros.set(item.name, { name: item.name, item, index: prev?.index ?? index, visibleFrom: index, condition });
    if (prev === undefined) return missing(item, this.macros);
    prev.condition.push(...condition);
    prev.visibleFrom = index;
  }

  private addRule(item: Item, index: number): void {
    const { map, faults } = item;
    const overrides = overridesOf(item);
    const prev = this.rules.get(item.name);
    const keyed = (key: string): boolean => entryOf(map, key) !== undefined;
    const switches = !['condition', 'output', 'desc', 'priority'].some(keyed) && keyed('enabled');
    if (!overrides.appends && !overrides.changes && !switches) return this.define(item, index, prev);
    if (prev === undefined) return missing(item, this.rules);
    prev.visibleFrom = index;
    if (overrides.changes) this.change(prev, item, overrides);
    else if (overrides.appends) this.change(prev, item, { ...overrides, append: new Set(['condition', 'exceptions'].filter(keyed)) });
    else {
      item.warnings.add('KEY_DEPRECATED', entryOf(map, 'enabled')!.key.at, '"enabled" alone is deprecated', 'use "override: {enabled: replace}"');
      prev.enabled = booleanOf(map, 'enabled', faults) ?? prev.enabled;
    }
    adopt(prev, item);
  }

  private define(item: Item, index: number, prev: RuleDraft | undefined): void {
    const { map, faults, warnings, at } = item;
    const [condition, output, desc] = [pieceOf(item, 'condition'), pieceOf(item, 'output'), pieceOf(item, 'desc')];
    const priority = pieceOf(item, 'priority')?.scalar;
    const source = optionalScalar(map, 'source', faults)?.text ?? 'syscall';
    if (prev !== undefined && prev.source !== source) {
      faults.add('OVERRIDE_MISUSED', entryOf(map, 'source')?.value.at ?? at, `the rule is defined again with another source: it was ${quote(prev.source)}`);
    }
    this.rules.set(item.name, {
      name: item.name, item, index: prev?.index ?? index, visibleFrom: index, faults, warnings, at, source, priority,
      condition: condition === undefined ? [] : [condition],
      output: output === undefined ? [] : [output],
      desc: desc?.scalar.text.trim() ?? '',
      tags: tagsOf(item),
      enabled: booleanOf(map, 'enabled', faults) ?? true,
      warnEventTypes: booleanOf(map, 'warn_evttypes', faults) ?? true,
      skipIfUnknownFilter: booleanOf(map, 'skip-if-unknown-filter', faults) ?? false,
      exceptions: readExceptions(item, false),
    });
  }

  private change(prev: RuleDraft, item: Item, { append, replace }: Pick<Overrides, 'append' | 'replace'>): void {
    const { map, faults } = item;
    const texts = (key: string): Piece[] => {
      const piece = pieceOf(item, key);
      return piece === undefined ? [] : [piece];
    };
    if (append.has('condition')) prev.condition.push(...texts('condition'));
    if (append.has('output')) prev.output.push(...texts('output'));
    if (append.has('desc')) prev.desc = [prev.desc, ...texts('desc').map(({ scalar }) => scalar.text.trim())].join(' ');
    if (append.has('tags')) prev.tags = [...new Set([...prev.tags, ...tagsOf(item)])];
    if (append.has('exceptions')) appendExceptions(prev.exceptions, readExceptions(item, true));
    if (replace.has('condition')) prev.condition = texts('condition');
    if (replace.has('output')) prev.output = texts('output');
    if (replace.has('desc')) prev.desc = texts('desc')[0]?.scalar.text.trim() ?? '';
    if (replace.has('tags')) prev.tags = tagsOf(item);
    if (replace.has('exceptions')) prev.exceptions = readExceptions(item, false);
    if (replace.has('priority')) prev.priority = pieceOf(item, 'priority')?.scalar;
    if (replace.has('enabled')) prev.enabled = booleanOf(map, 'enabled', faults) ?? prev.enabled;
    if (replace.has('warn_evttypes')) prev.warnEventTypes = booleanOf(map, 'warn_evttypes', faults) ?? prev.warnEventTypes;
    if (replace.has('skip-if-unknown-filter')) prev.skipIfUnknownFilter = booleanOf(map, 'skip-if-unknown-filter', faults) ?? prev.skipIfUnknownFilter;
  }
}

/** Of a list or macro, which has one key that can be appended to. */
function appends(item: Item, key: string): boolean {
  const { appends: deprecated, append } = overridesOf(item);
  return deprecated || append.has(key);
}

function missing(item: Item, known: ReadonlyMap<string, unknown>): void {
  const hint = didYouMean(item.name, known.keys());
  item.faults.add('ITEM_MISSING', entryOf(item.map, item.kind)?.value.at ?? item.at, `no ${item.kind} ${quote(item.name)} stands before this one, which changes it`, hint);
}

/** What is wrong with a change is wrong with the rule. */
function adopt(rule: RuleDraft, { faults, warnings, file }: Item): void {
  for (const { code, line, column, message, hint } of faults.list) rule.faults.add(code, { file, line, column }, message, hint);
  for (const { code, line, column, message, hint } of warnings.list) rule.warnings.add(code, { file, line, column }, message, hint);
  faults.list.length = 0;
}

function tagsOf(item: Item): string[] {
  if (entryOf(item.map, 'tags') === undefined) return [];
  return [...new Set((scalarsOf(item.map, 'tags', item.faults) ?? []).map(({ text }) => text))];
}
