/** The decoder is generated, the object is compiled: both must see the same bytes. */
import { join } from 'node:path';
import { openObject } from 'libbpf-ts';
import { expect, test } from 'vitest';
import { kernelLayout } from '../../schemas/generated/decode.gen.ts';

const objectPath = join(import.meta.dirname, '../../bpf/build/process.bpf.o');

test.each(Object.entries(kernelLayout))('%s in the BTF of the built object is as the decoder reads it', (name, layout) => {
  using object = openObject(objectPath);
  const { size, members } = object.struct(name);
  const built = members.map((member) => ({ name: member.name, offset: member.offsetBits / 8, size: member.size }));
  expect({ size, members: built }).toEqual(layout);
});
