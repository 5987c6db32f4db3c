// Measures the product against its references: `npm run bench -- optics` for one bench, `--json` for machines.
import { pathToFileURL } from 'node:url';
import { build, install, root } from './lib/prepare.mjs';

install();
build();
process.argv = [process.execPath, 'opu', 'bench', ...process.argv.slice(2)];
await import(pathToFileURL(`${root}/packages/cli/dist/bin.js`).href);
