import { OpuError } from '@opu/core';
import type { RegisterCommand } from '../frame/register.js';
import type { Terminal } from '../frame/terminal.js';

export const registerBench: RegisterCommand = (program, terminal) => {
  program
    .command('bench')
    .description('benchmarks, each a ratio against its reference in the same run (in a clone of the repository)')
    .argument('[name]', 'one benchmark; all of them when left out')
    .option('--list', 'print the names and what each measures')
    .option('--only <text>', 'only the cases whose name contains the text')
    .option('--quick', 'small sizes and one round: a first look, no figures to quote')
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, options: BenchOptions) => {
      const { runBenchmarks } = await findBenchmarks();
      await runBenchmarks(name, terminal, options);
    });
};

/** What was asked of `opu bench`. */
export interface BenchOptions {
  readonly list?: boolean;
  readonly only?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** What the private package of benchmarks offers to the command. */
export interface Benchmarks {
  runBenchmarks(name: string | undefined, terminal: Terminal, options: BenchOptions): Promise<void>;
}

/** Its name is not a literal: the command may stand without it, and neither compiler nor bundler may look for it. */
const BENCHMARKS = '@opu/bench';

async function findBenchmarks(specifier = BENCHMARKS): Promise<Benchmarks> {
  try {
    return (await import(specifier)) as Benchmarks;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new OpuError(
      'NOT_SUPPORTED',
      'The benchmarks are part of the repository, not of the installed packages. Clone it and run: npm run bench',
      { cause: error },
    );
  }
}
