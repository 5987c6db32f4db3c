export { runBenchmarks } from './run-benchmarks.js';
