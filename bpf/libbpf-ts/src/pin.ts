/** What is pinned on a bpffs, whose files do not tell. */
import { BpfError, EINVAL, expectValue } from './errors.ts';
import { native } from './native.ts';

export type PinKind = 'map' | 'program' | 'link';

/** Throws BpfError ENOENT when nothing is there, EINVAL when it is a file of another kind. */
export function pinKind(path: string): PinKind {
  const { kind } = expectValue(native.pinKind(path), 'look at pin', path);
  if (kind === '') throw new BpfError(EINVAL, 'look at pin', path, { reason: 'it is neither a map nor a program nor a link' });
  return kind;
}
