/**
 * Expressions become conditions: macros are looked up and stand in them as selections under their names, checks become tests.
 * A macro is compiled once for all rules of a source, and its condition shared.
 */
import { depthOf, testsIn, type TestBudget } from '../condition-size.ts';
import { Faults, quote } from '../diagnostics.ts';
import type { RegexCompiler } from '../regex.ts';
import type { FieldRef, FieldTable, LogSource } from '../fields.ts';
import { allOf, anyOf, type Condition } from '../ir.ts';
import { didYouMean } from '../suggest.ts';
import { compileCheck } from './checks.ts';
import type { MacroDraft } from './collect.ts';
import type { Expression } from './expression.ts';
import type { Lists } from './names.ts';
import { parseCondition } from './parser.ts';
import { sourceOf, type Place } from './source-text.ts';

/** The largest condition of the stock rules has 521 tests when it is written out. */
export const conditionTestsMax = 20_000;

/** Levels of a condition that is written out; the matcher recurses over them. */
export const writtenDepthMax = 400;

/** What an expression is compiled for. */
export interface Compilation {
  readonly fields: FieldTable;
  readonly logsource: LogSource;
  /** Whether names and types of fields are checked: of system calls. */
  readonly checked: boolean;
  /** Takes names of fields that do not exist, where the rule says that it may be skipped for them. */
  readonly unknown: string[] | undefined;
  readonly lists: Lists;
  readonly regexes: RegexCompiler;
  readonly tests: TestBudget;
  /** Of the condition so far, macros and lists written out. */
  readonly written: { tests: number };
  /** Transformed fields by name. */
  readonly derived: Map<string, FieldRef>;
  readonly macros: Macros;
  readonly faults: Faults;
}

/** `visibleFrom`: macros from this place on are not there yet. Undefined after adding a fault. */
export function compileExpression(expression: Expression, compilation: Compilation, visibleFrom: number): Condition | undefined {
  if (compilation.written.tests > conditionTestsMax) return undefined;
  switch (expression.kind) {
    case 'check':
      return counted(compileCheck(expression, compilation), expression.operatorAt, compilation);
    case 'macro':
      return counted(compilation.macros.selection(expression.name, expression.at, compilation, visibleFrom), expression.at, compilation);
    case 'not': {
      const of = compileExpression(expression.of, compilation, visibleFrom);
      return of === undefined ? undefined : { kind: 'not', of };
    }
    case 'and':
    case 'or': {
      const parts = expression.of.map((part) => compileExpression(part, compilation, visibleFrom));
      const whole = parts.filter((part) => part !== undefined);
      if (whole.length < parts.length) return undefined;
      return expression.kind === 'and' ? allOf(whole) : anyOf(whole);
    }
  }
}

/** The part; undefined, after adding a fault, when the condition has become too large with it. */
function counted(part: Condition | undefined, at: Place, { written, faults }: Compilation): Condition | undefined {
  if (part === undefined) return undefined;
  written.tests += testsIn(part);
  if (written.tests <= conditionTestsMax) return part;
  return faults.add('CONDITION_TOO_LARGE', at, `the condition has more than ${conditionTestsMax} tests from here on, macros and lists written out`);
}

/** Adds a fault and says false when the condition, written out, nests too deep. */
export function isWithinDepth(condition: Condition, at: Place, faults: Faults): boolean {
  if (depthOf(condition) <= writtenDepthMax) return true;
  faults.add('CONDITION_TOO_DEEP', at, `the condition nests deeper than ${writtenDepthMax} levels, macros written out`);
  return false;
}

interface Compiled {
  /** Undefined when the macro has faults. */
  readonly condition: Condition | undefined;
  /** Names of fields that do not exist, where these are taken. */
  readonly unknown: readonly string[];
}

export class Macros {
  private readonly used = new Set<string>();
  private readonly expressions = new Map<string, Expression | undefined>();
  private readonly selections = new Map<string, Compiled>();
  private readonly underWay = new Set<string>();
  private readonly drafts: ReadonlyMap<string, MacroDraft>;

  constructor(drafts: ReadonlyMap<string, MacroDraft>) {
    this.drafts = drafts;
    for (const draft of drafts.values()) this.expressionOf(draft);
  }

  unused(): MacroDraft[] {
    return [...this.drafts.values()].filter(({ name }) => !this.used.has(name));
  }

  /** Undefined after adding a fault to those of the compilation. */
  selection(name: string, at: Place, compilation: Compilation, visibleFrom: number): Condition | undefined {
    const { faults } = compilation;
    const draft = this.drafts.get(name);
    if (draft === undefined || draft.index >= visibleFrom) {
      const later = draft === undefined ? didYouMean(name, this.drafts.keys()) : 'it is defined below: a macro sees those above it';
      return faults.add('MACRO_UNKNOWN', at, `there is no macro ${quote(name)}`, later);
    }
    this.used.add(name);
    const key = JSON.stringify([name, compilation.logsource.service, compilation.unknown === undefined]);
    if (this.underWay.has(key)) return faults.add('MACRO_LOOP', at, `the macro ${quote(name)} refers to itself`);
    if (!this.selections.has(key)) {
      this.underWay.add(key);
      this.selections.set(key, this.compiled(draft, compilation));
      this.underWay.delete(key);
    }
    const compiled = this.selections.get(key)!;
    compilation.unknown?.push(...compiled.unknown);
    return compiled.condition ?? faults.add('MACRO_REJECTED', at, `the macro ${quote(name)} was rejected`);
  }

  /** Its own faults are the macro's. */
  private compiled(draft: MacroDraft, compilation: Compilation): Compiled {
    const unknown: string[] = [];
    const { faults, at } = draft.item;
    if (compilation.tests.isSpent(draft.name, at, faults)) return { condition: undefined, unknown };
    const before = faults.list.length + faults.dropped;
    const expression = this.expressionOf(draft);
    const scope = { ...compilation, faults, written: { tests: 0 }, unknown: compilation.unknown === undefined ? undefined : unknown };
    const of = expression === undefined ? undefined : compileExpression(expression, scope, draft.visibleFrom);
    const sound = of !== undefined && faults.list.length + faults.dropped === before && isWithinDepth(of, sourceOf(draft.condition).placeOf(0), faults) && compilation.tests.take(of, draft.name, at, faults);
    return { condition: sound ? { kind: 'selection', name: draft.name, of } : undefined, unknown };
  }

  private expressionOf(draft: MacroDraft): Expression | undefined {
    if (!this.expressions.has(draft.name)) {
      const { condition, item } = draft;
      this.expressions.set(draft.name, condition.length === 0 ? undefined : parseCondition(sourceOf(condition), item.faults));
    }
    return this.expressions.get(draft.name);
  }
}
