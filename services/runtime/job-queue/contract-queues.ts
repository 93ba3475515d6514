/** The queues that the contract suite runs against; also opened by its worker processes. */
import { openBullJobQueue } from './bullmq.ts';
import type { JobQueue } from './job-queue.ts';
import { openSqliteJobQueue } from './sqlite.ts';

export type ContractQueue =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'bullmq'; readonly url: string; readonly name: string };

export function openContractQueue(queue: ContractQueue): JobQueue {
  switch (queue.kind) {
    case 'sqlite':
      return openSqliteJobQueue({ path: queue.path });
    case 'bullmq':
      return openBullJobQueue({ url: queue.url, name: queue.name, lockMs: 1_000 });
  }
}
