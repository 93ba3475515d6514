/**
 * Which of ATT&CK's tactics and techniques the loaded rules are tagged with. Sigma's tags are attack.execution and
 * attack.t1059.004, Falco's mitre_execution and T1059. Tags do not say which technique serves which of a rule's tactics:
 * a technique is listed under a tactic by the rules that name this one alone, and by the others beside all of theirs.
 */
import type { Rule } from './rule.ts';

export interface Coverage {
  /** In the order of the matrix; those without a rule too. */
  readonly tactics: readonly TacticCoverage[];
  /** By rules that name several tactics, or none: which of them a technique serves is open. In order of technique. */
  readonly open: readonly OpenCoverage[];
  /** Rules without a tactic. */
  readonly untagged: readonly CoveringRule[];
  readonly summary: { readonly rules: number; readonly tactics: number; readonly techniques: number };
}

export interface TacticCoverage {
  readonly tactic: string;
  /** How many rules name it. */
  readonly rules: number;
  /** By rules that name no other tactic. */
  readonly techniques: readonly TechniqueCoverage[];
}

export interface OpenCoverage extends TechniqueCoverage {
  /** In the order of the matrix. */
  readonly tactics: readonly string[];
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
  const tagged = rules.map(({ label, title, tags }): TaggedRule => ({ rule: { rule: label, title }, ...attackTags(tags) }));
  const covered = tactics.map((tactic): TacticCoverage => {
    const own = tagged.filter((each) => each.tactics.includes(tactic));
    return { tactic, rules: own.length, techniques: techniquesOf(own.filter((each) => each.tactics.length === 1)) };
  });
  const known = new Set(tagged.flatMap(({ techniques }) => techniques));
  const summary = { rules: rules.length, tactics: covered.filter((each) => each.rules > 0).length, techniques: known.size };
  return { tactics: covered, open: openOf(tagged), untagged: tagged.filter((each) => each.tactics.length === 0).map(({ rule }) => rule), summary };
}

interface TaggedRule {
  readonly rule: CoveringRule;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
}

function techniquesOf(tagged: readonly TaggedRule[]): TechniqueCoverage[] {
  const covering = new Map<string, CoveringRule[]>();
  for (const { rule, techniques } of tagged) for (const name of techniques) covering.getOrInsertComputed(name, () => []).push(rule);
  return [...covering].sort(([a], [b]) => (a < b ? -1 : 1)).map(([technique, rules]) => ({ technique, rules }));
}

function openOf(tagged: readonly TaggedRule[]): OpenCoverage[] {
  const byTactics = Map.groupBy(tagged.filter((each) => each.tactics.length !== 1), (each) => each.tactics.join());
  const all = [...byTactics.values()].flatMap((own) => techniquesOf(own).map((each): OpenCoverage => ({ ...each, tactics: own[0]!.tactics })));
  return all.sort((a, b) => (a.technique < b.technique ? -1 : a.technique > b.technique ? 1 : 0));
}

/** A layer for the ATT&CK Navigator, format 4.5: a technique's score is its number of rules, under whatever tactics it has there. */
export function navigatorLayer(coverage: Coverage, name: string): object {
  const covering = new Map<string, CoveringRule[]>();
  for (const { technique, rules } of [...coverage.tactics.flatMap((tactic) => tactic.techniques), ...coverage.open]) {
    covering.getOrInsertComputed(technique, () => []).push(...rules);
  }
  const techniques = [...covering].sort(([a], [b]) => (a < b ? -1 : 1)).map(([technique, rules]) => {
    return { techniqueID: technique, score: rules.length, comment: rules.map(({ title }) => title).join('\n'), enabled: true };
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
function attackTags(tags: readonly string[]): Pick<TaggedRule, 'tactics' | 'techniques'> {
  const names = tags.map((tag) => tag.toLowerCase().replace(/^(attack\.|mitre[_.])/, '').replaceAll('_', '-'));
  const isTechnique = (name: string): boolean => /^t\d{4}(\.\d{3})?$/.test(name);
  return { tactics: tactics.filter((tactic) => names.includes(tactic)), techniques: [...new Set(names.filter(isTechnique).map((name) => name.toUpperCase()))] };
}
