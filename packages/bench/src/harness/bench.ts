import type { PythonPeer } from './python-peer.js';

/** Something that is timed: one call does one repetition. It may time itself and return seconds. */
export interface Contender {
  readonly name: string;
  run(): number | undefined | Promise<number | undefined>;
  /** For peers: how many times faster than this one ours should be. */
  readonly reach?: number;
}

/** Contenders that do the same work, timed in interleaved rounds so that a noisy machine disturbs them alike. */
export interface BenchCase {
  readonly name: string;
  /** Work of one repetition, for a rate: 4.2 and 'GcMAC' print as GcMAC/s. */
  readonly work?: { readonly amount: number; readonly unit: string };
  readonly ours: Contender;
  readonly peers: readonly Contender[];
  /** Rounds to time, after one that is not; default 7. For cases of seconds: 3. */
  readonly rounds?: number;
  /** Facts to print beside: memory, sizes; a function is asked after the last round. */
  readonly notes?: string | (() => string);
}

export interface BenchContext {
  /** Python with numpy, or another module, if this machine has it; where it has not, a message says so once. */
  readonly python: (module?: string) => Promise<PythonPeer | undefined>;
  /** Whether a case of this name is asked for: ask before you prepare what only it needs. */
  readonly wanted: (caseName: string) => boolean;
  /** Smaller sizes, for a first look and for the test of the harness. */
  readonly quick: boolean;
}

/**
 * A benchmark: `opu bench <name>`. `cases` is a generator so that a case can make its arrays before it is yielded and give
 * them back after. To add one: export a `Bench` from a file here and name it in registry.ts.
 */
export interface Bench {
  readonly name: string;
  readonly description: string;
  cases(context: BenchContext): AsyncIterable<BenchCase>;
}
