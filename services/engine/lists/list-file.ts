/**
 * The file of a list: one entry a line, behind a head of comments that says what kind of entries they are. The name of the
 * file without .txt is the list's name. All or nothing: an entry that is none refuses the file.
 *
 *   # kind: ip
 *   # Addresses of …                  other comments; blank lines go anywhere
 *   192.0.2.1
 *   198.51.100.0/24  # since May      a comment behind an entry, in all kinds but path and text
 */
import { basename } from 'node:path';
import { Faults, quote } from '../rules/diagnostics.ts';
import { didYouMean } from '../rules/suggest.ts';
import { listBuilder, listEntriesMax, listKinds, type ListBuilder, type ListContents, type ListKind } from './list-contents.ts';

/** A million SHA-512 with comments. */
export const listBytesMax = 192 * 1024 * 1024;

/** Names stand in rules, file names and keys of records. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What a file NAME.txt can be called, and what rules can refer to. */
export function isListName(name: string): boolean {
  return namePattern.test(name);
}

/** The name of the list in a file; undefined, with a fault, when it cannot be one. */
export function listNameOf(file: string, faults: Faults): string | undefined {
  const name = basename(file, '.txt');
  if (isListName(name)) return name;
  return faults.add('LIST_NAME_INVALID', { line: 1, column: 1 }, 'the name of a list has letters, digits, dots, dashes and underscores, at most 100');
}

/** Undefined after adding at least one fault. */
export function parseList(text: string, faults: Faults): ListContents | undefined {
  let builder: ListBuilder | undefined;
  let kind: ListKind | undefined;
  let entries = 0;
  let line = 0;
  for (const raw of linesOf(text)) {
    line += 1;
    const entry = raw.trim();
    if (entry === '') continue;
    if (entry.startsWith('#')) {
      if (builder === undefined) kind = kindOf(entry, { line, column: 1 + raw.indexOf('#') }, faults) ?? kind;
      continue;
    }
    if (kind === undefined) return faults.list.length > 0 ? undefined : missingKind(line, faults);
    builder ??= listBuilder(kind, Math.min(text.length, listBytesMax));
    entries += 1;
    if (entries > listEntriesMax) return faults.add('LIST_TOO_LARGE', { line, column: 1 }, `a list has at most ${listEntriesMax} entries`);
    if (!builder.add(withoutComment(entry, kind))) addInvalid(entry, kind, { line, column: 1 + raw.indexOf(entry) }, faults);
  }
  if (kind === undefined && faults.list.length === 0) return missingKind(1, faults);
  if (kind === undefined || faults.list.length > 0) return undefined;
  return (builder ?? listBuilder(kind, 0)).build();
}

function missingKind(line: number, faults: Faults): undefined {
  return faults.add('LIST_KIND_UNKNOWN', { line, column: 1 }, 'the list does not say what it lists', `put a line "# kind: ip" above the entries; kinds are ${listKinds.join(', ')}`);
}

/** The kind that a comment declares; undefined when it declares none, with a fault when it is no kind. */
function kindOf(comment: string, at: { line: number; column: number }, faults: Faults): ListKind | undefined {
  const name = /^#\s*kind:\s*(.*)$/i.exec(comment)?.[1];
  if (name === undefined) return undefined;
  const kind = listKinds.find((each) => each === name.trim().toLowerCase());
  return kind ?? faults.add('LIST_KIND_UNKNOWN', at, `there is no kind of list ${quote(name)}`, didYouMean(name, listKinds) ?? `kinds are ${listKinds.join(', ')}`);
}

/** What paths and texts are may hold a #. */
function withoutComment(entry: string, kind: ListKind): string {
  if (kind === 'path' || kind === 'text') return entry;
  const comment = entry.search(/\s+#/);
  return comment < 0 ? entry : entry.slice(0, comment);
}

const meant: Readonly<Record<ListKind, string>> = {
  ip: 'an address or a network such as 192.0.2.0/24 or 2001:db8::/32',
  domain: 'a domain such as example.com',
  hash: 'an MD5, SHA-1 or SHA-2 in hex digits',
  path: 'a path of at most 4096 bytes',
  text: 'a text of at most 4096 bytes',
};

function addInvalid(entry: string, kind: ListKind, at: { line: number; column: number }, faults: Faults): void {
  faults.add('LIST_ENTRY_INVALID', at, `${quote(entry)} is not ${meant[kind]}`);
}

/** Without an array of a million lines. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start);
    yield end < 0 ? text.slice(start) : text.slice(start, end);
    if (end < 0) return;
    start = end + 1;
  }
}
