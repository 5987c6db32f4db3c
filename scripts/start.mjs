// The product's main job: trains a network on an emulated OPU. `npm start -- --help` shows what can be changed.
import { build, install, must, root } from './lib/prepare.mjs';

install();
build();
must(process.execPath, [`${root}/packages/cli/dist/bin.js`, 'train', ...process.argv.slice(2)]);
