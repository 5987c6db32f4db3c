// The guide's table of faults is the emulator's own list.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { faultKinds } from '../../emulator/dist/faults/index.js';
import { root } from '../lib/prepare.mjs';

describe('the guide to emulated devices', () => {
  it('names every fault, what it strikes and what it does, and no other', () => {
    const text = readFileSync(join(root, 'docs/guides/emulated-devices.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (link|frame|trigger|device) \| (.*) \|$/gm)];
    expect(rows.map((row) => row[1])).to.deep.equal(Object.keys(faultKinds));
    for (const [, name, target, doc] of rows) {
      expect(target, name).to.equal(faultKinds[name].target);
      expect(doc, name).to.match(new RegExp(`^${faultKinds[name].doc}`));
    }
  });
});
