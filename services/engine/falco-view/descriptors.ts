/** Falco's fields of the file or socket that an event is about. */
import { told } from '../derivation-forms.ts';
import type { PathValue, Place } from '../event-fields.ts';
import type { Match } from '../rules/ir.ts';
import type { FieldValue } from '../rules/fields.ts';
import type { FalcoField } from './index.ts';
import { isConnected, numberOf, textOf } from './values.ts';

const ofPath: Place = { paths: ['body.path'] };

const known = told({ kind: 'each' }, (values) => values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : [])));

/** Where both ends stand; a copied descriptor of a socket tells of the peer alone, which stands for the server. */
const ends = {
  client: (field: 'ip' | 'port'): FalcoField => ({ by: { network: { paths: [`body.source_${field}`] } } }),
  server: (field: 'ip' | 'port'): FalcoField => ({ by: { network: { paths: [`body.destination_${field}`] }, kernel_call: { paths: [`body.remote_${field}`] } } }),
  local: (field: 'ip' | 'port'): FalcoField => ({ by: { network: { paths: [`body.local_${field}`] } } }),
  remote: (field: 'ip' | 'port'): FalcoField => ({ by: { network: { paths: [`body.remote_${field}`] }, kernel_call: { paths: [`body.remote_${field}`] } } }),
  either: (field: 'ip' | 'port'): FalcoField => ({
    by: { network: { paths: [`body.local_${field}`, `body.remote_${field}`], derive: known, amongThem: true }, kernel_call: { paths: [`body.remote_${field}`] } },
  }),
};

export const descriptorFields: Readonly<Record<string, FalcoField>> = {
  'fd.num': {
    by: {
      // An open that failed has no descriptor: -1.
      file_open: { paths: ['body.result'], derive: ([result]) => (typeof result === 'number' ? Math.max(-1, result) : undefined) },
      network: { paths: ['body.fd'] },
      kernel_call: { paths: ['body.fd'] },
    },
  },
  'fd.name': {
    by: {
      file_open: ofPath,
      file_change: ofPath,
      network: { paths: ['body.family', 'body.path', 'body.source_ip', 'body.source_port', 'body.destination_ip', 'body.destination_port'], derive: socketName },
    },
  },
  'fd.nameraw': { by: { file_open: { paths: ['body.filename'] }, file_change: { paths: ['body.filename'] } } },
  'fd.directory': both({ paths: ['body.path'], derive: told({ kind: 'directory' }, ([path]) => directoryOf(textOf(path))), implied: directoryImplied }),
  'fd.filename': both({ paths: ['body.path'], derive: told({ kind: 'filename' }, ([path]) => filenameOf(textOf(path))), implied: filenameImplied }),
  'fd.type': {
    by: {
      file_open: { paths: ['body.file_type'], derive: ([type]) => (type === 'closed' ? undefined : type === 'directory' ? 'directory' : 'file') },
      network: { paths: ['body.family'], derive: ([family]) => textOf(family) },
      kernel_call: { paths: ['body.remote_ip'], derive: ([ip]) => familyOf(textOf(ip)) },
    },
  },
  'fd.typechar': {
    by: {
      // Falco shows an open that failed as a file.
      file_open: { paths: ['body.file_type'], derive: ([type]) => (type === 'directory' ? 'd' : 'f') },
      network: { paths: ['body.family'], derive: ([family]) => typeCharacters[textOf(family) ?? ''] ?? 'o' },
      kernel_call: { paths: ['body.remote_ip'], derive: ([ip]) => typeCharacters[familyOf(textOf(ip)) ?? ''] },
    },
  },
  'fd.ino': { by: { file_open: { paths: ['body.inode'] }, file_change: { paths: ['body.inode'] } } },
  'fd.is_upper_layer': { by: { file_open: { paths: ['body.upper_layer'] } } },
  'fd.cip': ends.client('ip'),
  'fd.cnet': ends.client('ip'),
  'fd.cport': ends.client('port'),
  'fd.sip': ends.server('ip'),
  'fd.snet': ends.server('ip'),
  'fd.sport': ends.server('port'),
  'fd.lip': ends.local('ip'),
  'fd.lnet': ends.local('ip'),
  'fd.lport': ends.local('port'),
  'fd.rip': ends.remote('ip'),
  'fd.rnet': ends.remote('ip'),
  'fd.rport': ends.remote('port'),
  'fd.ip': ends.either('ip'),
  'fd.net': ends.either('ip'),
  'fd.port': ends.either('port'),
  // What a DNS answer seen on the node said; nothing is looked up.
  'fd.sip.name': { by: { network: { paths: ['body.destination_name'] } } },
  'fd.rip.name': { by: { network: { paths: ['body.destination_name', 'body.initiated'], derive: ([name, initiated]) => (initiated === true ? textOf(name) : undefined) } } },
  'fd.l4proto': { by: { network: { paths: ['body.transport'] } } },
  'fd.sockfamily': { by: { network: { paths: ['body.family'], derive: ([family]) => (family === 'ipv4' || family === 'ipv6' ? 'ip' : family === 'unix' ? 'unix' : undefined) } } },
  'fd.is_server': { by: { network: { paths: ['body.operation'], derive: ([operation]) => operation === 'accept' } } },
  'fd.connected': {
    by: {
      network: {
        paths: ['body.operation', 'body.result'],
        derive: ([operation, result]) => operation === 'accept' || (operation === 'connect' && isConnected(numberOf(result) ?? 0)),
      },
    },
  },
  // A send is told of once a peer: it is then that the name of a socket changes.
  'fd.name_changed': { by: { network: { paths: ['body.operation'], derive: ([operation]) => operation === 'connect' || operation === 'accept' || operation === 'send' } } },
  'fs.path.name': { by: { file_open: ofPath, file_change: ofPath } },
  'fs.path.nameraw': { by: { file_open: { paths: ['body.filename'] }, file_change: { paths: ['body.filename'] } } },
  'fs.path.source': { by: { file_change: ofPath } },
  'fs.path.target': { by: { file_change: { paths: ['body.new_path'] } } },
};

const typeCharacters: Readonly<Record<string, string>> = { ipv4: '4', ipv6: '6', unix: 'u', netlink: 'n' };

function both(place: Place): FalcoField {
  return { by: { file_open: place, file_change: place } };
}

function familyOf(ip: string | undefined): string | undefined {
  return ip === undefined ? undefined : ip.includes(':') ? 'ipv6' : 'ipv4';
}

/** client:port->server:port, or the path of a unix socket. */
function socketName([family, path, ...tuple]: readonly PathValue[]): FieldValue {
  if (family !== 'ipv4' && family !== 'ipv6') return textOf(path);
  const [clientIp, clientPort, serverIp, serverPort] = tuple.map((value) => (value === null || value === undefined ? '' : String(value)));
  return clientIp === '' && serverIp === '' ? undefined : `${clientIp}:${clientPort}->${serverIp}:${serverPort}`;
}

function directoryOf(path: string | undefined): string | undefined {
  const slash = path?.lastIndexOf('/') ?? -1;
  return slash < 0 ? undefined : slash === 0 ? '/' : path!.slice(0, slash);
}

function filenameOf(path: string | undefined): string | undefined {
  return path?.slice(path.lastIndexOf('/') + 1);
}

/** A path whose directory is so begins so. */
function directoryImplied(match: Match): Match | undefined {
  if (match.kind !== 'exact' && match.kind !== 'prefix') return undefined;
  return { kind: 'prefix', text: match.kind === 'prefix' || match.text === '/' ? match.text : `${match.text}/`, cased: match.cased };
}

/** A path whose last part is so ends so. */
function filenameImplied(match: Match): Match | undefined {
  if (match.kind !== 'exact' && match.kind !== 'suffix') return undefined;
  return { kind: 'suffix', text: match.kind === 'suffix' ? match.text : `/${match.text}`, cased: match.cased };
}
