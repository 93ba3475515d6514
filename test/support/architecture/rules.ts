/**
 * The rules of the repository that a machine can check. Each looks at one file and returns what is wrong there, in words
 * that name the allowed way.
 */
import { posix } from 'node:path';
import { importsOf } from './sources.ts';
import type { Source } from './sources.ts';

export interface Rule {
  readonly name: string;
  faultsOf(source: Source): string[];
}

const linesMax = 450;

/** The longest prefix decides what a file belongs to, and so what of ours it may import. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'schemas/': ['schemas/'],
  'bpf/libbpf-ts/': ['bpf/libbpf-ts/'],
  'rules/': ['rules/', 'schemas/', 'services/responder/index.ts'],
  'services/runtime/': ['services/runtime/', 'schemas/'],
  'services/collector/': ['services/collector/', 'services/runtime/', 'schemas/', 'bpf/libbpf-ts/'],
  'services/engine/': ['services/engine/', 'services/runtime/', 'schemas/'],
  'services/responder/': ['services/responder/', 'services/runtime/', 'schemas/'],
  'services/console/': ['services/console/', 'services/runtime/', 'schemas/', 'services/engine/rules/index.ts'],
  'services/cli/': [
    'services/cli/',
    'services/runtime/',
    'schemas/',
    'services/engine/rules/index.ts',
    ...['collector', 'engine', 'responder', 'console'].map((service) => `services/${service}/main.ts`),
  ],
  'deploy/': ['deploy/'],
  'test/': [''],
};

/** What stands behind a port stays behind it. */
const onlyIn: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['services/runtime/event-log/', 'test/'],
  ioredis: ['services/runtime/window-store/', 'services/runtime/job-queue/', 'test/'],
  bullmq: ['services/runtime/job-queue/', 'test/'],
  'node:sqlite': ['services/runtime/event-log/', 'services/runtime/job-queue/', 'services/collector/spool/', 'test/'],
};

export const rules: readonly Rule[] = [
  {
    name: 'a part imports only what its place in the design allows',
    faultsOf(source) {
      const part = partOf(source.path);
      if (part === undefined) return [];
      return importsOf(source)
        .map((specifier) => ({ specifier, target: targetOf(source.path, specifier) }))
        .filter(({ target }) => target !== undefined && !startsWithOne(target, mayImport[part] ?? []))
        .map(({ specifier }) => `imports ${specifier}; ${part} may import only ${(mayImport[part] ?? []).join(', ')}`);
    },
  },
  {
    name: 'what stands behind a port is imported by its adapters only',
    faultsOf(source) {
      return importsOf(source)
        .filter((specifier) => !startsWithOne(source.path, onlyIn[specifier] ?? ['']))
        .map((specifier) => `imports ${specifier}; use the port, or put an adapter in ${onlyIn[specifier]?.join(' or ')}`);
    },
  },
  {
    name: 'only main and config read the environment',
    faultsOf(source) {
      const mayRead = /(^|\/)(main|config)\.ts$|\/config\//.test(source.path);
      if (mayRead || !isScript(source) || runsOutside(source)) return [];
      return faultsAt(source.code, /\bprocess\.env\b/g, 'reads process.env; take it as an option, parsed once by config');
    },
  },
  {
    name: 'only the clock reads time',
    faultsOf(source) {
      if (!isScript(source) || runsOutside(source) || source.path.startsWith('services/runtime/clock/')) return [];
      const clocks = /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/g;
      return faultsAt(source.code, clocks, 'reads a clock of the machine; take a Clock (services/runtime/clock)');
    },
  },
  {
    name: `a source file has at most ${linesMax} lines`,
    faultsOf(source) {
      const lines = source.text.split('\n').length - 1;
      if (!/\.(ts|mjs|c|h|lua)$/.test(source.path) || isGenerated(source) || lines <= linesMax) return [];
      return [`has ${lines} lines; split it by what its parts are about`];
    },
  },
  {
    name: 'nothing is typed any',
    faultsOf(source) {
      if (!source.path.endsWith('.ts') || isGenerated(source)) return [];
      // A colon after a space is that of `? :`, behind which `any` is a value's name.
      return faultsAt(source.bare, /(?:(?<!\s):|[<,|&(]|\bas|=>)\s*any\b(?!\s*[(:=])/g, 'is typed any (or a value has that name); use unknown and narrow it');
    },
  },
  { name: 'a test that is skipped says why', faultsOf: skipsWithoutReason },
  {
    name: 'no file names a package registry',
    faultsOf(source) {
      // Rules may name hosts: they are what is watched.
      if (source.path.startsWith('rules/')) return [];
      const hosts = /\bregistry\.(npmjs|yarnpkg)\.|\brepo1?\.maven\.|\b(deb\.debian|archive\.ubuntu)\.|\bpythonhosted\./g;
      const inLock = /"resolved":\s*"https?:/g;
      const advice = 'names a registry; the user\'s own configuration decides that';
      return [...faultsAt(source.text, hosts, advice), ...faultsAt(source.text, inLock, advice)];
    },
  },
];

/** Where this clone lies is nobody else's business; system folders can't be told from content and are not looked for. */
export function namesThisClone(source: Source, root: string): string[] {
  if (/^\/(usr|opt|var|srv)\/|^\/[^/]*$/.test(root)) return [];
  return source.text.includes(`${root}/`) ? [`names ${root}; use a path relative to the file or to the root`] : [];
}

function skipsWithoutReason(source: Source): string[] {
  if (!source.path.endsWith('.test.ts')) return [];
  const { code, bare } = source;
  const named = /\b(?:test|it|describe)(?:\.\w+)*\.(?:skip|skipIf\(.*?\)|runIf\(.*?\))\(\s*(['"`])(.*?)\1/gs;
  // A name with something put in is taken to carry the reason there.
  const nameless = [...code.matchAll(named)].filter(([, , name]) => !/\(.+\)|\$\{/.test(name ?? ''));
  return [
    ...nameless.map(([, , name]) => `skips "${name}"; put the reason into the name in parentheses, or use context.skip(reason)`),
    ...faultsAt(bare, /\b(?:\w+\.)?skip\(\s*\)/g, 'skips; pass the reason to skip'),
    ...faultsAt(bare, /\b(?:test|it|describe)(?:\.\w+)*\.(?:only|todo)\b/g, 'is left over; a test runs or is not there'),
  ];
}

/** Tests, set-up and builds are no part of a running service. */
function runsOutside(source: Source): boolean {
  return /^(test|deploy)\/|\.test\.ts$|(^|\/)build\.mjs$/.test(source.path);
}

function isScript(source: Source): boolean {
  return /\.(ts|mjs)$/.test(source.path);
}

function isGenerated(source: Source): boolean {
  return /generated/i.test(source.text.slice(0, 300));
}

function partOf(path: string): string | undefined {
  return Object.keys(mayImport).find((prefix) => path.startsWith(prefix) && isScriptPath(path));
}

function isScriptPath(path: string): boolean {
  return /\.(ts|mjs)$/.test(path);
}

/** The path in the repository that a specifier means; undefined for packages of others. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  if (specifier.startsWith('#runtime/')) return `services/runtime/${specifier.slice('#runtime/'.length)}`;
  if (specifier.startsWith('#schemas/')) return `schemas/${specifier.slice('#schemas/'.length)}`;
  return specifier === 'libbpf-ts' || specifier.startsWith('libbpf-ts/') ? 'bpf/libbpf-ts/' : undefined;
}

function startsWithOne(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}

function faultsAt(text: string, pattern: RegExp, advice: string): string[] {
  return [...text.matchAll(pattern)].map((match) => `"${match[0].trim()}" ${advice}`);
}
