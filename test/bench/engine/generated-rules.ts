/** Rules in the shapes that Sigma's rules on processes, files and connections have, seeded, as many as wanted: the first hundred are the same each time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom, type Random } from './random.ts';

/** Writes `count` rules, a file each as SigmaHQ's are, into a new folder in `folder`; returns its path. */
export function writeGeneratedRules(folder: string, count: number): string {
  const path = join(folder, `rules-${count}`);
  mkdirSync(path);
  for (let index = 0; index < count; index++) writeFileSync(join(path, `rule-${index}.yml`), rule(index, randomFrom(index + 1)));
  return path;
}

type Shape = (random: Random) => string;

interface Kind {
  readonly weight: number;
  readonly category: string;
  readonly shape: Shape;
}

/** By how often SigmaHQ's rules have them, roughly: a program by its end, options within the command line, both, a path. */
const ofProcesses: readonly Omit<Kind, 'category'>[] = [
  { weight: 3, shape: (random) => `  selection:\n    Image|endswith: /${random.word(7)}\n    CommandLine|contains|all:\n      - ' --${random.word(6)}'\n      - ' -${random.word(1)} '\n  condition: selection\n` },
  { weight: 3, shape: (random) => `  selection:\n    CommandLine|contains:\n${lines(random, 4, () => `${random.word(5)} ${random.word(6)}`)}  filter:\n    User: root\n  condition: selection and not filter\n` },
  { weight: 2, shape: (random) => `  img:\n    - Image|endswith:\n${lines(random, 3, () => `/${random.word(6)}`, 8)}    - CommandLine|startswith: '${random.word(8)} '\n  parent:\n    ParentImage|endswith: /${random.word(5)}\n  condition: img and parent\n` },
  { weight: 1, shape: (random) => `  selection:\n    CommandLine|re: '${random.word(6)}\\s+-{1,2}${random.word(4)}=[0-9]+'\n  condition: selection\n` },
  { weight: 1, shape: (random) => `  selection:\n    Image|startswith: /opt/${random.word(6)}/\n    CurrentDirectory|contains: /${random.word(6)}/\n  condition: selection\n` },
];

/** Opens are most of the events, so that rules on them cost most. */
const ofFiles: readonly Omit<Kind, 'category'>[] = [
  { weight: 1, shape: (random) => `  selection:\n    TargetFilename|endswith:\n${lines(random, 4, () => `/${random.word(8)}.${random.word(3)}`)}  condition: selection\n` },
  { weight: 1, shape: (random) => `  selection:\n    TargetFilename|startswith: /etc/${random.word(5)}/\n  filter:\n    Image|endswith: /${random.word(5)}\n  condition: selection and not filter\n` },
  { weight: 1, shape: (random) => `  selection:\n    TargetFilename|contains: /.${random.word(6)}/\n  condition: selection\n` },
];

const ofConnections: readonly Omit<Kind, 'category'>[] = [
  { weight: 1, shape: (random) => `  selection:\n    DestinationHostname|endswith: .${random.word(8)}.example\n  condition: selection\n` },
  { weight: 1, shape: (random) => `  selection:\n    Image|endswith: /${random.word(6)}\n    DestinationPort: ${1_024 + random.below(60_000)}\n  condition: selection\n` },
];

const ofCategory = (category: string, kinds: readonly Omit<Kind, 'category'>[]): Kind[] => kinds.map((kind) => ({ ...kind, category }));
const kinds: readonly Kind[] = [...ofCategory('process_creation', ofProcesses), ...ofCategory('file_access', ofFiles), ...ofCategory('file_event', ofFiles), ...ofCategory('network_connection', ofConnections)];

function rule(index: number, random: Random): string {
  const { category, shape } = random.weighted(kinds);
  return `title: Generated ${index}\nid: 00000000-0000-4000-8000-${String(index).padStart(12, '0')}\nlogsource:\n  category: ${category}\n  product: linux\ndetection:\n${shape(random)}level: low\n`;
}

function lines(random: Random, most: number, value: () => string, indent = 6): string {
  return Array.from({ length: 1 + random.below(most) }, () => `${' '.repeat(indent)}- '${value()}'\n`).join('');
}
