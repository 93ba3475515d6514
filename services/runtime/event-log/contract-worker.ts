/**
 * A process for the contract suite to lose: copies records from one topic to another and kills itself with SIGKILL
 * some milliseconds after a handler has returned, which is within or next to the commit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openContractLog } from './contract-logs.ts';
import type { ContractLog } from './contract-logs.ts';

const [log, group, from, to, dieAfterBatches, dieAfterMs] = JSON.parse(process.argv[2]!) as [
  ContractLog, string, string, string, number, number,
];
let batches = 0;

await openContractLog(log).consume(
  { group, topics: [from], from: 'earliest', maxWaitMs: 50, maxBytes: 200, commitIntervalMs: 20, retryDelayMs: 20 },
  async ({ records }) => {
    await sleep(2);
    if (++batches === dieAfterBatches) {
      if (dieAfterMs === 0) process.kill(process.pid, 'SIGKILL');
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), dieAfterMs);
    }
    return records.map(({ key, value }) => ({ topic: to, key, value }));
  },
);
