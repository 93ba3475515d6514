/**
 * Falco's fields in events that are plain JSON, keyed by their names: `{"evt.type":"openat","fd.name":"/etc/shadow"}`. A field
 * with an argument has it in its key, proc.aname[2]. Some follow from others: networks from addresses, either end from both,
 * all ancestors from each.
 */
type Values = Readonly<Record<string, unknown>>;

/** What stands there for a field that has no key of its own; undefined for nothing. */
export function impliedValue(event: object, name: string): unknown {
  const values = event as Values;
  const ends = eitherEnd[name];
  if (ends !== undefined) return gathered(ends.map((end) => values[end] ?? values[addressOf(end)]));
  if (/^fd\.[cslr]net$/.test(name)) return values[addressOf(name)];
  const ancestor = /^proc\.(aname|aexe|aexepath|acmdline|apid|aenv|aargs)(?:\[(\d{1,4})\])?$/.exec(name);
  if (ancestor === null) return undefined;
  const [, field = '', level] = ancestor;
  return level === undefined ? gathered(levels(values, field)) : ancestorAt(values, field, Number(level));
}

const eitherEnd: Readonly<Record<string, readonly string[]>> = {
  'fd.ip': ['fd.cip', 'fd.sip', 'fd.lip', 'fd.rip'],
  'fd.net': ['fd.cnet', 'fd.snet', 'fd.lnet', 'fd.rnet'],
  'fd.port': ['fd.cport', 'fd.sport', 'fd.lport', 'fd.rport'],
  'fd.proto': ['fd.cproto', 'fd.sproto', 'fd.lproto', 'fd.rproto'],
};

function addressOf(name: string): string {
  return name.replace(/net$/, 'ip');
}

/** Falco looks at no more ancestors of a process. */
const ancestorsMax = 64;

function levels(values: Values, field: string): unknown[] {
  return Array.from({ length: ancestorsMax }, (_, index) => ancestorAt(values, field, index + 1));
}

/** The process itself, its parent, or the one of a list that begins with the parent. */
function ancestorAt(values: Values, field: string, level: number): unknown {
  const own = values[`proc.${field}[${level}]`];
  if (own !== undefined) return own;
  if (level === 0) return values[`proc.${field.slice(1)}`];
  const all = values[`proc.${field}`];
  if (Array.isArray(all)) return all[level - 1];
  return level === 1 ? values[field === 'apid' ? 'proc.ppid' : `proc.p${field.slice(1)}`] : undefined;
}

function gathered(values: readonly unknown[]): unknown[] {
  return values.flat().filter((value) => value !== undefined && value !== null);
}
