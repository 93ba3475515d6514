/**
 * Detections and receipts as lines: for people (severity as word, sign and colour), and as JSON for programs. Names,
 * paths and arguments are the attacker's to choose, so everything is made inert before a terminal sees it.
 */
import type { Detection, Level, Receipt } from '#schemas/generated/types.gen.ts';
import { inert } from '../../engine/rules/index.ts';

export const levels: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

const signs: Record<Level, string> = { informational: ' · ', low: ' - ', medium: ' * ', high: ' ! ', critical: '!!!' };
const colours: Record<Level, string> = { informational: '37', low: '36', medium: '33', high: '31', critical: '1;31' };

/** Longer arguments are cut for the eye; --json has them whole. */
const commandColumnsMax = 160;

export function detectionLine(detection: Detection, colour: boolean): string {
  const { rule, node, count } = detection;
  const severity = paint(`${signs[rule.level]} ${rule.level.toUpperCase().padEnd(13)}`, colours[rule.level], colour);
  const facts = [
    ...triggerFacts(detection),
    ...Object.entries(detection.group).map(([name, value]) => `${inert(name)}=${inert(value)}`),
    count > 1 ? `×${count}` : '',
  ];
  return `${clockTime(detection.last)} ${severity} ${inert(rule.title)} | ${inert(node)} | ${facts.filter((fact) => fact !== '').join(' ')} | ${inert(detection.id.slice(0, 8))}`;
}

function triggerFacts({ trigger, external }: Detection): string[] {
  if (trigger === null) return externalFacts(external?.fields ?? {});
  const { process, parent } = trigger;
  const command = process.args.length > 0 ? process.args.join(' ') : process.comm;
  return [
    `pid ${process.pid}`,
    inert(process.exe ?? '?'),
    `[${inertCut(command, commandColumnsMax)}]`,
    parent === null ? '' : `from ${inert(parent.exe ?? parent.comm)} (${parent.pid})`,
    `user ${inert(process.user ?? String(process.uid))}`,
  ];
}

/** The same of an event in Sigma's taxonomy, as far as it has them. */
function externalFacts(fields: Readonly<Record<string, string>>): string[] {
  const { Image, CommandLine, ParentImage, User } = fields;
  const named = [[Image], [CommandLine, '[', ']'], [ParentImage, 'from '], [User, 'user ']] as const;
  return named.flatMap(([text, before = '', after = '']) => (text === undefined ? [] : [`${before}${inertCut(text, commandColumnsMax)}${after}`]));
}

export function receiptLine(receipt: Receipt, colour: boolean): string {
  const status = paint(`>>> ${receipt.status.padEnd(13)}`, receipt.status === 'done' ? '32' : '33', colour);
  const facts = [receipt.detail, receipt.reason].filter((text) => text !== null).map(inert);
  return `${clockTime(receipt.time)} ${status} response on ${inert(receipt.node)} | ${facts.join(' ')} | ${inert(receipt.detection_id?.slice(0, 8) ?? '')}`;
}

/**
 * 64-bit numbers become strings: JSON's readers lose their last digits otherwise. What JSON leaves as it is but a terminal
 * may obey (C1 controls, direction overrides) is escaped too.
 */
export function jsonLine(type: 'detection' | 'receipt', value: Detection | Receipt): string {
  const text = JSON.stringify({ type, ...value }, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  // By UTF-16 unit, as JSON's escapes are.
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (found) => found.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''));
}

function clockTime(timeNs: bigint): string {
  return new Date(Number(timeNs / 1_000_000n)).toISOString().slice(11, 23);
}

function paint(text: string, code: string, colour: boolean): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Whole characters only: half of an escape reads as something else. */
function inertCut(text: string, columnsMax: number): string {
  let shown = '';
  for (const character of text) {
    const next = inert(character);
    if (shown.length + next.length >= columnsMax) return `${shown}…`;
    shown += next;
  }
  return shown;
}
