// Writes every generated file anew; with --check, says which are stale and fails. Other options go to the generators.
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, must, root } from './lib/prepare.mjs';

install();
build();
for (const script of [
  'firmware-protocol/dist/generate/main.js',
  'packages/dfa/dist/config/write-schema.js',
  'packages/conformance/dist/clauses/write-coverage.js',
  'packages/conformance/dist/driver/write-promises.js',
]) {
  if (existsSync(join(root, script))) must(process.execPath, [join(root, script), ...process.argv.slice(2)]);
}

// The Python package carries the codec with it; one of its tests compares them.
if (!process.argv.includes('--check')) {
  copyFileSync(
    join(root, 'firmware-protocol/python/opu_protocol.py'),
    join(root, 'packages/python/src/opu/_protocol.py'),
  );
}

// Generators write JSON as JavaScript does; the repository keeps it as the formatter does.
if (!process.argv.includes('--check')) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  must(process.execPath, [biome, 'format', '--write', join(root, 'packages/dfa/schema')]);
}
