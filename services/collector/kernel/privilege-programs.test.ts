import { describe, expect, test } from 'vitest';
import { syscallNumbers } from '#schemas/codec/syscalls.ts';
import { credentialsOperationSymbols, kernelOperationSymbols, namespaceOperationSymbols } from '#schemas/generated/decode.gen.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { processesOnly, traitBit } from './interest.ts';
import { isWanted, programs } from './programs.ts';

const operations: readonly (readonly [EventKind, string])[] = [
  ...credentialsOperationSymbols.map((operation) => ['credentials', operation] as const),
  ...namespaceOperationSymbols.map((operation) => ['namespace_change', operation] as const),
  ...kernelOperationSymbols.map((operation) => ['kernel_call', operation] as const),
];

describe('the programs', () => {
  test.each(operations)('tell of %s %s when it is of interest', (kind, operation) => {
    const wanted = programs.filter((program) => program.wants !== undefined && isWanted(program, { ...processesOnly, always: { [kind]: traitBit(kind, operation) } }));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.every(({ wants }) => wants!.some((want) => want.operations?.includes(operation)))).toBe(true);
  });

  test('hang on system calls that have a number, each on its own', () => {
    const names = programs.flatMap(({ hook }) => (hook.at === 'syscalls' ? hook.names : []));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    if (process.arch === 'x64') expect(names.filter((name) => syscallNumbers[name] === undefined)).toEqual([]);
  });
});
