import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../lib/prepare.mjs';
import { renderResults } from '../lib/results.mjs';

describe('the recorded results', () => {
  it('are shown as docs/results/*.json hold them (npm run results writes the page anew)', () => {
    expect(readFileSync(join(root, 'docs/results.md'), 'utf8')).to.equal(renderResults());
  });
});
