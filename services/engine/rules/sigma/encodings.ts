/**
 * The modifiers that turn one value into the forms an attacker may write it in: base64 at its three offsets, UTF-16,
 * and the dashes that Windows programs take for the start of an option.
 */
import type { Pattern, PatternPart } from '../ir.ts';

export type WideEncoding = 'utf16le' | 'utf16be' | 'utf16';

export function encodeWide(text: string, encoding: WideEncoding): Buffer {
  const little = Buffer.from(text, 'utf16le');
  switch (encoding) {
    case 'utf16le':
      return little;
    case 'utf16be':
      return little.swap16();
    case 'utf16':
      return Buffer.concat([Buffer.from([0xff, 0xfe]), little]);
  }
}

/** The pattern in UTF-16 read as UTF-8, as pySigma does: a NUL beside each character. Undefined where that is no text. */
export function widePattern(pattern: Pattern, encoding: WideEncoding): Pattern | undefined {
  if (pattern.some((part) => typeof part === 'string' && /[^\x00-\x7f]/.test(part))) return undefined;
  const widened = pattern.map((part): PatternPart => {
    if (typeof part !== 'string') return part;
    return [...part].map((character) => (encoding === 'utf16be' ? `\0${character}` : `${character}\0`)).join('');
  });
  if (encoding !== 'utf16') return widened;
  const [first, ...rest] = widened;
  return typeof first === 'string' ? [byteOrderMark + first, ...rest] : [byteOrderMark, ...widened];
}

const byteOrderMark = '\ufeff';

/**
 * The text that the bytes leave in any base64 they are a part of, for each of the three alignments: characters that
 * also depend on the bytes before or after are cut off.
 */
export function base64Offsets(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
    const start = [0, 2, 3][offset];
    const cutOff = [0, 3, 2][(bytes.length + offset) % 3] ?? 0;
    return encoded.slice(start, encoded.length - cutOff);
  });
}

/** Hyphen, slash, en dash, em dash, horizontal bar. */
export const dashes = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;

/** Variants of one value: 5 dashes at up to 4 places. SigmaHQ's rules have at most 2 places. */
export const dashVariantsMax = 5 ** 4;

/** A `-` or `/` before a word and not within one. */
const optionDash = /(?<![\p{L}\p{N}_])[-/](?=[\p{L}\p{N}_])/gu;

/** Every combination of dashes at every place, the value itself first; undefined above `dashVariantsMax`. */
export function dashVariants(pattern: Pattern): Pattern[] | undefined {
  let variants: Pattern[] = [[]];
  for (const part of pattern) {
    const choices: readonly PatternPart[] | undefined = typeof part === 'string' ? textVariants(part) : [part];
    if (choices === undefined || variants.length * choices.length > dashVariantsMax) return undefined;
    variants = variants.flatMap((variant) => choices.map((choice): Pattern => [...variant, choice]));
  }
  return variants;
}

function textVariants(text: string): string[] | undefined {
  let variants = [''];
  let end = 0;
  for (const place of text.matchAll(optionDash)) {
    if (variants.length * dashes.length > dashVariantsMax) return undefined;
    const between = text.slice(end, place.index);
    const own = place[0];
    const choices = [own, ...dashes.filter((dash) => dash !== own)];
    variants = variants.flatMap((variant) => choices.map((dash) => variant + between + dash));
    end = place.index + 1;
  }
  return variants.map((variant) => variant + text.slice(end));
}
