/** The limits that every adapter holds its callers to, so that what one accepts the other does too. */
import { RingfenceError } from '../errors.ts';
import { countMax, eventIdCharsMax, operationsMax, ownerCharsMax, timespanMaxNs } from './window-store.ts';
import type { CountOperation, WindowOperation } from './window-store.ts';

/** Throws WINDOW_STORE_REJECTED; nothing of the batch has been applied then. */
export function validateOperations(operations: readonly WindowOperation[], owner: string): void {
  if (operations.length > operationsMax) reject(`a batch has at most ${operationsMax} operations`);
  if (owner.length > ownerCharsMax || !printableAscii.test(owner)) reject(`an owner has 1 to ${ownerCharsMax} printable ASCII characters`);
  for (const operation of operations) {
    if (!Number.isSafeInteger(operation.keepMs) || operation.keepMs < 1) reject('keepMs must be a whole number from 1');
    if (operation.kind === 'count') validateCount(operation);
  }
}

const printableAscii = /^[\x21-\x7e]+$/;

function validateCount({ event, timespanNs, atLeast }: CountOperation): void {
  if (event.id.length > eventIdCharsMax || !printableAscii.test(event.id)) {
    reject(`an event id has 1 to ${eventIdCharsMax} printable ASCII characters`);
  }
  if (event.timeNs < 0n || event.timeNs >= 10n ** 20n - 1n) reject('an event time must fit in 20 digits');
  if (timespanNs < 1n || timespanNs > timespanMaxNs) reject(`a timespan is from 1 to ${timespanMaxNs} ns`);
  if (!Number.isSafeInteger(atLeast) || atLeast < 1 || atLeast > countMax) reject(`atLeast is from 1 to ${countMax}`);
}

function reject(message: string): never {
  throw new RingfenceError('WINDOW_STORE_REJECTED', message);
}
