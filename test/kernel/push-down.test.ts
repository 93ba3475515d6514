/** What the kernel side drops because no rule can match it: never what one can, whatever becomes of paths meanwhile. */
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InterestClause, InterestKind } from '../../schemas/generated/types.gen.ts';
import { kernelInterestOf } from '../../services/collector/interest/kernel-interest.ts';
import { processesOnly, traitBit, type KernelInterest, type PathInterest } from '../../services/collector/kernel/interest.ts';
import { admits, everything } from '../../services/runtime/interest/interest.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';
import { deed, type Deed } from './watched-files.ts';

describe.skipIf(hindrance !== null)(`push-down${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;

  beforeAll(() => {
    watched = new Watched('push-down');
  });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-push-')));
    return () => rmSync(folder, { recursive: true });
  });

  afterAll(() => watched.close());

  function reads(...paths: PathInterest[]): KernelInterest {
    return { ...processesOnly, paths };
  }

  function reading(end: PathInterest['end'], text: string, operation = 'read'): PathInterest {
    return { end, text, traits: { file_open: traitBit('file_open', operation) } };
  }

  async function watch(...paths: PathInterest[]): Promise<void> {
    await watched.kernel.setInterest(reads(...paths));
  }

  /** Files that are there, in folders that are there, one a name below the test's folder. */
  function files(...names: string[]): string[] {
    return names.map((name) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      return path;
    });
  }

  /** Opens each twice; how often that was seen, by path. */
  async function seenOf(...paths: string[]): Promise<number[]> {
    const { opens } = await deed(watched, actor('file-calls'), ['each', ...paths]);
    return paths.map((path) => opens().filter((open) => open.path === path).length);
  }

  function shell(script: string): Promise<Deed> {
    return deed(watched, '/bin/sh', ['-c', script, 'sh', actor('file-calls')], { cwd: folder });
  }

  function filtered(): number {
    return Number(watched.kernel.counters().kinds['file_open']?.filtered ?? 0n);
  }

  test('lets pass what begins so, ends so, or is so, and counts the rest', async () => {
    const [shadow, backup, other] = files('etc/shadow', 'etc/shadow-', 'etc/other');
    const before = filtered();
    await watch(reading('exact', shadow!.toLowerCase()));
    expect(await seenOf(shadow!, backup!, other!)).toEqual([2, 0, 0]);
    expect(filtered() - before).toBeGreaterThanOrEqual(4);
    await watch(reading('prefix', shadow!.toLowerCase()));
    expect(await seenOf(shadow!, backup!, other!)).toEqual([2, 2, 0]);
    await watch(reading('suffix', '/shadow'));
    expect(await seenOf(shadow!, backup!, other!)).toEqual([2, 0, 0]);
    await watch(reading('suffix', '/shadow', 'write'));
    expect(await seenOf(shadow!, backup!, other!)).toEqual([0, 0, 0]);
    await watch(reading('prefix', '/'));
    expect(await seenOf(shadow!, backup!, other!)).toEqual([2, 2, 2]);
  });

  test('does not tell letters by their case, and lets what is not ASCII pass', async () => {
    const paths = files('Etc/SHADOW', 'etc/\u017fhadow', 'etc/sha\u212a');
    await watch(reading('suffix', '/shadow'));
    expect(await seenOf(...paths)).toEqual([2, 2, 2]);
  });

  test('compares the ends of what is longer than its keys', async () => {
    const long = 'x'.repeat(100);
    const [one, other] = files(`${long}/${long}a`, `${long}/${long}b`);
    await watch(reading('suffix', `${long}a`));
    expect(await seenOf(one!, other!)).toEqual([2, 0]);
    await watch(reading('prefix', `${folder}/${long}`.toLowerCase()));
    expect(await seenOf(one!, other!)).toEqual([2, 2]);
  });

  test('looks at names that fail and at changes too, however they are written', async () => {
    const traits = { file_open: traitBit('file_open', 'failed'), file_change: traitBit('file_change', 'unlink') };
    await watch({ end: 'suffix', text: '/key', traits });
    const { opens, changes } = await shell('cd /; cat ./none/key none/key/ none/key none/other; rm -f none/key none/other; exec "$1" each none/./key none/key none/lock');
    expect(opens().map(({ filename }) => filename)).toEqual(['none/./key', 'none/key', 'none/./key', 'none/key']);
    expect(changes()).toEqual([]);
    expect((await deed(watched, '/bin/rm', ['-f', 'none/key', 'none/../none/lock', 'none/lock'])).changes().map(({ filename }) => filename)).toEqual(['none/key', 'none/../none/lock']);
  });

  test('drops nothing that the reference admits, for interests and paths of any kind', async () => {
    const names = ['etc/passwd', 'etc/shadow', 'etc/Shadow.bak', 'etc/ssh/sshd_config', 'home/u/.ssh/id_rsa', 'home/u/.ssh/known', 'var/log/x.log', 'var/log/deep/y.log', 'a', `${'l'.repeat(80)}/${'m'.repeat(90)}.log`];
    const paths = files(...names);
    const random = randomNumbers(1);
    for (let round = 0; round < 25; round++) {
      const kinds = randomInterest(paths, random);
      await watched.kernel.setInterest(kernelInterestOf(kinds));
      const seen = await seenOf(...paths);
      const opened = (path: string) => ({ process: { exe: null }, body: { kind: 'file_open', access: 'read', created: false, result: 3, path } }) as unknown as Parameters<typeof admits>[1];
      expect({ kinds, seen: paths.filter((_, index) => seen[index] === 2) }).toEqual({ kinds, seen: paths.filter((path) => admits(shortened(kinds), opened(path))) });
    }
  });

  describe('forgets what it has learnt of a file', () => {
    test('when the file is renamed', async () => {
      const [plain] = files('plain');
      await watch(reading('suffix', '/watched'));
      expect(await seenOf(plain!)).toEqual([0]);
      renameSync(plain!, join(folder, 'watched'));
      expect(await seenOf(join(folder, 'watched'))).toEqual([2]);
    });

    test('when a folder above it is renamed, by a process that is not watched', async () => {
      const [plain] = files('one/two/file');
      const watchedPath = join(folder, 'etc/two/file');
      await watch(reading('prefix', join(folder, 'etc').toLowerCase()));
      expect(await seenOf(plain!)).toEqual([0]);
      renameSync(join(folder, 'one'), join(folder, 'etc'));
      expect(await seenOf(watchedPath)).toEqual([2]);
    });

    test('when a folder above it is renamed through io_uring', async (context) => {
      const [plain] = files('one/file');
      await watch(reading('prefix', join(folder, 'etc').toLowerCase()));
      expect(await seenOf(plain!)).toEqual([0]);
      const { output } = await deed(watched, actor('file-uring'), ['rename', 'one', 'etc'], { cwd: folder });
      if (output === '') context.skip('this kernel has no io_uring');
      expect(await seenOf(join(folder, 'etc/file'))).toEqual([2]);
    });

    test('when another of the same name takes its place, it is still the same path', async () => {
      const [plain] = files('plain');
      await watch(reading('suffix', '/watched'));
      const { opens } = await shell('for i in 1 2 3 4 5; do "$1" each plain watched; rm plain; echo > watched; mv watched plain; done');
      expect(opens('/plain')).toEqual([]);
      expect(await seenOf(plain!)).toEqual([0]);
    });

    test('when it has the same name in another folder', async () => {
      const [one, other] = files('one/key', 'etc/key');
      await watch(reading('prefix', join(folder, 'etc').toLowerCase()));
      expect(await seenOf(one!, other!, one!, other!)).toEqual([0, 4, 0, 4]);
    });

    test('when it is mounted elsewhere', async () => {
      const [plain] = files('one/file');
      mkdirSync(join(folder, 'etc'));
      await watch(reading('prefix', join(folder, 'etc').toLowerCase()));
      expect(await seenOf(plain!)).toEqual([0]);
      const before = watched.records.length;
      await shell('unshare -m sh -c \'"$1" each one/file; mount --bind one etc; "$1" each etc/file one/file; mount --move etc one; "$1" each one/file\' sh "$1"');
      const paths = watched.records.slice(before).flatMap(({ body }) => (body?.kind === 'file_open' ? [body.path] : []));
      expect(paths).toEqual([join(folder, 'etc/file'), join(folder, 'etc/file')]);
    });

    test('in a mount namespace that is gone, of which another has got the memory', async () => {
      files('one/etc/file');
      await watch(reading('prefix', join(folder, 'one/etc').toLowerCase()));
      const before = watched.records.length;
      const inner = (script: string) => `unshare -m --propagation unchanged sh -c '${script}' sh "$1"`;
      const round = [inner('mount --bind one/etc one; "$1" each one/file'), ...Array<string>(4).fill(inner('"$1" each one/etc/file'))].join('; ');
      const rounds = 15;
      await deed(watched, 'unshare', ['-m', 'sh', '-c', Array<string>(rounds).fill(round).join('; '), 'sh', actor('file-calls')], { cwd: folder });
      const paths = watched.records.slice(before).flatMap(({ body }) => (body?.kind === 'file_open' ? [body.path] : []));
      expect(paths).toEqual(Array<string>(rounds * 8).fill(join(folder, 'one/etc/file')));
    });

    test('when another interest comes', async () => {
      const [plain] = files('plain');
      await watch(reading('suffix', '/watched'));
      expect(await seenOf(plain!)).toEqual([0]);
      await watch(reading('suffix', '/plain'));
      expect(await seenOf(plain!)).toEqual([2]);
      await watch(reading('suffix', '/watched'));
      expect(await seenOf(plain!)).toEqual([0]);
    });
  });

  test('counts each open that it drops', async () => {
    const [plain] = files('plain');
    await watch(reading('suffix', '/watched'));
    const { opens } = await deed(watched, actor('file-calls'), ['each', plain!]);
    const before = filtered();
    await deed(watched, actor('file-calls'), ['each', ...Array<string>(1000).fill(plain!)]);
    // The loader's.
    const others = 50;
    expect(opens()).toEqual([]);
    expect(filtered() - before).toBeGreaterThanOrEqual(2000);
    expect(filtered() - before).toBeLessThan(2000 + others);
  });
});

/** Texts that are parts of the paths. */
function randomInterest(paths: readonly string[], random: (below: number) => number): InterestKind[] {
  const clauses = Array.from({ length: 1 + random(6) }, (): InterestClause => {
    const path = paths[random(paths.length)]!.toLowerCase();
    const match = (['exact', 'prefix', 'suffix'] as const)[random(3)]!;
    const length = 1 + random(128);
    const text = match === 'exact' ? path.slice(0, 128) : match === 'prefix' ? path.slice(0, length) : path.slice(-length);
    return { ...everything, operations: ['read', 'write', 'created', 'failed'].filter(() => random(2) === 1), path: { match, text } };
  });
  return [{ kind: 'file_open', clauses }];
}

/** The same from the same seed, so that what fails fails again: the machines of the matrix have no package for it. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What the kernel side makes of it: it compares 64 bytes, of a whole path with the byte that ends it. */
function shortened(kinds: readonly InterestKind[]): InterestKind[] {
  return kinds.map(({ kind, clauses }) => ({
    kind,
    clauses: clauses.map((clause) => {
      const { match, text } = clause.path!;
      if (match === 'exact' && text.length < 64) return clause;
      return { ...clause, path: match === 'suffix' ? { match, text: text.slice(-64) } : { match: 'prefix', text: text.slice(0, 64) } };
    }),
  }));
}
