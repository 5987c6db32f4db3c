import { openSync, read } from 'node:fs';
import type { FillZeros } from './memory-ahead.js';

/** Opened when it is first needed: most programs never have a batch that is large enough. */
let zeros: number | undefined;

/** Writes zeros into memory on a thread of libuv's pool, where the operating system has a file of them. */
export const fillZeros: FillZeros | undefined = (bytes, from, to, done) => {
  try {
    zeros ??= openSync('/dev/zero', 'r');
  } catch {
    done();
    return;
  }
  read(zeros, bytes, from, to - from, null, () => done());
};
