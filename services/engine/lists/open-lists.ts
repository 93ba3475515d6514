/** The lists of folders, for commands that load rules once: with what is wrong with them, instead of an engine's error. */
import type { Diagnostic } from '../rules/diagnostics.ts';
import { loadListFiles } from './list-files.ts';
import { ListStore } from './list-store.ts';

/** A folder that cannot be read is a fault: who names one means to have lists. */
export async function openLists(folders: readonly string[]): Promise<{ readonly lists: ListStore; readonly faults: readonly Diagnostic[] }> {
  const loaded = await loadListFiles(folders);
  const lists = new ListStore();
  const faults = [...loaded.unreadable, ...loaded.faults];
  for (const { name, file, contents } of loaded.lists) {
    if (!lists.replace(name, contents)) faults.push({ file, line: 1, column: 1, code: 'LIST_TOO_LARGE', message: 'there are more lists than an engine keeps' });
  }
  return { lists, faults };
}
