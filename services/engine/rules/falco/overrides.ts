/** How an item says that it changes an earlier one: `override: {key: append | replace}`, or `append: true`, which is deprecated. */
import { quote } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { entryOf } from '../yaml-source.ts';
import { booleanOf, type Item, type ItemKind } from './items.ts';

export interface Overrides {
  /** `append: true`: of a rule its condition and exceptions. */
  readonly appends: boolean;
  /** Some key is overridden. */
  readonly changes: boolean;
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

type Changed = Extract<ItemKind, 'rule' | 'macro' | 'list'>;

const appendable: Readonly<Record<Changed, readonly string[]>> = {
  rule: ['condition', 'output', 'desc', 'tags', 'exceptions'],
  macro: ['condition'],
  list: ['items'],
};

const replaceable: Readonly<Record<Changed, readonly string[]>> = {
  rule: [...appendable.rule, 'priority', 'enabled', 'warn_evttypes', 'skip-if-unknown-filter'],
  macro: ['condition'],
  list: ['items'],
};

export function overridesOf(item: Item): Overrides {
  const { map, faults, warnings } = item;
  const kind = item.kind as Changed;
  const deprecated = entryOf(map, 'append');
  const appends = booleanOf(map, 'append', faults) ?? false;
  if (appends) warnings.add('KEY_DEPRECATED', deprecated!.key.at, '"append" is deprecated', 'use "override: {condition: append}"');
  const [append, replace] = [new Set<string>(), new Set<string>()];
  const override = entryOf(map, 'override');
  if (override !== undefined && override.value.kind !== 'map') faults.add('VALUE_KIND', override.value.at, '"override" must be a map from keys to "append" or "replace"');
  const entries = override?.value.kind === 'map' ? override.value.entries : [];
  if (appends && entries.length > 0) faults.add('OVERRIDE_MISUSED', deprecated!.key.at, '"append" and "override" do not go together');
  for (const { key, value } of entries) {
    const how = value.kind === 'scalar' ? value.text : '';
    const set = how === 'append' ? append : how === 'replace' ? replace : undefined;
    if (set === undefined) faults.add('OVERRIDE_MISUSED', value.at, `a key is overridden by "append" or "replace", not ${quote(how)}`, didYouMean(how, ['append', 'replace']));
    else if (!replaceable[kind].includes(key.text)) faults.add('OVERRIDE_MISUSED', key.at, `${quote(key.text)} cannot be overridden`, didYouMean(key.text, replaceable[kind]));
    else if (set === append && !appendable[kind].includes(key.text)) faults.add('OVERRIDE_MISUSED', value.at, `${quote(key.text)} cannot be appended to`, 'use "replace"');
    else if (entryOf(map, key.text) === undefined) faults.add('OVERRIDE_MISUSED', key.at, `${quote(key.text)} is overridden and not given`);
    else set.add(key.text);
  }
  const changes = entries.length > 0;
  if (changes && kind === 'rule') {
    for (const { key } of map.entries) {
      const idle = replaceable.rule.includes(key.text) && !entries.some((entry) => entry.key.text === key.text);
      if (idle) faults.add('OVERRIDE_MISUSED', key.at, `${quote(key.text)} is given and not overridden`, `add "${key.text}: replace" to "override"`);
    }
  }
  return { appends, changes, append, replace };
}
