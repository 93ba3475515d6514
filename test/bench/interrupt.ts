/** For benches that clean up when they are told to end: without, what they have made on the host stays. */

/** Aborted by the first SIGINT or SIGTERM; the second ends the process at once, as usual. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(new Error(`ended by ${signal}`)));
  return controller.signal;
}
