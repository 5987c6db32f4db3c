// The example of the guide is a test of this repository, word for word but for where its driver comes from.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../lib/prepare.mjs';

describe('the guide to conformance', () => {
  it('shows how a driver is held to its promises by the very lines that are run here', () => {
    const guide = readFileSync(join(root, 'docs/guides/conformance.md'), 'utf8');
    const example = /^```ts\n(import \{ schemes \}[\s\S]*?)^```$/m.exec(guide)?.[1];
    const test = readFileSync(join(root, 'packages/testing/src/end-to-end/own-driver.test.ts'), 'utf8');
    expect(example?.replace("'./my-schemes.js'", "'@opu/cli'")).to.equal(test);
    expect(test.trimEnd().split('\n').length).to.be.at.most(14);
  });
});
