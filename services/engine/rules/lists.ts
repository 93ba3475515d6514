/** Where the loaders of rules find the named lists that rules refer to. The lists' own contents live in ../lists/. */
import type { ValueList } from './ir.ts';

export interface ListDirectory {
  /** The same object for as long as the name is known: its contents are replaced within it. */
  find(name: string): ValueList | undefined;
  /** For hints. */
  names(): readonly string[];
}

export const noLists: ListDirectory = { find: () => undefined, names: () => [] };
