import { describe, expect, it } from 'vitest';
import { UsageError, type Command } from './command.ts';
import { durationMs, parseFlags } from './flags.ts';

const command: Command = { usage: '', summary: '', options: { rules: 'text', json: 'switch' }, run: async () => 0 };

describe('a command line', () => {
  it('is flags and operands', () => {
    expect(parseFlags({ ...command, operandsMax: 2 }, ['a', '--rules=x', '--json', 'b'])).toEqual({ flags: { rules: 'x', json: true }, operands: ['a', 'b'] });
  });

  it.each([[['--nope']], [['--rules']], [['--json=1']], [['--rules', 'a', '--rules', 'b']], [['operand']]])('is a mistake when it is %j', (args) => {
    expect(() => parseFlags(command, args)).toThrow(UsageError);
  });
});

describe('a duration', () => {
  it.each([['500ms', 500], ['30s', 30_000], ['5m', 300_000], ['2h', 7_200_000]])('of %s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', '30', 's', '1.5s', '-1s', '30 s', '597h', '9999999999s'])('is not %j', (text) => {
    expect(() => durationMs(text)).toThrow(UsageError);
  });
});
