import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everything as anything } from '#runtime/interest/interest.ts';
import { ipText } from '#schemas/codec/ip-text.ts';
import type { InterestClause } from '#schemas/generated/types.gen.ts';
import { allTraits, processesOnly, traitBit } from '../kernel/interest.ts';
import { kernelInterestOf } from './kernel-interest.ts';

function clause(parts: Partial<InterestClause>): InterestClause {
  return { ...anything, ...parts };
}

test('of each clause the part that the kernel side compares is kept, with the traits of its operations', () => {
  const interest = kernelInterestOf([
    { kind: 'file_open', clauses: [clause({ operations: ['created', 'write'], path: { match: 'suffix', text: '/x' }, program: { match: 'exact', text: '/p' } }), clause({ operations: ['failed'] })] },
    { kind: 'file_change', clauses: [clause({ path: { match: 'suffix', text: '/x' } }), clause({ path: { match: 'exact', text: '/etc/y' } })] },
    { kind: 'network', clauses: [clause({ operations: ['connect'], port: 4444, address: '10.0.0.0/8' }), clause({ operations: ['accept'], address: 'fe80::/10' }), clause({ path: { match: 'prefix', text: '/run' }, operations: ['bind'] })] },
    { kind: 'kernel_call', clauses: [clause({ program: { match: 'prefix', text: '/tmp/' }, operations: ['bpf'] })] },
    { kind: 'dns', clauses: [anything] },
    { kind: 'of_tomorrow', clauses: [anything] },
  ]);
  expect(interest.always).toEqual({ file_open: traitBit('file_open', 'failed'), network: traitBit('network', 'bind_of_path'), kernel_call: traitBit('kernel_call', 'bpf'), dns: allTraits });
  expect(interest.paths).toEqual([
    { end: 'suffix', text: '/x', traits: { file_open: traitBit('file_open', 'created') | traitBit('file_open', 'write'), file_change: allTraits } },
    { end: 'exact', text: '/etc/y', traits: { file_change: allTraits } },
  ]);
  expect(interest.ports).toEqual(new Map([[4444, traitBit('network', 'connect')]]));
  expect(interest.addresses).toEqual([{ bytes: Buffer.from('fe80'.padEnd(32, '0'), 'hex'), bits: 10, traits: traitBit('network', 'accept') }]);
});

test('that ends of calls are asked for holds for all connections', () => {
  const interest = kernelInterestOf([{ kind: 'network', clauses: [clause({ operations: ['connect', 'ended'], port: 22 })] }]);
  // The port may be one that the kernel chooses meanwhile.
  expect(interest.always).toEqual({ network: traitBit('network', 'ended') | traitBit('network', 'chosen') });
  expect(kernelInterestOf([{ kind: 'network', clauses: [clause({ port: 22 })] }]).always).toEqual(interest.always);
});

test('the program that uses a socket is compared, whatever else the clause says, and of paths of sockets whether there is one', () => {
  const [shell, connect] = [{ match: 'suffix', text: '/sh' } as const, traitBit('network', 'connect')];
  const interest = kernelInterestOf([{ kind: 'network', clauses: [
    clause({ operations: ['connect'], program: shell, port: 22 }),
    clause({ operations: ['send', 'ended'], program: shell, address: '10.0.0.0/8' }),
    clause({ operations: ['connect', 'ended'], program: { match: 'prefix', text: '/tmp/' }, path: { match: 'exact', text: '/run/x' } }),
    clause({ path: { match: 'exact', text: '/run/x' } }),
  ] }]);
  const ended = traitBit('network', 'ended');
  expect(interest).toEqual({
    ...processesOnly,
    always: { network: ended | 0xff00n },
    programs: [
      { end: 'suffix', text: '/sh', traits: { network: connect | traitBit('network', 'send') | ended } },
      { end: 'prefix', text: '/tmp/', traits: { network: traitBit('network', 'connect_of_path') | ended } },
    ],
  });
});

test('nothing of interest is nothing', () => {
  expect(kernelInterestOf([])).toEqual(processesOnly);
});

test('networks are the bytes that the kernel side has, IPv4 within IPv6', () => {
  const addressOf = (network: string) => kernelInterestOf([{ kind: 'network', clauses: [clause({ address: network })] }]).addresses[0]!;
  expect(addressOf('10.0.0.0/8').bits).toBe(104);
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6().filter((text) => !/%/.test(text))), (text) => {
    const { bytes } = addressOf(`${text}/1`);
    const shown = ipText(bytes, 0)!;
    expect(addressOf(`${shown}/1`).bytes).toEqual(bytes);
    if (text.includes('.') && !text.includes(':')) expect(shown).toBe(text);
  }));
  expect(ipText(addressOf('2001:db8::7:1/128').bytes, 0)).toBe('2001:db8::7:1');
  expect(ipText(addressOf('::1:2:3:4:5:6:7/128').bytes, 0)).toBe('0:1:2:3:4:5:6:7');
});
