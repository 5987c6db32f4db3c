import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { opticsFigures } from '../figures/optics.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../guides/figures');

describe('figures of the guides', () => {
  it('are what docs/figures/optics.mjs draws, to the byte (run it when the emulator has changed)', () => {
    for (const [name, content] of Object.entries(opticsFigures())) {
      const written = readFileSync(join(folder, name));
      expect(Buffer.compare(written, Buffer.from(content)), name).to.equal(0);
    }
  });
});
