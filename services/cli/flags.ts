/** Command line → flags and operands, with the settings of services as flags. */
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { flagName, variableName, type Flags } from '#runtime/config.ts';
import { UsageError, type Command } from './command.ts';

export function parseFlags(command: Command, args: readonly string[]): { flags: Flags; operands: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, help: 'switch' }).map(([name, kind]) => [name, { type: kind === 'text' ? ('string' as const) : ('boolean' as const) }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { flags: values as Flags, operands: positionals };
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

/** Milliseconds of '30s', '5m', '2h', '500ms'. */
export function durationMs(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
  if (match === null) throw new UsageError(`"${text}" is no duration: use 500ms, 30s, 5m or 2h`);
  return Number(match[1]) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h'];
}
