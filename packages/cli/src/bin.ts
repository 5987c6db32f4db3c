#!/usr/bin/env node
import { reportFailure } from './frame/failure.js';
import { ProcessTerminal } from './frame/process-terminal.js';
import { runCli } from './program.js';

const terminal = new ProcessTerminal();
const die = (error: unknown): void => {
  process.exit(reportFailure(error, terminal));
};
process.on('uncaughtException', die);
process.on('unhandledRejection', die);
process.exitCode = await runCli(process.argv.slice(2), terminal);
