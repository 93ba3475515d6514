/**
 * Conditions of many rules become closures that share their work: what occurs in several rules, a test or a whole part,
 * is judged once an event; what is cheap comes first; regular expressions come last, behind the literals that they need,
 * and their verdicts are kept by value. Gives what compile.ts gives, faster.
 */
import { many, type Condition, type Match, type Test } from '../rules/ir.ts';
import { compile, type Judge } from './compile.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { fold } from './fold.ts';
import { regexJudge } from './regex-judge.ts';

export class SharedJudges {
  private readonly source: FieldSource;
  private readonly nodes = new Map<string, Node>();
  private readonly identities = new Map<unknown, number>();
  /** Counts events; what was judged for an earlier one is void. */
  private event = 0;

  constructor(source: FieldSource) {
    this.source = source;
  }

  /** Before any is compiled, all are declared: what is shared is then known. */
  declare(condition: Condition): SharedCondition {
    const node = this.nodeOf(condition);
    node.uses += 1;
    return node;
  }

  /** Judges the event that the source holds, since the last `begin`. */
  judgeOf(condition: SharedCondition): Judge {
    return this.compileNode(condition as Node);
  }

  /** Another event is in the source. */
  begin(): void {
    this.event += 1;
  }

  private nodeOf(condition: Condition): Node {
    switch (condition.kind) {
      case 'selection':
        return this.nodeOf(condition.of);
      case 'test':
        return this.nodes.getOrInsertComputed(this.keyOf(condition), (key) => ({ kind: 'test', key, test: condition, cost: costOf(condition), uses: 0, judge: undefined }));
      case 'not':
        return this.joinOf('not', [this.nodeOf(condition.of)]);
      case 'and':
      case 'or':
        return this.joinOf(condition.kind, condition.of.map((part) => this.nodeOf(part)));
    }
  }

  private joinOf(kind: JoinNode['kind'], parts: readonly Node[]): Node {
    const key = `${kind}(${parts.map(({ key }) => this.identityOf(key)).join()})`;
    return this.nodes.getOrInsertComputed(key, () => {
      for (const part of parts) part.uses += 1;
      const ordered = parts.toSorted((a, b) => a.cost - b.cost);
      return { kind, key, parts: ordered, cost: parts.reduce((sum, { cost }) => sum + cost, 1), uses: 0, judge: undefined };
    });
  }

  /** Tests of one key give the same verdict on every event. */
  private keyOf({ field, match, every }: Test): string {
    if (field === undefined) return 'never';
    return `${every === true ? 'every' : ''} ${this.source.slotOf(field).index} ${this.matchKey(match)}`;
  }

  private matchKey(match: Match): string {
    switch (match.kind) {
      case 'exact':
      case 'prefix':
      case 'suffix':
      case 'contains':
        return match.cased ? `${match.kind} cased ${match.text}` : `${match.kind} ${fold(match.text)}`;
      case 'wildcard':
        return `wildcard ${match.cased} ${JSON.stringify(match.pattern.map((part) => (typeof part === 'string' ? part : part === many ? 1 : 2)))}`;
      case 'regex':
        return `regex ${JSON.stringify(match.regex.flags)} ${match.regex.source}`;
      case 'number':
        return `number ${match.relation} ${match.value}`;
      case 'time':
        return `time ${match.part} ${match.value}`;
      case 'list':
        return `list ${this.identityOf(match.list)}`;
      case 'cidr':
        return `cidr ${this.identityOf(match.contains)}`;
      case 'field':
        return match.other === undefined ? 'never' : `field ${match.relation} ${match.cased} ${this.source.slotOf(match.other).index}`;
      case 'null':
      case 'exists':
        return match.kind;
    }
  }

  private identityOf(thing: unknown): number {
    return this.identities.getOrInsertComputed(thing, () => this.identities.size);
  }

  private compileNode(node: Node): Judge {
    node.judge ??= node.uses > 1 && node.cost > trivialCost ? this.once(this.compileAlone(node)) : this.compileAlone(node);
    return node.judge;
  }

  private compileAlone(node: Node): Judge {
    if (node.kind === 'test') {
      const { field, match } = node.test;
      return match.kind === 'regex' && field !== undefined ? regexJudge(node.test, match.regex, field, this.source) : compile(node.test, this.source);
    }
    const [first] = node.parts;
    if (node.kind === 'not') {
      const inner = this.compileNode(first!);
      return () => !inner();
    }
    return node.kind === 'and' ? all(node.parts.map((part) => this.compileNode(part))) : any(this.alternatives(node.parts));
  }

  /** Exact texts of one field share a look-up. */
  private alternatives(parts: readonly Node[]): Judge[] {
    const exact = Map.groupBy(parts, (part) => exactSlot(part, this.source));
    const others = (exact.get(undefined) ?? []).map((part) => this.compileNode(part));
    exact.delete(undefined);
    const sets = [...exact.values()].map((same) => {
      const tests = same.map((part) => (part as TestNode).test);
      return compile(tests.length === 1 ? tests[0]! : { kind: 'or', of: tests }, this.source);
    });
    return [...sets, ...others];
  }

  /** Judged at most once an event. When the judge throws, nothing is kept: whoever asks next meets the fault as well. */
  private once(judge: Judge): Judge {
    let judgedFor = -1;
    let verdict = false;
    return () => {
      if (judgedFor !== this.event) {
        verdict = judge();
        judgedFor = this.event;
      }
      return verdict;
    };
  }
}

/** A condition that was declared. */
export type SharedCondition = Readonly<Pick<Node, 'key'>>;

type Node = TestNode | JoinNode;

interface NodeBase {
  readonly key: string;
  readonly cost: number;
  /** By how many others, and as how many rules' whole conditions. */
  uses: number;
  judge: Judge | undefined;
}

interface TestNode extends NodeBase {
  readonly kind: 'test';
  readonly test: Test;
}

interface JoinNode extends NodeBase {
  readonly kind: 'and' | 'or' | 'not';
  /** Cheapest first. */
  readonly parts: readonly Node[];
}

/** What costs no more than to look up the kept verdict is judged anew. */
const trivialCost = 1;

/** Relative, about in tens of nanoseconds. */
function costOf({ match }: Test): number {
  switch (match.kind) {
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'null':
    case 'exists':
      return 1;
    case 'number':
      return 2;
    case 'contains':
      return 3;
    case 'list':
    case 'cidr':
    case 'field':
      return 6;
    case 'time':
    case 'wildcard':
      return 10;
    case 'regex':
      return 100;
  }
}

function exactSlot(node: Node, source: FieldSource): Slot | undefined {
  if (node.kind !== 'test' || node.test.field === undefined) return undefined;
  const { field, match, every } = node.test;
  return match.kind === 'exact' && !match.cased && every !== true ? source.slotOf(field) : undefined;
}

function all(judges: readonly Judge[]): Judge {
  return () => {
    for (let index = 0; index < judges.length; index += 1) if (!judges[index]!()) return false;
    return true;
  };
}

function any(judges: readonly Judge[]): Judge {
  const [first] = judges;
  if (judges.length === 1) return first!;
  return () => {
    for (let index = 0; index < judges.length; index += 1) if (judges[index]!()) return true;
    return false;
  };
}
