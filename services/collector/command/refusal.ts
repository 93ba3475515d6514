/** Why a command is not obeyed: the closed list of reasons in receipts. */
export const refusals = {
  undecodable: 'The record is not a command of a version known here.',
  signature_missing: 'The record has no kid or signature header.',
  key_unknown: 'No trusted key has this kid: never trusted, or revoked.',
  signature_invalid: 'The signature does not belong to these bytes and this key.',
  kind_not_allowed: 'The key may not order this kind of action.',
  wrong_node: 'The target names another node.',
  wrong_boot: 'The target names another boot of this node.',
  expired: 'expires_ms has passed, by more than the allowed skew.',
  not_yet_valid: 'issued_ms lies in the future, by more than the allowed skew.',
  validity_too_long: 'expires_ms lies further after issued_ms than this kind may.',
  signal_not_allowed: 'Only SIGKILL and SIGTERM are sent.',
  out_of_scope: 'The target is outside the scope that this collector was started with.',
  protected: 'The target is the collector, an ancestor of it, pid 1, a kernel thread, or a service that must not die.',
  identity_mismatch: 'The pid belongs to another process now.',
  rate: 'More commands of this kind than the node allows at a time.',
} as const;

export type Refusal = keyof typeof refusals;
