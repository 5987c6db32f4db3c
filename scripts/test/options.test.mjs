import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../lib/prepare.mjs';

function run(script, ...args) {
  return spawnSync(process.execPath, [join(root, 'scripts', script), ...args], { encoding: 'utf8', timeout: 20_000 });
}

describe('the options of the scripts', () => {
  for (const script of ['test.mjs', 'results.mjs']) {
    it(`${script} says what it does not know, and how it is used, with exit code 2 and without a stack`, () => {
      const { status, stderr } = run(script, '--nonsense');
      expect(status).to.equal(2);
      expect(stderr).to.match(/^error: Unknown option '--nonsense'.*\nUsage: npm /s);
      expect(stderr).not.to.contain('    at ');
    });

    it(`${script} explains itself`, () => {
      const { status, stdout } = run(script, '--help');
      expect(status).to.equal(0);
      expect(stdout).to.match(/^Usage: npm /);
    });
  }
});
