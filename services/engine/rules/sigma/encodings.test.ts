import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Offsets, dashVariants, encodeWide } from './encodings.ts';

test('one of the three offsets is in any base64 that the text is a part of', () => {
  const bytes = fc.uint8Array({ maxLength: 9 });
  fc.assert(
    fc.property(bytes, fc.string({ minLength: 3, maxLength: 20 }), bytes, (before, text, after) => {
      const whole = Buffer.concat([before, Buffer.from(text), after]).toString('base64');
      expect(base64Offsets(Buffer.from(text)).some((variant) => whole.includes(variant))).toBe(true);
    }),
  );
});

test('the offsets are those of the reference implementation', () => {
  expect(base64Offsets(Buffer.from('foobar'))).toEqual(['Zm9vYmFy', 'Zvb2Jhc', 'mb29iYX']);
});

test('UTF-16 in both byte orders, and with its mark', () => {
  expect(encodeWide('a', 'utf16le')).toEqual(Buffer.from([0x61, 0]));
  expect(encodeWide('a', 'utf16be')).toEqual(Buffer.from([0, 0x61]));
  expect(encodeWide('a', 'utf16')).toEqual(Buffer.from([0xff, 0xfe, 0x61, 0]));
});

test('every option dash is written in 5 ways, in all combinations, the value itself first', () => {
  const variants = dashVariants([' -a /b c-d']) ?? [];
  expect(variants).toHaveLength(25);
  expect(variants[0]).toEqual([' -a /b c-d']);
  expect(variants).toContainEqual([' \u2014a -b c-d']);
});

test('too many combinations are refused', () => {
  expect(dashVariants(['-a -b -c -d -e'])).toBeUndefined();
});
