/**
 * Compiled rules over a source of events: which of them does the event in the source match? Rules are routed by log
 * source first, which is a matter of correctness too: a rule says which events it is about. Of a route's rules only those
 * are judged of whose witness something is in the event, and those that have none.
 */
import { covers, type LogSource } from '../rules/fields.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { compile, type Judge } from './compile.ts';
import { EventsOfShape } from './events-of-shape.ts';
import type { FieldSource } from './field-source.ts';
import { Judges } from './judges.ts';
import { Candidates, LiteralIndex } from './literal-index.ts';
import { TextMemory } from './repeated-texts.ts';
import { TableBudget } from './table-budget.ts';
import { witnessOf } from './witness.ts';

export interface RuleProgram {
  /**
   * The rules that the event in the source matches, when it answers these log sources: each once, in order of loading.
   * Never throws. Cheapest when the same list comes again for events of the same sources. Valid until the next call.
   */
  match(logsources: readonly LogSource[]): readonly DetectionRule[];
}

export interface ProgramOptions {
  /** False: every rule of a route is judged, by itself. Gives the same matches, slower: for comparison. */
  readonly index?: boolean;
  /** A rule threw, which is a bug of ours. It is not judged any more; the others are. Called once a rule. */
  readonly onFault?: (rule: DetectionRule, error: unknown) => void;
}

export function compileRules(rules: readonly DetectionRule[], source: FieldSource, options: ProgramOptions = {}): RuleProgram {
  return new Program(rules, source, options);
}

interface CompiledRule {
  readonly rule: DetectionRule;
  /** Of loading. */
  readonly order: number;
  /** It threw, and is judged no more. */
  faulty: boolean;
}

/** The rules of an event's log sources, in order of loading. */
interface Route {
  /** Of the source's events: what they lack need not be looked for. */
  readonly shape: number | undefined;
  readonly rules: readonly CompiledRule[];
  /** By number of the rule, each made when it is first to be judged: few rules ever are. */
  readonly judges: (Judge | undefined)[];
  readonly candidates: Candidates;
  /** Undefined when every rule is to be judged. */
  readonly index: LiteralIndex | undefined;
  readonly everyRule: Int32Array;
  /** Events until it is kept; 0 when it is. */
  trialEvents: number;
  /** The number of the last event. */
  usedAt: number;
}

/** Rules of any kinds of log sources there are make more routes; beyond it one has no index until it has judged so many events. */
const routesMax = 256;
const trialEventsMin = 4_096;

/** Tables of all routes together; the routes that come last are judged without. */
const tableBytesMax = 128 * 2 ** 20;

const none: readonly DetectionRule[] = [];

class Program implements RuleProgram {
  private readonly source: FieldSource;
  private readonly options: ProgramOptions;
  /** By shape. */
  private readonly judges: Judges[] = [];
  /** Of the judges of all shapes. */
  private readonly budget = new TableBudget();
  /** The rules by what they say of log sources: far fewer than rules. */
  private readonly groups: ReadonlyMap<string, readonly CompiledRule[]>;
  /** By shape and groups: what senders call their log sources makes no more of them. */
  private readonly routes = new Map<string, Route>();
  private readonly routesByList = new WeakMap<readonly LogSource[], Route>();
  private readonly memory = new TextMemory();
  private tableBytes = 0;
  /** Events, so far. */
  private matched = 0;

  constructor(rules: readonly DetectionRule[], source: FieldSource, options: ProgramOptions) {
    this.source = source;
    this.options = options;
    const compiled = rules.map((rule, order): CompiledRule => ({ rule, order, faulty: false }));
    this.groups = Map.groupBy(compiled, ({ rule: { logsource } }) => JSON.stringify([logsource.category, logsource.product, logsource.service]));
  }

  match(logsources: readonly LogSource[]): readonly DetectionRule[] {
    let route = this.routesByList.get(logsources);
    if (route === undefined || route.shape !== this.source.shape) route = this.findRoute(logsources);
    else if (route.trialEvents > 0 && --route.trialEvents === 0) route = this.keepRoute(logsources);
    route.usedAt = this.matched += 1;
    const { candidates, index } = route;
    candidates.begin();
    if (index === undefined) candidates.add(route.everyRule);
    else index.find(this.source, candidates);
    return candidates.count === 0 ? none : this.judge(route);
  }

  private judge(route: Route): readonly DetectionRule[] {
    const { rules, judges, candidates, index: literals } = route;
    const { found, count } = candidates;
    let matched: number[] | undefined;
    for (let index = 0; index < count; index += 1) {
      const number = found[index]!;
      if (literals?.isRuledOut(number) === true) continue;
      try {
        if ((judges[number] ?? this.compile(route, number))()) (matched ??= []).push(number);
      } catch (error) {
        judges[number] = never;
        this.silence(rules[number]!, error);
      }
    }
    return matched === undefined ? none : matched.sort((a, b) => a - b).map((number) => rules[number]!.rule);
  }

  private compile({ rules, judges }: Route, number: number): Judge {
    const { rule, faulty } = rules[number]!;
    if (faulty) return (judges[number] = never);
    if (this.options.index === false) return (judges[number] = compile(rule.condition, this.source));
    return (judges[number] = this.judgesOfShape().judgeOf(rule.condition));
  }

  /** Those of one shape share their work, whatever the route. */
  private judgesOfShape(): Judges {
    return (this.judges[this.source.shape ?? 0] ??= new Judges(this.source, this.budget));
  }

  /** In all routes that are kept; in those that are not it goes quiet when it throws. */
  private silence(compiled: CompiledRule, error: unknown): void {
    if (compiled.faulty) return;
    compiled.faulty = true;
    for (const { rules, judges } of this.routes.values()) {
      const number = rules.indexOf(compiled);
      if (number >= 0) judges[number] = never;
    }
    this.options.onFault?.(compiled.rule, error);
  }

  private findRoute(logsources: readonly LogSource[]): Route {
    const groups = [...this.groups].filter(([, [first]]) => logsources.some((logsource) => covers(first!.rule.logsource, logsource)));
    const key = JSON.stringify([this.source.shape, ...groups.map(([name]) => name)]);
    let route = this.routes.get(key);
    if (route === undefined) {
      const covered = groups.flatMap(([, rules]) => rules).sort((one, other) => one.order - other.order);
      const kept = this.routes.size < routesMax;
      route = this.makeRoute(covered, kept);
      if (kept) this.routes.set(key, route);
    }
    this.routesByList.set(logsources, route);
    return route;
  }

  /** Of log sources that have sent so many events that an index is worth its making: in place of the route that was used least of late. */
  private keepRoute(logsources: readonly LogSource[]): Route {
    const [key, least] = [...this.routes].reduce((one, other) => (other[1].usedAt < one[1].usedAt ? other : one));
    this.routes.delete(key);
    this.tableBytes -= least.index?.tableBytes ?? 0;
    return this.findRoute(logsources);
  }

  /** A rule that can't be looked at is a bug, and so is an index that can't be made, but of rules too many for tables: which of them fails shows when they are judged. */
  private makeRoute(covered: readonly CompiledRule[], kept: boolean): Route {
    try {
      return this.indexedRoute(covered, kept);
    } catch {
      return this.route(covered, undefined, kept);
    }
  }

  private indexedRoute(covered: readonly CompiledRule[], kept: boolean): Route {
    if (this.options.index === false) return this.route(covered, undefined, kept);
    const rules = covered.filter(({ rule }) => this.source.mayHold?.(rule.condition) !== false);
    if (!kept || this.tableBytes >= tableBytesMax) return this.route(rules, undefined, kept);
    const judges = this.judgesOfShape();
    const events = new EventsOfShape(this.source);
    const indexed = rules.map(({ rule: { condition } }) => ({ condition, witness: witnessOf(condition, events) }));
    const index = indexed.some(({ witness }) => witness !== undefined) ? new LiteralIndex(indexed, this.source, this.memory, (test) => judges.verdictOf(test)) : undefined;
    this.tableBytes += index?.tableBytes ?? 0;
    return this.route(rules, index, kept);
  }

  private route(rules: readonly CompiledRule[], index: LiteralIndex | undefined, kept: boolean): Route {
    const judges = new Array<Judge | undefined>(rules.length).fill(undefined);
    return { shape: this.source.shape, rules, judges, candidates: new Candidates(rules.length), index, everyRule: Int32Array.from(rules.keys()), trialEvents: kept ? 0 : trialEventsMin, usedAt: this.matched };
  }
}

const never: Judge = () => false;
