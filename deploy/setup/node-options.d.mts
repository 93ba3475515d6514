/** See node-options.mjs. */
export function nodeOptionsOf(command: string | undefined): { readonly flags: readonly string[]; readonly variables: Readonly<Record<string, string>> };
