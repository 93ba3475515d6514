/** What conditions mean, as Falco documents it: each line is a condition, an event, and whether they match. */
import { describe, expect, test } from 'vitest';
import { createMatcher, loadRules, openFields, outputOf, type DetectionRule, type FaultCode } from '../index.ts';

function load(condition: string, output = 'o'): ReturnType<typeof loadRules> {
  const text = JSON.stringify([{ rule: 'r', desc: 'd', condition, output, priority: 'INFO', warn_evttypes: false }]);
  return loadRules([{ file: 'r.yaml', text }], { fields: openFields() });
}

function holds(condition: string, event: object): boolean {
  const { rules, report } = load(condition);
  expect(report.rules.flatMap((rule) => rule.faults ?? [])).toEqual([]);
  return createMatcher(rules as DetectionRule[]).match([{ product: 'falco' }], event).length === 1;
}

function codeOf(condition: string, output?: string): FaultCode | undefined {
  return load(condition, output).report.rules[0]?.code;
}

const shell = { 'evt.type': 'execve', 'proc.name': 'bash', 'proc.pname': 'sshd', 'proc.args': '-c "x y"', 'proc.tty': 34816, 'fd.name': '/etc/ssh/sshd_config' };
const socket = { 'fd.cip': '10.1.2.3', 'fd.sip': '2001:db8::1', 'fd.cport': 40000, 'fd.sport': 443, 'fd.rip': '2001:db8::1', 'fd.lip': '10.1.2.3' };
const ancestry = { 'proc.pname': 'sh', 'proc.aname[2]': 'nginx', 'proc.aname[3]': 'systemd' };

type Line = readonly [condition: string, event: object, expected: boolean];

describe('precedence', () => {
  test.each<Line>([
    ['proc.name=a or proc.name=bash and proc.tty=0', shell, false],
    ['proc.name=bash or proc.name=a and proc.tty=0', shell, true],
    ['(proc.name=bash or proc.name=a) and proc.tty=0', shell, false],
    ['not proc.name=a and proc.tty=0', shell, false],
    ['not (proc.name=a and proc.tty=0)', shell, true],
    ['not(proc.name=a)', shell, true],
    ['not not proc.name=bash', shell, true],
    ['proc.name=bash and(proc.tty=0 or proc.tty=34816)', shell, true],
    ['proc.name=a or(proc.name=bash)', shell, true],
    ['  proc.name\n=\tbash  ', shell, true],
    ['((((proc.name=bash))))', shell, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('quotes and escapes', () => {
  test.each<Line>([
    [`proc.args = '-c "x y"'`, shell, true],
    ['proc.args = "-c \\"x y\\""', shell, true],
    ['proc.args contains "x y"', shell, true],
    ['proc.name = "a\\tb"', { 'proc.name': 'a\tb' }, true],
    ['proc.name = "a\\\\b"', { 'proc.name': 'a\\b' }, true],
    ['proc.name = a\\b', { 'proc.name': 'a\\b' }, true],
    ['proc.name = runc:[1:CHILD]', { 'proc.name': 'runc:[1:CHILD]' }, true],
    ['proc.name in (runc:[1:CHILD], "a,b", \'(x)\')', { 'proc.name': 'a,b' }, true],
    ['proc.name in ()', { 'proc.name': '' }, false],
    ['proc.name = ""', { 'proc.name': '' }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('missing fields make every check false', () => {
  test.each<Line>([
    ['fd.num != 3', shell, false],
    ['not fd.num = 3', shell, true],
    ['fd.num = 3', shell, false],
    ['fd.num < 3', shell, false],
    ['fd.directory exists', shell, false],
    ['not fd.directory exists', shell, true],
    ['proc.pname exists', shell, true],
    ['proc.pname exists and (not proc.pname exists or proc.pname=sshd)', shell, true],
    ['proc.pname exists', { 'proc.pname': null }, false],
    ['proc.pname != x', { 'proc.pname': null }, false],
    ['fd.sip != "1.2.3.4"', shell, false],
    ['proc.name != val(proc.pname)', { 'proc.name': 'a' }, false],
    ['proc.args = ""', {}, false],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('operators on texts', () => {
  test.each<Line>([
    ['proc.name == bash', shell, true],
    ['proc.name = Bash', shell, false],
    ['proc.name != zsh', shell, true],
    ['proc.args contains X', shell, false],
    ['proc.args icontains X', shell, true],
    ['fd.name startswith /etc', shell, true],
    ['fd.name endswith _CONFIG', shell, false],
    ['fd.name endswith _config', shell, true],
    ['fd.name glob /etc/*config', shell, true],
    ['fd.name glob /etc/?sh/*', shell, true],
    ['fd.name glob /etc/[a-t]sh/*', shell, true],
    ['fd.name glob /etc/[!a-r]sh/*', shell, true],
    ['fd.name glob ssh*', shell, false],
    ['proc.name glob "[[:alpha:]][[:lower:][:digit:]_]*"', shell, true],
    ['proc.name glob "[[:digit:]]*"', shell, false],
    ['proc.name glob "[![:digit:]]ash"', shell, true],
    ['proc.name glob "[^a]ash"', shell, true],
    ['proc.name glob "[]b]ash"', shell, true],
    ['proc.name glob "[!]a]ash"', shell, true],
    ['proc.name glob "[\\\\]b]ash"', shell, true],
    ['proc.name glob "[a-c]ash"', shell, true],
    ['proc.name glob "[ac-]*"', shell, false],
    ['proc.name glob "[!-c]ash"', shell, true],
    ['proc.name glob "[!a-]ash"', shell, true],
    ['proc.name glob "[\\\\d]ash"', { 'proc.name': '1ash' }, false],
    ['proc.name glob "x[-a]*"', { 'proc.name': 'x-y' }, true],
    ['proc.name glob "[b"', { 'proc.name': '[b' }, true],
    ['proc.name glob "b]"', { 'proc.name': 'b]' }, true],
    ['fd.name glob /ETC/*', shell, false],
    ['fd.name iglob /ETC/*', shell, true],
    ['fd.name glob "/etc/\\\\*"', { 'fd.name': '/etc/*' }, true],
    ['fd.name glob "/etc/\\\\*"', { 'fd.name': '/etc/x' }, false],
    ['fd.name regex "/etc/.*_config"', shell, true],
    ['fd.name regex "ssh"', shell, false],
    ['fd.name regex "/etc|/etc/ssh/sshd_config"', shell, true],
    ['fd.name regex "/ETC/.*"', shell, false],
    ['fd.name regex "(?i)/ETC/.*"', shell, true],
    ['proc.name in (sh, bash)', shell, true],
    ['proc.name in(sh,bash)', shell, true],
    ['proc.name in (Bash)', shell, false],
    ['proc.name intersects (sh, bash)', shell, true],
    ['evt.arg.uid >= 5', { 'evt.arg.uid': '49' }, false],
    ['evt.arg.uid >= 5', { 'evt.arg.uid': '51' }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('paths by component', () => {
  test.each<Line>([
    ['fd.name pmatch (/etc)', { 'fd.name': '/etc/passwd' }, true],
    ['fd.name pmatch (/etc)', { 'fd.name': '/etc' }, true],
    ['fd.name pmatch (/etc)', { 'fd.name': '/etcetera' }, false],
    ['fd.name pmatch (/etc/ssh/, /var/log)', { 'fd.name': '/var/log/syslog' }, true],
    ['fd.name pmatch (/)', { 'fd.name': '/x' }, true],
    ['fd.name pmatch (/home/*/.ssh)', { 'fd.name': '/home/a/.ssh/id' }, true],
    ['fd.name pmatch (/home/*/.ssh)', { 'fd.name': '/home/a/b/.ssh/id' }, false],
    ['fd.name pmatch ("/home/[!b]*")', { 'fd.name': '/home/' }, false],
    ['fd.name pmatch ("/h[!b]x")', { 'fd.name': '/h/x' }, false],
    ['fd.name pmatch ("/dev/[[:alpha:]]*")', { 'fd.name': '/dev/sda/x' }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('numbers', () => {
  test.each<Line>([
    ['proc.tty != 0', shell, true],
    ['proc.tty = 0x8800', shell, true],
    ['evt.rawres >= 0', { 'evt.rawres': -2 }, false],
    ['evt.rawres < 0', { 'evt.rawres': '-2' }, true],
    ['evt.rawres in (0, 1, 2)', { 'evt.rawres': 2 }, true],
    ['evt.rawres = -2', { 'evt.rawres': -2 }, true],
    ['evt.rawres = 007', { 'evt.rawres': 7 }, true],
    ['proc.duration <= 5000000000', { 'proc.duration': 5000000000 }, true],
    ['proc.duration > 9007199254740993', { 'proc.duration': '9007199254740994' }, true],
    ['evt.is_open_write = true', { 'evt.is_open_write': true }, true],
    ['evt.is_open_write = true', { 'evt.is_open_write': 'true' }, true],
    ['evt.is_open_write != true', { 'evt.is_open_write': false }, true],
    ['evt.num >= val(fd.num)', { 'evt.num': 10, 'fd.num': 9 }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('addresses, networks and either end', () => {
  test.each<Line>([
    ['fd.sip = "2001:db8:0:0::1"', socket, true],
    ['fd.cip = 10.1.2.3', socket, true],
    ['fd.cip in (10.1.2.4, 10.1.2.3)', socket, true],
    ['fd.cnet = 10.0.0.0/8', socket, true],
    ['fd.snet in ("10.0.0.0/8", "2001:db8::/32")', socket, true],
    ['fd.snet = 10.0.0.0/8', socket, false],
    ['fd.snet != 10.0.0.0/8', socket, true],
    ['fd.snet = 10.0.0.0/8', { 'fd.sip': '::ffff:10.0.0.1', 'fd.snet': '::ffff:10.0.0.1' }, true],
    ['fd.snet = "::/0"', { 'fd.snet': '10.0.0.1' }, false],
    ['fd.snet = "::/0"', { 'fd.snet': '::ffff:10.0.0.1' }, true],
    ['fd.ip = 10.1.2.3', socket, true],
    ['fd.ip = 10.1.2.4', socket, false],
    ['fd.ip != 10.1.2.3', socket, false],
    ['fd.ip != 10.1.2.4', socket, true],
    ['fd.net != "127.0.0.0/8"', socket, true],
    ['fd.net != "10.0.0.0/8"', socket, false],
    ['fd.net = 10.0.0.0/8', socket, true],
    ['fd.net = 10.0.0.0/8', { 'fd.net': ['192.168.1.1', '10.9.9.9'] }, true],
    ['fd.port = 443', socket, true],
    ['fd.port in (22, 443)', socket, true],
    ['fd.port != 443', socket, false],
    ['fd.port != 444', socket, true],
    ['fd.port < 1024', socket, true],
    ['fd.port != 444', {}, false],
    ['fd.ip = 10.1.2.3', { 'fd.ip': ['10.1.2.3', '10.1.2.4'] }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('ancestors', () => {
  test.each<Line>([
    ['proc.aname = nginx', ancestry, true],
    ['proc.aname = sh', ancestry, true],
    ['proc.aname in (a, systemd)', ancestry, true],
    ['proc.aname = bash', { ...ancestry, 'proc.name': 'bash' }, false],
    ['proc.aname[2] = nginx', ancestry, true],
    ['proc.aname[1] = sh', ancestry, true],
    ['proc.aname[0] = bash', { 'proc.name': 'bash' }, true],
    ['proc.aname[3] startswith sys', ancestry, true],
    ['proc.aname[4] exists', ancestry, false],
    ['proc.aname != sh', ancestry, true],
    ['proc.aname != sh', { 'proc.pname': 'sh' }, false],
    ['not proc.aname = sh', ancestry, false],
    ['proc.aname = nginx', { 'proc.aname': ['sh', 'nginx'] }, true],
    ['proc.aname[2] = nginx', { 'proc.aname': ['sh', 'nginx'] }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('lists by themselves', () => {
  test.each<Line>([
    ['fd.types in (file, ipv4)', { 'fd.types': ['file', 'ipv4'] }, true],
    ['fd.types in (file)', { 'fd.types': ['file', 'ipv4'] }, false],
    ['fd.types intersects (file)', { 'fd.types': ['file', 'ipv4'] }, true],
    ['fd.types intersects (unix)', { 'fd.types': ['file', 'ipv4'] }, false],
    ['fd.types in (file)', { 'fd.types': [] }, false],
    ['fd.types exists', { 'fd.types': ['file'] }, true],
    ['len(fd.types) > 1', { 'fd.types': ['file', 'ipv4'] }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('how many of the values', () => {
  test.each<Line>([
    ['proc.args contains anyof (z, x)', shell, true],
    ['proc.args contains anyof (z, q)', shell, false],
    ['proc.args contains allof (x, y)', shell, true],
    ['proc.args contains allof (x, z)', shell, false],
    ['proc.args contains oneof (x, z)', shell, true],
    ['proc.args contains oneof (x, y)', shell, false],
    ['proc.name != allof (sh, zsh)', shell, true],
    ['proc.name != allof (sh, bash)', shell, false],
    ['proc.name = anyof(sh, bash)', shell, true],
    ['proc.tty > anyof (1, 99999)', shell, true],
    ['fd.name regex anyof ("/x", "/etc/.*")', shell, true],
    ['proc.name != allof (sh)', {}, false],
    ['proc.name = anyof', { 'proc.name': 'anyof' }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('transformers and other fields', () => {
  test.each<Line>([
    ['tolower(proc.name) = bash', { 'proc.name': 'BASH' }, true],
    ['toupper(proc.name) = BASH', shell, true],
    ['basename(fd.name) = sshd_config', shell, true],
    ['toupper(basename(fd.name)) = SSHD_CONFIG', shell, true],
    ['b64(proc.args) contains /etc', { 'proc.args': Buffer.from('cat /etc/x').toString('base64') }, true],
    ['len(proc.name) = 4', shell, true],
    ['len(proc.name) >= 5', shell, false],
    ['concat(proc.name, "-", proc.pname) = bash-sshd', shell, true],
    ['concat(proc.name, fd.directory) exists', shell, false],
    ['join("/", (proc.name, proc.pname)) = bash/sshd', shell, true],
    ['getopt(proc.args, "c:e")[c] = run', { 'proc.args': '-e -c run rest' }, true],
    ['getopt(proc.args, "c:e") intersects (e)', { 'proc.args': '-ecrun' }, true],
    ['tolower(fd.directory) = x', shell, false],
    ['tolower(fd.directory) != x', shell, false],
    ['proc.name = val(proc.pname)', { 'proc.name': 'a', 'proc.pname': 'a' }, true],
    ['proc.name != val(proc.pname)', shell, true],
    ['fd.name startswith val(proc.cwd)', { 'fd.name': '/a/b', 'proc.cwd': '/a/' }, true],
    ['tolower(proc.name) = tolower(proc.pname)', { 'proc.name': 'A', 'proc.pname': 'a' }, true],
    ['proc.name in val(proc.pname)', { 'proc.name': 'a', 'proc.pname': 'a' }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('fields by name, in brackets, and bytes', () => {
  test.each<Line>([
    ['container.mount.dest[/proc*] = /host', { 'container.mount.dest[/proc*]': '/host' }, true],
    ['evt.arg.flags contains O_CREAT', { 'evt.arg.flags': 'O_WRONLY|O_CREAT' }, true],
    ['evt.arg[0] = x', { 'evt.arg[0]': 'x' }, true],
    ['evt.rawarg.res < 0', { 'evt.rawarg.res': -1 }, true],
    ['container.label[a.b/c] = x', { 'container.label[a.b/c]': 'x' }, true],
    ['proc.env["A B"] = x', { 'proc.env[A B]': 'x' }, true],
    ['evt.buffer bcontains cafebabe', { 'evt.buffer': '\u00ca\u00fe\u00ba\u00be\u0000' }, true],
    ['evt.buffer bstartswith 7f454c46', { 'evt.buffer': '\u007fELF' }, true],
    ['evt.buffer contains ELF', { 'evt.buffer': '\u007fELF' }, true],
    ['proc.name = bash', { proc: { name: 'bash' } }, true],
  ])('%j', (condition, event, expected) => expect(holds(condition, event)).toBe(expected));
});

describe('faults of conditions', () => {
  test.each<readonly [string, FaultCode]>([
    ['', 'VALUE_EMPTY'],
    ['proc.name', 'CONDITION_SYNTAX'],
    ['proc.name =', 'CONDITION_SYNTAX'],
    ['proc.name = a b', 'CONDITION_SYNTAX'],
    ['proc.name = "a', 'CONDITION_SYNTAX'],
    ['proc.name = "a\\d"', 'CONDITION_SYNTAX'],
    ['(proc.name = a', 'CONDITION_SYNTAX'],
    ['proc.name = a)', 'CONDITION_SYNTAX'],
    ['proc.name = a and', 'CONDITION_SYNTAX'],
    ['proc.name = a andproc.name = b', 'CONDITION_SYNTAX'],
    ['proc.name = a AND proc.name = b', 'CONDITION_SYNTAX'],
    ['proc.name in (a', 'CONDITION_SYNTAX'],
    ['proc.name in (a,)', 'CONDITION_SYNTAX'],
    ['proc.name startswith (a)', 'CONDITION_SYNTAX'],
    ['proc.aname[2 = a', 'CONDITION_SYNTAX'],
    ['fd.num > x', 'CONDITION_SYNTAX'],
    [`${'('.repeat(65)}proc.name=a${')'.repeat(65)}`, 'CONDITION_TOO_DEEP'],
    ['a'.repeat(70_000), 'CONDITION_TOO_LARGE'],
    ['proc.typo = a', 'FIELD_UNKNOWN'],
    ['proc.name[1] = a', 'FIELD_MISUSED'],
    ['container.mount.dest = a', 'FIELD_MISUSED'],
    ['fd.num contains 1', 'OPERATOR_MISUSED'],
    ['proc.name bcontains 00', 'OPERATOR_MISUSED'],
    ['evt.is_open_read > 1', 'OPERATOR_MISUSED'],
    ['fd.sip startswith 10', 'OPERATOR_MISUSED'],
    ['fd.types = file', 'OPERATOR_MISUSED'],
    ['proc.name in anyof (a)', 'OPERATOR_MISUSED'],
    ['fd.num = x', 'VALUE_KIND'],
    ['evt.is_open_read = yes', 'VALUE_KIND'],
    ['proc.is_exe_upper_layer = True', 'VALUE_KIND'],
    ['proc.name glob "[[:letter:]]"', 'REGEX_INVALID'],
    ['fd.sip = 10.1', 'CIDR_INVALID'],
    ['fd.snet = 10.0.0.0/33', 'CIDR_INVALID'],
    ['fd.name regex "("', 'REGEX_INVALID'],
    ['fd.name regex "a(?=b)"', 'REGEX_INVALID'],
    ['evt.buffer bcontains xyz', 'VALUE_KIND'],
    ['tolower(fd.num) = 1', 'OPERATOR_MISUSED'],
    ['tolower(proc.aname) = a', 'OPERATOR_MISUSED'],
    ['join(",", proc.name) = a', 'OPERATOR_MISUSED'],
    ['concat(proc.name) = a', 'OPERATOR_MISUSED'],
    ['lower(proc.name) = a', 'CONDITION_SYNTAX'],
    ['proc.name = val(fd.num)', 'OPERATOR_MISUSED'],
    ['fd.name glob val(proc.name)', 'OPERATOR_MISUSED'],
    ['proc.aname = val(proc.name)', 'OPERATOR_MISUSED'],
  ])('%j', (condition, code) => expect(codeOf(condition)).toBe(code));
});

describe('outputs', () => {
  const render = (output: string, event: object): string | null => {
    const [rule] = load('evt.num exists', output).rules;
    return rule === undefined ? null : outputOf(rule, event);
  };

  test.each<readonly [string, object, string]>([
    ['user=%user.name cmd=%proc.cmdline', { 'user.name': 'root', 'proc.cmdline': 'sh -c x' }, 'user=root cmd=sh -c x'],
    ['%proc.aname[2]|%proc.aname[3]', ancestry, 'nginx|systemd'],
    ['%fd.name.', { 'fd.name': '/x' }, '/x.'],
    ['%fd.name/%fd.name%fd.num', { 'fd.name': '/x', 'fd.num': 3 }, '/x//x3'],
    ['*%fd.name', {}, '<NA>'],
    ['%fd.name %fd.num', { 'fd.num': 0 }, '<NA> 0'],
    ['%5proc.name|%2proc.name|', { 'proc.name': 'bash' }, 'bash |ba|'],
    ['%toupper(proc.name) %len(proc.name)', { 'proc.name': 'bash' }, 'BASH 4'],
    ['%evt.arg.flags (%evt.arg.flags)', { 'evt.arg.flags': 'A|B' }, 'A|B (A|B)'],
    ['%fd.types', { 'fd.types': ['file', 'ipv4'] }, '(file,ipv4)'],
    ['no token', {}, 'no token'],
  ])('%j', (output, event, expected) => expect(render(output, event)).toBe(expected));

  test('are bounded, whatever the values', () => {
    const long = render('%proc.args'.repeat(9), { 'proc.args': 'x'.repeat(100_000) });
    expect(long).toHaveLength(8_192);
  });

  test.each<readonly [string, FaultCode]>([
    ['100%', 'OUTPUT_SYNTAX'],
    ['%%proc.name', 'OUTPUT_SYNTAX'],
    ['%proc.typo', 'FIELD_UNKNOWN'],
    ['%fd.ip', 'FIELD_MISUSED'],
    ['%proc.aname', 'FIELD_MISUSED'],
    ['%container.mount.dest', 'FIELD_MISUSED'],
    ['%tolower(proc.name', 'CONDITION_SYNTAX'],
  ])('%j is refused', (output, code) => expect(codeOf('evt.num exists', output)).toBe(code));
});
