/**
 * Reads the part of YAML that nearly all rule files keep to: block maps and lists, scalars on one line, literal blocks,
 * comments. Files with anything else are left to the YAML package, which takes several times as long for the same tree:
 * nearly two seconds more for 5,000 rules. Tests hold both to the same trees, positions included.
 */
import { Faults } from './diagnostics.ts';
import type { Position } from './diagnostics.ts';
import { nodeDepthMax } from './yaml-bounds.ts';
import { sourceScalar } from './yaml-scalar.ts';
import type { SourceDocument, SourceEntry, SourceList, SourceMap, SourceNode, SourceScalar } from './yaml-source.ts';

/** Within it no file breaks a bound on tokens, nodes or documents. SigmaHQ's largest has 46,000 characters. */
export const plainCharsMax = 65_536;

/** Longer keys are faults of YAML; the package says which. */
const keyCharsMax = 1_000;

/** Undefined when the text has anything but what this reader knows. */
export function readPlainYaml(file: string, text: string): SourceDocument[] | undefined {
  // Tabs and controls have rules of their own; a carriage return does but before a line feed.
  if (text.length > plainCharsMax || /[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/.test(text)) return undefined;
  try {
    return new PlainReader(file, text).documents();
  } catch (error) {
    if (error instanceof BeyondPlain) return undefined;
    throw error;
  }
}

class BeyondPlain extends Error {}

/** A throw without a stack to collect: files that are not plain are many in some folders. */
const beyondPlain = new BeyondPlain();

interface Line {
  readonly start: number;
  /** Where its text begins, and ends without blanks; the same on a line that is blank or a comment. */
  readonly first: number;
  readonly last: number;
}

class PlainReader {
  private readonly file: string;
  private readonly text: string;
  private readonly lines: readonly Line[];
  /** The line that is read next. */
  private next = 0;
  private readonly place: (offset: number) => Position;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lines = linesOf(text);
    this.place = (offset) => placeIn(this.lines, offset);
  }

  documents(): SourceDocument[] {
    const documents: SourceDocument[] = [];
    if (this.isMarker(this.current())) this.next += 1;
    for (;;) {
      const line = this.current();
      // An empty document is none here, and a fault or nothing in the package's eyes.
      if (line === undefined || this.isMarker(line) || line.first !== line.start) return leave();
      const root = this.block(line, 0);
      documents.push({ root, faults: new Faults(this.file), at: root.at });
      const marker = this.current();
      if (marker === undefined) return documents;
      if (!this.isMarker(marker)) return leave();
      this.next += 1;
    }
  }

  /** The next line with text, which comments are not. */
  private current(): Line | undefined {
    for (; this.next < this.lines.length; this.next += 1) {
      const line = this.lines[this.next]!;
      if (line.first < line.last) return line;
    }
    return undefined;
  }

  private isMarker(line: Line | undefined): boolean {
    if (line === undefined || line.first !== line.start) return false;
    if (this.text.startsWith('...', line.start) || this.text[line.start] === '%') return leave();
    if (!this.text.startsWith('---', line.start)) return false;
    return line.last === line.start + 3 || leave();
  }

  private block(line: Line, depth: number): SourceMap | SourceList {
    if (depth > nodeDepthMax / 2) return leave();
    return this.isItem(line) ? this.list(line.first - line.start, depth) : this.map(line, line.first, depth);
  }

  /** The map whose first key stands at `offset`; the others stand below it. */
  private map(line: Line, offset: number, depth: number): SourceMap {
    const indent = offset - line.start;
    const at = this.place(offset);
    const entries = [this.entry(line, offset, indent, depth)];
    const keys = new Set([entries[0]!.key.text]);
    for (;;) {
      const below = this.current();
      const column = below === undefined || this.isMarker(below) ? -1 : below.first - below.start;
      if (below === undefined || column < indent) return { kind: 'map', entries, at };
      if (column > indent || this.isItem(below)) return leave();
      const entry = this.entry(below, below.first, indent, depth);
      // The package's reader says where.
      if (keys.has(entry.key.text)) return leave();
      keys.add(entry.key.text);
      entries.push(entry);
    }
  }

  private entry(line: Line, offset: number, indent: number, depth: number): SourceEntry {
    const end = this.keyEnd(line, offset);
    if (end < 0 || end - offset > keyCharsMax) return leave();
    const key = this.scalar(offset, end);
    const behind = this.skipBlanks(this.text.indexOf(':', end) + 1, line.last);
    if (behind < line.last && this.text[behind] !== '#') return { key, value: this.inline(line, behind, indent) };
    this.next += 1;
    return { key, value: this.nested(behind === line.last ? this.skipBlanks(behind, this.text.length) : behind, indent, depth) };
  }

  /** The value that stands below its key; nothing may stand there. */
  private nested(offset: number, indent: number, depth: number): SourceNode {
    const line = this.current();
    const column = line === undefined || this.isMarker(line) ? -1 : line.first - line.start;
    if (line !== undefined && (column > indent || (column === indent && this.isItem(line)))) return this.block(line, depth + 1);
    return sourceScalar(null, undefined, { source: '', start: offset, place: this.place });
  }

  private list(indent: number, depth: number): SourceList {
    const items: SourceNode[] = [];
    let at: Position | undefined;
    for (;;) {
      const line = this.current();
      const column = line === undefined || this.isMarker(line) ? -1 : line.first - line.start;
      if (line === undefined || column < indent || (column === indent && !this.isItem(line))) break;
      if (column > indent) return leave();
      at ??= this.place(line.first);
      items.push(this.item(line, indent, depth));
    }
    return { kind: 'list', items, at: at ?? leave() };
  }

  private item(line: Line, indent: number, depth: number): SourceNode {
    const offset = this.skipBlanks(line.first + 1, line.last);
    if (offset === line.last || this.text[offset] === '#') return leave();
    if (this.keyEnd(line, offset) < 0) return this.inline(line, offset, indent);
    return depth + 1 > nodeDepthMax / 2 ? leave() : this.map(line, offset, depth + 1);
  }

  private isItem(line: Line): boolean {
    return this.text[line.first] === '-' && (line.last === line.first + 1 || this.text[line.first + 1] === ' ');
  }

  /** A value on the line of its key or dash. */
  private inline(line: Line, offset: number, indent: number): SourceScalar {
    if (this.text[offset] === '|') return this.literal(line, offset, indent);
    const end = this.scalarEnd(line, offset);
    const behind = this.skipBlanks(end, line.last);
    if (behind < line.last && (this.text[behind] !== '#' || behind === end)) return leave();
    this.next += 1;
    return this.scalar(offset, end);
  }

  /** The end of the key that stands at `offset`, before blanks and its colon; -1 when that is no key. */
  private keyEnd(line: Line, offset: number): number {
    const first = this.text[offset];
    if (first === "'" || first === '"') {
      const end = this.quotedEnd(line, offset);
      const colon = this.skipBlanks(end, line.last);
      return this.isColon(line, colon) ? end : -1;
    }
    if (!this.beginsPlain(line, offset)) return leave();
    // Never beyond the line: a search to the end of the file for each key would be quadratic.
    const rest = this.text.slice(offset, line.last);
    for (let colon = rest.indexOf(':'); colon >= 0; colon = rest.indexOf(':', colon + 1)) {
      if (!this.isColon(line, offset + colon)) continue;
      const comment = rest.indexOf(' #');
      return comment >= 0 && comment < colon ? -1 : this.trimmedEnd(offset, offset + colon);
    }
    return -1;
  }

  private isColon(line: Line, offset: number): boolean {
    return this.text[offset] === ':' && offset < line.last && (offset + 1 === line.last || this.text[offset + 1] === ' ');
  }

  private scalarEnd(line: Line, offset: number): number {
    const first = this.text[offset];
    if (first === "'" || first === '"') return this.quotedEnd(line, offset);
    if (!this.beginsPlain(line, offset)) return leave();
    const rest = this.text.slice(offset, line.last);
    const comment = rest.indexOf(' #');
    const end = comment < 0 ? line.last : this.trimmedEnd(offset, offset + comment);
    const colon = rest.indexOf(': ');
    // A colon there makes a map, where none may stand.
    return (colon >= 0 && offset + colon < end) || this.text[end - 1] === ':' ? leave() : end;
  }

  /** Whether a scalar without quotes can begin here; leaves anchors, aliases, tags, collections in brackets, folded blocks. */
  private beginsPlain(line: Line, offset: number): boolean {
    const first = this.text[offset] ?? '';
    if ('-?:'.includes(first)) return offset + 1 < line.last && this.text[offset + 1] !== ' ';
    return !',[]{}#&*!|>%@`'.includes(first);
  }

  private quotedEnd(line: Line, offset: number): number {
    const quote = this.text[offset]!;
    for (let index = offset + 1; index < line.last; index += 1) {
      const character = this.text[index];
      if (character === '\\' && quote === '"') return leave();
      if (character !== quote) continue;
      if (quote === "'" && this.text[index + 1] === "'") index += 1;
      else return index + 1;
    }
    return leave();
  }

  private scalar(start: number, end: number): SourceScalar {
    const source = this.text.slice(start, end);
    const quote = source[0];
    const { place } = this;
    if (quote === "'") return sourceScalar(source.slice(1, -1).replaceAll("''", "'"), undefined, { source, start, place });
    if (quote === '"') return sourceScalar(source.slice(1, -1), undefined, { source, start, place });
    return sourceScalar(plainValue(source), source, { source, start, place });
  }

  private literal(line: Line, offset: number, indent: number): SourceScalar {
    const strip = this.text[offset + 1] === '-';
    if (offset + (strip ? 2 : 1) !== line.last) return leave();
    this.next += 1;
    const first = this.lines[this.next];
    const column = first === undefined ? -1 : this.firstCharacter(first) - first.start;
    // Blank lines at its beginning have a say in its indentation.
    if (first === undefined || column <= indent || this.firstCharacter(first) === this.endOf(this.next)) return leave();
    const texts: string[] = [];
    for (; this.next < this.lines.length; this.next += 1) {
      const below = this.lines[this.next]!;
      const stop = this.endOf(this.next);
      const blank = this.firstCharacter(below) === stop;
      if (!blank && this.firstCharacter(below) - below.start < column) break;
      texts.push(this.text.slice(below.start + column, stop));
    }
    const end = this.lines[this.next]?.start ?? this.text.length;
    const value = texts.join('\n').replace(/\n+$/, '') + (strip ? '' : '\n');
    return sourceScalar(value, undefined, { source: this.text.slice(offset, end), start: offset, place: this.place });
  }

  /** Of a line, whatever it is: blank lines and comments are text within a literal. */
  private firstCharacter(line: Line): number {
    return this.skipBlanks(line.start, this.text.length);
  }

  /** Without its line end. */
  private endOf(index: number): number {
    const below = this.lines[index + 1]?.start;
    if (below === undefined) return this.text.length;
    return this.text[below - 2] === '\r' ? below - 2 : below - 1;
  }

  private skipBlanks(offset: number, end: number): number {
    let index = offset;
    while (index < end && this.text[index] === ' ') index += 1;
    return index;
  }

  private trimmedEnd(start: number, end: number): number {
    let index = end;
    while (index > start && this.text[index - 1] === ' ') index -= 1;
    return index;
  }
}

function leave(): never {
  throw beyondPlain;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    let first = start;
    while (first < end && text[first] === ' ') first += 1;
    let last = text[end - 1] === '\r' && end > first ? end - 1 : end;
    while (last > first && text[last - 1] === ' ') last -= 1;
    lines.push({ start, first, last: text[first] === '#' ? first : last });
    if (feed < 0) return lines;
    start = feed + 1;
  }
}

/** By the core schema. Numbers but decimal integers are rare in rules, and left. */
function plainValue(text: string): string | bigint | boolean | null {
  const first = text.charCodeAt(0);
  const letter = first > 57 && first !== 126;
  if (letter) return text.length > 5 ? text : (words.get(text) ?? (words.has(text) ? null : text));
  if (/^[-+]?[0-9]+$/.test(text)) return BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (text === '~') return null;
  const numeric = /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
  return numeric.test(text) ? leave() : text;
}

const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['null', 'Null', 'NULL'].map((word): [string, null] => [word, null]),
  ...['true', 'True', 'TRUE'].map((word): [string, boolean] => [word, true]),
  ...['false', 'False', 'FALSE'].map((word): [string, boolean] => [word, false]),
]);

function placeIn(lines: readonly Line[], offset: number): Position {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - lines[low]!.start + 1 };
}
