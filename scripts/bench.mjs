import { build, install, must, root } from './lib/prepare.mjs';

install();
build();
must(process.execPath, [`${root}/packages/cli/dist/bin.js`, 'bench', ...process.argv.slice(2)]);
