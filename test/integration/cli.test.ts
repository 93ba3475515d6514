/** `ringfence` as its users meet it: command lines in, output and exit codes out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cgroupHindrance, createTestCgroup } from '../support/cgroup.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/servers/server-process.ts';

const root = join(import.meta.dirname, '../..');
const launcher = join(root, 'services/cli/main.ts');

let directory: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ringfence-cli-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

afterEach(async () => {
  await Promise.all([...running].map((child) => end(child, 'SIGKILL')));
});

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly node?: readonly string[];
}

function start(args: readonly string[], { environment = {}, input, node = [] }: Options = {}) {
  const env = { PATH: process.env['PATH'] ?? '', RINGFENCE_HOME: join(directory, 'home'), ...environment };
  const child = spawn(process.execPath, [...node, launcher, ...args], { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.stdin.end(input);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (chunk: string) => (said[name] += chunk));
  const exit = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, said, exit };
}

const ringfence = (args: readonly string[], options?: Options) => start(args, options).exit;

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function write(name: string, content: string): string {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

const emptyCapture = () => write('empty.capture', `${JSON.stringify({ format: 'ringfence-capture', version: 1, bootId: 'b', bootTimeNs: '1' })}\n`);
const objects = (lines: string) => lines.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);

const goodRule = 'title: Curl\nid: 11111111-1111-4111-8111-111111111111\nlogsource: {category: process_creation, product: linux}\ndetection: {s: {Image|endswith: /curl}, condition: s}\nlevel: low\n';
const windowsRule = "title: Whoami\nlogsource: {category: process_creation, product: windows}\ndetection: {s: {Image|endswith: '\\whoami.exe'}, condition: s}\n";
const event = (product: string, image: string) => JSON.stringify({ logsource: { category: 'process_creation', product }, event: { Image: image } });

describe('a command line', () => {
  test('that asks for help gets it on stdout', async () => {
    for (const args of [[], ['help'], ['--help'], ['up', '--help']]) {
      expect(await ringfence(args)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/ringfence up/) });
    }
  });

  test.each([
    [['nonsense'], 'there is no command "nonsense"'],
    [['\u001b[2J'], 'there is no command'],
    [['rules'], 'there is no command "rules"'],
    [['doctor', '--loud'], "Unknown option '--loud'"],
    [['doctor', 'operand'], 'unexpected argument "operand"'],
    [['rules', 'check'], 'name at least one rule file'],
    [['rules', 'match'], '--rules and --events are needed'],
    [['simulate', 'world-peace'], 'name one of'],
    [['up', '--for', 'ever'], 'is no duration'],
    [['engine', '--fetch-bytes', 'many', '--commit-interval-ms', '0'], 'RINGFENCE_FETCH_BYTES'],
    [['up', '--replay', 'x', '--respond', 'enforce'], 'CONFIG_INVALID'],
    [['engine', '--kafka-brokers', 'nowhere'], 'CONFIG_INVALID'],
  ])('that is mistaken (%j) ends with 2, and says why on stderr', async (args, why) => {
    const { code, stdout, stderr } = await ringfence(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).not.toMatch(/\u001b|\n\s+at /);
  });

  test('with a reader that goes away ends quietly', async () => {
    const { child, exit } = start(['doctor']);
    child.stdout.destroy();
    expect(await exit).toMatchObject({ stderr: '' });
  });
});

describe('doctor', () => {
  test('says in JSON what this host can', async () => {
    const { code, stdout } = await ringfence(['doctor', '--json']);
    const report = JSON.parse(stdout) as { hooks: { status: string }[]; tiers: { observe: Record<string, string>; prevent: object } };
    expect(report).toMatchObject({ kernel: expect.any(String), btf: expect.any(Boolean), capabilities: expect.any(Array) });
    expect(Object.keys(report.tiers.observe)).toEqual(['process', 'file', 'network', 'dns', 'privilege', 'kernel', 'iouring']);
    expect(Object.keys(report.tiers.prevent)).toEqual(['exec', 'file', 'connect', 'packet', 'capability', 'syscall']);
    for (const hook of report.hooks) expect(hook).toMatchObject({ hook: expect.any(String), type: expect.any(String), status: expect.stringMatching(/^(ok|refused|absent)$/) });
    expect(code).toBe(report.tiers.observe['process'] === 'none' ? 3 : 0);
  });
});

describe('rules check', () => {
  test('finds nothing wrong with the rules that are shipped', async () => {
    const { code, stdout } = await ringfence(['rules', 'check', 'rules/detections', '--json']);
    const { rules, summary } = JSON.parse(stdout) as { rules: object[]; summary: Record<string, number> };
    expect({ code, summary }).toEqual({ code: 0, summary: { ok: rules.length, unsatisfiable: 0, rejected: 0 } });
    expect(rules[0]).toMatchObject({ id: expect.any(String), title: expect.any(String), dialect: 'sigma', file: expect.any(String), line: expect.any(Number), status: 'ok' });
  });

  test('tells every fault of a file, for people and for programs', async () => {
    const bad = "title: Bad\nlogsource: {category: process_creation, product: linux}\ndetection:\n  s:\n    Image|endwith: /x\n    CommandLine|re: '('\n  condition: s and t\n";
    const file = write('bad.yml', `${bad}---\n${goodRule}`);
    const people = await ringfence(['rules', 'check', file]);
    for (const place of ['5:', '6:', '7:']) expect(people.stdout).toContain(`${file}:${place}`);
    expect(people.stdout).toMatch(/1 ok, 0 unsatisfiable, 1 rejected\n$/);
    const programs = await ringfence(['rules', 'check', file, '--json']);
    expect([people.code, programs.code]).toEqual([1, 1]);
    const { rules } = JSON.parse(programs.stdout) as { rules: { status: string; faults?: { line: number; code: string }[] }[] };
    expect(rules.find((rule) => rule.status === 'rejected')?.faults?.map(({ line, code }) => [line, code])).toEqual([
      [5, 'MODIFIER_UNKNOWN'],
      [6, 'REGEX_INVALID'],
      [7, 'SELECTION_UNKNOWN'],
    ]);
  });

  test('rejects a path that is not there', async () => {
    expect(await ringfence(['rules', 'check', join(directory, 'none')])).toMatchObject({ code: 1, stdout: expect.stringContaining('FILE_UNREADABLE') });
  });
});

describe('rules match', () => {
  const rules = () => [write('curl.yml', goodRule), write('whoami.yml', windowsRule)];
  const lines = [event('linux', '/usr/bin/curl'), '', event('linux', '/bin/ls'), event('windows', 'C:\\Windows\\System32\\whoami.exe')].join('\n');
  const matches = [{ event: 0, rule: '11111111-1111-4111-8111-111111111111' }, { event: 3, rule: 'Whoami' }];

  test('names the rules that each line matches, from stdin and from a file, of any product', async () => {
    const fromStdin = await ringfence(['rules', 'match', '--rules', ...rules(), '--events', '-'], { input: lines });
    const fromFile = await ringfence(['rules', 'match', '--rules', ...rules(), '--events', write('events.jsonl', `${lines}\r\n`)]);
    for (const { code, stdout, stderr } of [fromStdin, fromFile]) expect({ code, stderr, found: objects(stdout) }).toEqual({ code: 0, stderr: '', found: matches });
  });

  test('names a line that is no event, goes on, and ends with 1', async () => {
    const { code, stdout, stderr } = await ringfence(['rules', 'match', '--rules', ...rules(), '--events', '-'], { input: `{"event"\n${lines}` });
    expect({ code, found: objects(stdout) }).toEqual({ code: 1, found: matches.map((match) => ({ ...match, event: match.event + 1 })) });
    expect(stderr).toContain('RECORD_UNDECODABLE: line 0');
  });

  test('says that a path of rules cannot be read', async () => {
    const { code, stderr } = await ringfence(['rules', 'match', '--rules', join(directory, 'gone'), '--events', '-'], { input: '' });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('FILE_UNREADABLE') });
  });

  test('says that the file of events cannot be read', async () => {
    const { code, stderr } = await ringfence(['rules', 'match', '--rules', ...rules(), '--events', join(directory, 'none')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^CONFIG_INVALID: .*none cannot be read\n {2}because: ENOENT/);
  });
});

describe('a service that cannot reach what it needs', () => {
  test.each([
    ['engine', ['engine'], { KAFKA_BROKERS: '127.0.0.1:1' }, 'EVENT_LOG_UNREACHABLE'],
    ['responder', ['responder'], { KAFKA_BROKERS: '127.0.0.1:1' }, 'EVENT_LOG_UNREACHABLE'],
    ['collector', ['collector'], { KAFKA_BROKERS: '127.0.0.1:1' }, 'EVENT_LOG_UNREACHABLE'],
    ['feed', ['feed'], { KAFKA_BROKERS: '127.0.0.1:1' }, 'EVENT_LOG_UNREACHABLE'],
    ['engine without Redis', ['engine'], { REDIS_URL: 'redis://127.0.0.1:1' }, 'WINDOW_STORE_UNREACHABLE'],
    ['responder without Redis', ['responder'], { REDIS_URL: 'redis://127.0.0.1:1' }, 'JOB_QUEUE_UNREACHABLE'],
  ])('says so in one coded line, keeps trying, and stops when told: %s', async (_, args, environment, code) => {
    const replay = args[0] === 'collector' ? ['--replay', emptyCapture()] : [];
    const { child, said, exit } = start([...args, ...replay], { environment });
    const warned = () => objects(said.stderr.slice(0, said.stderr.lastIndexOf('\n') + 1)).filter((line) => line['err'] !== undefined);
    const msg = args[0] === 'collector' ? 'the event log does not answer yet; events go to the spool' : 'cannot start yet; trying again until it answers';
    await eventually(() => warned().find((line) => line['msg'] === msg));
    for (const line of warned()) expect(line).toMatchObject({ level: 40, err: { code } });
    // Each part of a service that is held up by it says so once.
    expect(new Set(warned().map((line) => line['msg'])).size).toBe(warned().length);
    child.kill('SIGTERM');
    expect(await exit).toMatchObject({ code: 0, stdout: '' });
  });

  test('starts when the broker does', async (context) => {
    const brokers = inject('kafkaBrokers');
    if (brokers === undefined) return context.skip(inject('kafkaMissing') ?? 'no Kafka');
    const port = await freePort();
    const { child, said, exit } = start(['engine', '--group', 'cli-test'], { environment: { KAFKA_BROKERS: `127.0.0.1:${port}` } });
    await eventually(() => said.stderr.includes('EVENT_LOG_UNREACHABLE') || undefined);
    // Kafka sends its clients on to its own address, so this door is all that has to open late.
    const door = await openDoor(port, Number(brokers.split(':')[1]));
    await eventually(() => said.stderr.includes('"msg":"judging"') || undefined);
    child.kill('SIGTERM');
    expect(await exit).toMatchObject({ code: 0 });
    door.close();
  });
});

async function openDoor(port: number, to: number): Promise<Server> {
  const door = createServer((inside) => {
    const outside = connect(to, '127.0.0.1');
    for (const [from, into] of [[inside, outside], [outside, inside]] as const) from.on('error', () => into.destroy()).pipe(into);
  });
  door.listen(port, '127.0.0.1');
  await once(door, 'listening');
  return door;
}

describe('up --replay', () => {
  test.each([
    ['is missing', () => join(directory, 'none'), 'cannot be read'],
    ['is none', () => write('x.capture', 'no capture'), 'does not begin like a capture'],
  ])('refuses a capture that %s', async (_, path, why) => {
    const { code, stderr } = await ringfence(['up', '--replay', path(), '--for', '1s']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('CAPTURE_INVALID') });
    expect(stderr).toContain(why);
  });

  test('stays when the capture is read, and ends in order at a signal', async () => {
    const { child, said, exit } = start(['up', '--replay', emptyCapture()]);
    await eventually(() => said.stderr.includes('watches capture') || undefined);
    child.kill('SIGINT');
    expect(await exit).toMatchObject({ code: 0, stdout: '' });
  });
});

describe.skipIf(cgroupHindrance !== null)(`with a cgroup of its own (${cgroupHindrance ?? 'as root'})`, () => {
  test.each([
    ['reverse-shell', /ended by itself/],
    ['su-guessing', /^exit codes 1(, 1)+$/],
    ['shared-memory', /^exit code 0$/],
  ])('simulate %s does what it says, and leaves no cgroup', async (name, outcome) => {
    await using cgroup = createTestCgroup('simulate');
    const { code, stdout } = await ringfence(['simulate', name, '--cgroup', cgroup.path, '--json']);
    expect(code).toBe(0);
    expect(objects(stdout)).toMatchObject([{ simulation: name, rule: expect.any(String), outcome: expect.stringMatching(outcome), pids: expect.any(Array) }]);
    expect(readdirSync(cgroup.path, { withFileTypes: true }).filter((entry) => entry.isDirectory())).toEqual([]);
  });

  test('simulate refuses a place where it cannot make a cgroup', async () => {
    expect(await ringfence(['simulate', 'shared-memory', '--cgroup', join(directory, 'no/where')])).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_INVALID') });
  });

  test('up records what it sees, and replays it elsewhere without any native code', async (context) => {
    const { code: can, stdout: report } = await ringfence(['doctor', '--json']);
    if (can === 3) return context.skip(`no process can be observed here: ${report.slice(0, 200)}`);
    await using cgroup = createTestCgroup('record');
    const capture = join(directory, 'recorded.capture');
    const live = start(['up', '--json', '--record', capture, '--scope-cgroup', cgroup.path], { environment: { RINGFENCE_NODE: 'cli-test' } });
    await Promise.race([live.exit, eventually(() => live.said.stderr.includes('watches node') || undefined)]);
    await ringfence(['simulate', 'shared-memory', '--cgroup', cgroup.path]);
    await eventually(() => live.said.stdout.includes('\n') || undefined);
    live.child.kill('SIGTERM');
    const recorded = await live.exit;
    expect(recorded).toMatchObject({ code: 0 });
    // --permission without --allow-addons: neither libbpf nor the collector addons can be loaded.
    const node = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*'];
    const replayed = await ringfence(['up', '--json', '--replay', capture, '--for', '2s'], { node, environment: { RINGFENCE_NODE: 'cli-test', RINGFENCE_HOME: join(directory, 'replay') } });
    expect(replayed.code).toBe(0);
    const ids = (lines: string) => objects(lines).filter((line) => line['type'] === 'detection').map((line) => [line['id'], (line['rule'] as { title: string }).title]);
    expect(ids(recorded.stdout)).toEqual([[expect.any(String), 'Program Run From Shared Memory']]);
    expect(ids(replayed.stdout)).toEqual(ids(recorded.stdout));
  });
});
