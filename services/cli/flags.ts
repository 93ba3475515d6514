/** Command line → flags and operands, with the settings of services as flags. */
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { flagName, variableName, type Flags } from '#runtime/config.ts';
import { UsageError, type Command } from './command.ts';

export function parseFlags(command: Command, args: readonly string[]): { flags: Flags; operands: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, help: 'switch' }).map(([name, kind]) => [name, { type: kind === 'text' ? ('string' as const) : ('boolean' as const) }]),
  );
  const { values, positionals, tokens } = parse(args, options);
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice`);
  const { operandsMax = 0 } = command;
  if (positionals.length > operandsMax) throw new UsageError(`unexpected argument ${JSON.stringify(positionals[operandsMax])}`);
  return { flags: values as Flags, operands: positionals };
}

function parse(args: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A service's settings as options of a command. Booleans take a value too: --x=false must be sayable. */
export function settingOptions(schema: z.ZodObject): Record<string, 'text'> {
  return Object.fromEntries(Object.keys(schema.shape).map((key) => [flagName(key), 'text' as const]));
}

/** The help text of a service's settings: flag, environment variable, meaning. */
export function describeSettings(schema: z.ZodObject): string {
  return Object.entries(schema.shape)
    .map(([key, value]) => `  --${flagName(key)} (${variableName(key)})\n      ${(value as z.ZodType).description ?? ''}`)
    .join('\n');
}

/** Timers count in 31 bits of ms: one that is longer would fire at once. */
const durationMsMax = 2 ** 31 - 1;

/** Milliseconds of '30s', '5m', '2h', '500ms'; at most 24 days. */
export function durationMs(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (match === null) throw new UsageError(`${JSON.stringify(text)} is no duration: use 500ms, 30s, 5m or 2h`);
  const ms = Number(match[1]) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h'];
  if (ms > durationMsMax) throw new UsageError(`${text} is longer than 24 days; leave it out to run until stopped`);
  return ms;
}
