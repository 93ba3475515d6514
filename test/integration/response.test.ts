/** From detection to receipt over a real SQLite log and job queue: the responder, and the node's side that obeys. */
import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codec } from '../../schemas/codec/codec.ts';
import type { Command, Detection, Receipt } from '../../schemas/generated/types.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { sampleDetection, type SampleDetection } from '../../services/cli/feed/sample-detection.ts';
import { CommandExecutor } from '../../services/collector/command/command-executor.ts';
import { CommandJournal } from '../../services/collector/command/command-journal.ts';
import { cgroupPath, processFacts } from '../../services/collector/command/process-files.ts';
import { commandRecord, orderOf } from '../../services/responder/command.ts';
import { parsePlaybook, type Playbook } from '../../services/responder/playbook/playbook.ts';
import { startResponder } from '../../services/responder/responder.ts';
import { responderSettings } from '../../services/responder/settings.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { readConfig } from '../../services/runtime/config.ts';
import type { EventLog, LogBatch, LogRecord } from '../../services/runtime/event-log/event-log.ts';
import { openSqliteEventLog } from '../../services/runtime/event-log/sqlite.ts';
import type { JobQueue } from '../../services/runtime/job-queue/job-queue.ts';
import { openSqliteJobQueue } from '../../services/runtime/job-queue/sqlite.ts';
import { closeAll, type Service } from '../../services/runtime/lifecycle.ts';
import { openSigningKey, readTrustedKeys, type SigningKey } from '../../services/runtime/signing/keyring.ts';
import { domains, signRecord, verifyRecord } from '../../services/runtime/signing/signature.ts';
import { cgroupHindrance, createTestCgroup } from '../support/cgroup.ts';
import { readTopic } from '../support/detections.ts';
import { eventually } from '../support/eventually.ts';

const clock = systemClock();
const commands = codec('command');
const detections = codec('detection');
const receipts = codec('receipt');
const playbook = playbookOf('kill-shell', 'enforce');

type Handler = (batch: LogBatch) => Promise<LogRecord[]>;

let home: string;
let log: EventLog;
let jobs: JobQueue;
let services: { close(): void | Promise<void> }[];
let said: Record<string, unknown>[];
let logger: Logger;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-response-'));
  log = openSqliteEventLog({ path: join(home, 'ringfence.sqlite') });
  jobs = openSqliteJobQueue({ path: join(home, 'ringfence.sqlite') });
  services = [];
  said = [];
  logger = pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line) as Record<string, unknown>) });
  await log.createTopics(Object.values(topics));
});

afterEach(async () => {
  await closeAll([log, jobs, ...services]);
  rmSync(home, { recursive: true });
});

async function respond(respond: 'observe' | 'enforce', playbooks: readonly Playbook[] = [playbook]): Promise<Service> {
  const settings = readConfig(responderSettings, {}, { home, respond, 'fetch-max-wait-ms': '10', 'retry-delay-ms': '10' });
  const service = await startResponder(settings, playbooks, { log, jobs, clock, logger });
  services.push(service);
  return service;
}

async function append(...records: LogRecord[]): Promise<void> {
  const producer = await log.producer();
  await producer.append(records);
  await producer.close();
}

/** A detection of now. */
function detected(changes: Partial<SampleDetection> = {}): SampleDetection {
  return sampleDetection({ last: clock.nowNs(), ...changes });
}

const detectionRecord = (detection: Detection): LogRecord => ({ topic: topics.detections.name, key: detection.id, value: detections.encode(detection) });

async function ordered(): Promise<Command[]> {
  const records = await readTopic(log, topics.commands.name);
  const keys = readTrustedKeys(home, 'command', (error) => expect(error).toBeUndefined());
  for (const { value, headers } of records) expect(verifyRecord(domains.command, value, headers, keys).ok).toBe(true);
  return records.map((record) => commands.decode(record.value));
}

/** When that many jobs are done and none is left. */
async function jobsDone(done: number): Promise<void> {
  await eventually(async () => {
    const counts = await jobs.counts();
    return (counts.done >= done && counts.waiting + counts.running === 0) || undefined;
  });
}

const deadLetters = async (topic: { name: string }) => (await readTopic(log, topic.name)).map(({ headers, value }) => [headers['reason'], value.toString('latin1')]);

describe('the responder', () => {
  test('answers a detection with one signed command for the process of its trigger', async () => {
    await respond('enforce');
    const detection = detected();
    await append(detectionRecord(detection));
    await jobsDone(1);
    const [command, ...more] = await ordered();
    expect(more).toEqual([]);
    expect(command).toMatchObject({
      issuer: 'responder',
      mode: 'enforce',
      requester: 'playbook:kill-shell',
      playbook_sha256: playbook.sha256,
      detection_id: detection.id,
      target: { node: 'n1', boot_id: 'b1', pid: 42, start_ns: 9_007_199_254_740_993n, exe: '/usr/bin/dash' },
      action: { kind: 'process_kill', signal: 9 },
    });
    expect(command!.expires_ms - command!.issued_ms).toBe(15_000);
  });

  test('answers once, however often the detection comes, also after a restart', async () => {
    const first = await respond('observe');
    const detection = detected();
    await append(detectionRecord(detection), detectionRecord(detection));
    await jobsDone(1);
    await first.close();
    services.pop();
    await append(detectionRecord(detection));
    await respond('observe');
    await append(detectionRecord(detected({ id: 'e'.repeat(32) })));
    await jobsDone(2);
    expect((await ordered()).map((command) => command.detection_id).sort()).toEqual([detection.id, 'e'.repeat(32)]);
  });

  test('gives the same command id for the same detection, and another for another step, version or detection', () => {
    const id = (detection: SampleDetection, by = playbook) => orderOf(detection, by, by.steps[0]!, 'observe').id;
    const again = playbookOf('kill-shell', 'enforce');
    expect(id(detected())).toBe(id(detected(), again));
    const others = [id(detected({ id: 'e'.repeat(32) })), id(detected(), { ...playbook, version: 2 }), id(detected(), { ...playbook, name: 'x' }), id(detected(), playbookOf('kill-shell', 'enforce', ['other']))];
    expect(new Set([id(detected()), ...others]).size).toBe(5);
  });

  test.each([
    ['observe', 'enforce', 'observe'],
    ['enforce', 'observe', 'observe'],
    ['enforce', 'enforce', 'enforce'],
  ] as const)('set to %s, lets a playbook in mode %s %s', async (setting, mode, expected) => {
    await respond(setting, [playbookOf('p', mode)]);
    await append(detectionRecord(detected()));
    await jobsDone(1);
    expect((await ordered()).map((command) => command.mode)).toEqual([expected]);
  });

  test('leaves a detection unanswered that no playbook names, and one that is too old', async () => {
    await respond('enforce');
    const other = detected({ id: 'a'.repeat(32), rule: { ...sampleDetection().rule, level: 'medium' } });
    const old = detected({ id: 'b'.repeat(32), last: clock.nowNs() - 61_000_000_000n });
    await append(detectionRecord(other), detectionRecord(old), detectionRecord(detected()));
    await jobsDone(2);
    expect((await ordered()).map((command) => command.detection_id)).toEqual([detected().id]);
    expect(said).toContainEqual(expect.objectContaining({ msg: 'too old to be answered', detection: old.id }));
  });

  test('sets aside what is no detection, and answers the next', async () => {
    await respond('observe');
    const { id } = detected();
    // One key, so one partition: the bad ones stand before the good one.
    await append(...['', 'garbage', `\xc3\x01${'\0'.repeat(20)}`].map((text) => ({ topic: topics.detections.name, key: id, value: Buffer.from(text, 'latin1') })));
    await append(detectionRecord(detected()));
    await jobsDone(1);
    expect((await ordered()).length).toBe(1);
    expect(await deadLetters(topics.detectionsDlq)).toEqual([['HEADER_INVALID', ''], ['HEADER_INVALID', 'garbage'], ['SCHEMA_UNKNOWN', expect.any(String)]]);
  });

  test('believes a receipt from the node that it names, and sets others aside', async () => {
    await respond('observe');
    const n1 = openSigningKey(home, 'node-n1', 'receipt', []);
    const n2 = openSigningKey(home, 'node-n2', 'receipt', []);
    const forger: SigningKey = { ...n1, privateKey: generateKeyPairSync('ed25519').privateKey };
    const responder = openSigningKey(home, 'responder', 'command', []);
    const value = receipts.encode(receipt());
    const signedBy = (key: SigningKey, bytes = value): LogRecord => ({ topic: topics.receipts.name, key: 'n1', value: bytes, headers: signRecord(domains.receipt, bytes, key) });
    await append({ topic: topics.receipts.name, key: 'n1', value }, signedBy(forger), signedBy(n2), signedBy(responder), signedBy(n1, Buffer.from('x')), signedBy(n1));
    await eventually(() => said.find((line) => line['msg'] === 'receipt'));
    expect((await deadLetters(topics.receiptsDlq)).map(([reason]) => reason)).toEqual(['signature_missing', 'signature_invalid', 'wrong_node', 'key_unknown', 'HEADER_INVALID']);
    expect(said.filter((line) => line['msg'] === 'receipt')).toMatchObject([{ command: receipt().command_id, node: 'n1', status: 'done' }]);
  });
});

describe.skipIf(cgroupHindrance !== null)(`a node (${cgroupHindrance ?? 'its processes in a cgroup of the test'})`, () => {
  function node(withinCgroup: string): CommandExecutor {
    const journal = new CommandJournal(join(home, 'journal'), clock.nowMs());
    const trustedKeys = () => readTrustedKeys(home, 'command', () => {});
    const key = openSigningKey(home, 'node-n1', 'receipt', []);
    services.push(journal);
    return new CommandExecutor({ identity: { node: 'n1', bootId: 'b1' }, key, trustedKeys, journal, withinCgroup, killsPerMinute: 60, killsBurst: 20 }, clock, logger);
  }

  async function obey(withinCgroup: string, through = (handle: Handler): Handler => handle): Promise<void> {
    const executor = node(withinCgroup);
    const options = { group: 'node', topics: [topics.commands.name], from: 'earliest', maxWaitMs: 10, maxBytes: 1 << 20, commitIntervalMs: 100, retryDelayMs: 10 } as const;
    services.push(await log.consume(options, through((batch) => executor.handle(batch))));
  }

  const answers = async (): Promise<Receipt[]> => (await readTopic(log, topics.receipts.name)).map(({ value }) => receipts.decode(value));

  test('kills the process of a detection, once, and says so', async () => {
    await using cgroup = createTestCgroup('response');
    const child = cgroup.run('/bin/sleep', ['60'], { stdio: 'ignore' });
    const start_ns = processFacts(child.pid!)!.startTicks * 10_000_000n;
    const end = once(child, 'exit');
    await eventually(() => cgroupPath(child.pid!) === cgroup.relativePath || undefined);
    await respond('enforce', [playbookOf('p', 'enforce', ['kill', 'again'])]);
    await obey(cgroup.relativePath);
    await append(detectionRecord(sampleDetection({ last: clock.nowNs() }, { pid: child.pid!, start_ns })));
    expect(await end).toEqual([null, 'SIGKILL']);
    await eventually(() => said.filter((line) => line['msg'] === 'receipt').length === 2 || undefined);
    const statuses = (await answers()).map(({ status }) => status);
    expect(statuses[0]).toBe('done');
    // A second signal may still find it dying.
    expect(['done', 'already', 'not_found']).toContain(statuses[1]);
  });

  test('says that it killed, also when the log took the answer only the second time', async () => {
    await using cgroup = createTestCgroup('response');
    const child = cgroup.run('/bin/sleep', ['60'], { stdio: 'ignore' });
    const start_ns = processFacts(child.pid!)!.startTicks * 10_000_000n;
    const end = once(child, 'exit');
    await eventually(() => cgroupPath(child.pid!) === cgroup.relativePath || undefined);
    const lost: number[] = [];
    await respond('enforce', [playbookOf('p', 'enforce')]);
    await obey(cgroup.relativePath, (handle) => async (batch) => {
      const answers = await handle(batch);
      // As a commit that fails: the log has neither the answer nor the offset, and delivers again.
      if (answers.length > 0 && lost.push(answers.length) === 1) throw new Error('the commit failed');
      return answers;
    });
    await append(detectionRecord(sampleDetection({ last: clock.nowNs() }, { pid: child.pid!, start_ns })));
    expect(await end).toEqual([null, 'SIGKILL']);
    await eventually(async () => (await answers()).length > 0 || undefined);
    expect((await answers()).map(({ status, reason }) => [status, reason])).toEqual([['done', null]]);
    expect(lost).toEqual([1, 1]);
  });

  test('answers forged, expired, replayed and misdirected commands one by one, and obeys the next', async () => {
    await using cgroup = createTestCgroup('response');
    const child = cgroup.run('/bin/sleep', ['60'], { stdio: 'ignore' });
    const start_ns = processFacts(child.pid!)!.startTicks * 10_000_000n;
    const end = once(child, 'exit');
    const key = openSigningKey(home, 'responder', 'command', ['process_kill']);
    await eventually(() => cgroupPath(child.pid!) === cgroup.relativePath || undefined);
    await obey(cgroup.relativePath);
    let made = 0;
    const command = (issuedAgoMs = 0, target: { node?: string; bootId?: string } = {}, mode: 'observe' | 'enforce' = 'observe') => {
      const detection = sampleDetection({ id: (made++).toString(16).padStart(32, '0') }, { pid: child.pid!, start_ns });
      const order = orderOf(detection, playbook, playbook.steps[0]!, mode);
      return commandRecord({ ...order, target: { ...order.target, ...target } }, key, clock.nowMs() - issuedAgoMs, 15_000);
    };
    const good = command();
    const changed = Buffer.from(good.value);
    changed.writeUInt8(changed.readUInt8(40) ^ 1, 40);
    await append(
      { ...command(), headers: {} },
      { ...good, value: changed },
      command(60_000),
      { ...command(0, { node: 'n2' }), key: 'n1' },
      command(0, { bootId: 'b0' }),
      good,
      good,
      command(0, {}, 'enforce'),
    );
    expect(await end).toEqual([null, 'SIGKILL']);
    await eventually(async () => (await answers()).length === 8 || undefined);
    const outcome = (await answers()).map(({ status, reason }) => reason ?? status);
    expect(outcome).toEqual(['signature_missing', 'signature_invalid', 'expired', 'wrong_node', 'wrong_boot', 'would_do', 'would_do', 'done']);
    expect((await deadLetters(topics.commandsDlq)).map(([reason]) => reason)).toEqual(['signature_missing', 'signature_invalid']);
  });
});

function playbookOf(name: string, mode: 'observe' | 'enforce', steps: readonly string[] = ['kill']): Playbook {
  const text = [
    `playbook: ${name}`,
    'version: 1',
    'on: { level: ">=high" }',
    `mode: ${mode}`,
    'steps:',
    ...steps.flatMap((id) => [`  - id: ${id}`, '    process.kill: { target: "${detection.process}" }']),
  ].join('\n');
  const parsed = parsePlaybook(`${name}.yml`, text);
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.playbook;
}

function receipt(): Receipt {
  return { command_id: 'c'.repeat(32), node: 'n1', boot_id: 'b1', status: 'done', reason: null, detail: null, time: 0n, detection_id: null };
}
