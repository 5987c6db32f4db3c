import type { Bench } from './harness/bench.js';

/** Every benchmark by its name, loaded when it is asked for. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  capture: async () => (await import('./capture/capture-bench.js')).captureBench,
  kernels: async () => (await import('./kernels.js')).kernelsBench,
  optics: async () => (await import('./optics/optics.js')).opticsBench,
  train: async () => (await import('./train.js')).trainBench,
  protocol: async () => (await import('./protocol.js')).protocolBench,
  link: async () => (await import('./link/link-bench.js')).linkBench,
  realtime: async () => (await import('./realtime.js')).realtimeBench,
  python: async () => (await import('./python.js')).pythonBench,
  sequencer: async () => (await import('./sequencer.js')).sequencerBench,
};
