/** Falco's fields of a process, its ancestors and its user: the same in events of all kinds. */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { told } from '../derivation-forms.ts';
import type { PathValue, Place } from '../event-fields.ts';
import type { FieldValue } from '../rules/fields.ts';
import type { FalcoField } from './index.ts';
import { capabilityNames, listOf, terminalNumber, textOf } from './values.ts';

const at = (...paths: string[]): FalcoField => ({ all: { paths } });
const from = (paths: readonly string[], derive: NonNullable<Place['derive']>): FalcoField => ({ all: { paths, derive } });

const first = told({ kind: 'item', index: 0 }, ([list]) => listOf(list)[0]);
const commandLine = told({ kind: 'joined', separator: ' ', from: 1, head: true }, ([name, args]) => (typeof name === 'string' ? [name, ...listOf(args).slice(1)].join(' ') : undefined));
const equal = ([some, other]: readonly PathValue[]): FieldValue => (some === null || other === null || some === undefined || other === undefined ? undefined : some === other);
/** All ancestors are among the values; those that are not known are left out. */
const all = told({ kind: 'each' }, (values) => values.flatMap((value) => (Array.isArray(value) ? value : [value])).filter((value) => value !== null && value !== undefined).map(String));

const ancestors = (field: string): FalcoField => ({ all: { paths: [`parent.${field}`, `ancestors.${field}`], derive: all, amongThem: true } });

export const processFields: Readonly<Record<string, FalcoField>> = {
  'proc.name': at('process.comm'),
  'proc.exe': from(['process.args'], first),
  'proc.exepath': at('process.exe'),
  'proc.args': from(['process.args'], told({ kind: 'joined', separator: ' ', from: 1 }, ([args]) => listOf(args).slice(1).join(' '))),
  'proc.cmdline': from(['process.comm', 'process.args'], commandLine),
  'proc.exeline': from(['process.args'], told({ kind: 'joined', separator: ' ', from: 0 }, ([args]) => listOf(args).join(' '))),
  'proc.cmdnargs': from(['process.args'], ([args]) => Math.max(0, listOf(args).length - 1)),
  'proc.cmdlenargs': from(['process.args'], ([args]) => Buffer.byteLength(listOf(args).slice(1).join(''))),
  'proc.cwd': from(['process.cwd'], told({ kind: 'ended', by: '/' }, ([cwd]) => textOf(cwd)?.replace(/\/?$/, '/'))),
  'proc.env': { by: { process_exec: { paths: ['body.env'], derive: told({ kind: 'joined', separator: ' ', from: 0 }, ([env]) => listOf(env).join(' ')) } } },
  'proc.tty': from(['process.tty'], ([tty]) => terminalNumber(textOf(tty))),
  'proc.pid': at('process.pid'),
  'proc.ppid': at('process.ppid'),
  'proc.vpid': at('process.ns_pid'),
  'proc.sid': at('process.sid'),
  'proc.pgid': at('process.pgid'),
  'proc.vpgid': at('process.ns_pgid'),
  'proc.is_vpgid_leader': from(['process.ns_pid', 'process.ns_pgid'], equal),
  'proc.is_pgid_leader': from(['process.pid', 'process.pgid'], equal),
  'proc.is_sid_leader': from(['process.pid', 'process.sid'], equal),
  'proc.is_exe_upper_layer': at('process.exe_upper_layer'),
  'proc.is_exe_from_memfd': at('process.exe_memfd'),
  'proc.exe_ino': at('process.exe_inode'),
  'proc.exe_ino.ctime': at('process.exe_ctime'),
  'proc.exe_ino.mtime': at('process.exe_mtime'),
  'proc.duration': { by: { process_exit: { paths: ['body.duration_ns'] } } },
  'proc.pname': at('parent.comm'),
  'proc.pexe': from(['parent.args'], first),
  'proc.pexepath': at('parent.exe'),
  'proc.pcmdline': from(['parent.comm', 'parent.args'], commandLine),
  'proc.aname': ancestors('comm'),
  'proc.aexepath': ancestors('exe'),
  'proc.apid': ancestors('pid'),
  // Older ancestors have no arguments: what stands for their first is the path of the program, which ends the same.
  'proc.aexe': from(['parent.args', 'ancestors.exe'], ([args, paths]) => all([listOf(args)[0], listOf(paths)])),
  // Of the ancestors only the parent has arguments.
  'proc.acmdline': from(['parent.comm', 'parent.args'], commandLine),
  'proc.sname': from(
    ['process.sid', 'process.pid', 'process.comm', 'parent.pid', 'parent.comm', 'ancestors.pid', 'ancestors.comm'],
    ([sid, pid, name, parentPid, parentName, pids, names]) => {
      const known = [pid, parentPid, ...listOf(pids)];
      return [textOf(name), textOf(parentName), ...listOf(names)][known.indexOf(sid as FieldValue)];
    },
  ),
  'thread.tid': at('process.tid'),
  'thread.ismain': from(['process.tid', 'process.pid'], equal),
  'thread.cap_permitted': from(['process.cap_permitted'], ([bits]) => capabilityNames(bits)),
  'thread.cap_effective': from(['process.cap_effective'], ([bits]) => capabilityNames(bits)),
  'thread.cap_inheritable': from(['process.cap_inheritable'], ([bits]) => capabilityNames(bits)),
  'thread.cgroups': at('process.cgroup'),

  'user.uid': at('process.uid'),
  'user.name': at('process.user'),
  'user.loginuid': from(['process.login_uid'], ([uid]) => (typeof uid === 'number' ? uid : -1)),
  'user.loginname': at('process.login_user'),
  'group.gid': at('process.gid'),
  'group.name': at('process.group'),
};

/** By field of Falco's, where the process itself, its parent and the ancestors above have it. */
const levels: Readonly<Record<string, readonly [own: Place, parent: Place, above: string | undefined]>> = {
  'proc.aname': [{ paths: ['process.comm'] }, { paths: ['parent.comm'] }, 'ancestors.comm'],
  'proc.aexepath': [{ paths: ['process.exe'] }, { paths: ['parent.exe'] }, 'ancestors.exe'],
  'proc.apid': [{ paths: ['process.pid'] }, { paths: ['parent.pid'] }, 'ancestors.pid'],
  'proc.aexe': [{ paths: ['process.args'], derive: first }, { paths: ['parent.args'], derive: first }, 'ancestors.exe'],
  'proc.acmdline': [{ paths: ['process.comm', 'process.args'], derive: commandLine }, { paths: ['parent.comm', 'parent.args'], derive: commandLine }, undefined],
};

/** [0] is the process, [1] its parent, [2] the parent of that. */
export function ancestorPlace(name: string, argument: string): Place | undefined {
  const level = Object.hasOwn(levels, name) ? levels[name] : undefined;
  if (level === undefined || !/^\d{1,3}$/.test(argument)) return undefined;
  const [own, parent, above] = level;
  const number = Number(argument);
  if (number < 2) return number === 0 ? own : parent;
  return above === undefined ? undefined : { paths: [above], derive: element(number - 2) };
}

const elements: NonNullable<Place['derive']>[] = [];

/** The same function for the same number: places are told apart by it. */
function element(index: number): NonNullable<Place['derive']> {
  return (elements[index] ??= told({ kind: 'item', index }, ([list]) => listOf(list)[index]));
}

const variables = new Map<string, NonNullable<Place['derive']>>();

/** proc.env[NAME] */
export function variablePlace(kind: EventKind, name: string, argument: string): Place | undefined {
  if (kind !== 'process_exec' || name !== 'proc.env') return undefined;
  const derive = variables.getOrInsertComputed(argument, () => ([env]) => {
    const found = listOf(env).find((entry) => typeof entry === 'string' && entry.startsWith(`${argument}=`));
    return typeof found === 'string' ? found.slice(argument.length + 1) : undefined;
  });
  return { paths: ['body.env'], derive };
}
