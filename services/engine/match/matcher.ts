/** The stateless matcher: which detection rules does one event, an object, match? */
import type { LogSource } from '../rules/fields.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { ObjectSource } from './field-source.ts';
import { compileRules, type ProgramOptions } from './program.ts';

export interface Matcher {
  /**
   * The rules that an event of these log sources matches, each once, in order of loading. Never throws. Cheapest when
   * the same list comes again for events of the same sources.
   */
  match(logsources: readonly LogSource[], event: object): readonly DetectionRule[];
}

export function createMatcher(rules: readonly DetectionRule[], options?: ProgramOptions): Matcher {
  const source = new ObjectSource();
  const program = compileRules(rules, source, options);
  return {
    match(logsources, event) {
      source.begin(event);
      return program.match(logsources);
    },
  };
}
