// Runs one server for a test run: `watchdog.mjs <folder> <command> [argument…]`. The server dies and the folder goes when
// the parent ends, however it ends: the kernel then closes the pipe that is this process's standard input.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [folder, command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });

process.stdin.resume().on('close', () => server.kill('SIGKILL'));
server.on('error', (error) => end(`${command} does not start: ${error.message}`));
server.on('exit', (code, signal) => end(`${command} ended: ${signal ?? code}`));

function end(why) {
  console.error(why);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}
