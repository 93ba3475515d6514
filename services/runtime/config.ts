/**
 * Settings: one zod schema a service, read once, by its `main`. A setting comes from a command-line flag (--ring-bytes),
 * else from the environment (RINGFENCE_RING_BYTES; KAFKA_BROKERS and REDIS_URL keep their usual names), else from the
 * schema's default. All faults are reported together.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { RingfenceError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

const usualNames: Record<string, string> = { kafkaBrokers: 'KAFKA_BROKERS', redisUrl: 'REDIS_URL', home: 'RINGFENCE_HOME' };

/** Throws CONFIG_INVALID with every fault in its message and in `details.faults`. */
export function readConfig<S extends z.ZodObject>(schema: S, environment: Environment, flags: Flags): z.infer<S> {
  const given: Record<string, unknown> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = flags[flagName(key)] ?? nonEmpty(environment[variableName(key)]);
    if (value !== undefined) given[key] = value;
  }
  const unknown = Object.keys(flags).filter((flag) => !Object.keys(schema.shape).some((key) => flagName(key) === flag));
  const parsed = schema.safeParse(given);
  const faults = [
    ...unknown.map((flag) => `--${flag}: no such setting`),
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => faultText(issue))),
  ];
  if (faults.length > 0 || !parsed.success) throw new RingfenceError('CONFIG_INVALID', faults.join('; '), { details: { faults } });
  return parsed.data;
}

export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function variableName(key: string): string {
  return usualNames[key] ?? `RINGFENCE_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function faultText({ path: [key], message }: z.core.$ZodIssue): string {
  return key === undefined ? message : `--${flagName(String(key))} (${variableName(String(key))}): ${message}`;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Building blocks for the services' schemas. */
export const setting = {
  /** A whole number in [min, max], in decimal digits: z.coerce would take '' for 0. */
  integer: (min: number, max: number, otherwise: number) => {
    const message = `must be a whole number from ${min} to ${max}`;
    return z.string().regex(/^\d{1,15}$/, message).transform(Number).pipe(z.number().min(min, message).max(max, message)).default(otherwise);
  },
  text: (otherwise: string) => z.string().min(1).max(4096).default(otherwise),
  optionalText: () => z.string().min(1).max(4096).optional(),
  flag: (otherwise: boolean) => z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).default(otherwise),
  choice: <const T extends readonly [string, ...string[]]>(values: T, otherwise: T[number]) => z.enum(values).default(otherwise as never),
};

const projectRoot = join(import.meta.dirname, '../..');

/** A package manager has put it there, for all users: state does not belong beside the code. */
const installed = /^\/(usr|opt|nix)\/|\/node_modules\//.test(`${projectRoot}/`);

/** An absolute path of something that comes with the project, wherever a command is typed. */
export function shipped(path: string): string {
  return join(projectRoot, path);
}

/** What every service knows. */
export const commonSettings = {
  home: setting.text(installed ? '/var/lib/ringfence' : shipped('.ringfence')).describe('Directory of state: keys, the embedded log, captures.'),
  kafkaBrokers: setting.optionalText().describe('Kafka brokers, host:port, comma-separated. Without it the event log is one SQLite file.'),
  redisUrl: setting.optionalText().describe('Redis for windows and jobs. Without it windows are kept in memory and jobs in the SQLite file.'),
  jobsRedisUrl: setting.optionalText().describe('Redis for jobs, where it is not that of the windows: another instance or database keeps one from filling up the other.'),
  logLevel: setting.choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info').describe('Least severe level that is logged.'),
};
