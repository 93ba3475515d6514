/** Which names stand before a secret: of options, variables, headers and fields. */

/** Last word of a name. */
const secretWords = new Set([
  'auth', 'authorization', 'bearer', 'connectionstring', 'cookie', 'creds', 'credential', 'credentials', 'jwt', 'pass', 'passcode', 'passin', 'passout', 'pw', 'pwd', 'sas', 'requirepass', 'masterauth',
]);

/** How the last word of a name may end, whatever is before: MYSQLPASSWORD, csrftoken, apikey. */
const secretEndings = ['password', 'passwd', 'passphrase', 'secret', 'token', 'apikey', 'accesskey', 'secretkey', 'authkey', 'privatekey'];

/** A key is a secret after one of these words; others sort, index or name files. */
const kindsOfKey = new Set(['access', 'account', 'api', 'app', 'auth', 'client', 'encryption', 'host', 'license', 'master', 'private', 'secret', 'service', 'shared', 'signing', 'storage', 'subscription']);

/** --no-password, --ask-pass: they say that there is no secret on the command line. */
const denials = new Set(['no', 'ask', 'prompt', 'without', 'use', 'allow', 'enable', 'disable', 'show']);

/** Longer ones are not names. */
const nameCharsMax = 128;

/** "--db-password", "AWS_SECRET_ACCESS_KEY", "dbPassword", "spring.datasource.password", "X-Auth-Token", "password2". */
export function isSecretName(name: string): boolean {
  // PWD is the working directory.
  if (name.length > nameCharsMax || name === 'PWD') return false;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replace(/\d+$/, '').split(/[^a-z0-9]+/).filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined || denials.has(words[0]!)) return false;
  if (secretWords.has(last) || secretEndings.some((ending) => last.endsWith(ending))) return true;
  const before = words.at(-2);
  return before !== undefined && ((last === 'key' && kindsOfKey.has(before)) || (last === 'string' && before === 'connection'));
}

/** What stands where a secret would and is none: empty, a switch, a reference to be resolved elsewhere, or asterisks. */
export function isHarmless(value: string): boolean {
  return otherwiseMeant.test(value) || (value.length <= wordCharsMax && harmlessWord.test(value));
}

/** Beginnings: of files and variables to read it from, of a command that prints it. */
const otherwiseMeant = /^(?:env:|file:|fd:|\$\(|`)/i;

const harmlessWord = /^(?:|true|false|yes|no|on|off|null|none|nil|undefined|stdin|-|\*+|\$\{?\w+\}?)$/i;
const wordCharsMax = 64;
