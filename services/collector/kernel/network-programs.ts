/** The sensor's programs of the network: see programs.ts. */
import type { Hook, ProgramSpec } from './programs.ts';

export const networkPrograms: readonly ProgramSpec[] = [
  network('connect4', { at: 'cgroup' }, 'connect'),
  network('connect6', { at: 'cgroup' }, 'connect'),
  network('bind4', { at: 'cgroup' }, 'bind'),
  network('bind6', { at: 'cgroup' }, 'bind'),
  network('send4', { at: 'cgroup' }, 'send'),
  network('send6', { at: 'cgroup' }, 'send'),
  network('listening', { at: 'section' }, 'listen'),
  ended('connect', calls('connect'), 'ended'),
  ended('bind', calls('bind'), 'ended'),
  ended('listen', calls('listen'), 'ended'),
  ended('accept', calls('accept', 'accept4'), ...withPaths('accept')),
  ended('socket', calls('socket'), ...withPaths('socket')),
  { ...ended('io_uring', { at: 'section' }, ...withPaths('accept', 'socket')), needs: 'tp_btf/io_uring_complete' },
  { name: 'packet__egress', object: 'packet', hook: { at: 'cgroup' }, wants: [{ kind: 'dns' }, { kind: 'tls_client_hello' }, { kind: 'http_request' }] },
  { name: 'packet__ingress', object: 'packet', hook: { at: 'cgroup' }, wants: [{ kind: 'dns', operations: ['answer'] }] },
  { name: 'packet__connect4', object: 'packet', hook: { at: 'cgroup' }, wants: [{ kind: 'tls_client_hello' }, { kind: 'http_request' }] },
  { name: 'packet__connect6', object: 'packet', hook: { at: 'cgroup' }, wants: [{ kind: 'tls_client_hello' }, { kind: 'http_request' }] },
];

function network(name: string, hook: Hook, ...operations: string[]): ProgramSpec {
  return { name: `network__${name}`, object: 'network', hook, wants: [{ kind: 'network', operations }] };
}

function ended(name: string, hook: Hook, ...operations: string[]): ProgramSpec {
  return { ...network(name, hook, ...operations), object: 'network-calls' };
}

/** No hook but these tells of sockets that may have a path. */
function withPaths(...operations: string[]): string[] {
  return operations.flatMap((operation) => [operation, `${operation}_of_path`]);
}

function calls(...names: string[]): Hook {
  return { at: 'syscalls', names };
}
