/**
 * Writes build/package/, what `npm publish build/package` publishes: JavaScript with declarations instead of the
 * TypeScript sources (Node strips no types below node_modules), and an install script that compiles the addon.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const target = join(root, 'build', 'package');

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of ['native', 'build.mjs', 'README.md']) cpSync(join(root, name), join(target, name), { recursive: true });
const options = ['--ignoreConfig', '--declaration', '--rewriteRelativeImportExtensions', '--verbatimModuleSyntax', '--strict', '--stripInternal'];
const language = ['--module', 'nodenext', '--target', 'esnext', '--lib', 'esnext', '--types', 'node', '--skipLibCheck'];
execFileSync('npx', ['tsc', ...options, ...language, '--outDir', join(target, 'src'), join(root, 'src', 'index.ts')], { stdio: 'inherit' });

const { scripts: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const published = {
  ...manifest,
  exports: { '.': { types: './src/index.d.ts', default: './src/index.js' } },
  scripts: { install: 'node build.mjs' },
};
writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
