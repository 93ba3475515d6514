import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseYamlFile, yamlBytesMax } from './yaml-file.ts';

const schema = z.strictObject({
  name: z.string(),
  limits: z.strictObject({ max: z.number().int() }).optional(),
  steps: z.array(z.strictObject({ id: z.string() })).optional(),
});

function faultsOf(text: string): string[] {
  const parsed = parseYamlFile('f.yml', text, schema);
  return parsed.ok ? [] : parsed.faults.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
}

describe('a YAML file', () => {
  it('is read as its schema says', () => {
    expect(parseYamlFile('f.yml', 'name: a\nlimits: {max: 3}\n', schema)).toEqual({ ok: true, value: { name: 'a', limits: { max: 3 } } });
  });

  it('tells every fault, each at its place', () => {
    expect(faultsOf('name: 1\nlimits:\n  max: 1.5\n  min: 0\nsteps:\n  - id: a\n  - {id: 2}\nextra: x\n')).toEqual([
      expect.stringMatching(/^f\.yml:1:7: name: /),
      expect.stringMatching(/^f\.yml:3:8: limits\.max: /),
      'f.yml:4:3: limits: there is no key "min"',
      expect.stringMatching(/^f\.yml:7:10: steps\.1\.id: /),
      'f.yml:8:1: document: there is no key "extra"',
    ]);
  });

  it('tells a missing key at what should hold it', () => {
    expect(faultsOf('name: a\nsteps:\n  - {}\n')).toEqual([expect.stringMatching(/^f\.yml:3:5: steps\.0\.id: /)]);
    expect(faultsOf('')).toEqual([expect.stringMatching(/^f\.yml:1:1: document: /)]);
  });

  it('tells syntax errors at their place', () => {
    expect(faultsOf('name: a\nname: b\n')).toEqual(['f.yml:2:1: Map keys must be unique']);
    expect(faultsOf('name: "a\n')[0]).toMatch(/^f\.yml:\d+:\d+: Missing closing "quote/);
    expect(faultsOf('name: a\n---\nname: b\n')).toHaveLength(1);
    expect(faultsOf('name: *nobody\n')).toHaveLength(1);
  });

  it('keeps the key __proto__ a key', () => {
    expect(faultsOf('name: a\n__proto__: {polluted: true}\n')).toEqual(['f.yml:2:1: document: there is no key "__proto__"']);
  });

  it('refuses aliases that stand for more than the file could hold', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`);
    expect(faultsOf(['l0: &l0 lol', ...levels].join('\n'))).toEqual(['f.yml:1:1: its aliases stand for more than 100 values']);
  });

  it('refuses an alias to what it stands in', () => {
    expect(faultsOf('name: &a [*a]\n')).toHaveLength(1);
  });

  it.each([['flow lists', '['.repeat(200_000)], ['flow maps', '{a: '.repeat(50_000)], ['block lists', '- '.repeat(200_000)]])(
    'refuses a tower of %s, with few words',
    (_, text) => {
      const faults = faultsOf(text);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.length).toBeLessThanOrEqual(20);
    },
  );

  it('refuses what is larger than any configuration, counted in bytes', () => {
    expect(faultsOf(`name: ${'é'.repeat(yamlBytesMax / 2)}`)).toEqual([`f.yml:1:1: larger than ${yamlBytesMax} bytes`]);
  });
});
