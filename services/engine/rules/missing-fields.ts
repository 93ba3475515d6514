/** Why no sensor supplies a field that a rule names: what `rules check` says beside the field. */
import type { LogSource } from './fields.ts';
import { suggest } from './suggest.ts';

/** `known`: the fields of the log source; empty when nothing here supplies it. In a few words, for people. */
export function reasonForMissing({ category, product, service }: LogSource, name: string, known: readonly string[]): string {
  if (product !== undefined && product !== 'linux' && product !== 'ringfence') return `of ${product}: the sensors watch Linux`;
  if (service === 'auditd') return 'in audit records that no event here stands for: needs a reader of the audit log';
  if (service !== undefined) return `in the log of ${service}: needs a reader of logs`;
  if (known.length === 0) return `no sensor makes events of the category ${category ?? 'that is asked for'}`;
  const reason = reasons.find(({ names }) => names.includes(name.toLowerCase()))?.reason;
  if (reason !== undefined) return reason;
  if (known.includes(name)) return 'no event of this log source can have such values';
  const near = suggest(name, known);
  return `no event of this log source has such a field${near === undefined ? '' : `; there is ${near}`}`;
}

/** Names of Sigma's taxonomy, in lower case. */
const reasons: readonly { readonly names: readonly string[]; readonly reason: string }[] = [
  { names: ['hashes', 'md5', 'sha1', 'sha256', 'imphash'], reason: 'hashes of files are not computed at the event' },
  { names: ['originalfilename', 'company', 'product', 'description', 'fileversion', 'signature', 'signed'], reason: 'in the resources of Windows programs: Linux programs have none' },
  { names: ['integritylevel', 'logonguid', 'processguid', 'parentprocessguid', 'grantedaccess', 'calltrace', 'eventid'], reason: 'of Windows: Linux has nothing like it' },
  { names: ['sourcehostname'], reason: 'names come from DNS answers for destinations; a source has none' },
  { names: ['contents'], reason: 'the contents of files are not read' },
  { names: ['c-uri-query', 'c-uri-extension', 'cs-cookie', 'cs-referrer', 'sc-status', 'cs-bytes', 'sc-bytes'], reason: 'of a proxy: of a request only its first line, host and user agent are seen' },
];
