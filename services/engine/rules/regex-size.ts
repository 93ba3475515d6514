/**
 * How large a regular expression becomes when it is compiled: counted repetitions are written out, so that 20 characters
 * can ask for a million steps. Counted before compiling, because that is what takes the time and memory.
 */

/** Steps of the compiled program, within a factor of two; counts too many where it does not know the syntax. */
export function regexSize(source: string): number {
  const groups: Group[] = [{ before: 0, atom: 0 }];
  for (let index = 0; index < source.length; ) {
    const group = groups.at(-1)!;
    const character = source[index]!;
    if (character === '(') {
      groups.push({ before: 0, atom: 0 });
      index = openingEnd(source, index);
    } else if (character === ')' && groups.length > 1) {
      groups.pop();
      startAtom(groups.at(-1)!, group.before + group.atom + 2);
      index += 1;
    } else if (character === '{') {
      index = repeat(source, index, group);
    } else if ('*+?|'.includes(character)) {
      group.before += 1;
      index += 1;
    } else {
      startAtom(group, 1);
      index = atomEnd(source, index);
    }
  }
  return groups.reduce((sum, { before, atom }) => sum + before + atom, 0);
}

/** A group that is open: what its last atom adds can still be repeated. */
interface Group {
  before: number;
  atom: number;
}

function startAtom(group: Group, size: number): void {
  group.before += group.atom;
  group.atom = size;
}

/** `(`, `(?:`, `(?i:`, `(?P<name>`; what else there is counts as text. */
const opening = /\((?:\?(?:[a-zA-Z-]*:|P?<\w*>))?/y;

function openingEnd(source: string, index: number): number {
  opening.lastIndex = index;
  return index + (opening.exec(source)?.[0].length ?? 1);
}

const counts = /\{(\d+)(,(\d*))?\}/y;

/** `{n}`, `{n,}`, `{n,m}`; anything else is text. */
function repeat(source: string, index: number, group: Group): number {
  counts.lastIndex = index;
  const found = counts.exec(source);
  if (found === null) {
    startAtom(group, 1);
    return index + 1;
  }
  const [text, least = '', range, most = ''] = found;
  group.atom *= Math.max(Number(least) + (range === undefined ? 0 : 1), Number(most), 1);
  return index + text.length;
}

/** Behind an escape, a class or a single character. */
function atomEnd(source: string, index: number): number {
  if (source[index] === '\\') return escapeEnd(source, index);
  if (source[index] !== '[') return index + 1;
  let end = index + (source[index + 1] === '^' ? 2 : 1);
  // A bracket that comes first is a member of the class.
  if (source[end] === ']') end += 1;
  while (end < source.length && source[end] !== ']') end = source[end] === '\\' ? escapeEnd(source, end) : end + 1;
  return end + 1;
}

function escapeEnd(source: string, index: number): number {
  const braced = 'pPx'.includes(source[index + 1] ?? ' ') && source[index + 2] === '{';
  const end = braced ? source.indexOf('}', index) : -1;
  return end < 0 ? index + 2 : end + 1;
}
