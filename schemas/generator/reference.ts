/** Emits schemas/REFERENCE.md: what each record and field means, for people. */
import type { Model } from './schema.ts';
import { tsType } from './types.ts';

export function emitReference(model: Model): string {
  const parts = [
    '# Records and fields',
    'Generated from the `.avsc` files by `npm run generate`. "Attacker" says whether the watched program can choose the value; "Sigma" is the name that rules use (with `Parent` before it for the parent).',
  ];
  for (const [name, schema] of model.records) {
    parts.push(`## ${name}`, schema.doc);
    if (schema.sigma !== undefined) parts.push(`Sigma logsource: category \`${schema.sigma.category}\`, product \`${schema.sigma.product}\`.`);
    const rows = schema.fields.map((field) => {
      const bound = field.max === undefined ? '' : ` At most ${field.max} bytes.`;
      return `| \`${field.name}\` | ${tsType(model, field.type).replaceAll('|', 'or')} | ${escape(field.doc)}${bound} | ${escape(field.source ?? '')} | ${field.attacker ?? 'no'} | ${field.sigma ?? ''} |`;
    });
    parts.push(['| field | type | meaning | source | attacker | Sigma |', '|---|---|---|---|---|---|', ...rows].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
