/** Emits schemas/REFERENCE.md: what each record and field means, for people. */
import type { LogSource, Model } from './schema.ts';
import { tsType } from './types.ts';

export function emitReference(model: Model): string {
  const parts = [
    '# Records and fields',
    'Generated from the `.avsc` files by `npm run generate`. "Attacker" says whether the watched program can choose the value; "Sigma" is the name that rules use (with `Parent` before it for the parent).',
  ];
  for (const [name, schema] of model.records) {
    parts.push(`## ${name}`, schema.doc);
    for (const source of [schema.sigma ?? []].flat()) parts.push(sentence(source));
    const rows = schema.fields.map((field) => {
      const bound = field.max === undefined ? '' : ` At most ${field.max} bytes.`;
      return `| \`${field.name}\` | ${tsType(model, field.type).replaceAll('|', 'or')} | ${escape(field.doc)}${bound} | ${escape(field.source ?? '')} | ${field.attacker ?? 'no'} | ${field.sigma ?? ''} |`;
    });
    parts.push(['| field | type | meaning | source | attacker | Sigma |', '|---|---|---|---|---|---|', ...rows].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function sentence({ category, product, when }: LogSource): string {
  const condition = when === undefined ? '' : `, when ${Object.entries(when).map(([name, value]) => `\`${name}\` is ${[value].flat().join(' or ')}`).join(' and ')}`;
  return `Sigma log source: category \`${category}\`${product === undefined ? '' : `, product \`${product}\``}${condition}.`;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
