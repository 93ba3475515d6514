import { describe, expect, test } from 'vitest';
import { loadedProgram } from './exec.ts';

function loaded(exe: string | null, ...args: string[]): string | null {
  return loadedProgram({ exe, args: ['ld.so', ...args], cwd: '/home/ann' });
}

describe('the program that a loader was told to run', () => {
  const glibc = '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';

  test.each([
    glibc,
    '/lib64/ld64.so.2',
    '/lib/ld-linux-aarch64.so.1',
    '/lib/ld-linux.so.2',
    '/lib/x86_64-linux-gnu/ld-2.31.so',
    '/lib/ld-musl-x86_64.so.1',
  ])('is the first argument of %s', (loader) => {
    expect(loaded(loader, '/tmp/miner', '--pool')).toBe('/tmp/miner');
  });

  test('is made absolute by the working directory, unless it is looked for among libraries', () => {
    expect(loaded(glibc, './miner')).toBe('/home/ann/miner');
    expect(loaded(glibc, 'libm.so.6')).toBe('libm.so.6');
  });

  test('comes after options and what they take', () => {
    expect(loaded(glibc, '--library-path', '/tmp/lib', '--inhibit-cache', '--argv0', 'sshd', '/tmp/miner')).toBe('/tmp/miner');
    expect(loaded('/lib/ld-musl-x86_64.so.1', '--library-path=/tmp', '--', '--odd/name')).toBe('/home/ann/--odd/name');
  });

  test('is nothing when nothing is run, or no loader', () => {
    expect(loaded(glibc, '--list', '/bin/true')).toBeNull();
    expect(loaded(glibc, '--library-path')).toBeNull();
    expect(loaded(glibc)).toBeNull();
    expect(loaded('/usr/bin/ld', 'a.o')).toBeNull();
    expect(loaded(null, '/bin/true')).toBeNull();
  });
});
