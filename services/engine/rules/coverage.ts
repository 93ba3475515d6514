/**
 * Which of ATT&CK's tactics and techniques the loaded rules are tagged with. Sigma's tags are attack.execution and
 * attack.t1059.004, Falco's mitre_execution and T1059. Tags do not say which technique serves which of a rule's tactics,
 * so a technique is listed under each of them.
 */
import type { Rule } from './rule.ts';

export interface Coverage {
  /** In the order of the matrix; those without a rule too. */
  readonly tactics: readonly TacticCoverage[];
  /** Rules without a tactic. */
  readonly untagged: readonly CoveringRule[];
  readonly summary: { readonly rules: number; readonly tactics: number; readonly techniques: number };
}

export interface TacticCoverage {
  readonly tactic: string;
  /** How many rules name it. */
  readonly rules: number;
  readonly techniques: readonly TechniqueCoverage[];
}

export interface TechniqueCoverage {
  /** Such as T1059.004. */
  readonly technique: string;
  readonly rules: readonly CoveringRule[];
}

export interface CoveringRule {
  /** Id, or title or name where there is none. */
  readonly rule: string;
  readonly title: string;
}

/** Those of the Enterprise matrix, in its order. */
export const tactics = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const;

export function coverageOf(rules: readonly Rule[]): Coverage {
  const tagged = rules.map(({ label, title, tags }) => ({ rule: { rule: label, title }, ...attackTags(tags) }));
  const covered = tactics.map((tactic): TacticCoverage => {
    const own = tagged.filter((each) => each.tactics.includes(tactic));
    const techniques = new Map<string, CoveringRule[]>();
    for (const { rule, techniques: names } of own) for (const name of names) techniques.getOrInsertComputed(name, () => []).push(rule);
    const sorted = [...techniques].sort(([a], [b]) => (a < b ? -1 : 1));
    return { tactic, rules: own.length, techniques: sorted.map(([technique, covering]) => ({ technique, rules: covering })) };
  });
  const known = new Set(tagged.flatMap(({ techniques }) => techniques));
  const summary = { rules: rules.length, tactics: covered.filter((each) => each.rules > 0).length, techniques: known.size };
  return { tactics: covered, untagged: tagged.filter((each) => each.tactics.length === 0).map(({ rule }) => rule), summary };
}

/** A layer for the ATT&CK Navigator, format 4.5: a technique's score is its number of rules. */
export function navigatorLayer({ tactics: covered }: Coverage, name: string): object {
  const techniques = covered.flatMap(({ tactic, techniques: all }) => {
    return all.map(({ technique, rules }) => ({ techniqueID: technique, tactic, score: rules.length, comment: rules.map(({ title }) => title).join('\n'), enabled: true }));
  });
  const most = Math.max(1, ...techniques.map(({ score }) => score));
  return {
    name,
    versions: { layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'The number of loaded rules for each technique.',
    filters: { platforms: ['Linux', 'Containers'] },
    gradient: { colors: ['#ffffff', '#2a7fff'], minValue: 0, maxValue: most },
    techniques,
  };
}

/** Each once; what is no tactic or technique, such as a group or a piece of software, is passed over. */
function attackTags(tags: readonly string[]): { tactics: string[]; techniques: string[] } {
  const names = tags.map((tag) => tag.toLowerCase().replace(/^(attack\.|mitre[_.])/, '').replaceAll('_', '-'));
  const isTactic = (name: string): boolean => (tactics as readonly string[]).includes(name);
  const isTechnique = (name: string): boolean => /^t\d{4}(\.\d{3})?$/.test(name);
  return { tactics: [...new Set(names.filter(isTactic))], techniques: [...new Set(names.filter(isTechnique).map((name) => name.toUpperCase()))] };
}
