import { closeSync, openSync, read } from 'node:fs';
import type { FillZeros } from './memory-ahead.js';

/** Reads zeros on a thread of libuv's pool, where the operating system has a file of them. */
function open(): FillZeros | undefined {
  let zeros: number;
  try {
    zeros = openSync('/dev/zero', 'r');
  } catch {
    return undefined;
  }
  process.once('exit', () => closeSync(zeros));
  return (bytes, from, to, done) => read(zeros, bytes, from, to - from, null, () => done());
}

/** Writes zeros into memory on another thread. */
export const fillZeros: FillZeros | undefined = open();
