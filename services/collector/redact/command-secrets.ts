/**
 * Secrets that are told by what stands before them: `--password x` of any program, and the short options of those that
 * take one. A program is met anywhere in a command line, so it is found behind sudo, timeout or docker exec too.
 */
import { isHarmless, isSecretName } from './secret-names.ts';
import { shellWords } from './shell-words.ts';

interface ProgramOptions {
  /** Options whose next argument is a secret. */
  readonly next?: readonly string[];
  /** Options that the secret is written against: -psecret. */
  readonly attached?: readonly string[];
  /** Options whose next argument, or what is written against them, is user<separator>password. */
  readonly pair?: readonly string[];
  readonly separator?: string;
  /** The argument after a secret's name is the secret: config set token x. */
  readonly names?: boolean;
  /** It starts the program that its first plain argument names; from there on its options mean nothing. */
  readonly wraps?: boolean;
}

const families: readonly (readonly [programs: string, options: ProgramOptions])[] = [
  ['mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlbinlog mysqlpump mariadb mariadb-dump mariadb-admin 7z 7za 7zr 7zz rar unrar', { attached: ['-p'] }],
  ['sshpass', { next: ['-p'], attached: ['-p'], wraps: true }],
  // `docker login`, and that of its relatives: -p of docker itself is a port.
  ['mongo mongosh mongodump mongorestore mongoexport mongoimport useradd usermod login rdesktop hydra nxc netexec crackmapexec evil-winrm', { next: ['-p'] }],
  ['curl', { pair: ['-u', '--user', '-U', '--proxy-user'], separator: ':' }],
  ['http https xh xhs', { pair: ['-a', '--auth'], separator: ':' }],
  ['lftp', { pair: ['-u', '--user'], separator: ',' }],
  ['smbclient rpcclient smbget net', { pair: ['-U', '--user'], separator: '%' }],
  ['redis-cli valkey-cli', { next: ['-a'], names: true }],
  ['ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami ldapcompare', { next: ['-w', '-s'], attached: ['-w'] }],
  ['zip unzip sqlcmd bcp mosquitto_pub mosquitto_sub ipmitool', { next: ['-P'], attached: ['-P'] }],
  ['snmpget snmpwalk snmpset snmpbulkwalk', { next: ['-A', '-X'] }],
  ['openssl', { next: ['-k'], attached: ['pass:'] }],
  ['xfreerdp xfreerdp3 wlfreerdp', { attached: ['/p:'] }],
  ['config set nmcli', { names: true }],
];

const programs: ReadonlyMap<string, ProgramOptions> = new Map(families.flatMap(([names, options]) => names.split(' ').map((name) => [name, options] as const)));

/** For the quick look before. */
export const programNames: readonly string[] = [...programs.keys()];

/** A command line in an argument of a command line in an argument: deeper nesting is left to the other scans. */
const depthMax = 4;

export interface CommandFindings {
  /** Of the argument with that number. */
  secret(argument: number, start: number, end: number): void;
  /** The argument with that number is a command line for a shell. */
  shell(argument: number): void;
}

interface Word {
  readonly text: string;
  readonly argument: number;
  readonly start: number;
  readonly first: boolean;
}

export function commandSecrets(args: readonly string[], findings: CommandFindings): void {
  scan(args.map((text, argument) => ({ text, argument, start: 0, first: argument === 0 })), findings, 1);
}

/** --db-password, aws_secret_access_key, //registry.example/:_authToken; nothing that has its value with it. */
const nameForm = /^[\w.:/@-]+$/;

type Expected = 'nothing' | 'secret' | 'pair' | 'script';

function scan(words: readonly Word[], findings: CommandFindings, depth: number): void {
  let options: ProgramOptions = {};
  let expected: Expected = 'nothing';
  for (const word of words) {
    if (word.first) [options, expected] = [{}, 'nothing'];
    // Also where a value is expected: mostly the option before takes none (mysql --password -h host), and few secrets look so.
    const isOption = /^--?[A-Za-z]/.test(word.text);
    if (isOption) expected = afterOption(word, options, findings);
    else if (expected === 'secret') expected = mark(word, secretStart(word.text), findings);
    else if (expected === 'pair') expected = markPair(word, 0, options, findings);
    else {
      if (expected === 'script' && depth === 1) findings.shell(word.argument);
      options = programs.get(word.text.slice(word.text.lastIndexOf('/') + 1)) ?? (options.wraps ? {} : options);
      markAttached(word, options, findings);
      expected = options.names === true && nameForm.test(word.text) && isSecretName(word.text) ? 'secret' : 'nothing';
      if (depth < depthMax && /\s/.test(word.text)) scan(wordsWithin(word), findings, depth + 1);
    }
  }
}

function wordsWithin({ text, argument, start }: Word): Word[] {
  return shellWords(text).map((word) => ({ ...word, argument, start: start + word.start }));
}

/** What is expected of the next word. An option with a value of its own (--password=x) is the business of the text scan. */
function afterOption(word: Word, options: ProgramOptions, findings: CommandFindings): Expected {
  const { text } = word;
  if (options.next?.includes(text)) return 'secret';
  if (options.pair?.includes(text)) return 'pair';
  if (/^-[a-z]{0,6}c$/.test(text) || text === '--command') return 'script';
  if (markAttached(word, options, findings)) return 'nothing';
  const pair = options.pair?.find((option) => option.length === 2 && text.startsWith(option));
  if (pair !== undefined) return markPair(word, pair.length, options, findings);
  return text.length > 2 && nameForm.test(text) && isSecretName(text) ? 'secret' : 'nothing';
}

function markAttached(word: Word, { attached = [] }: ProgramOptions, findings: CommandFindings): boolean {
  const option = attached.find((each) => word.text.startsWith(each) && word.text.length > each.length);
  if (option === undefined || word.text.startsWith('--')) return false;
  mark(word, option.length, findings);
  return true;
}

function markPair(word: Word, from: number, { separator = ':' }: ProgramOptions, findings: CommandFindings): Expected {
  const at = word.text.indexOf(separator, from);
  return at < 0 ? 'nothing' : mark(word, at + 1, findings);
}

/** Without quotes of its own, so that the same secret gets the same text with and without. */
function mark({ text, argument, start }: Word, from: number, findings: CommandFindings): Expected {
  const quote = /^(['"])[^]*\1$/.test(text.slice(from)) && text.length - from > 2 ? 1 : 0;
  const secret = text.slice(from + quote, text.length - quote);
  if (!isHarmless(secret)) findings.secret(argument, start + from + quote, start + text.length - quote);
  return 'nothing';
}

/** openssl's -passin pass:secret. */
function secretStart(text: string): number {
  return text.startsWith('pass:') ? 'pass:'.length : 0;
}
