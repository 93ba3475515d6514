/** The lists of a load, written out: an item that is the name of a list stands for that list's items. */
import type { ListDraft } from './collect.ts';
import { literalsOf } from './exceptions.ts';
import type { Value } from './expression.ts';

/** Twenty times the items of all stock lists together; bounds what lists of lists write out. */
export const listItemsMax = 20_000;

/** Of all lists of a load together: many lists may name one that is large. */
export const loadItemsMax = 500_000;

export interface Lists {
  /** Undefined when there is no such list. Items are there once; more than `listItemsMax` are too many, or `loadItemsMax` in all. */
  find(name: string): readonly Value[] | 'too many' | undefined;
  /** Nothing referred to them yet. */
  unused(): ListDraft[];
}

export function listsOf(drafts: ReadonlyMap<string, ListDraft>): Lists {
  const used = new Set<string>();
  const written = new Map<string, readonly Value[] | 'too many'>();
  let items = 0;
  const own = new Map([...drafts].map(([name, draft]) => [name, ownValues(draft)]));

  const write = (draft: ListDraft, within: readonly string[]): readonly Value[] | 'too many' => {
    const values = new Map<string, Value>();
    for (const value of own.get(draft.name) ?? []) {
      const nested = value.quoted ? undefined : drafts.get(value.text);
      // Falco writes out what comes before; a list within itself is a plain text to it.
      const visible = nested !== undefined && nested.index < draft.visibleFrom && !within.includes(value.text);
      if (visible) used.add(nested.name);
      const found = visible ? lookUp(nested, [...within, nested.name]) : [value];
      if (found === 'too many') return found;
      for (const each of found) values.set(each.text, each);
      if (values.size > listItemsMax) return 'too many';
    }
    items += values.size;
    return items > loadItemsMax ? 'too many' : [...values.values()];
  };
  const lookUp = (draft: ListDraft, within: readonly string[]): readonly Value[] | 'too many' => {
    const known = written.get(draft.name);
    if (known !== undefined) return known;
    if (within.length > listDepthMax || items > loadItemsMax) return 'too many';
    const values = write(draft, within);
    written.set(draft.name, values);
    return values;
  };
  for (const draft of drafts.values()) lookUp(draft, [draft.name]);
  return {
    find(name) {
      const draft = drafts.get(name);
      if (draft === undefined) return undefined;
      used.add(name);
      return lookUp(draft, [name]);
    },
    unused: () => [...drafts.values()].filter(({ name }) => !used.has(name)),
  };
}

/** Lists within lists; the stock files have three. */
const listDepthMax = 64;

function ownValues({ items, item }: ListDraft): readonly Value[] {
  return items.flatMap(({ scalar, file }) => literalsOf(scalar, file, item.faults) ?? []);
}
