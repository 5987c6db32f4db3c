import { workerData } from 'node:worker_threads';
import { control, OPEN, spinsBeforeSleep, type WorkerSetup } from './control.js';
import { instantiate } from './kernels.js';
import { loadOpenBlas } from './openblas.js';
import { workOnTiles } from './tiles.js';

const setup = workerData as WorkerSetup;
const words = setup.control;
const kernels = instantiate(setup.module, setup.memory, setup.accelerate ? loadOpenBlas() : undefined);
let seen = 0;

for (;;) {
  awaitNextJob();
  if (!enter()) continue;
  try {
    const argv = [0, setup.scratch, ...setup.args.subarray(0, words[control.argumentCount]!)];
    workOnTiles(kernels[words[control.kernel]!]!, argv, words);
  } catch {
    Atomics.store(words, control.failed, 1);
  } finally {
    Atomics.sub(words, control.state, 1);
    Atomics.notify(words, control.state);
  }
}

function awaitNextJob(): void {
  let spins = 0;
  while (Atomics.load(words, control.generation) === seen) {
    if (++spins > spinsBeforeSleep) Atomics.wait(words, control.generation, seen);
  }
  seen = Atomics.load(words, control.generation);
}

function enter(): boolean {
  for (;;) {
    const state = Atomics.load(words, control.state);
    if ((state & OPEN) === 0) return false;
    if (Atomics.compareExchange(words, control.state, state, state + 1) === state) return true;
  }
}
