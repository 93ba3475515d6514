/** `ringfence rules …` as its users meet it: command lines in, output and exit codes out. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topics } from '../../schemas/topics.ts';
import { openSqliteEventLog } from '../../services/runtime/event-log/sqlite.ts';
import { readTopic } from '../support/detections.ts';

const root = join(import.meta.dirname, '../..');
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ringfence-cli-rules-'));
  mkdirSync(join(directory, 'lists'));
  write('lists/bad-paths.txt', '# kind: path\n/opt/bad\n');
});

afterAll(() => rmSync(directory, { recursive: true }));

function ringfence(args: readonly string[], input = ''): { code: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env['PATH'] ?? '', RINGFENCE_HOME: join(directory, 'home') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'services/cli/main.ts'), ...args], { cwd: root, env, input, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

function write(name: string, content: string): string {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

const curl = `title: Curl
id: 11111111-1111-4111-8111-111111111111
tags: [attack.command-and-control, attack.t1105]
logsource: { category: process_creation, product: linux }
detection: { program: { Image|endswith: /curl }, quiet: { User: root }, condition: program and not quiet }
level: low
`;
const tests = (expected: string): string => `tests:\n  - { name: curl of a user, expect: ${expected}, kind: process_exec, event: { Image: /usr/bin/curl } }\n  - { name: wget, expect: none, kind: process_exec, event: { Image: /usr/bin/wget } }\n`;

describe('rules test', () => {
  test('counts what passed', () => {
    const { code, stdout } = ringfence(['rules', 'test', write('good.yml', curl + tests('match'))]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok  2 tests  Curl\n2 passed, 0 failed, 0 faults; 1 rules, 0 without tests\n' });
  });

  test('says of what failed why, for people and for programs', () => {
    const file = write('failing.yml', curl + tests('none'));
    const people = ringfence(['rules', 'test', file]);
    expect(people.code).toBe(1);
    expect(people.stdout).toContain(`${file}:8: curl of a user: expected no match, and there was one`);
    expect(people.stdout).toContain('line 5: Image ends with "/curl": held for Image, which is "/usr/bin/curl"');
    const programs = ringfence(['rules', 'test', file, '--json']);
    expect(programs.code).toBe(1);
    expect(JSON.parse(programs.stdout)).toMatchObject({ rules: [{ title: 'Curl', tests: [{ passed: false, line: 8 }, { passed: true }] }], summary: { passed: 1, failed: 1, faults: 0 } });
  });

  test('points at a fault of a test, and ends with 1 when there is none to run', () => {
    const faulty = ringfence(['rules', 'test', write('faulty.yml', curl + tests('match').replace('Image', 'Imag'))]);
    expect(faulty.code).toBe(1);
    expect(faulty.stdout).toMatch(/faulty\.yml:8:\d+: TEST_FIELD_UNKNOWN[^]*\n +\| +\^\n +hint: did you mean "Image"\?/);
    expect(ringfence(['rules', 'test', write('untested.yml', curl)])).toMatchObject({ code: 1, stdout: expect.stringContaining('1 without tests') });
  });
});

describe('rules explain', () => {
  test.each([
    ['matches', '{"kind":"process_exec","event":{"Image":"/usr/bin/curl"}}', 0, /^Curl .*: matches\nyes   all of\nyes     selection program\nyes       Image ends with "\/curl"  ← "\/usr\/bin\/curl"  \(line 5\)\nyes     not\n no       selection quiet\n no         User is "root"  ← "ann"  \(line 5\)\n$/],
    ['does not match', '{"kind":"process_exec","event":{"Image":"/usr/bin/curl","process.uid":0}}', 1, / no     not\nyes       selection quiet/],
    ['is not asked', '{"logsource":{"product":"windows"},"event":{"Image":"/usr/bin/curl"}}', 1, /answers none of the log sources/],
    ['is asked of bare fields', '{"Image":"/usr/bin/curl"}', 0, /User is "root" {2}← no value/],
  ])('of a rule that %s', (_, event, expected, output) => {
    const { code, stdout } = ringfence(['rules', 'explain', 'Curl', '--rules', write('explained.yml', curl), '--event', event]);
    expect(code).toBe(expected);
    expect(stdout).toMatch(output);
  });

  test('takes the event of a detection from stdin, and answers in JSON', () => {
    const event = JSON.stringify({ process: { exe: '/usr/bin/curl', args: [] }, parent: null, container: null, body: { kind: 'process_exec' } });
    const { code, stdout } = ringfence(['rules', 'explain', '11111111-1111-4111-8111-111111111111', '--rules', write('explained.yml', curl), '--event', '-', '--json'], event);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ rule: { title: 'Curl' }, matched: true, judged: true, condition: { kind: 'and', held: true } }]);
  });

  test.each([
    [['Crul', '--event', '{"a":1}'], 1, 'did you mean "Curl"?'],
    [['Curl', '--event', 'no JSON'], 1, 'RECORD_UNDECODABLE'],
    [['Curl', '--event', '{"kind":"process_exec","event":{"Imag":1}}'], 1, 'did you mean "Image"?'],
    [['Curl'], 2, 'give an event'],
  ])('that cannot be given (%j) says why', ([id, ...more], expected, why) => {
    const { code, stderr } = ringfence(['rules', 'explain', id!, '--rules', write('explained.yml', curl), ...more]);
    expect(code).toBe(expected);
    expect(stderr).toContain(why);
  });
});

test('rules coverage prints the table, its data, and a layer for the Navigator', () => {
  const file = write('covered.yml', curl);
  expect(ringfence(['rules', 'coverage', file]).stdout).toMatch(/command-and-control {2}1 rule\n {2}T1105 +1 {2}Curl\n[^]*1 rules, 1 of 14 tactics, 1 techniques\n$/);
  expect(ringfence(['rules', 'coverage', join(directory, 'gone')])).toMatchObject({ code: 1, stderr: expect.stringContaining('FILE_UNREADABLE') });
  expect(JSON.parse(ringfence(['rules', 'coverage', file, '--json']).stdout)).toMatchObject({ summary: { rules: 1, techniques: 1 } });
  expect(JSON.parse(ringfence(['rules', 'coverage', file, '--navigator']).stdout)).toMatchObject({ domain: 'enterprise-attack', techniques: [{ techniqueID: 'T1105', score: 1 }] });
});

describe('lists', () => {
  test('are shown with what they hold, and their faults with a caret', () => {
    expect(ringfence(['rules', 'lists', join(directory, 'lists')])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^bad-paths {2}path {2}1 entry {2}0\.0 MiB\n1 lists, 0 faults\n$/) });
    expect(ringfence(['rules', 'lists', join(directory, 'gone')])).toMatchObject({ code: 1, stdout: expect.stringContaining('FILE_UNREADABLE') });
    mkdirSync(join(directory, 'faulty'), { recursive: true });
    write('faulty/ips.txt', '# kind: ip\n192.0.2.1\n192.0.2.999\n');
    expect(ringfence(['rules', 'lists', join(directory, 'faulty')])).toMatchObject({ code: 1, stdout: expect.stringMatching(/ips\.txt:3:1: LIST_ENTRY_INVALID[^]*3 \| 192\.0\.2\.999\n +\| \^\n/) });
  });

  test('are found by rules where --lists says', () => {
    const file = write('listed.yml', curl.replace('Image|endswith: /curl', "Image|expand: '%bad-paths%'"));
    expect(ringfence(['rules', 'check', file])).toMatchObject({ code: 1, stdout: expect.stringContaining('PLACEHOLDER_UNRESOLVED') });
    expect(ringfence(['rules', 'check', file, '--lists', join(directory, 'lists')])).toMatchObject({ code: 0 });
    const event = '{"kind":"process_exec","event":{"Image":"/opt/bad"}}';
    expect(ringfence(['rules', 'explain', 'Curl', '--rules', file, '--lists', join(directory, 'lists'), '--event', event])).toMatchObject({ code: 0, stdout: expect.stringContaining('Image is in the list "bad-paths"') });
  });
});

describe('rules publish', () => {
  test('appends what is in order, replaces what it appended before, and withdraws', async () => {
    const file = write('published.yml', curl);
    expect(ringfence(['rules', 'publish', file])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^published: rules\/ringfence-engine, 1 rules, \d+ bytes in 1 parts\n$/) });
    expect(ringfence(['rules', 'publish', write('published.yml', curl.replace('/curl', '/wget')), '--json'])).toMatchObject({ code: 0 });
    expect(ringfence(['rules', 'publish', '--list', join(directory, 'lists/bad-paths.txt'), '--group', 'edge'])).toMatchObject({ code: 0, stdout: expect.stringContaining('list/edge/bad-paths, 1 entries') });
    expect(ringfence(['rules', 'publish', '--withdraw'])).toMatchObject({ code: 0, stdout: 'withdrawn: rules/ringfence-engine\n' });
    const log = openSqliteEventLog({ path: join(directory, 'home/ringfence.sqlite') });
    const newest = new Map((await readTopic(log, topics.rules.name)).map(({ key, value }) => [key.replace(/[0-9a-f]{64}$/, 'hash'), value.length]));
    await log.close();
    expect([...newest.keys()].sort()).toEqual(['list/edge/bad-paths', 'list/edge/bad-paths/part/hash', 'rules/ringfence-engine', 'rules/ringfence-engine/part/hash']);
    // Nothing names it any more.
    expect(newest.get('rules/ringfence-engine/part/hash')).toBe(0);
  });

  test('appends nothing that an engine would refuse', () => {
    mkdirSync(join(directory, 'no-rules'), { recursive: true });
    // It would end all detection.
    expect(ringfence(['rules', 'publish', join(directory, 'no-rules')])).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no rule') });
    expect(ringfence(['rules', 'publish', '--withdraw', '--list', ''])).toMatchObject({ code: 2, stderr: expect.stringContaining('no name of a list') });
    const faulty = ringfence(['rules', 'publish', write('refused.yml', curl.replace('endswith', 'endwith'))]);
    expect(faulty).toMatchObject({ code: 1, stdout: '' });
    expect(faulty.stderr).toContain('MODIFIER_UNKNOWN');
    expect(ringfence(['rules', 'publish', '--list', write('no-kind.txt', 'x\n')])).toMatchObject({ code: 1, stderr: expect.stringContaining('LIST_KIND_UNKNOWN') });
    expect(ringfence(['rules', 'publish'])).toMatchObject({ code: 2 });
    expect(ringfence(['rules', 'publish', '--list', join(directory, 'gone.txt')])).toMatchObject({ code: 2, stderr: expect.stringContaining('gone.txt') });
  });
});
