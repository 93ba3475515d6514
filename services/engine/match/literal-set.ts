/**
 * Whether a text has any of several literals, found in one walk over its bytes however many they are: a trie walked from
 * the end at which they have to stand, and for what a text contains an automaton (Aho and Corasick's, with every step
 * worked out).
 *
 * Literals are ASCII, folded unless `cased`, and not empty but for one that is to be the whole text; texts are plain (see
 * FieldCell.isPlain).
 */
import { asItIs, lowerCase } from './literal-test.ts';

/** Whether bytes[start, end) has one. */
export type LiteralSet = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Texts that are one, or begin or end with one. */
export function anchoredSet(literals: readonly string[], where: 'whole' | 'beginning' | 'end', cased: boolean): LiteralSet {
  return where === 'end' ? endingTrie(literals, cased) : beginningTrie(literals, where, cased);
}

function beginningTrie(literals: readonly string[], where: 'whole' | 'beginning', cased: boolean): LiteralSet {
  const { cells, columns } = trieOf(where === 'whole' ? literals.map((literal) => literal + endOfText) : literals, cased);
  return (bytes, start, end) => {
    let row = 0;
    for (let index = start; index < end; index += 1) {
      row = cells[row + columns[bytes[index]!]!]!;
      if (row <= 0) return row === found;
    }
    return cells[row + columns[endOfTextCode]!] === found;
  };
}

function endingTrie(literals: readonly string[], cased: boolean): LiteralSet {
  const { cells, columns } = trieOf(literals.map((literal) => [...literal].reverse().join('')), cased);
  return (bytes, start, end) => {
    let row = 0;
    for (let index = end - 1; index >= start; index -= 1) {
      row = cells[row + columns[bytes[index]!]!]!;
      if (row <= 0) return row === found;
    }
    return false;
  };
}

/** Texts that contain one. */
export function containedSet(literals: readonly string[], cased: boolean): LiteralSet {
  const table = trieOf(literals, cased);
  completeSteps(table);
  const { cells, columns } = table;
  return (bytes, start, end) => {
    let row = 0;
    for (let index = start; index < end; index += 1) {
      row = cells[row + columns[bytes[index]!]!]!;
      if (row < 0) return true;
    }
    return false;
  };
}

/** At most, of the table of so many literals. */
export function tableBytesOf(literals: readonly string[]): number {
  const used = new Set(literals.join(''));
  const rows = literals.reduce((sum, { length }) => sum + length + 1, 1);
  return rows * (used.size + 2) * Int32Array.BYTES_PER_ELEMENT + (endOfTextCode + 1) * Uint16Array.BYTES_PER_ELEMENT;
}

/** Follows the last byte of a text; no byte is it. */
const endOfText = '\u0100';
const endOfTextCode = 256;

/** In a cell: a literal ends here, and what follows does not matter. */
const found = -1;

/**
 * A row for each state, the root's at 0, and a column for each byte that literals have: a cell is the next state's row,
 * or 0 where nothing follows.
 */
interface Table {
  readonly cells: Int32Array;
  /** By byte; 0 for those that no literal has. */
  readonly columns: Uint16Array;
  readonly width: number;
}

function trieOf(literals: readonly string[], cased: boolean): Table {
  const { columns, width } = columnsOf(literals, cased);
  const rows: Int32Array[] = [new Int32Array(width)];
  for (const literal of literals) insert(rows, literal, columns);
  const cells = new Int32Array(rows.length * width);
  rows.forEach((row, state) => row.forEach((next, column) => (cells[state * width + column] = next === found ? found : next * width)));
  return { cells, columns, width };
}

function insert(rows: Int32Array[], literal: string, columns: Uint16Array): void {
  let row = rows[0]!;
  for (let index = 0; index < literal.length; index += 1) {
    const column = columns[literal.charCodeAt(index)]!;
    // A shorter literal is a part of this one.
    if (row[column] === found) return;
    if (index === literal.length - 1) row[column] = found;
    else {
      if (row[column] === 0) {
        row[column] = rows.length;
        rows.push(new Int32Array(row.length));
      }
      row = rows[row[column]!]!;
    }
  }
}

function columnsOf(literals: readonly string[], cased: boolean): Pick<Table, 'columns' | 'width'> {
  const codes = [...new Set(literals.join(''))].map((character) => character.charCodeAt(0));
  const own = new Uint16Array(endOfTextCode + 1);
  for (const [index, code] of codes.entries()) own[code] = index + 1;
  const form = cased ? asItIs : lowerCase;
  const columns = Uint16Array.from(own, (column, code) => (code < endOfTextCode ? own[form[code]!]! : column));
  return { columns, width: codes.length + 1 };
}

/** In place of "nothing follows" the step from the longest end of what was read that a literal begins with. */
function completeSteps({ cells, width }: Table): void {
  const fallbacks = new Map<number, number>([[0, 0]]);
  // The states' rows, nearest to the root first; the fallback of each is nearer, and so complete.
  const order = [0];
  for (const row of order) {
    const fallback = fallbacks.get(row)!;
    for (let column = 0; column < width; column += 1) {
      const next = cells[row + column]!;
      const other = row === 0 ? 0 : cells[fallback + column]!;
      if (next === found) continue;
      if (next === 0) {
        cells[row + column] = other;
        continue;
      }
      if (other === found) {
        // What a literal ends within, needs no further steps.
        cells[row + column] = found;
        continue;
      }
      fallbacks.set(next, other);
      order.push(next);
    }
  }
}
