import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RingfenceError } from '#runtime/errors.ts';
import type { YamlFault } from '#runtime/yaml-file.ts';
import type { Detection, Level } from '#schemas/generated/types.gen.ts';
import { loadPlaybooks } from './load.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ringfence-playbooks-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

/** Each as file:line:column: message, the directory left out. */
function faults(path = directory): string[] {
  try {
    loadPlaybooks(path);
  } catch (error) {
    if (!(error instanceof RingfenceError && error.code === 'PLAYBOOK_INVALID')) throw error;
    const found = error.details['faults'] as YamlFault[];
    const texts = found.map((fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`);
    expect(error.message).toBe(texts.join('\n'));
    return texts.map((text) => text.replaceAll(`${directory}/`, ''));
  }
  return [];
}

const steps = 'steps:\n  - id: kill\n    process.kill: { target: "${detection.process}" }\n';
const about = (name: string, more = '') => `playbook: ${name}\nversion: 1\n${more}`;
const good = (name: string, more = '') => `${about(name, more)}on: { level: ">=high" }\n${steps}`;

function detection(id: string, level: Level): Detection {
  return { rule: { id, level } } as Detection;
}

describe('playbooks', () => {
  it('are loaded from a directory, in order of their names', () => {
    write('b.yml', good('second'));
    write('a.yaml', good('first', 'mode: enforce\n'));
    write('notes.txt', 'no playbook');
    expect(loadPlaybooks(directory)).toMatchObject([
      { name: 'first', version: 1, mode: 'enforce', steps: [{ id: 'kill', kind: 'process_kill', signal: 9 }] },
      { name: 'second', mode: 'observe' },
    ]);
  });

  it('may be none, or one file', () => {
    expect(loadPlaybooks(directory)).toEqual([]);
    expect(loadPlaybooks(write('a.yml', good('a')))).toHaveLength(1);
  });

  it('answer the rules they name, from their level on', () => {
    const [playbook] = loadPlaybooks(write('a.yml', `${about('a')}on: { rules: [r1], level: ">=high" }\n${steps}`));
    const answers = (id: string, level: Level) => playbook!.answers(detection(id, level));
    expect([answers('r1', 'high'), answers('r1', 'critical'), answers('r1', 'medium'), answers('r2', 'critical')]).toEqual([true, true, false, false]);
  });

  it('are loaded all or none, and every fault of every file is told with its place', () => {
    write('a.yml', good('a'));
    write('b.yml', `playbook: B\nversion: 0\non: {}\nmode: always\n${steps}`);
    write('c.yml', `${about('c')}on: { level: high }\nsteps:\n  - id: kill\n    process.kill: { target: "${'${detection.parent}'}", signal: STOP }\n  - id: kill\n    process.kill: { target: "${'${detection.process}'}", force: true }\nthen: []\n`);
    write('d.yml', 'playbook: [');
    expect(faults()).toEqual([
      'b.yml:1:11: playbook: lower-case letters, digits and dashes, at most 64',
      expect.stringMatching(/^b\.yml:2:10: version: /),
      expect.stringMatching(/^b\.yml:3:5: on: needs rules, level, or both/),
      expect.stringMatching(/^b\.yml:4:7: mode: /),
      'c.yml:3:14: on.level: a level such as ">=high"',
      'c.yml:6:29: steps.0.process.kill.target: only "${detection.process}" can be named',
      expect.stringMatching(/^c\.yml:6:60: steps\.0\.process\.kill\.signal: /),
      'c.yml:8:53: steps.1.process.kill: there is no key "force"',
      'c.yml:9:1: document: there is no key "then"',
      expect.stringMatching(/^d\.yml:1:\d+: /),
    ]);
  });

  it('have steps of different ids, and at least one', () => {
    write('a.yml', `${about('a')}on: { level: ">=low" }\n${steps}${steps.slice('steps:\n'.length)}`);
    write('b.yml', `${about('b')}on: { level: ">=low" }\nsteps: []\n`);
    expect(faults()).toEqual(['a.yml:5:3: steps: two steps have the same id', expect.stringMatching(/^b\.yml:4:8: steps: /)]);
  });

  it('have different names', () => {
    write('a.yml', good('same'));
    write('b.yml', good('same'));
    expect(faults()).toEqual(['b.yml:1:1: a second playbook same']);
  });

  it('that cannot be read are faults like others', () => {
    mkdirSync(join(directory, 'a.yml'));
    write('b.yml', good('b'));
    expect(faults()).toEqual([expect.stringMatching(/^a\.yml:1:1: EISDIR/)]);
  });

  it('are missed where the path does not exist', () => {
    expect(() => loadPlaybooks(join(directory, 'none'))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
