import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/registry.js';
import { exitCode, Reservation } from './frame/exit-code.js';
import { reportFailure } from './frame/failure.js';
import type { Terminal } from './frame/terminal.js';

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

/** The whole command line, ready to parse. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('opu')
    .description('Drive, emulate, test and train with an optical processing unit (OPU).')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.write(text),
      writeErr: (text) => terminal.progress(text),
    });
  for (const register of commands) register(program, terminal);
  return program;
}

/**
 * Runs one command line.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 done with a loss, 130 interrupted
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' });
    return exitCode.done;
  } catch (error) {
    if (error instanceof Reservation) {
      terminal.message(error.message);
      return error.code;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    return reportFailure(error, terminal);
  }
}
