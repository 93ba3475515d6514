/** How Node is started: what makes it start faster, and for a service that runs on every node, what keeps it small. */
import { join } from 'node:path';
import { root } from './project.mjs';

/**
 * Compiled code, types stripped, is kept between runs: a start that compiles nothing also holds 25 MB less. It lies with the
 * code, as trusted as that is: not in a temporary folder, which others may write to.
 */
const compileCache = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node') };

/**
 * The collector shares its host with the work that it watches. V8 lets its young generation grow to 64 MB, for garbage that
 * the collector hardly makes; glibc keeps an arena a thread, and what was once a large block in the heap.
 */
const small = {
  flags: ['--max-semi-space-size=4'],
  variables: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' },
};

/** Flags and environment of Node for a command of `ringfence`. What the caller's own environment says counts more. */
export function nodeOptionsOf(command) {
  const { flags, variables } = command === 'collector' ? small : { flags: [], variables: {} };
  return { flags, variables: { ...compileCache, ...variables } };
}
