import { type Terminal, writeJson } from '@opu/cli';
import type { Bench } from './bench.js';
import { type CaseResult, measure } from './measure.js';
import { PythonPeer } from './python-peer.js';
import { formatCase } from './report.js';

export interface RunOptions {
  readonly json: boolean;
  readonly quick: boolean;
  /** Keeps the cases whose name contains it. */
  readonly only?: string;
}

interface BenchResult {
  readonly bench: string;
  readonly cases: readonly CaseResult[];
}

/** Runs benchmarks one after another and prints each case as it ends, or one JSON document at the end. */
export async function runBenches(benches: readonly Bench[], terminal: Terminal, options: RunOptions): Promise<void> {
  const signal = terminal.interruptSignal();
  const results: BenchResult[] = [];
  const wanted = (name: string) => options.only === undefined || name.includes(options.only);
  const peers = new Map<string, PythonPeer | undefined>();
  const python = async (module = 'numpy') => {
    if (!peers.has(module)) {
      peers.set(module, PythonPeer.start(module));
      terminal.message(peers.get(module)?.description ?? `No Python with ${module} here: our figures stand alone.`);
    }
    return peers.get(module);
  };
  try {
    for (const bench of benches) {
      const cases: CaseResult[] = [];
      if (!options.json) await terminal.write(`${terminal.style('bold', bench.name)}: ${bench.description}\n\n`);
      for await (const benchCase of bench.cases({ python, wanted, quick: options.quick })) {
        if (!wanted(benchCase.name)) continue;
        const result = await measure(options.quick ? { ...benchCase, rounds: 1 } : benchCase, signal);
        cases.push(result);
        if (!options.json) await terminal.write(`${formatCase(result)}\n`);
      }
      results.push({ bench: bench.name, cases });
    }
  } finally {
    for (const peer of peers.values()) peer?.close();
  }
  const described = [...peers.values()].flatMap((peer) => (peer === undefined ? [] : [peer.description]));
  if (options.json) await writeJson(terminal, { node: process.version, peers: described, results });
}
