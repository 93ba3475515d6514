/** Falco's language: the items of all its files together become lists, macros and rules, and each rule a condition. */
import { Faults, quote, type Diagnostic } from '../diagnostics.ts';
import type { LoadedRule, LoadScope, RuleLanguage } from '../dialect.ts';
import { collect, type RuleDraft } from './collect.ts';
import { Macros } from './compile.ts';
import { itemsOf, type Item } from './items.ts';
import { listsOf } from './names.ts';
import { checkRequirements } from './requirements.ts';
import { loadRule, type RuleScope } from './rule.ts';

export const falco: RuleLanguage = {
  claims: ({ root }) => root?.kind === 'list',
  load(documents, { fields, warnings, regexes, tests }: LoadScope): LoadedRule[] {
    const items = documents.flatMap(itemsOf);
    for (const item of items) checkRequirements(item);
    const collected = collect(items);
    const scope: RuleScope = { fields, lists: listsOf(collected.lists), regexes, tests, macros: new Macros(collected.macros), derived: new Map() };
    const rules = [...collected.rules.values()].map((draft) => loaded(draft, scope));
    const others = items.filter((item) => item.faults.list.length > 0 && collected.rules.get(item.name)?.item !== item).map(faulty);
    for (const item of items) if (item.kind !== 'rule') warnings.push(...item.warnings.list);
    warnings.push(...unused(scope));
    return [...others, ...rules];
  },
};

function loaded(draft: RuleDraft, scope: RuleScope): LoadedRule {
  const { name, at, faults, warnings, enabled } = draft;
  const rule = loadRule(draft, scope);
  return {
    identity: { title: name, dialect: 'falco' },
    at,
    faults,
    ...(warnings.list.length > 0 ? { warnings } : {}),
    loaded: faults.list.length > 0 ? undefined : rule,
    ...(enabled ? {} : { disabled: true }),
  };
}

/** An item that is no rule in the end: a list, a macro, a requirement, or a change of what is not there. */
function faulty({ kind, name, at, faults }: Item): LoadedRule {
  const title = kind === 'rule' ? name : kind === 'unknown' ? undefined : `${kind} ${name}`.trim();
  return { identity: { ...(title === undefined ? {} : { title }), dialect: 'falco' }, at, faults, loaded: undefined };
}

function unused({ macros, lists }: RuleScope): readonly Diagnostic[] {
  return [...macros.unused(), ...lists.unused()].flatMap(({ name, item }) => {
    const warnings = new Faults(item.file);
    warnings.add(item.kind === 'macro' ? 'MACRO_UNUSED' : 'LIST_UNUSED', item.at, `nothing refers to the ${item.kind} ${quote(name)}`);
    return warnings.list;
  });
}
