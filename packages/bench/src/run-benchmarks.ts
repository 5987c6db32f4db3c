import type { Benchmarks } from '@opu/cli';
import { OpuError } from '@opu/core';
import { runBenches } from './harness/run-benches.js';
import { benches } from './registry.js';

/** `opu bench`: lists the benchmarks, or runs one, or all of them. */
export const runBenchmarks: Benchmarks['runBenchmarks'] = async (name, terminal, options) => {
  const names = Object.keys(benches);
  if (name !== undefined && !names.includes(name)) {
    throw new OpuError('INVALID_ARGUMENT', `there is no benchmark '${name}'; there are ${names.join(', ')}`);
  }
  const chosen = await Promise.all((name === undefined ? names : [name]).map((key) => benches[key]!()));
  if (options.list) {
    for (const bench of chosen) await terminal.write(`${bench.name}: ${bench.description}\n`);
    return;
  }
  const { json = false, quick = false, only } = options;
  await runBenches(chosen, terminal, { json, quick, ...(only === undefined ? {} : { only }) });
};
