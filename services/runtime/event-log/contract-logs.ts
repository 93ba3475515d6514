/** The logs that the contract suite runs against; also opened by its worker processes. */
import type { EventLog } from './event-log.ts';
import { openKafkaEventLog } from './kafka.ts';
import { openSqliteEventLog } from './sqlite.ts';

export type ContractLog =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'kafka'; readonly brokers: string };

export function openContractLog(log: ContractLog): EventLog {
  switch (log.kind) {
    case 'sqlite':
      return openSqliteEventLog({ path: log.path });
    case 'kafka':
      // As it is shipped: with compression for what is worth it. The shortest session that brokers allow, because a killed
      // worker's partitions stand still for it.
      return openKafkaEventLog({ brokers: log.brokers, clientId: 'contract', compression: 'zstd', sessionTimeoutMs: 6_000 });
  }
}
