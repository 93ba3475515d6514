/** `npm run generate`. With --check it writes nothing, names what is stale and exits 1. */
import { join } from 'node:path';
import { generate } from './generate.ts';

process.exitCode = main(process.argv.includes('--check'));

function main(check: boolean): number {
  const { stale, faults } = generate(join(import.meta.dirname, '../..'), check);
  for (const path of stale) console.error(`${check ? 'stale' : 'wrote'}: ${path}`);
  for (const fault of faults) console.error(fault);
  if (check && stale.length > 0) console.error('run `npm run generate` and commit what it writes');
  return faults.length > 0 || (check && stale.length > 0) ? 1 : 0;
}
