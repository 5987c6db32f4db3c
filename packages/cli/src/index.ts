export type { Benchmarks, BenchOptions } from './commands/bench.js';
export { exitCode } from './frame/exit-code.js';
export { schemes } from './frame/schemes.js';
export { formatTable } from './frame/table.js';
export type { Style, Terminal } from './frame/terminal.js';
export { writeJson } from './frame/terminal.js';
export { createProgram, runCli } from './program.js';
