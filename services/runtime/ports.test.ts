import { pino } from 'pino';
import { expect, test } from 'vitest';
import { warnOfLocalWindows } from './ports.ts';

function warningsOf(settings: { kafkaBrokers?: string; redisUrl?: string }): string[] {
  const lines: string[] = [];
  warnOfLocalWindows({ home: '/nowhere', ...settings }, pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }));
  return lines;
}

test('Kafka without Redis is warned of: each engine would count by itself', () => {
  expect(warningsOf({ kafkaBrokers: 'k:9092' })).toEqual([expect.stringContaining('REDIS_URL')]);
});

test.each([{}, { redisUrl: 'redis://r' }, { kafkaBrokers: 'k:9092', redisUrl: 'redis://r' }])('%j needs no warning', (settings) => {
  expect(warningsOf(settings)).toEqual([]);
});
