import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needTool } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';
import { decodeMessage, encodeMessage, isLinkError } from '../codec/message.js';
import { crc32c } from '../crc/crc32c.js';
import { createMessageReader } from '../framing/create-message-reader.js';
import { linkErrorKindName } from '../generated/enums.js';
import type { PlainMessage, PlainRecord } from '../schema/reference-codec.js';
import { schema } from '../schema/schema.js';
import { mutate } from '../testing/mutate.js';
import { Random } from '../testing/random.js';
import { randomMessage } from '../testing/random-message.js';

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

/** Mutated messages, those with right CRCs among them. */
function mutatedTransfers(seed: number, count: number): Uint8Array[] {
  const random = new Random(seed);
  const pool = Array.from({ length: 256 }, (_, sequence) =>
    encodeMessage({ sequence, requestId: random.next() }, randomMessage(random)),
  );
  return Array.from({ length: count }, () => mutate(random.pick(pool), random.pick(pool), random).bytes);
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

const noTextNorFloat = new Set(
  schema.messages.filter((m) => m.fields.every((f) => f.type !== 'string' && f.type !== 'f64')).map((m) => m.name),
);

/**
 * What the TypeScript codec makes of a transfer, in the words of the C program: the error, or the type and the CRC of the
 * message written anew. Texts that are no UTF-8 and NaNs are not kept bit for bit in TypeScript: there the type has to do.
 */
function judge(bytes: Uint8Array): string {
  let verdict = '';
  const reader = createMessageReader(
    'message',
    {
      message: (header, payload) => {
        const message = decodeMessage(header, payload);
        if (isLinkError(message)) verdict = `error ${linkErrorKindName(message.kind)}`;
        else if (!noTextNorFloat.has(message.type)) verdict = `${message.type} `;
        else verdict = `${message.type} ${crc32c(encodeMessage(header, message))}`;
      },
      linkError: (error) => {
        verdict = `error ${linkErrorKindName(error.kind)}`;
      },
    },
    { maximumPayload: 65_536 },
  );
  reader.receive(bytes);
  return verdict;
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

    it('judges 20 000 mutated messages as the TypeScript codec does, and reads the same out of those that it takes', () => {
      const transfers = mutatedTransfers(5, 20_000);
      const file = join(folder, 'mutations');
      writeFileSync(file, Buffer.concat(transfers.flatMap((bytes) => [lengthOf(bytes), bytes])));
      const lines = run('--mutations', file).get(file)!;
      expect(lines).to.have.length(transfers.length);
      let taken = 0;
      for (const [i, bytes] of transfers.entries()) {
        const expected = judge(bytes);
        if (!expected.startsWith('error')) taken++;
        expect(lines[i]!.startsWith(expected), `${i}: ${lines[i]} in C, ${expected} in TypeScript`).to.equal(true);
      }
      expect(taken).to.be.above(2000);
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
