import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needTool } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'python');
const debian = '/usr/bin/python3';
const python = existsSync(debian) ? debian : 'python3';

describe('the Python codec', function () {
  this.timeout(60_000);

  it('passes every golden vector, and refuses what is damaged', function () {
    needTool(this, python, 'python3');
    const args = ['-B', '-W', 'error', '-m', 'unittest', 'discover', '-s', join(folder, 'test')];
    const { status, stderr } = spawnSync(python, args, { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    expect(stderr).to.match(/Ran (\d{2}) tests/);
  });

  it('needs nothing but the standard library', () => {
    const source = readFileSync(join(folder, 'opu_protocol.py'), 'utf8');
    const imported = [...source.matchAll(/^(?:from|import) (\S+)/gm)].map((match) => match[1]);
    expect(imported).to.deep.equal(['__future__', 'struct', 'dataclasses', 'enum', 'typing']);
  });
});
