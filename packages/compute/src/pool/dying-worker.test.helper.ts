// A thread of the compute pool that enters the first job and ends inside it, as one that runs out of memory.
import { workerData } from 'node:worker_threads';
import { control, OPEN, type WorkerSetup } from './control.js';

const { control: words } = workerData as WorkerSetup;
while ((Atomics.load(words, control.state) & OPEN) === 0) Atomics.wait(words, control.generation, 0, 1);
Atomics.add(words, control.state, 1);
process.exit(1);
