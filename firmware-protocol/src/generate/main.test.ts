import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const parts = [
  ...['package.json', 'SPEC.md', 'released-schema.json', 'c', 'vectors', 'python', 'wireshark', 'src/generated'],
  ...['crc', 'framing', 'generate', 'schema', 'vectors'].map((folder) => `dist/${folder}`),
];

describe('the generator', function () {
  this.timeout(60_000);
  let copy: string;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'opu-generate-'));
    for (const part of parts) {
      cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
    }
  });

  after(() => rmSync(copy, { recursive: true }));

  function run(...options: string[]): { status: number | null; said: string } {
    const script = join(copy, 'dist', 'generate', 'main.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  }

  it('finds a stale file of every kind, names it, and writes it anew', () => {
    expect(run('--check').status).to.equal(0);
    for (const path of [
      'src/generated/messages.ts',
      'c/opu_protocol.c',
      'python/opu_protocol.py',
      'wireshark/opu.lua',
    ]) {
      const before = readFileSync(join(copy, path), 'utf8');
      appendFileSync(join(copy, path), '\n');
      const { status, said } = run('--check');
      expect(status, path).to.equal(1);
      expect(said).to.contain(path);
      expect(run().status).to.equal(0);
      expect(readFileSync(join(copy, path), 'utf8')).to.equal(before);
    }
    const spec = join(copy, 'SPEC.md');
    writeFileSync(spec, readFileSync(spec, 'utf8').replace('| modulatorWidth |', '| width |'));
    expect(run('--check').said).to.contain('SPEC.md');
    expect(run().status).to.equal(0);
  });

  it('changes a golden vector only with --update', () => {
    const vector = join(copy, 'vectors', 'valid', 'hello.typical.bin');
    const before = readFileSync(vector);
    writeFileSync(vector, before.subarray(1));
    expect(run('--check').said).to.contain('hello.typical.bin');
    const { status, said } = run();
    expect(status).to.equal(1);
    expect(said).to.contain('Golden vectors would change');
    expect(run('--update').status).to.equal(0);
    expect(readFileSync(vector)).to.deep.equal(before);
    writeFileSync(join(copy, 'vectors', 'valid', 'orphan.bin'), '');
    expect(run('--check').said).to.contain('orphan.bin');
    expect(run('--update').status).to.equal(0);
    expect(run('--check').status).to.equal(0);
  });

  it('refuses a schema that breaks the released one, also when it only checks', () => {
    const released = join(copy, 'released-schema.json');
    const text = readFileSync(released, 'utf8');
    writeFileSync(released, text.replace('"name": "firstPatternId"', '"name": "patternNumber"'));
    for (const options of [['--check'], [], ['--update']]) {
      const { status, said } = run(...options);
      expect(status).to.equal(1);
      expect(said).to.contain('PATTERNS.patternNumber was');
    }
    writeFileSync(released, text);
  });
});
