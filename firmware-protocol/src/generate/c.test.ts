import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { PlainMessage, PlainRecord } from '../schema/reference-codec.js';
import { schema } from '../schema/schema.js';
import { needTool } from '../testing/tool.js';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const vectors = join(packageFolder, 'vectors');
const strict = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];

interface VectorJson {
  readonly type: string;
  readonly header: { readonly sequence: number; readonly requestId: number; readonly compatibleFlags: number };
  readonly message: PlainMessage;
  readonly error: string;
  readonly messages: readonly string[];
}

function files(kind: string): string[] {
  return readdirSync(join(vectors, kind))
    .filter((file) => file.endsWith('.bin'))
    .map((file) => join(vectors, kind, file));
}

function jsonOf(file: string): VectorJson {
  return JSON.parse(readFileSync(file.replace(/bin$/, 'json'), 'utf8')) as VectorJson;
}

/** What the C program prints of a message with these fields. */
function printed(json: VectorJson): string[] {
  const { sequence, requestId, compatibleFlags } = json.header;
  const lines = [`type ${json.type}`, `header ${sequence} ${requestId} ${compatibleFlags}`];
  for (const field of schema.messages.find((m) => m.name === json.type)!.fields) {
    const value = json.message[field.name];
    if (field.type === 'reserved') continue;
    if (field.type === 'string') lines.push(`${field.name} ${Buffer.from(value as string).toString('hex')}`);
    else if (field.type === 'records') {
      for (const [i, record] of (value as readonly PlainRecord[]).entries()) {
        for (const [name, entry] of Object.entries(record)) lines.push(`${field.name}.${i}.${name} ${entry}`);
      }
    } else lines.push(`${field.name} ${value as string | number}`);
  }
  return lines;
}

/** Numbers as the C library prints them become numbers as JavaScript prints them. */
function normalised(line: string): string {
  const [, label = '', number = ''] = /^(\S+) (-?[0-9.]+(?:e[+-]\d+)?)$/.exec(line) ?? [];
  return label !== '' && /[.e]/.test(number) ? `${label} ${Number(number)}` : line;
}

for (const [compiler, debianPackage, extra] of [
  ['gcc', 'gcc libc6-dev', ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover']],
  ['clang', 'clang libc6-dev', ['-O2']],
] as const) {
  describe(`the C codec, built by ${compiler} ${strict.join(' ')}`, () => {
    let folder: string;
    let program: string;

    before(function () {
      this.timeout(60_000);
      needTool(this, compiler, debianPackage);
      folder = mkdtempSync(join(tmpdir(), 'opu-c-'));
      program = join(folder, 'check_vectors');
      const sources = ['opu_protocol.c', 'test/check_vectors.c'].map((file) => join(packageFolder, 'c', file));
      const built = spawnSync(compiler, [...strict, ...extra, '-o', program, ...sources], { encoding: 'utf8' });
      expect(built.stderr).to.equal('');
      expect(built.status).to.equal(0);
    });

    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true });
    });

    function run(...args: string[]): Map<string, string[]> {
      const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
      expect(result.status, result.stderr).to.equal(0);
      const blocks = new Map<string, string[]>();
      for (const block of result.stdout.split(/^file /m).slice(1)) {
        const [file = '', ...lines] = block.trimEnd().split('\n');
        blocks.set(file, lines.map(normalised));
      }
      return blocks;
    }

    it('reads every valid vector field for field, writes it byte for byte, and notices a lack of room', () => {
      const blocks = run(...files('valid'));
      expect(blocks.size).to.equal(files('valid').length);
      for (const [file, lines] of blocks) {
        expect(lines, file).to.deep.equal([...printed(jsonOf(file)), 'written same', 'cramped refused']);
      }
    });

    it('reads what a later version extended', () => {
      for (const [file, lines] of run(...files('extended'))) {
        const expected = printed(jsonOf(file));
        expect(lines.slice(0, expected.length), file).to.deep.equal(expected);
      }
    });

    it('refuses every invalid vector as what it is', () => {
      for (const [file, lines] of run(...files('invalid'))) {
        expect(lines, file).to.deep.equal([`error ${jsonOf(file).error}`]);
      }
    });

    it('finds every message on the stream carrier, behind garbage too', () => {
      for (const [file, lines] of run('--stream', ...files('stream'))) {
        const expected = jsonOf(file).messages.map((name) => `type ${name.split('.')[0]!.toUpperCase()}`);
        expect(lines, file).to.deep.equal(expected);
      }
    });
  });
}

describe('the C header', () => {
  it('needs nothing of the library but string.h', () => {
    const source = readFileSync(join(packageFolder, 'c', 'opu_protocol.c'), 'utf8');
    const header = readFileSync(join(packageFolder, 'c', 'opu_protocol.h'), 'utf8');
    const included = [...`${header}${source}`.matchAll(/#include (\S+)/g)].map((match) => match[1]);
    expect(included).to.deep.equal(['<stddef.h>', '<stdint.h>', '"opu_protocol.h"', '<string.h>']);
  });
});
