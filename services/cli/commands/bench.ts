/** `ringfence bench`: measurements, each a program of its own under test/bench, so that none disturbs another. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Command } from '../command.ts';

const program = join(import.meta.dirname, '../../../test/bench/main.ts');

export const bench: Command = {
  usage: '[NAME] [--json] [--seconds N] [--runs N] [--rate N]',
  summary: 'Runs a bench and prints its figures with machine, commit and spread; without a name, lists the benches.',
  options: { json: 'switch', seconds: 'text', rate: 'text', runs: 'text' },
  operandsMax: 1,
  run(flags, operands) {
    const args = Object.entries(flags).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
    const child = spawn(process.execPath, [program, ...operands, ...args], { stdio: 'inherit' });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  },
};
