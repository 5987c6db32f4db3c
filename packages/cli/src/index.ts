export { exitCode } from './frame/exit-code.js';
export type { Style, Terminal } from './frame/terminal.js';
export { createProgram, runCli } from './program.js';
