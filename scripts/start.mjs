// The product's main job: trains a network on an emulated OPU. `npm start -- --help` shows what can be changed.
import { pathToFileURL } from 'node:url';
import { build, install, root } from './lib/prepare.mjs';

install();
build();
// In this very process, so that Ctrl-C reaches the run itself, which then writes a checkpoint.
process.argv = [process.execPath, 'opu', 'train', ...process.argv.slice(2)];
await import(pathToFileURL(`${root}/packages/cli/dist/bin.js`).href);
