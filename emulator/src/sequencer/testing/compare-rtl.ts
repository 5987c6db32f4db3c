import { expect } from 'chai';
import { drive } from './drive.js';
import { type RtlEdges, simulate } from './icarus.js';
import type { RandomCase } from './random-case.js';

/** Edges of the emulator under the names of the Verilog model's outputs. */
const names: Record<string, string> = {
  loadStart: 'load_start',
  loadEnd: 'load_end',
  reset: 'reset',
  trigger: 'trigger',
  exposureStart: 'exposure_start',
  exposureEnd: 'exposure_end',
  readoutStart: 'readout_start',
  readoutEnd: 'readout_end',
  txStart: 'tx_start',
  txEnd: 'tx_end',
  underrun: 'underrun',
  stall: 'stall',
};

function emulatedEdges(run: RandomCase): RtlEdges {
  const edges: RtlEdges = new Map();
  for (const line of drive(run, 'every-event').log.lines) {
    const [tick = '', edge = ''] = line.split(' ');
    const name = names[edge];
    if (name === undefined) continue;
    const ticks = edges.get(name);
    if (ticks === undefined) edges.set(name, [Number(tick)]);
    else ticks.push(Number(tick));
  }
  return edges;
}

const sorted = (edges: RtlEdges): [string, number[]][] => [...edges].sort(([a], [b]) => (a < b ? -1 : 1));

/** Simulates the runs in one go and holds every edge against the emulator's. Returns how many edges there were, by name. */
export function expectEqualEdges(runs: readonly RandomCase[]): Map<string, number> {
  const simulated = simulate(runs);
  expect(simulated).to.have.length(runs.length);
  const seen = new Map<string, number>();
  for (const [i, run] of runs.entries()) {
    const edges = sorted(simulated[i]!);
    expect(edges, `run ${i}: ${JSON.stringify(run)}`).to.deep.equal(sorted(emulatedEdges(run)));
    for (const [name, ticks] of edges) seen.set(name, (seen.get(name) ?? 0) + ticks.length);
  }
  return seen;
}
