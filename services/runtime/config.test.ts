import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RingfenceError } from './errors.ts';
import { commonSettings, flagName, readConfig, setting, variableName, type Environment, type Flags, shipped } from './config.ts';

const schema = z.object({
  ...commonSettings,
  ringBytes: setting.integer(10, 100, 20),
  mode: setting.choice(['observe', 'enforce'], 'observe'),
  verbose: setting.flag(false),
});

function faults(environment: Environment, flags: Flags): unknown {
  try {
    readConfig(schema, environment, flags);
  } catch (error) {
    if (error instanceof RingfenceError && error.code === 'CONFIG_INVALID') return error.details['faults'];
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have defaults', () => {
    expect(readConfig(schema, {}, {})).toEqual({ home: shipped('.ringfence'), logLevel: 'info', ringBytes: 20, mode: 'observe', verbose: false });
  });

  it('come from the environment, and rather from flags', () => {
    const environment = { RINGFENCE_RING_BYTES: '30', RINGFENCE_MODE: 'enforce', RINGFENCE_VERBOSE: 'true' };
    expect(readConfig(schema, environment, {})).toMatchObject({ ringBytes: 30, mode: 'enforce', verbose: true });
    expect(readConfig(schema, environment, { 'ring-bytes': '40', verbose: 'false' })).toMatchObject({ ringBytes: 40, verbose: false });
  });

  it('have the usual names of Kafka and Redis', () => {
    const environment = { KAFKA_BROKERS: 'k:9092', REDIS_URL: 'redis://r', RINGFENCE_HOME: '/h', RINGFENCE_JOBS_REDIS_URL: 'redis://j' };
    expect(readConfig(schema, environment, {})).toMatchObject({ kafkaBrokers: 'k:9092', redisUrl: 'redis://r', home: '/h', jobsRedisUrl: 'redis://j' });
    expect([variableName('ringBytes'), flagName('ringBytes')]).toEqual(['RINGFENCE_RING_BYTES', 'ring-bytes']);
  });

  it('count an empty variable as not set', () => {
    expect(readConfig(schema, { RINGFENCE_RING_BYTES: '', KAFKA_BROKERS: '' }, {})).toMatchObject({ ringBytes: 20 });
  });

  it('tell all faults together, by flag and variable', () => {
    expect(faults({ RINGFENCE_RING_BYTES: '5', RINGFENCE_LOG_LEVEL: 'loud' }, { mode: 'maybe', 'no-such': 'x' })).toEqual([
      '--no-such: no such setting',
      expect.stringMatching(/^--log-level \(RINGFENCE_LOG_LEVEL\): /),
      '--ring-bytes (RINGFENCE_RING_BYTES): must be a whole number from 10 to 100',
      expect.stringMatching(/^--mode \(RINGFENCE_MODE\): .*enforce/),
    ]);
  });

  it.each(['', ' ', ' 20', '1e1', '0x20', '20.5', '-20', 'twenty', '101', '9', '99999999999999999999'])('do not take %j for a number', (text) => {
    expect(faults({}, { 'ring-bytes': text })).toHaveLength(1);
  });

  it('know nothing of what an object inherits', () => {
    expect(faults({}, { constructor: 'x' })).toEqual(['--constructor: no such setting']);
  });

  it('are not read from variables of other names', () => {
    expect(readConfig(schema, { RING_BYTES: '30', ringBytes: '30' }, {})).toMatchObject({ ringBytes: 20 });
  });
});
