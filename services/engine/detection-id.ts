/**
 * The id of a detection: derived from what it says, never random, so that a replay after a crash, or a second worker,
 * arrives at the same detection.
 */
import { createHash } from 'node:crypto';

export interface DetectionIdentity {
  readonly ruleId: string;
  readonly ruleVersion: string;
  /** The group-by values in canonical form; '' when the rule has none. */
  readonly group: string;
  /** The event that began the run. */
  readonly firstEventId: string;
}

/** 32 hex digits: SHA-256 over the parts, each behind its length, so that no two lists of parts read the same. */
export function detectionId(identity: DetectionIdentity): string {
  const hash = createHash('sha256');
  for (const part of [identity.ruleId, identity.ruleVersion, identity.group, identity.firstEventId]) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hash.digest('hex').slice(0, 32);
}
