/**
 * How often a literal is found in values as machines produce them all day. Rules are judged only on events that hold one
 * of their witness's literals, so of two witnesses the rarer is the better. Estimated, never measured at run time: the
 * choice decides about speed alone, and stays the same from run to run.
 */
import { holdsLiteral, type Anchor } from './witness.ts';

/** The share of values in which the literal is found, from 0 to 1: by its length, or by what ordinary values hold. */
export function shareOfValues(anchor: Anchor, text: string): number {
  return Math.max(choices.has(text) ? choiceShare : 0, shareOfTexts(anchor, text));
}

/** The same of a field that is known to have many values. */
export function shareOfTexts(anchor: Anchor, text: string): number {
  const key = `${anchor} ${text}`;
  let share = shares.get(key);
  if (share === undefined) {
    if (shares.size >= sharesMax) shares.clear();
    share = shareFound(anchor, text);
    shares.set(key, share);
  }
  return share;
}

/** Rules have many literals in common, and each is looked up among all ordinary values. Some megabytes. */
const shares = new Map<string, number>();
const sharesMax = 20_000;

function shareFound(anchor: Anchor, text: string): number {
  const found = ordinaryValues.reduce((count, value) => (holdsLiteral(value, anchor, text) ? count + 1 : count), 0);
  return Math.max(found / ordinaryValues.length, byLength(anchor, text));
}

/**
 * A character more leaves about a third, as long as one knows nothing of the text; one that no ordinary value has is worth
 * three, and where the literal stands two; a text that is no more than a short literal is rarer still.
 */
function byLength(anchor: Anchor, text: string): number {
  const foreign = [...text].filter((character) => !ordinaryCharacters.has(character)).length;
  return Math.min(0.7, 3 * 0.3 ** (text.length + 2 * foreign + anchored[anchor]));
}

const anchored: Readonly<Record<Anchor, number>> = { contains: 0, prefix: 2, suffix: 2, exact: 4 };

/** Values of fields that have only a few: of such a field's values each is a good part. */
const choiceShare = 0.3;
const choices: ReadonlySet<string> = new Set([
  ...['true', 'false', 'yes', 'no', 'root', 'system', 'success', 'fifo', 'low', 'medium', 'high', 'ipv4', 'ipv6', 'tcp', 'udp', 'create', 'created', 'normal', 'file', 'directory'],
  ...['execve', 'execveat', 'syscall', 'path', 'cwd', 'proctitle', 'open', 'openat', 'connect', 'accept', 'bind', 'socket', 'read', 'write', 'read_write', 'unlink', 'rename', 'clone', 'fork', 'exit'],
  // One letter or word for the sort of a file or socket, and flags that opens have.
  ...['f', 'd', 'u', '4', '6', 'ip', 'unix', 'inet', 'inet6', 'o_creat', 'o_trunc', 'o_wronly', 'o_rdwr', 'o_append', 'regular', 'question', 'answer', 'stream', 'dgram'],
  ...['s-1-16-4096', 's-1-16-8192', 's-1-16-12288', 's-1-16-16384', '0x0', '0x3e7', 'nt authority\\system', 'autori', 'authori', 'microsoft corporation', 'microsoft windows'],
]);

/** In the index's form (lower case). Each stands for some percent of the values of one field or another. */
export const ordinaryValues: readonly string[] = [
  ...['/bin/sh', '/usr/bin/sh', '/bin/bash', '/usr/bin/bash', '/usr/bin/dash', '/usr/bin/python3', '/usr/bin/python3.11', '/usr/bin/perl'],
  ...['/usr/bin/cat', '/usr/bin/grep', '/usr/bin/sed', '/usr/bin/awk', '/usr/bin/ls', '/usr/bin/find', '/usr/bin/curl', '/usr/bin/ssh', '/usr/bin/git'],
  ...['/usr/sbin/sshd', '/usr/sbin/cron', '/usr/lib/systemd/systemd', '/usr/bin/sudo', '/usr/bin/node', '/usr/bin/java', '/usr/sbin/nginx', '/usr/bin/runc'],
  ...['sh', 'bash', 'dash', 'python3', 'cat', 'grep', 'ls', 'systemd', 'cron', 'sshd', 'node', 'java', 'nginx', 'sudo', 'runc'],
  ...['sh -c /usr/bin/test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly', '/bin/sh -c ls -la /tmp', 'bash -c cd /home/user && make', '-bash'],
  ...['python3 /opt/app/main.py --config /etc/app/config.yaml', 'grep -r -e error /var/log/syslog', 'cat /etc/hosts', 'find . -name *.log -type f', 'rm -rf /tmp/build'],
  ...['curl -s https://example.com/api/v1/health', 'git status --porcelain', 'ps aux', 'node /srv/www/server.js --port 8080', 'java -jar -xmx512m /opt/app/app.jar'],
  ...['/etc/passwd', '/etc/ld.so.cache', '/etc/hosts', '/proc/1234/stat', '/dev/null', '/tmp/file.tmp', '/var/log/syslog', '/var/lib/app/data.db', '/home/user/file.txt', '/usr/lib/x86_64-linux-gnu/libc.so.6'],
  ...['c:\\windows\\system32\\cmd.exe', 'c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe', 'c:\\windows\\system32\\svchost.exe', 'c:\\windows\\explorer.exe', 'c:\\windows\\system32\\conhost.exe'],
  ...['c:\\windows\\system32\\services.exe', 'c:\\windows\\system32\\rundll32.exe', 'c:\\windows\\system32\\reg.exe', 'c:\\windows\\system32\\net.exe', 'c:\\windows\\syswow64\\cmd.exe', 'c:\\windows\\system32\\msiexec.exe'],
  ...['c:\\program files\\google\\chrome\\application\\chrome.exe', 'c:\\program files (x86)\\microsoft\\edge\\application\\msedge.exe', 'c:\\users\\user\\appdata\\local\\temp\\setup.exe', 'c:\\programdata\\vendor\\agent.exe'],
  ...['cmd.exe', 'powershell.exe', 'svchost.exe', 'explorer.exe', 'rundll32.exe', 'nt authority\\system', 'microsoft corporation', 'microsoft® windows® operating system', 'windows command processor'],
  ...['c:\\windows\\system32\\cmd.exe /c "c:\\program files\\app\\start.bat" -arg', 'cmd.exe /c dir c:\\users', 'powershell.exe -noprofile -executionpolicy bypass -file c:\\scripts\\task.ps1', 'powershell -command "get-process"'],
  ...['c:\\windows\\system32\\svchost.exe -k netsvcs -p -s schedule', 'rundll32.exe c:\\windows\\system32\\shell32.dll,control_rundll', 'reg query hklm\\software\\microsoft\\windows\\currentversion', 'c:\\windows\\system32\\conhost.exe 0xffffffff -forcev1'],
];

/** One beyond ASCII stands here as an example of its rare kind. */
const ordinaryCharacters: ReadonlySet<string> = new Set(ordinaryValues.join('').replace(/[^\0-\x7f]/g, ''));
