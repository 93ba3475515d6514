/**
 * The regular expressions of other people's rules, where a copy of these stands beside the project: as automata over
 * bytes they say what RE2 says, of texts made of their own parts.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asciiDfa } from '../../services/engine/match/lazy-dfa.ts';
import { TableBudget } from '../../services/engine/match/table-budget.ts';
import { loadRuleFiles, openFields } from '../../services/engine/rules/index.ts';
import { testsOf } from '../../services/engine/rules/ir.ts';
import type { LinearRegex } from '../../services/engine/rules/regex.ts';

const corpora = resolve(import.meta.dirname, '../../../shared/corpora');
const folders = ['sigma/linux', 'sigma/windows_process_creation', 'falco'].map((folder) => resolve(corpora, folder));
const missing = folders.every((folder) => existsSync(folder)) ? '' : ' (no copies of SigmaHQ/sigma and falcosecurity/rules beside the project)';

async function regexes(): Promise<LinearRegex[]> {
  const { rules } = await loadRuleFiles(folders, { fields: openFields() });
  const found = new Map<string, LinearRegex>();
  for (const rule of rules) {
    if (rule.kind !== 'detection') continue;
    for (const { match } of testsOf(rule.condition)) if (match.kind === 'regex') found.set(JSON.stringify([match.regex.source, match.regex.flags]), match.regex);
  }
  return [...found.values()];
}

const samples: Readonly<Record<string, string>> = { s: ' ', S: 'x', d: '7', D: 'x', w: 'w', W: '-', n: '\n', t: '\t', b: '' };

/** What parts of an expression match, about. */
function partsOf(source: string): string[] {
  const parts = source.split(/[()|]/).map((part) => {
    const atoms = part.replace(/^\?(?:[a-z]*:|)/, '').matchAll(/(\\.|\[\^?\]?(?:\\.|[^\]])*\]|[^\\])(?:\{(\d+)[^}]*\}|[*+?]*)/g);
    return [...atoms].map(([, atom, times]) => sampleOf(atom!).repeat(Number(times ?? 1))).join('');
  });
  return parts.filter((part) => part !== '');
}

function sampleOf(atom: string): string {
  if (atom.startsWith('\\')) return samples[atom[1]!] ?? atom[1]!;
  if (atom.startsWith('[^')) return '~';
  // A class that was cut in two has nothing behind its bracket.
  if (atom.startsWith('[')) return (atom[1] === '\\' ? (samples[atom[2] ?? ''] ?? atom[2]) : atom[1]) ?? '';
  return atom === '^' || atom === '$' ? '' : atom === '.' ? 'q' : atom;
}

/** Repeatable: the same ones in each run. */
function* randoms(): Generator<number, never> {
  let state = 20_261;
  for (;;) {
    state = (state * 48_271) % 0x7fffffff;
    yield state / 0x7fffffff;
  }
}

describe.skipIf(missing !== '')(`the expressions of SigmaHQ and Falco${missing}`, () => {
  test('say the same as automata', { timeout: 60_000 }, async () => {
    const known = await regexes();
    const random = randoms();
    let matching = 0;
    let automata = 0;
    for (const regex of known) {
      const dfa = asciiDfa(regex, new TableBudget());
      if (dfa === undefined) continue;
      automata += 1;
      const parts = [...partsOf(regex.source), ' ', 'abc', '/usr/bin/', '-x'];
      const texts = Array.from({ length: 150 }, (_, index) => parts.filter(() => random.next().value < (index % 5) / 4).map((part) => (random.next().value < 0.1 ? part.toUpperCase() : part)).join(''));
      const verdicts = texts.map((text) => regex.test(text));
      for (const [index, text] of texts.entries()) {
        const bytes = Buffer.from(text);
        const isAscii = bytes.length === text.length && /^[\0-\x7f]*$/.test(text);
        const verdict = dfa.test(bytes, 0, bytes.length);
        if (isAscii || verdict !== undefined) expect([regex.source, text, verdict]).toEqual([regex.source, text, verdicts[index]]);
      }
      if (verdicts.includes(true)) matching += 1;
    }
    console.log(`${known.length} expressions, ${automata} automata, ${matching} of them with texts that match`);
    expect(automata).toBeGreaterThan(0.9 * known.length);
    expect(matching).toBeGreaterThan(0.5 * automata);
  });
});
