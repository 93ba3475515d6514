/**
 * The stateless matcher: which detection rules does one event match? Rules are routed by log source first, which is
 * a matter of correctness too: a rule says which events it is about.
 */
import type { LogSource } from '../rules/fields.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { compile } from './compile.ts';
import type { Judge } from './compile.ts';
import { FieldSource } from './field-source.ts';

export interface Matcher {
  /** The rules that the event matches, in order of loading. Never throws. */
  match(logsource: LogSource, event: object): DetectionRule[];
}

export function createMatcher(rules: readonly DetectionRule[]): Matcher {
  const source = new FieldSource();
  const compiled = rules.map((rule): CompiledRule => ({ rule, judge: compile(rule.condition, source) }));
  const routes = new Map<string, readonly CompiledRule[]>();
  return {
    match(logsource, event) {
      source.begin(event);
      const matches: DetectionRule[] = [];
      for (const { rule, judge } of routeOf(logsource, compiled, routes)) if (judge()) matches.push(rule);
      return matches;
    },
  };
}

interface CompiledRule {
  readonly rule: DetectionRule;
  readonly judge: Judge;
}

/** Log sources come from events, so the cache of routes is bounded; beyond it a route is found anew for each event. */
const routesMax = 256;

function routeOf(
  logsource: LogSource,
  compiled: readonly CompiledRule[],
  routes: Map<string, readonly CompiledRule[]>,
): readonly CompiledRule[] {
  const key = `${logsource.category ?? ''}\n${logsource.product ?? ''}\n${logsource.service ?? ''}`;
  const known = routes.get(key);
  if (known !== undefined) return known;
  const route = compiled.filter(({ rule }) => covers(rule.logsource, logsource));
  if (routes.size < routesMax) routes.set(key, route);
  return route;
}

/** Every part that the rule names is the event's; what the rule leaves open may be anything. */
function covers(rule: LogSource, event: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every((part) => {
    return rule[part] === undefined || rule[part] === event[part]?.toLowerCase();
  });
}
