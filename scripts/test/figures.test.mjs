import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { opticsFigures } from '../../docs/figures/optics.mjs';
import { root } from '../lib/prepare.mjs';

const folder = join(root, 'docs/guides/figures');

describe('figures of the guides', () => {
  it('are what docs/figures/optics.mjs draws, to the byte (run it when the emulator has changed)', () => {
    for (const [name, content] of Object.entries(opticsFigures())) {
      const written = readFileSync(join(folder, name));
      expect(Buffer.compare(written, Buffer.from(content)), name).to.equal(0);
    }
  });
});
