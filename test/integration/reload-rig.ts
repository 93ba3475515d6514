/** An engine whose rules and lists are replaced while it runs, over both shapes of log and store: what its tests need. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, inject } from 'vitest';
import { codec } from '../../schemas/codec/codec.ts';
import type { Event } from '../../schemas/generated/types.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { sampleDetection } from '../../services/cli/feed/sample-detection.ts';
import { engineSettings, listSubject, publishContent, rulesSubject, startEngine, type Engine } from '../../services/engine/main.ts';
import { packRules } from '../../services/engine/reload/content.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { openSqliteEventLog } from '../../services/runtime/event-log/sqlite.ts';
import { createLogger, type Logger } from '../../services/runtime/log.ts';
import { createMemoryWindowStore } from '../../services/runtime/window-store/memory.ts';
import { openRedisWindowStore } from '../../services/runtime/window-store/redis.ts';
import type { WindowStore } from '../../services/runtime/window-store/window-store.ts';
import { readDetections } from '../support/detections.ts';
import { eventually } from '../support/eventually.ts';

export const matching = (id: string, ending = `/${id}`): string => `title: ${id}
id: ${id}
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: ${ending} }, condition: selection }
level: high
`;

export const burst = `title: Counted
name: counted
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: /counted } , condition: selection }
---
title: Three In A Second
id: three
correlation: { type: event_count, rules: [counted], group-by: [node], timespan: 1s, condition: { gte: 3 } }
`;

/** Refers to the list `bad`. */
export const listed = (field: string): string => matching('listed').replace('Image|endswith: /listed', `${field}: '%bad%'`);

export const set = (...rules: string[]): string => rules.join('---\n');
export const broken = 'title: Broken\nlogsource: { product: linux }\ndetection: { a: { Image|endwith: x }, condition: a and b }\n';

export const logger = createLogger('test', 'silent');
export const into = (lines: Record<string, unknown>[]): Logger => pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
export const clock = systemClock();
/** Why there is no Kafka or Redis; undefined where there are both. */
export const missing = inject('kafkaMissing') ?? inject('redisMissing');
let run = 0;

/** Of the test that runs. */
export class ReloadRig {
  home = '';
  group = '';
  log!: EventLog;
  engine!: Engine;
  private node = '';
  private store!: WindowStore;

  readonly start = (ports: { log?: EventLog; logger?: Logger } = {}, folders = ['lists']): Promise<Engine> => {
    const { home, group, log, store } = this;
    const lists = folders.map((folder) => join(home, folder)).join(',');
    const settings = engineSettings.parse({ rules: join(home, 'rules'), lists, group, home, watchMs: '50', settleMs: '30' });
    return startEngine(settings, { log, store, clock, logger, ...ports });
  };

  async open(shape: string): Promise<void> {
    this.home = mkdtempSync(join(tmpdir(), 'ringfence-reload-'));
    this.node = `reload-${process.pid}-${run++}`;
    this.group = `test-${this.node}`;
    for (const folder of ['rules', 'lists']) mkdirSync(join(this.home, folder));
    this.write(set(matching('marked'), burst));
    const isKafka = shape === 'Kafka and Redis';
    this.log = isKafka ? openKafkaEventLog({ brokers: inject('kafkaBrokers')!, clientId: 'test' }) : openSqliteEventLog({ path: join(this.home, 'log.sqlite') });
    this.store = isKafka ? await openRedisWindowStore({ url: inject('redisUrl')! }) : createMemoryWindowStore({ clock });
    this.engine = await this.start();
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.log.close();
    await this.store.close();
    rmSync(this.home, { recursive: true });
  }

  readonly write = (text: string, file = 'rules/rules.yml'): void => writeFileSync(join(this.home, file), text);

  readonly append = async (...events: Event[]): Promise<void> => {
    const { log, node } = this;
    const producer = await log.producer();
    await producer.append([{ topic: topics.events.name, key: node, value: codec('event_batch').encode({ node, boot_id: 'boot', hostname: node, events, losses: [] }) }]);
    await producer.close();
  };

  readonly found = async (): Promise<string[]> => {
    await this.engine.caughtUp();
    return (await readDetections(this.log, this.node)).map(({ rule, trigger }) => `${rule.id} ${trigger?.seq}`).sort();
  };

  readonly publish = (...files: string[]): Promise<number> => {
    return publishContent(this.home, rulesSubject(this.group), packRules(files.map((text, index) => ({ file: `${index}.yml`, text }))), { log: this.log, clock, logger });
  };

  readonly publishList = (name: string, text: string | undefined): Promise<number> => {
    return publishContent(this.home, listSubject(this.group, name), text === undefined ? undefined : Buffer.from(text), { log: this.log, clock, logger });
  };

  readonly reloads = (wanted: Partial<Engine['reloads']>): Promise<true> => {
    return eventually(() => (Object.entries(wanted).every(([key, value]) => this.engine.reloads[key as keyof Engine['reloads']] >= value) ? true : undefined));
  };
}

/** Tests that are run over SQLite and memory, and over Kafka and Redis, each with an engine that runs the files' rules. */
export function overEachShape(define: (rig: ReloadRig) => void): void {
  describe.each([
    { shape: 'SQLite and memory', hindrance: undefined },
    { shape: 'Kafka and Redis', hindrance: missing },
  ])('over $shape', ({ shape, hindrance }) => {
    describe.skipIf(hindrance !== undefined)(`(${hindrance ?? 'real'})`, () => {
      const rig = new ReloadRig();
      beforeEach(() => rig.open(shape));
      afterEach(() => rig.close());
      define(rig);
    });
  });
}

export function exec(seq: number, exe: string, ms = 0): Event {
  const { trigger } = sampleDetection({}, { exe, args: [exe] });
  return { ...trigger, seq, time: trigger.time + BigInt(ms) * 1_000_000n };
}
