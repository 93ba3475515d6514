/** The servers that contract, integration and end-to-end tests run against. Real ones, always. */
export { startKafka } from './kafka.ts';
export type { KafkaServer, Unavailable } from './kafka.ts';
export { startRedis } from './redis.ts';
export type { RedisServer } from './redis.ts';
