/** What loading owes to any text: no throw, a report that is whole, bounded work, and rules that can be matched. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { createMatcher, faultCodes, loadRules, openFields, renderDiagnostic } from '../../services/engine/rules/index.ts';
import type { DetectionRule, FieldTable, LoadedRules } from '../../services/engine/rules/index.ts';
import { eventFields } from '../../services/engine/event-fields.ts';
import { explain } from '../../services/engine/rules/explain.ts';
import { testsOf } from '../../services/engine/rules/ir.ts';
import { readPlainYaml } from '../../services/engine/rules/yaml-plain.ts';
import { parseAnyYaml } from '../../services/engine/rules/yaml-source.ts';
import type { SourceNode } from '../../services/engine/rules/yaml-source.ts';

/** Processor time of a text of up to 64 KiB; larger ones have the target's bound on an input. */
export const smallMsMax = 2_000;

const smallChars = 65_536;

/** Matching is bounded by the size of rules and events, not by the number of rules that a fuzzed text can hold. */
const matchedRulesMax = 50;

export function checkLoading(text: string, event: object): void {
  const before = process.cpuUsage();
  const loaded = loadRules([{ file: 'fuzzed.yml', text }], { fields: openFields() });
  const { user, system } = process.cpuUsage(before);
  if (text.length <= smallChars) ok((user + system) / 1_000 < smallMsMax, `loading took ${(user + system) / 1_000} ms of processor time`);
  checkReport(loaded, text);
  checkMatching(loaded, event);
  if (text.length > smallChars) return;
  checkReport(loadRules([{ file: 'fuzzed.yml', text }], { fields: ownFields }), text);
  checkPlain(text);
}

const ownFields: FieldTable = eventFields();

function checkReport({ rules, report }: LoadedRules, text: string): void {
  const lines = text.split('\n').length;
  for (const { status, line, code, faults = [] } of report.rules) {
    ok(line >= 1 && line <= lines, `line ${line} of ${lines}`);
    deepStrictEqual(status === 'rejected', faults.length > 0, 'a rule is rejected with a fault');
    ok(code === undefined || code in faultCodes, `the code ${code}`);
    for (const fault of faults.slice(0, 5)) {
      ok(fault.line >= 1 && fault.line <= lines && fault.column >= 1, `${fault.code} at ${fault.line}:${fault.column}`);
      ok(!/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(renderDiagnostic(fault, text)), 'what is shown is inert');
    }
  }
  ok(rules.length <= report.summary.ok, 'every rule stands in the report');
}

function checkMatching({ rules }: LoadedRules, event: object): void {
  const detections = rules.filter((rule): rule is DetectionRule => rule.kind === 'detection').slice(0, matchedRulesMax);
  for (const rule of detections) {
    let tests = 0;
    for (const test of testsOf(rule.condition)) {
      ok(test.at.line >= 1);
      tests += 1;
      if (tests > 1_000) break;
    }
  }
  const matched = createMatcher(detections).match(detections.slice(0, 3).map(({ logsource }) => logsource), event);
  const [first] = detections;
  if (first !== undefined && detections.length < 3) deepStrictEqual(explain(first.condition, event).held, matched.includes(first), 'explain and match agree');
}

/** The quick reader of YAML and the package say the same, wherever the quick one reads at all. */
function checkPlain(text: string): void {
  const plain = readPlainYaml('fuzzed.yml', text);
  if (plain === undefined) return;
  const packaged = parseAnyYaml('fuzzed.yml', text);
  deepStrictEqual(plain.map(({ root, at }) => [said(root), at]), packaged.map(({ root, at }) => [said(root), at]));
  deepStrictEqual(packaged.flatMap(({ faults }) => faults.list), []);
}

function said(node: SourceNode | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'map':
      return [node.at, node.entries.map(({ key, value }) => [said(key), said(value)])];
    case 'list':
      return [node.at, node.items.map(said)];
    case 'scalar':
      return [node.at, node.value, node.text, node.positionOf(1)];
  }
}
