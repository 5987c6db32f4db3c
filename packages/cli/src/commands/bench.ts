import { OpuError } from '@opu/driver';
import type { RegisterCommand } from '../frame/register.js';

export const registerBench: RegisterCommand = (program, terminal) => {
  program
    .command('bench')
    .description('benchmarks, each a ratio against its reference in the same run')
    .argument('[name]', 'one benchmark; all of them when left out')
    .option('--list', 'print the names and what each measures')
    .option('--only <text>', 'only the cases whose name contains the text')
    .option('--quick', 'small sizes and one round: a first look, no figures to quote')
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, options: BenchOptions) => {
      const { benches } = await import('../bench/registry.js');
      const names = Object.keys(benches);
      if (name !== undefined && !names.includes(name)) {
        throw new OpuError('INVALID_ARGUMENT', `there is no benchmark '${name}'; there are ${names.join(', ')}`);
      }
      const chosen = await Promise.all((name === undefined ? names : [name]).map((key) => benches[key]!()));
      if (options.list) {
        for (const bench of chosen) await terminal.write(`${bench.name}: ${bench.description}\n`);
        return;
      }
      const { runBenches } = await import('../bench/run-benches.js');
      const { json = false, quick = false, only } = options;
      await runBenches(chosen, terminal, { json, quick, ...(only === undefined ? {} : { only }) });
    });
};

interface BenchOptions {
  readonly list?: boolean;
  readonly only?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}
