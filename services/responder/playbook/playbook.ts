/**
 * Playbooks: which detections are answered, and how. One YAML document a file:
 *
 *   playbook: kill-reverse-shell
 *   version: 1
 *   on: { rules: [7c1f…], level: ">=high" }     rule ids; level narrows; at least one of the two
 *   mode: enforce                               observe (default) or enforce
 *   steps:
 *     - id: kill
 *       process.kill: { target: "${detection.process}", signal: KILL }
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseYamlFile, type YamlFault } from '#runtime/yaml-file.ts';
import type { Detection, Level, Mode } from '#schemas/generated/types.gen.ts';

const levels: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];
const signals = { KILL: 9, TERM: 15 } as const;

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes, at most 64');

const step = z.strictObject({
  id: name,
  'process.kill': z.strictObject({
    target: z.literal('${detection.process}', 'only "${detection.process}" can be named'),
    signal: z.enum(['KILL', 'TERM']).default('KILL'),
  }),
});

const schema = z.strictObject({
  playbook: name,
  version: z.number().int().min(1),
  description: z.string().max(4096).optional(),
  on: z
    .strictObject({
      rules: z.array(z.string().min(1).max(200)).min(1).max(1000).optional(),
      level: z.string().regex(/^>=(informational|low|medium|high|critical)$/, 'a level such as ">=high"').optional(),
    })
    .refine((on) => on.rules !== undefined || on.level !== undefined, 'needs rules, level, or both'),
  mode: z.enum(['observe', 'enforce']).default('observe'),
  steps: z
    .array(step)
    .min(1)
    .max(20)
    .refine((steps) => new Set(steps.map((each) => each.id)).size === steps.length, 'two steps have the same id'),
});

export interface Playbook {
  readonly name: string;
  readonly version: number;
  readonly mode: Mode;
  /** Of the file's text: what a command says it was ordered by. */
  readonly sha256: string;
  readonly steps: readonly KillStep[];
  answers(detection: Detection): boolean;
}

export interface KillStep {
  readonly id: string;
  readonly kind: 'process_kill';
  readonly signal: number;
}

export function parsePlaybook(file: string, text: string): { playbook: Playbook } | { faults: readonly YamlFault[] } {
  const parsed = parseYamlFile(file, text, schema);
  if (!parsed.ok) return { faults: parsed.faults };
  const { value } = parsed;
  const least = value.on.level === undefined ? 0 : levels.indexOf(value.on.level.slice(2) as Level);
  const rules = value.on.rules === undefined ? null : new Set(value.on.rules);
  return {
    playbook: {
      name: value.playbook,
      version: value.version,
      mode: value.mode,
      sha256: createHash('sha256').update(text).digest('hex'),
      steps: value.steps.map((each) => ({ id: each.id, kind: 'process_kill', signal: signals[each['process.kill'].signal] })),
      answers: ({ rule }) => (rules === null || rules.has(rule.id)) && levels.indexOf(rule.level) >= least,
    },
  };
}
