/**
 * Which fields a condition asks for that nothing supplies, and whether it can still hold. A test on such a field never
 * holds, so parts of the condition are decided before any event has come. Others fail on values that no event has.
 */
import type { FieldTable } from './fields.ts';
import { testsOf } from './ir.ts';
import type { Condition } from './ir.ts';
import type { DetectionRule } from './rule.ts';

export interface Supply {
  /** In order of appearance; "keywords" stands for tests on every value. */
  readonly missing: readonly string[];
  /** False when the condition holds for no event. */
  readonly satisfiable: boolean;
}

export function supplyOf({ logsource, condition }: Pick<DetectionRule, 'logsource' | 'condition'>, fields: FieldTable): Supply {
  const missing = missingIn(condition);
  if (outlook(condition) === 'never') return { missing, satisfiable: false };
  const impossible = fields.impossible?.(logsource, condition);
  return impossible === undefined ? { missing, satisfiable: true } : { missing: [...new Set([...missing, ...impossible])], satisfiable: false };
}

function missingIn(condition: Condition): string[] {
  const missing = new Set<string>();
  for (const test of testsOf(condition)) {
    if (test.field === undefined) missing.add(test.name ?? 'keywords');
    if (test.match.kind === 'field' && test.match.other === undefined) missing.add(test.match.otherName);
  }
  return [...missing];
}

type Outlook = 'always' | 'never' | 'open';

function outlook(condition: Condition): Outlook {
  switch (condition.kind) {
    case 'test': {
      const undecidable = condition.match.kind === 'field' && condition.match.other === undefined;
      return condition.field === undefined || undecidable ? 'never' : 'open';
    }
    case 'selection':
      return outlook(condition.of);
    case 'not': {
      const inner = outlook(condition.of);
      return inner === 'open' ? 'open' : inner === 'never' ? 'always' : 'never';
    }
    case 'and':
      return join(condition.of, 'never', 'always');
    case 'or':
      return join(condition.of, 'always', 'never');
  }
}

/** One part that is `decisive` decides the whole; parts that are all `neutral` make it neutral. */
function join(parts: readonly Condition[], decisive: Outlook, neutral: Outlook): Outlook {
  const outlooks = parts.map(outlook);
  if (outlooks.includes(decisive)) return decisive;
  return outlooks.every((part) => part === neutral) ? neutral : 'open';
}
