/**
 * The stateless matcher: which detection rules does one event match? Rules are routed by log source first, which is
 * a matter of correctness too: a rule says which events it is about.
 */
import { covers, type LogSource } from '../rules/fields.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { compile } from './compile.ts';
import type { Judge } from './compile.ts';
import { ObjectSource } from './field-source.ts';

export interface Matcher {
  /**
   * The rules that an event of these log sources matches, each once, in order of loading. Never throws. Cheapest when
   * the same list comes again for events of the same sources.
   */
  match(logsources: readonly LogSource[], event: object): DetectionRule[];
}

export function createMatcher(rules: readonly DetectionRule[], _options: { readonly index?: boolean } = {}): Matcher {
  const source = new ObjectSource();
  const compiled = rules.map((rule): CompiledRule => ({ rule, judge: compile(rule.condition, source) }));
  const routes = new Map<string, Route>();
  const routesByList = new WeakMap<readonly LogSource[], Route>();
  return {
    match(logsources, event) {
      source.begin(event);
      const matches: DetectionRule[] = [];
      const route = routesByList.getOrInsertComputed(logsources, () => routeOf(logsources, compiled, routes));
      for (const { rule, judge } of route) if (judge()) matches.push(rule);
      return matches;
    },
  };
}

interface CompiledRule {
  readonly rule: DetectionRule;
  readonly judge: Judge;
}

type Route = readonly CompiledRule[];

/** Log sources come from events, so the cache of routes is bounded; beyond it a route is found anew for each event. */
const routesMax = 256;

function routeOf(logsources: readonly LogSource[], compiled: readonly CompiledRule[], routes: Map<string, Route>): Route {
  const key = JSON.stringify(logsources.map(({ category, product, service }) => [category, product, service]));
  const known = routes.get(key);
  if (known !== undefined) return known;
  const route = compiled.filter(({ rule }) => logsources.some((logsource) => covers(rule.logsource, logsource)));
  if (routes.size < routesMax) routes.set(key, route);
  return route;
}
