/** Programs on interfaces and network namespaces, attached within a namespace made for each test. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compiled, unsupported } from './support.ts';

const skip = unsupported();
const passes = { attached: 'dropped', updated: 'passed', detached: 'passed' };

describe.skipIf(skip !== undefined)(`a program of the network${skip ? ` (${skip})` : ''}`, () => {
  test('drops packets of an interface by XDP, until it is replaced or detached', () => {
    expect(inNamespace('xdp')).toMatchObject({ ...passes, kind: 'link', info: { type: 'xdp' } });
  });

  test('drops packets in the traffic control, by a filter', () => {
    expect(inNamespace('filter')).toMatchObject({ ...passes, kind: 'filter', info: { number: 1, programId: expect.any(Number) } });
  });

  test('drops packets in the traffic control, by a link where the kernel has such and a filter elsewhere', () => {
    const { kind, ...fates } = inNamespace('tc') as { kind: string };
    expect(fates).toMatchObject(passes);
    if (kind === 'link') expect(inNamespace('tcx')).toMatchObject({ ...passes, kind: 'link' });
    else expect(() => inNamespace('tcx')).toThrow('EINVAL');
  });

  test('sees the look-ups of sockets in a network namespace, until it is detached', () => {
    expect(inNamespace('netns')).toEqual({ type: 'netns', attached: 1, detached: 0 });
  });
});

function inNamespace(name: string): object {
  compiled('network');
  const script = 'ip link set lo up && exec "$0" "$@"';
  const child = ['--net', 'sh', '-c', script, process.execPath, join(import.meta.dirname, 'network-child.ts'), name];
  return JSON.parse(execFileSync('unshare', child, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 })) as object;
}
