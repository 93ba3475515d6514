import { expect, test } from 'vitest';
import type { FileChange, FileOpen } from '#schemas/generated/types.gen.ts';
import { withPaths } from './file.ts';

function pathOf(filename: string | null, directory: string | null, path: string | null = null): string | null {
  return withPaths({ kind: 'file_open', path, filename, directory } as FileOpen).path;
}

test('a relative name is joined with its directory', () => {
  expect(pathOf('b', '/a')).toBe('/a/b');
  expect(pathOf('./b/../c//d/', '/a')).toBe('/a/c/d');
  expect(pathOf('../../../b', '/a')).toBe('/b');
  expect(pathOf('b', '/')).toBe('/b');
});

test('an absolute name is the path, below the root of a chroot', () => {
  expect(pathOf('/a/b', null)).toBe('/a/b');
  expect(pathOf('//a/./b/..', null)).toBe('/a');
  expect(pathOf('/', null)).toBe('/');
  expect(pathOf('/etc/passwd', '/jail')).toBe('/jail/etc/passwd');
  expect(pathOf('/../../etc/passwd', '/jail')).toBe('/jail/etc/passwd');
});

test('what the kernel says stays', () => {
  expect(pathOf('link', '/a', '/b/file')).toBe('/b/file');
});

test('a name without its directory has no path, and no name has none', () => {
  expect(pathOf('b', null)).toBeNull();
  expect(pathOf('', '/a')).toBeNull();
  expect(pathOf(null, '/a')).toBeNull();
});

test('a second name is a second path', () => {
  const body = { kind: 'file_change', path: null, new_path: null, filename: 'a', directory: '/x', new_filename: '../b', new_directory: '/y/z' } as FileChange;
  expect(withPaths(body)).toMatchObject({ path: '/x/a', new_path: '/y/b' });
});
