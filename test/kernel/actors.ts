/** Small C programs that do what no shell does in a controlled way; compiled when a test first asks for them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Path of the program made from test/kernel/actors/<name>.c. */
export function actor(name: string): string {
  const source = join(import.meta.dirname, 'actors', `${name}.c`);
  const output = join(import.meta.dirname, 'build', name);
  if (existsSync(output) && statSync(output).mtimeMs > statSync(source).mtimeMs) return output;
  mkdirSync(join(import.meta.dirname, 'build'), { recursive: true });
  execFileSync('cc', ['-O2', '-Wall', '-pthread', '-o', output, source], { stdio: ['ignore', 'inherit', 'inherit'] });
  return output;
}
