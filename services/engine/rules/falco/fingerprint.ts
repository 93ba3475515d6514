/** What a condition says, whatever its parts are called. */
import { createHash } from 'node:crypto';
import { remembered } from '../condition-size.ts';
import { many, type Match, type Test } from '../ir.ts';

/** The same for conditions that ask the same, whatever their macros and lists are called. */
export const fingerprint = remembered((condition, recur): string => {
  switch (condition.kind) {
    case 'test':
      return digest(testText(condition));
    case 'selection':
      return recur(condition.of);
    case 'not':
      return digest(`not ${recur(condition.of)}`);
    case 'and':
    case 'or':
      return digest(`${condition.kind} ${condition.of.map(recur).join(' ')}`);
  }
});

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function testText({ name, match, every }: Test): string {
  return JSON.stringify([name, every === true, ...matchParts(match)]);
}

function matchParts(match: Match): unknown[] {
  switch (match.kind) {
    case 'wildcard':
      return [match.kind, match.cased, ...match.pattern.map((part) => (typeof part === 'string' ? [part] : part === many ? '*' : '?'))];
    case 'regex':
      return [match.kind, match.regex.source, match.regex.flags];
    case 'list':
      return [match.kind, match.list.name];
    case 'field':
      return [match.kind, match.relation, match.otherName, match.cased];
    case 'number':
      return [match.kind, match.relation, String(match.value)];
    case 'cidr':
      return [match.kind, match.network];
    case 'null':
    case 'exists':
      return [match.kind];
    default:
      return [match.kind, ...Object.values(match)];
  }
}
