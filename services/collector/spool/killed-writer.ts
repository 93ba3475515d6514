/** For a test: puts batches into a spool and prints the number of each that is in, until it is killed. */
import { Spool } from './spool.ts';

const spool = new Spool({ path: process.argv[2]!, bytesMax: 1 << 30, overflow: 'drop-oldest', bootId: 'b' }, () => {});
for (let number = 1; ; number++) {
  const value = Buffer.alloc(1000);
  value.writeUInt32LE(number);
  spool.put({ number, value, events: 1, rings: [], losses: [], memory: value });
  process.stdout.write(`${number}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
