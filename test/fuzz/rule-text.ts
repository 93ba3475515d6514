/** Texts of rule files that are nearly right: valid ones with changes, and what is known to cost loaders dearly. */
import type { Random } from './random.ts';

/** One of `samples` with 1 to 6 changes: cut, doubled, moved, spliced with another, or with a piece of the language put in. */
export function changed(random: Random, samples: readonly string[], pieces: readonly string[]): string {
  let text = random.pick(samples);
  for (let count = random.integer(1, random.oneIn(3) ? 6 : 2); count > 0; count -= 1) text = changeOnce(random, text, samples, pieces);
  return text;
}

function changeOnce(random: Random, text: string, samples: readonly string[], pieces: readonly string[]): string {
  const at = random.integer(0, text.length);
  const length = random.oneIn(4) ? random.integer(0, 400) : random.integer(0, 12);
  switch (random.integer(0, 6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + text.slice(at, at + length).repeat(random.oneIn(20) ? 50 : 2) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + anyBytes(random, random.integer(1, 8)) + text.slice(at);
    case 3: {
      const other = random.pick(samples);
      return text.slice(0, at) + other.slice(random.integer(0, other.length));
    }
    case 4:
      return linesChanged(random, text);
    default:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at + (random.oneIn(2) ? 0 : length));
  }
}

/** A line put elsewhere, or with another indentation. */
function linesChanged(random: Random, text: string): string {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(random.integer(0, lines.length - 1), 1);
  const indent = random.oneIn(2) ? line : ' '.repeat(random.integer(0, 12)) + line.trimStart();
  lines.splice(random.integer(0, lines.length), 0, indent);
  return lines.join('\n');
}

/** As a file of arbitrary bytes is read: what is no UTF-8 becomes U+FFFD. */
function anyBytes(random: Random, length: number): string {
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255))).toString('utf8');
}

/** YAML that is small and grows, or that nests; `inner` stands where a value may. */
export function hostileYaml(random: Random, inner: string): string {
  const deep = random.integer(20, 3_000);
  switch (random.integer(0, 9)) {
    case 0: {
      const levels = Array.from({ length: random.integer(2, 12) }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`);
      return `a0: &a0 [${inner}]\n${levels.join('\n')}\n`;
    }
    case 1:
      return `a: &a {b: *a, c: [*a, ${inner}]}\n`;
    case 2:
      return `a: ${'['.repeat(deep)}${inner}${']'.repeat(random.oneIn(2) ? deep : 0)}\n`;
    case 3:
      return `${'- '.repeat(deep)}${inner}\n`;
    case 4:
      return `${Array.from({ length: Math.min(deep, 300) }, (_, index) => `${' '.repeat(index)}k:`).join('\n')} ${inner}\n`;
    case 5:
      return `${'a: {b: '.repeat(deep)}${inner}\n`;
    case 6:
      return `title: ${inner}\n---\n`.repeat(deep);
    case 7:
      return `a: "${'\\x41\\u0000'.repeat(deep)}"\n? ${inner}\n: b\n`;
    case 8:
      return `${Array.from({ length: deep }, (_, index) => `&a${index} k${index}: *a${random.integer(0, deep)}`).join('\n')}\n`;
    default:
      return `a: |${random.integer(0, 12)}\n${' '.repeat(random.integer(0, 9))}${inner}\n\t${inner}\n\0\ufeff\r${inner}\u0085`;
  }
}

/** Expressions that cost a backtracking matcher or a careless compiler time or memory, and broken ones. */
export function hostileRegex(random: Random): string {
  const count = random.integer(1, 1_200);
  const atom = random.pick(['a', '.', '\\pL', '[^a]', '(?i:\\p{Greek})', '(a|b)', '\\x{10ffff}', '[[:alpha:]]', 'é', '(?:)']);
  switch (random.integer(0, 7)) {
    case 0:
      return `(${atom}+)+$`;
    case 1:
      return `${atom}{${count}}`.repeat(random.integer(1, 12));
    case 2:
      return `((${atom}{${random.integer(1, 40)}}){${random.integer(1, 40)}}){${random.integer(1, 40)}}`;
    case 3:
      return `${'('.repeat(count)}${atom}${')'.repeat(random.oneIn(3) ? count - 1 : count)}`;
    case 4:
      return `(?:${Array(count).fill(atom).join('|')})*`;
    case 5:
      return random.pick(['(?=a)', '(?<!a)b', '(a)\\1', '(?P<n>a)(?P<n>b)', 'a{2,1}', 'a**', '[z-a]', '\\', '(?z)', '[', '\\Q(', '\\8', '{1,}', 'a{999999999999}']);
    case 6:
      return `${atom}?`.repeat(Math.min(count, 400)) + atom.repeat(Math.min(count, 400));
    default:
      return `[${`a-z${atom}`.repeat(Math.min(count, 500))}]{${count}}`;
  }
}
