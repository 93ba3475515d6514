/**
 * `ringfence`: the one command. Finds the command named by the arguments, parses its flags, runs it, and turns whatever
 * goes wrong into a line on stderr and an exit code. Commands are loaded when they are named.
 */
import { RingfenceError } from '#runtime/errors.ts';
import { exit, print, UsageError, type Command } from './command.ts';
import { parseFlags } from './flags.ts';

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.ts')).up,
  collector: async () => (await import('./commands/collector.ts')).collector,
  engine: async () => (await import('./commands/engine.ts')).engine,
  responder: async () => (await import('./commands/responder.ts')).responder,
  feed: async () => (await import('./commands/feed.ts')).feed,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  'rules check': async () => (await import('./commands/rules-check.ts')).rulesCheck,
  'rules match': async () => (await import('./commands/rules-match.ts')).rulesMatch,
  'rules test': async () => (await import('./commands/rules-test.ts')).rulesTest,
  'rules explain': async () => (await import('./commands/rules-explain.ts')).rulesExplain,
  'rules coverage': async () => (await import('./commands/rules-coverage.ts')).rulesCoverage,
  'rules publish': async () => (await import('./commands/rules-publish.ts')).rulesPublish,
  'rules lists': async () => (await import('./commands/rules-lists.ts')).rulesLists,
  bench: async () => (await import('./commands/bench.ts')).bench,
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exit.done);
});
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const found = find(args);
  if (found === undefined) return help(args[0]);
  const command = await found.load();
  try {
    const { flags, operands } = parseFlags(command, found.rest);
    if (flags['help'] === true) {
      print(`ringfence ${found.name} ${command.usage}\n\n${command.summary}`);
      return exit.done;
    }
    return await command.run(flags, operands, process.env);
  } catch (error) {
    return await failure(error, `ringfence ${found.name} ${command.usage}`);
  }
}

function find(args: readonly string[]): { name: string; load: () => Promise<Command>; rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load !== undefined) return { name, load, rest: args.slice(words) };
  }
  return undefined;
}

async function help(word: string | undefined): Promise<number> {
  const text = ['usage: ringfence COMMAND [--help]', '', ...Object.keys(commands).map((name) => `  ringfence ${name}`)].join('\n');
  if (word === undefined || word === 'help' || word === '--help') {
    print(text);
    return exit.done;
  }
  await complain(`there is no command ${JSON.stringify(word)}\n${text}`);
  return exit.usage;
}

async function failure(error: unknown, usage: string): Promise<number> {
  if (error instanceof UsageError) {
    await complain(`${error.message}\nusage: ${usage}`);
    return exit.usage;
  }
  if (!(error instanceof RingfenceError)) throw error;
  await complain(`${error.code}: ${error.message}`);
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!error.message.includes(cause.message)) await complain(`  because: ${cause.message}`);
  }
  switch (error.code) {
    case 'CONFIG_INVALID':
      return exit.usage;
    case 'HOST_UNSUPPORTED':
    case 'KERNEL_REFUSED':
      return exit.unsupported;
    default:
      return exit.notSo;
  }
}

/** Messages quote files, arguments and paths: nothing in them may reach a terminal as a command. */
async function complain(text: string): Promise<void> {
  const { inert } = await import('../engine/rules/index.ts');
  process.stderr.write(`${text.split('\n').map(inert).join('\n')}\n`);
}
