/** Where a part of a path has a literal, the path has one of those that are looked for in its place. */
import { expect, test } from 'vitest';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { engineFields } from '../engine-fields.ts';
import type { EventFieldRef } from '../event-fields.ts';
import { ofWholePath } from './part-of-path.ts';
import { holdsLiteral, type Anchor } from './witness.ts';

const paths = ['', '/', '/a', '/a/', '/a/b', '/a/b/', 'a', 'a/b', '//', '/dev/shm', '/dev/shm/'];
const texts = [...paths, 'b', 'shm', 'b/', '/dev/'];
const anchors: readonly Anchor[] = ['exact', 'prefix', 'suffix', 'contains'];

test.each<[string, EventKind]>([['proc.cwd', 'process_exec'], ['fd.directory', 'file_open'], ['fd.filename', 'file_open']])('%s', (name, kind) => {
  const field = engineFields([]).resolve({ product: 'falco' }, name)!;
  const { derive } = (field as EventFieldRef).placeIn(kind)!;
  let found = 0;
  for (const path of paths) {
    const part = derive!([path]);
    for (const text of texts) {
      for (const anchor of anchors) {
        if (typeof part !== 'string' || !holdsLiteral(part, anchor, text)) continue;
        const literals = ofWholePath(field, kind, { anchor, text })?.literals;
        if (literals === undefined) continue;
        expect(literals.some((each) => holdsLiteral(path, each.anchor, each.text)), `${anchor} ${text} of ${path}`).toBe(true);
        found += 1;
      }
    }
  }
  expect(found).toBeGreaterThan(5);
});
