/**
 * `ringfence rules match`: JSON lines in, one line an event, the rules that each matches out. A line that is no event
 * is a fault of its own; the rest goes on.
 */
import { createMatcher } from '../match/matcher.ts';
import type { LogSource } from './fields.ts';
import type { DetectionRule, Rule } from './rule.ts';
import { RingfenceError } from '#runtime/errors.ts';

export type LineResult =
  | { readonly kind: 'match'; readonly event: number; readonly rule: string }
  /** A RECORD_* error; `details.line` counts from 0 like `event`. */
  | { readonly kind: 'fault'; readonly event: number; readonly error: RingfenceError };

/** A longer line is no event that any sensor sends. */
export const lineCharsMax = 4 * 1024 * 1024;

/** Results in order of the lines, and of the rules' labels within one. Blank lines are counted and skipped. */
export async function* matchLines(
  rules: readonly Rule[],
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<LineResult> {
  const matcher = createMatcher(rules.filter((rule): rule is DetectionRule => rule.kind === 'detection'));
  let event = -1;
  for await (const line of lines) {
    event += 1;
    if (line.trim() === '') continue;
    const input = parseLine(line, event);
    if (input instanceof RingfenceError) {
      yield { kind: 'fault', event, error: input };
      continue;
    }
    const labels = matcher.match([input.logsource], input.event).map((rule) => rule.label);
    for (const rule of [...new Set(labels)].sort()) yield { kind: 'match', event, rule };
  }
}

interface EventLine {
  readonly logsource: LogSource;
  readonly event: object;
}

function parseLine(line: string, index: number): EventLine | RingfenceError {
  const details = { line: index };
  if (line.length > lineCharsMax) {
    return new RingfenceError('RECORD_TOO_LARGE', `line ${index} is longer than ${lineCharsMax} characters`, { details });
  }
  try {
    const value = parseJson(line);
    if (!isObject(value)) throw new TypeError('not a JSON object');
    const { event, logsource } = value;
    if (!isObject(event)) throw new TypeError('"event" is not a JSON object');
    return { event, logsource: logSourceOf(logsource) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new RingfenceError('RECORD_UNDECODABLE', `line ${index} is no event: ${reason}`, { cause, details });
  }
}

/** Numbers beyond 2^53 keep their digits, as text: that is how rules compare them. */
function parseJson(line: string): unknown {
  if (!/\d{16}/.test(line)) return JSON.parse(line);
  return JSON.parse(line, (_key, value: unknown, context?: { source?: string }) => {
    return typeof value === 'number' && !Number.isSafeInteger(value) ? (context?.source ?? value) : value;
  });
}

/** Events of Falco's taxonomy say nothing of where they are from. */
function logSourceOf(value: unknown): LogSource {
  if (value === undefined) return { product: 'falco' };
  if (!isObject(value)) throw new TypeError('"logsource" is not a JSON object');
  const parts = (['category', 'product', 'service'] as const).flatMap((part) => {
    const text = value[part];
    if (text === undefined || text === null) return [];
    if (typeof text !== 'string') throw new TypeError(`"logsource.${part}" is not a text`);
    return [[part, text]];
  });
  return Object.fromEntries(parts);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
