import { readFileSync, writeFileSync } from 'node:fs';
import { promiseTable } from './promise-table.js';

/** Writes the table of promises; with `--check`, only says whether it is stale. */
const page = new URL('../../../../docs/driver-promises.md', import.meta.url);
const wanted = promiseTable();

function written(): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '';
  }
}

if (written() === wanted) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('docs/driver-promises.md is stale: run npm run generate');
  process.exit(1);
}
writeFileSync(page, wanted);
console.log('wrote docs/driver-promises.md');
