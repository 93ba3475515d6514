/**
 * Judges for events of one shape, made fast. A condition is simplified for the shape (simplify.ts), brought into normal
 * form (normal-form.ts), and becomes steps: each is a test, and says which step comes next where it holds and where not,
 * so that joins and negations cost nothing. Gives what compile.ts gives.
 */
import type { Condition, Test } from '../rules/ir.ts';
import type { Judge } from './compile.ts';
import type { FieldSource } from './field-source.ts';
import { normalForm, type Node } from './normal-form.ts';
import { simplify } from './simplify.ts';
import type { TableBudget } from './table-budget.ts';
import { TestJudges } from './test-judges.ts';

export class Judges {
  private readonly source: FieldSource;
  private readonly tests: TestJudges;
  private readonly judges = new Map<Condition, Judge>();

  /** For events of the shape of the one that the source holds whenever `judgeOf` is called. */
  constructor(source: FieldSource, budget: TableBudget) {
    this.source = source;
    this.tests = new TestJudges(source, budget);
  }

  /** The same one for the same condition: many routes have it. */
  judgeOf(condition: Condition): Judge {
    return this.judges.getOrInsertComputed(condition, () => this.make(condition));
  }

  /** Whether the event that the source holds fulfils the test. */
  verdictOf(test: Test): boolean {
    return this.tests.judgeOfTest(test)();
  }

  private make(condition: Condition): Judge {
    const left = simplify(condition, this.source);
    const first = typeof left === 'boolean' ? left : this.stepsOf(normalForm(left, this.source), true, false);
    return () => {
      let next = first;
      while (typeof next !== 'boolean') next = next.test() ? next.yes : next.no;
      return next;
    };
  }

  /** The first of those for a node, behind which `yes` follows where it holds, `no` where not. */
  private stepsOf(node: Node, yes: Next, no: Next): Next {
    switch (node.kind) {
      case 'test':
      case 'group': {
        const test = this.tests.judgeOf(node);
        return node.negated ? { test, yes: no, no: yes } : { test, yes, no };
      }
      case 'all':
        return node.of.reduceRight((next, part) => this.stepsOf(part, next, no), yes);
      case 'any':
        return node.of.reduceRight((next, part) => this.stepsOf(part, yes, next), no);
    }
  }
}

/** A step, or the verdict. */
type Next = Step | boolean;

interface Step {
  readonly test: Judge;
  readonly yes: Next;
  readonly no: Next;
}
