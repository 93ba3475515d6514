/**
 * Push-down changes no detection: two sensors watch the same cgroup at the same time, one of which tells all and the other
 * what some rules ask for; through enricher and matcher, both must come to the same matches.
 */
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeKernelRecord } from '../../schemas/generated/decode.gen.ts';
import type { Event, InterestClause, InterestKind } from '../../schemas/generated/types.gen.ts';
import { simulations } from '../../services/cli/simulations/index.ts';
import { lackOf } from '../../services/cli/simulations/needs.ts';
import { withStage } from '../../services/cli/simulations/stage.ts';
import { ContainerDirectory } from '../../services/collector/container/container-directory.ts';
import { Enricher } from '../../services/collector/enrich.ts';
import { kernelInterestOf } from '../../services/collector/interest/kernel-interest.ts';
import { everything } from '../../services/collector/kernel/interest.ts';
import { inOrder, type Kernel } from '../../services/collector/kernel/kernel.ts';
import { ProcessCache } from '../../services/collector/process-cache.ts';
import { Redactor } from '../../services/collector/redact/redactor.ts';
import { eventFields } from '../../services/engine/event-fields.ts';
import { logSourcesOf } from '../../services/engine/event-sources.ts';
import { interestOf } from '../../services/engine/interest/interest-of.ts';
import { openLists } from '../../services/engine/lists/open-lists.ts';
import { createMatcher, loadRuleFiles, loadRules, type DetectionRule, type Rule } from '../../services/engine/rules/index.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { shipped } from '../../services/runtime/config.ts';
import { admits } from '../../services/runtime/interest/interest.ts';
import { actor } from '../kernel/actors.ts';
import { becauseOf, hindrance, openSensor, temporaryHome } from '../kernel/watched.ts';
import { createTestCgroup, type TestCgroup } from '../support/cgroup.ts';

/** The collector without its log: a sensor, and the events that it leads to. */
class Observer {
  readonly events: Event[] = [];
  private readonly home = temporaryHome();
  readonly kernel: Kernel;
  private readonly enricher: Enricher;

  constructor(instance: string, cgroup: TestCgroup) {
    this.kernel = openSensor(this.home, { cgroup: cgroup.path }, { instance });
    this.enricher = new Enricher(new ProcessCache(new ContainerDirectory(systemClock())), this.kernel, new Redactor(Buffer.alloc(32, 1)));
  }

  read(): void {
    for (let pieces = this.kernel.read(); pieces.length > 0 || this.kernel.waits; pieces = this.kernel.read()) {
      for (const { raw, start, size } of inOrder(pieces)) this.events.push(this.enricher.event(decodeKernelRecord(raw.bytes, start, size), raw.ring)!);
      for (const { ring, cursor } of pieces) this.kernel.release(ring, cursor);
    }
  }

  get dropped(): bigint {
    return this.kernel.counters().rings.reduce((sum, { droppedRingFull }) => sum + droppedRingFull, 0n);
  }

  async close(): Promise<void> {
    await this.kernel.close();
    rmSync(this.home, { recursive: true });
  }
}

const linux = (category: string) => ({ category, product: 'linux' });
const ours = (category: string) => ({ category, product: 'ringfence' });

type Selections = Readonly<Record<string, readonly [logsource: object, selection: object]>>;

/** By title: what the shipped rules have no example of. */
const handwritten: Selections = {
  'path begins': [linux('file_access'), { 'TargetFilename|startswith': '/tmp/ringfence-differs-', 'TargetFilename|endswith': '/a' }],
  'path is, in any case': [linux('file_access'), { TargetFilename: '/ETC/hostname', 'body.access': 'read' }],
  'path ends, created': [linux('file_event'), { 'TargetFilename|endswith': '.key' }],
  'path contains': [ours('file_change'), { 'TargetFilename|contains': 'secret' }],
  'path of what is deleted': [linux('file_delete'), { 'TargetFilename|endswith': '.log' }],
  'open that fails': [linux('file_access'), { 'TargetFilename|endswith': '/missing', 'body.result|lt': 0 }],
  'mount on a path': [ours('mount'), { 'body.path|endswith': '/mounted' }],
  'port of the other side': [linux('network_connection'), { DestinationPort: 4041, Initiated: true }],
  'program that connects': [linux('network_connection'), { 'Image|endswith': '/sh', DestinationPort: 4041, Initiated: true }],
  'network of the other side': [linux('network_connection'), { 'DestinationIp|cidr': '203.0.113.0/24' }],
  'connection refused': [linux('network_connection'), { 'body.result': -111, Initiated: true }],
  'first datagrams': [ours('network'), { 'body.operation': 'send' }],
  'unix socket by path': [ours('network'), { 'body.path|endswith': '/socket' }],
  'name asked for': [linux('dns_query'), { 'QueryName|endswith': 'example.com' }],
  'page asked for': [ours('http_request'), { 'body.host|endswith': '.example' }],
  'rings of io_uring': [ours('kernel_call'), { 'body.operation|startswith': 'io_uring_s' }],
  'module by path': [ours('kernel_call'), { 'body.operation': 'finit_module', 'body.path|endswith': '/no-module' }],
  'namespaces left': [ours('namespace_change'), { 'body.operation': 'unshare', 'body.namespaces|contains': 'net' }],
  'memory in reach': [ours('kernel_call'), { 'body.operation': 'process_vm_readv', 'body.target_exe|endswith': '/kernel-calls' }],
};

/**
 * What is asked for beside the event itself, so that it says what it would. Each stands alone: the ends of system calls
 * that one rule asks for, or the users that it is told of, others find too.
 */
const alone: Readonly<Record<string, Selections>> = {
  'what the kernel chooses during a call': {
    'port of the own side': [ours('network'), { 'body.operation': 'connect', 'body.local_port|gte': 1, 'body.family': 'ipv4' }],
    'address of the own side': [ours('network'), { 'body.operation': 'connect', 'SourceIp|cidr': '127.0.0.0/8', DestinationPort: 4040 }],
    'port that the kernel chose': [ours('network'), { 'body.operation': 'bind', 'body.local_port|gte': 32_768, 'body.family': ['ipv4', 'ipv6'] }],
  },
  'who a process was before': {
    'users set, by an earlier group': [ours('credentials'), { 'body.operation': 'setuid', 'body.before_egid': 14 }],
  },
  'who a parent is by now': {
    'parent with another user': [linux('file_access'), { TargetFilename: '/etc/hostname', 'parent.uid': 1000 }],
  },
};

function load(selections: Selections): readonly Rule[] {
  const sources = Object.entries(selections).map(([title, [logsource, selection]]) => ({ file: `${title}.yml`, text: JSON.stringify({ title, logsource, detection: { selection, condition: 'selection' } }) }));
  const { rules } = loadRules(sources, { fields: eventFields() });
  expect(rules.map(({ title }) => title)).toEqual(Object.keys(selections));
  return rules;
}

/** What of an event does not depend on when it was told, within its call. */
const telling = ['operation', 'access', 'path', 'new_path', 'remote_ip', 'remote_port', 'request', 'target_pid', 'name', 'host'];

function matchesOf(rules: readonly Rule[], events: readonly Event[]): string[] {
  const matcher = createMatcher(rules.filter((rule): rule is DetectionRule => rule.kind === 'detection'));
  return events.flatMap((event) => matcher.match(logSourcesOf(event), event).map(({ title }) => `${title} ${told(event)}`)).sort();
}

function told({ body, process }: Event): string {
  const values = Object.entries(body).filter(([name, value]) => telling.includes(name) && value !== null);
  return [body.kind, process.pid, process.exe, JSON.stringify(Object.fromEntries(values))].join(' ');
}

/** Of the events that an interest asks for, those that did not come. */
function missed(interest: readonly InterestKind[], events: readonly Event[], come: readonly Event[]): string[] {
  const counts = new Map<string, number>();
  for (const event of come) counts.set(told(event), (counts.get(told(event)) ?? 0) + 1);
  return events.filter((event) => admits(interest, event)).map(told).filter((each) => {
    const left = counts.get(each) ?? 0;
    counts.set(each, left - 1);
    return left <= 0;
  });
}

/** Not every kernel has or allows it. */
const mayBeQuiet: ReadonlySet<string> = new Set(['rings of io_uring']);

/** Rights that come without a call need a fault in the kernel. */
const waysWithoutAct: ReadonlySet<string> = new Set(['credentials: operation']);

/**
 * In which ways the kernel is asked for events, beside the texts and numbers themselves: the kind, and what of it is
 * told apart. `file_open: access, path exact` is one way, whatever the path.
 */
function wayOf(kind: string, { operations, path, port, address, program }: InterestClause): string {
  const parts = [operations.length > 0 && 'operation', path && `path ${path.match}`, port !== null && 'port', address && 'address', program && `program ${program.match}`];
  return `${kind}: ${parts.filter((part) => typeof part === 'string').join(', ') || 'all'}`;
}

/** The ways in which rules ask for events, and those of them that an event fits. */
function waysOf(rules: readonly Rule[], events: readonly Event[]): { readonly asked: ReadonlySet<string>; readonly taken: ReadonlySet<string> } {
  const clauses = interestOf(rules).flatMap(({ kind, clauses }) => clauses.map((clause) => ({ kind, clause, way: wayOf(kind, clause) })));
  const taken = clauses.filter(({ kind, clause }) => events.some((event) => event.body.kind === kind && admits([{ kind, clauses: [clause] }], event)));
  return { asked: new Set(clauses.map(({ way }) => way)), taken: new Set(taken.map(({ way }) => way)) };
}

function eventsOf(rule: DetectionRule, events: readonly Event[]): Event[] {
  const matcher = createMatcher([rule]);
  return events.filter((event) => matcher.match(logSourcesOf(event), event).length > 0);
}

const container = `docker-${'c0ffee'.repeat(11).slice(0, 64)}.scope`;

describe.skipIf(hindrance !== null)(`push-down${becauseOf}`, () => {
  let all: Observer;
  let some: Observer;
  let cgroup: TestCgroup;
  let folder: string;

  beforeAll(async () => {
    cgroup = createTestCgroup('differs');
    mkdirSync(join(cgroup.path, container));
    all = new Observer('all', cgroup);
    some = new Observer('some', cgroup);
    await all.kernel.setInterest(everything);
  });

  afterAll(async () => {
    await cgroup?.remove();
    await all?.close();
    await some?.close();
  });

  beforeEach(() => {
    // Two shipped rules are about this very place.
    folder = realpathSync(mkdtempSync('/tmp/ringfence-differs-'));
    return () => rmSync(folder, { recursive: true });
  });

  function read(): void {
    all.read();
    some.read();
  }

  /** Runs a command to its end, reading on: nothing is to find a ring full. */
  async function run(command: string, ...args: string[]): Promise<void> {
    const child = cgroup.run(command, args, { cwd: folder, stdio: 'ignore' });
    let ended = false;
    const end = once(child, 'exit').then(() => (ended = true));
    while (!ended) {
      await Promise.race([end, setTimeout(20)]);
      read();
    }
  }

  /** A program of test/kernel/actors under another name. */
  function copy(name: string, as: string): string {
    const path = join(folder, as);
    copyFileSync(actor(name), path);
    return path;
  }

  async function act(): Promise<void> {
    for (const each of ['.ssh', 'watched', 'mounted']) mkdirSync(join(folder, each));
    for (const each of ['watched/a', 'watchful', 'plain', 'no-module', 'x.log', 'x.logs']) writeFileSync(join(folder, each), '');
    const [shell, bash, kernelCalls] = [copy('sockets', 'sh'), copy('kernel-calls', 'bash'), copy('kernel-calls', 'kernel-calls')];
    await run('/bin/sh', '-c', files);
    await run('unshare', '-m', '/bin/sh', '-c', filesOfSystem);
    await run('/bin/sh', '-c', `echo 0 > ${join(cgroup.path, container)}/cgroup.procs; unshare -U true; unshare -m true; unshare -n true`);
    for (const name of ['tcp', 'tcp6', 'nonblocking', 'udp', 'unix', 'families', 'binds', 'io-uring', 'detours', 'multipath']) await run(actor('sockets'), name);
    await run(shell, 'tcp');
    for (const name of ['ptrace', 'vm', 'bpf', 'io_uring', 'tiocsti', 'dup', 'memfd', 'getfd']) await run(actor('kernel-calls'), name);
    await run(kernelCalls, 'io_uring');
    await run(bash, 'dup');
    await run(actor('kernel-calls'), 'modules', join(folder, 'no-module'));
    for (const name of ['ids', 'namespaces', 'clone']) await run(actor('privilege-calls'), name, folder);
    await run(actor('memfd-exec'), 'payload', '/bin/true');
    await run('perl', '-e', 'use POSIX; POSIX::setuid(1000); if (!fork) { open F, "<", "/etc/hostname"; exit } wait');
    await run('perl', '-e', shellOnSocket);
    await run('perl', '-e', addresses);
    await run(actor('packets'), 'stream', Buffer.from('GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n').toString('hex'));
    await run(copy('packets', 'curl'), 'stream', clientHello, '443');
    await run(actor('packets'), 'dns', '2a2a01000001000000000000076578616d706c6503636f6d0000010001', '2a2a81800001000100000000076578616d706c6503636f6d0000010001c00c000100010000012c0004c0000207');
    read();
  }

  /** All that the simulations do which this host can; the titles of the rules that are about it. */
  async function simulate(): Promise<string[]> {
    const done: string[] = [];
    for (const { rule, needs, act: perform } of simulations) {
      if (lackOf(needs, true) !== null) continue;
      let ended = false;
      const end = withStage(cgroup.path, new AbortController().signal, perform).finally(() => (ended = true));
      while (!ended) {
        await Promise.race([end, setTimeout(20)]);
        read();
      }
      if ((await end).done) done.push(rule);
    }
    return done;
  }

  /** What the acts led to, as the sensor has it that tells all. */
  async function compare(rules: readonly Rule[], acts: () => Promise<unknown> = act): Promise<Event[]> {
    await some.kernel.setInterest(kernelInterestOf(interestOf(rules)));
    read();
    const [before, someBefore] = [all.events.length, some.events.length];
    await acts();
    read();
    const [events, someEvents] = [all.events.slice(before), some.events.slice(someBefore)];
    expect([all.dropped, some.dropped]).toEqual([0n, 0n]);
    expect(matchesOf(rules, someEvents)).toEqual(matchesOf(rules, events));
    // More than that: of what a rule has no match in, too, all has come that the kernel was asked for.
    expect(missed(interestOf(rules), events, someEvents)).toEqual([]);
    // It would be the same, too, if nothing were dropped.
    expect(someEvents.length).toBeLessThan(events.length);
    return events;
  }

  function expectMatches(rules: readonly Rule[], events: readonly Event[]): void {
    const quiet = rules.filter((rule) => rule.kind === 'detection' && eventsOf(rule, events).length === 0);
    expect(quiet.map(({ title }) => title).filter((title) => !mayBeQuiet.has(title))).toEqual([]);
  }

  // Not every rule has an act. What differs from rule to rule is data in the kernel's maps: each way of asking has one.
  test('changes no match of the shipped rules, and of every way in which they ask for events some come', { timeout: 120_000 }, async () => {
    const { lists } = await openLists([shipped('rules/lists')]);
    const { rules } = await loadRuleFiles([shipped('rules/detections')], { fields: eventFields(), lists });
    let simulated: string[] = [];
    const events = await compare(rules, async () => {
      await act();
      simulated = await simulate();
    });
    const about = rules.filter(({ title }) => simulated.includes(title)).flatMap((rule) => (rule.kind === 'correlation' ? rule.inputs.map((input) => input.rule) : [rule]));
    expect(about.length).toBeGreaterThan(simulations.length / 2);
    expectMatches(about, events);
    const { asked, taken } = waysOf(rules, events);
    expect([...asked].filter((way) => !taken.has(way) && !waysWithoutAct.has(way))).toEqual([]);
  });

  test('changes no match of rules on paths, addresses, ports and operations', async () => {
    const rules = load(handwritten);
    expectMatches(rules, await compare(rules));
  });

  test.each(Object.entries(alone))('changes no match of rules on %s', async (_what, selections) => {
    const rules = load(selections);
    expectMatches(rules, await compare(rules));
  });
});

/** In a folder of the test's own. Each line fires a rule and nearly fires it. */
const files = `
cat /etc/shadow /etc/passwd /etc/hostname /ETC/hostname missing
cat watched/a watchful plain
echo >> .ssh/authorized_keys; cat .ssh/authorized_keys; cp plain .ssh/known_hosts; mv plain .ssh/authorized_keys2; mv .ssh/authorized_keys2 plain
echo > new.key; echo > new.keys; echo >> new.key
mv new.key new.secret; ln -s x secretly; ln plain plainly; rm x.log x.logs
chmod 4755 plain; chmod 2755 plain; chmod 4755 none
echo > release_agent; cat release_agent
: >> /proc/sys/kernel/core_pattern; cat /proc/sys/kernel/core_pattern; : >> /proc/sys/kernel/core_uses_pid
unshare -m sh -c 'mount -t tmpfs none mounted; mount --bind watched .ssh; umount mounted'
cp /bin/cat reader; cp /bin/cp cp; echo > .ssh/known_hosts; ./reader .ssh/known_hosts plain; ./cp -l plain plain.desktop; ./cp -l plain plain.desktops
cp /bin/true gone; ( sleep 0.1; exec 3< gone; rm gone; exec /proc/self/fd/3 )
`;

/** In a mount namespace whose /etc is empty. */
const filesOfSystem = `
for each in /run /sys/devices/virtual /var/lib; do mount -t tmpfs none $each; done
mkdir /var/lib/mysql /var/lib/mysqld; for each in mysql mysqld; do echo > /var/lib/$each/ibdata1; cat /var/lib/$each/ibdata1; ./reader /var/lib/$each/ibdata1; done
mkdir -p /run/secrets/kubernetes.io/serviceaccount /sys/devices/virtual/dmi/id
for each in /run/secrets/kubernetes.io/serviceaccount/token /run/secrets/token /sys/devices/virtual/dmi/id/name /sys/devices/virtual/name; do echo > $each; ./reader $each; done
mount -t tmpfs none /etc; mkdir -p /etc/cron.d /etc/systemd/system
echo x > /etc/cron.d/x; cat /etc/cron.d/x; echo > /etc/cron.none
echo > /etc/x; mv /etc/x /etc/systemd/system/x.service; ln -s y /etc/systemd/system/y.service; mkdir /etc/systemd/system/z
: > /etc/ld.so.preload; cat /etc/ld.so.preload; : > /etc/ld.so.cache; mv /etc/ld.so.preload /etc/x; mv /etc/x /etc/ld.so.preload
`;

/** Datagram sockets: nothing is sent, whatever is there. */
const addresses = `
use IO::Socket::INET; use IO::Socket::UNIX;
IO::Socket::INET->new(Proto => "udp", PeerAddr => $_) for "127.0.0.1:9050", "127.0.0.1:23", "169.254.169.254:80", "192.0.2.1:80";
my $server = IO::Socket::UNIX->new(Listen => 1, Local => "docker.sock");
IO::Socket::UNIX->new(Peer => $_) for "docker.sock", "/tmp/ssh-none/agent.1", "docker.socket";
`;

/** Of one cipher and no extension. */
const clientHello = `160301002d010000290303${'5a'.repeat(32)}000002130101000000`;

const shellOnSocket = `
use IO::Socket::INET;
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");
my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport);
open STDIN, "<&", $client; open STDOUT, ">&", $client; exec "/bin/sh", "-c", ":";
`;
