import { setTimeout as sleep } from 'node:timers/promises';
import { OpuError } from '@opu/core';
import type { BenchCase, Contender } from './bench.js';

export interface Timing {
  readonly name: string;
  readonly medianSeconds: number;
  readonly fastestSeconds: number;
  readonly slowestSeconds: number;
  /** Work a second at the median, if the case says its work. */
  readonly rate?: number;
}

export interface PeerTiming extends Timing {
  /** Median over the rounds of (peer's time / our time in the same round): above 1 we are faster. */
  readonly ratio: number;
  readonly reach?: number;
}

export interface CaseResult {
  readonly name: string;
  readonly unit?: string;
  readonly rounds: number;
  readonly ours: Timing;
  readonly peers: readonly PeerTiming[];
  readonly notes?: string;
}

/** OpenBLAS's threads spin on for 2^28 ticks, some 100 ms, after a product; who comes next would pay for them. */
const SETTLE_MILLISECONDS = 250;

const WARM_UP_MILLISECONDS = 1000;

/**
 * Times every contender once a round, in turn, after one round that warms up.
 * @throws ABORTED between two of them when `signal` aborts
 */
export async function measure(benchCase: BenchCase, signal?: AbortSignal): Promise<CaseResult> {
  const { ours, peers, rounds = 7 } = benchCase;
  const contenders = [ours, ...peers];
  const seconds: number[][] = contenders.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      if (signal?.aborted) throw new OpuError('ABORTED', 'the benchmark was interrupted');
      await sleep(SETTLE_MILLISECONDS);
      if (round < 0) await warmUp(contender);
      else seconds[index]!.push(await time(contender));
    }
  }
  const notes = typeof benchCase.notes === 'function' ? benchCase.notes() : benchCase.notes;
  const timing = (index: number) => summarise(contenders[index]!.name, seconds[index]!, benchCase.work?.amount);
  return {
    name: benchCase.name,
    ...(benchCase.work === undefined ? {} : { unit: `${benchCase.work.unit}/s` }),
    rounds,
    ours: timing(0),
    peers: peers.map((peer, i) => ({
      ...timing(i + 1),
      ratio: median(seconds[i + 1]!.map((s, round) => s / seconds[0]![round]!)),
      ...(peer.reach === undefined ? {} : { reach: peer.reach }),
    })),
    ...(notes === undefined ? {} : { notes }),
  };
}

/** Compilers give their best code to what has run for a while; who times himself has seen to that. */
async function warmUp(contender: Contender): Promise<void> {
  const end = performance.now() + WARM_UP_MILLISECONDS;
  while ((await contender.run()) === undefined && performance.now() < end);
}

async function time(contender: Contender): Promise<number> {
  const start = performance.now();
  const own = await contender.run();
  return own ?? (performance.now() - start) / 1000;
}

function summarise(name: string, seconds: readonly number[], work: number | undefined): Timing {
  const medianSeconds = median(seconds);
  return {
    name,
    medianSeconds,
    fastestSeconds: Math.min(...seconds),
    slowestSeconds: Math.max(...seconds),
    ...(work === undefined ? {} : { rate: work / medianSeconds }),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
