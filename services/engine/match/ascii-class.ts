/**
 * A class of ASCII characters of a regular expression, in either case: what its members become in the index's form is in
 * it (the two letters beyond ASCII that case-insensitive expressions put with one of ASCII become that one there).
 */

/** By code, 1 for members. Beyond ASCII nothing is one, but of `anyCharacter` everything. */
export type AsciiClass = Uint8Array;

const codes = 0x80;

/** Of everything, without a table: what a text has to hold of it is a matter of length alone. */
export const anyCharacter: AsciiClass = new Uint8Array(codes).fill(1);

/** Of `\d`, `\w` and `\s`, which are of ASCII in RE2. */
export function classOfEscape(character: string): AsciiClass | undefined {
  return escapes.get(character);
}

const escapes: ReadonlyMap<string, AsciiClass> = new Map([
  ['d', classOf((character) => /\d/.test(character))],
  ['w', classOf((character) => /\w/.test(character))],
  ['s', classOf((character) => /\s/.test(character))],
]);

/** Of what stands between brackets. Undefined when it is negated, or has more in it than characters, ranges and the classes above. */
export function classOfSet(source: string): AsciiClass | undefined {
  if (!plainSet.test(source)) return undefined;
  const members = new Uint8Array(codes);
  for (const [whole, from, to, escape] of source.matchAll(setItem)) {
    const known = escape === undefined ? undefined : classOfEscape(escape);
    if (known !== undefined) known.forEach((member, code) => (members[code]! |= member));
    else addRange(members, from ?? escape ?? whole, to ?? escape ?? whole);
  }
  return members;
}

/**
 * A range of letters or digits; an escape of one of the classes or of punctuation; a character that means itself, as the
 * hyphen does at either end.
 */
const setItem = /([0-9A-Za-z])-([0-9A-Za-z])|\\([dws!-/:-@[-`{-~])|^-|-$|[ !"#$%&'()*+,./:;<=>?@_`{|}~0-9A-Za-z^]/g;
const plainSet = new RegExp(`^(?!\\^)(?:${setItem.source})+$`);

function addRange(members: Uint8Array, from: string, to: string): void {
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) {
    const character = String.fromCharCode(code);
    for (const form of [character.toLowerCase(), character.toUpperCase()]) members[form.charCodeAt(0)] = 1;
  }
}

function classOf(holds: (character: string) => boolean): AsciiClass {
  return Uint8Array.from({ length: codes }, (_, code) => (holds(String.fromCharCode(code)) ? 1 : 0));
}
