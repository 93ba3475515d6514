/** `ringfence rules explain`: which part of a rule's condition held for an event, and which did not. */
import { text as readAll } from 'node:stream/consumers';
import { shipped } from '#runtime/config.ts';
import { inert } from '../../engine/rules/index.ts';
import { explainRule, openLists, type Explanation, type RuleExplanation } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';

export const rulesExplain: Command = {
  usage: 'ID [--rules PATH…] --event JSON|- [--lists FOLDER,…] [--json]',
  summary: `Prints the rule's condition as a tree: what held, what did not, and what the event had. ID is a rule's id, name or title; without --rules the rules that come with Ringfence are looked through. Exit code 0 when the rule matches the event, 1 when not.

The event is JSON in one of these forms; - reads it from stdin:
  {"kind": "network", "event": {"Image": "/bin/bash"}}   an event of ours with everyday values for all that is not named
  {"body": {"kind": "network", …}, "process": {…}, …}    an event of ours, as detections show their trigger
  {"logsource": {…}, "event": {…}}                       an event of another sensor, as in rules match
  {"proc.name": "bash"}                                  fields of the rule's own log source`,
  options: { rules: 'text', event: 'text', lists: 'text', json: 'switch' },
  operandsMax: Infinity,
  async run({ rules, event, lists, json }, [id, ...morePaths]) {
    if (id === undefined || typeof event !== 'string') throw new UsageError('name a rule, and give an event with --event');
    if (rules === undefined && morePaths.length > 0) throw new UsageError(`name paths with --rules, not ${JSON.stringify(morePaths[0])}`);
    const paths = typeof rules === 'string' ? [rules, ...morePaths] : [shipped('rules/detections')];
    const directory = await openLists(typeof lists === 'string' ? lists.split(',') : [shipped('rules/lists')]);
    const explanations = await explainRule(id, { paths, lists: directory.lists }, event === '-' ? await readAll(process.stdin) : event);
    if (json === true) print(JSON.stringify(explanations.map(plain)));
    else for (const line of explanations.flatMap(describe)) print(line);
    return explanations.some(({ matched }) => matched) ? exit.done : exit.notSo;
  },
};

function plain({ rule, ...rest }: RuleExplanation): object {
  const { id, title, file, at } = rule;
  return { rule: { id, title, file, line: at.line }, ...rest };
}

function describe({ rule, judged, matched, condition }: RuleExplanation): string[] {
  return [
    `${inert(rule.title)} (${inert(rule.file)}:${rule.at.line}): ${matched ? 'matches' : 'does not match'}`,
    ...(judged ? [] : ['  the event answers none of the log sources that the rule is about']),
    ...describePart(condition, 0),
  ];
}

function describePart({ kind, held, name, of, ...test }: Explanation, depth: number): string[] {
  const own = kind === 'selection' ? `selection ${inert(name ?? '')}` : kind === 'test' ? describeTest({ name, ...test }) : titles[kind];
  return [`${held ? 'yes' : ' no'} ${'  '.repeat(depth + 1)}${own}`, ...of.flatMap((part) => describePart(part, depth + 1))];
}

const titles = { and: 'all of', or: 'any of', not: 'not' } as const;

function describeTest({ name, wanted, value, at }: Pick<Explanation, 'wanted' | 'value' | 'at'> & { name: string | undefined }): string {
  const had = value === undefined ? 'nothing here supplies it' : value === null ? 'no value' : JSON.stringify(value);
  return inert(`${name ?? 'any value'} ${wanted}  ← ${had}  (line ${at?.line})`);
}
