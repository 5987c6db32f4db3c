import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { needTool } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';
import { checkSchema } from '../schema/check.js';
import type { Field, Schema } from '../schema/model/types.js';
import { referenceDecode, referenceEncode } from '../schema/reference-codec.js';
import { schema } from '../schema/schema.js';
import { breakingChanges } from './breaking.js';
import { cHeader } from './c-header.js';
import { cSource } from './c-source.js';
import { wireSchema } from './canonical.js';
import { typescriptEnums, typescriptMessages, typescriptRecords } from './typescript.js';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..');

/** DONE grows by a number, a text and bytes, and readouts by a number: what the next minor version might do. */
const next = schema.versionMinor + 1;
const tail: readonly Field[] = [
  { name: 'more', type: 'u64', doc: 'Later.', since: next, default: 42 },
  { name: 'word', type: 'string', maximumBytes: 8, doc: 'Later.', since: next, default: 'none' },
  { name: 'blob', type: 'bytes', doc: 'Later.', since: next },
];
const later: Schema = {
  ...schema,
  versionMinor: next,
  messages: schema.messages.map((m) => (m.name === 'DONE' ? { ...m, fields: [...m.fields, ...tail] } : m)),
  records: schema.records.map((r) =>
    r.name === 'SequenceStep'
      ? { ...r, fields: [...r.fields, { name: 'dwell', type: 'u32' as const, doc: 'Later.', since: next, default: 7 }] }
      : r,
  ),
};

const done = { tick: 5, value: 6 };
const doneLater = { ...done, more: 9, word: 'x', blob: 'abcd' };
const play = { firstPatternId: 1, sequenceId: 2, repetitions: 3, steps: [{ index: 4 }, { index: 5 }] };

function payload(of: Schema, name: string, plain: object): Uint8Array {
  const message = of.messages.find((m) => m.name === name)!;
  return new Uint8Array(referenceEncode(of, message, plain as never));
}

describe('a schema of a later minor version', () => {
  it('breaks no rule and no promise', () => {
    expect(checkSchema(later)).to.deep.equal([]);
    expect(breakingChanges(wireSchema(schema), wireSchema(later))).to.deep.equal([]);
  });

  it('is read by the older codec without its tail, and reads the older payload with its defaults', () => {
    const type = (of: Schema, name: string) => of.messages.find((m) => m.name === name)!;
    const newer = payload(later, 'DONE', doneLater);
    expect(referenceDecode(schema, type(schema, 'DONE'), newer)).to.deep.equal(done);
    expect(referenceDecode(later, type(later, 'DONE'), payload(schema, 'DONE', done))).to.deep.equal({
      ...done,
      more: 42,
      word: 'none',
      blob: '',
    });
  });

  it('gives a TypeScript codec that does the same', async function () {
    this.timeout(60_000);
    // The generated files stand on primitives/: they are compiled beside links to those.
    const folder = mkdtempSync(join(dist, 'evolution-'));
    try {
      const generated = join(folder, 'generated');
      mkdirSync(generated);
      for (const [file, text] of [
        ['enums', typescriptEnums(later)],
        ['records', typescriptRecords(later)],
        ['messages', typescriptMessages(later)],
      ] as const) {
        writeFileSync(join(generated, `${file}.ts`), text.replaceAll("'../primitives/", "'../../primitives/"));
      }
      const tsc = join(dist, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');
      const flags = ['--target', 'es2023', '--module', 'nodenext', '--strict', '--noUncheckedIndexedAccess'];
      const sources = ['enums', 'records', 'messages'].map((file) => join(generated, `${file}.ts`));
      const built = spawnSync(process.execPath, [tsc, '--ignoreConfig', ...flags, ...sources], { encoding: 'utf8' });
      expect(built.stdout).to.equal('');
      const codec = (await import(pathToFileURL(join(generated, 'messages.js')).href)) as {
        decodeDone(b: Uint8Array): { more: number; word: string; blob: Uint8Array };
        encodeDone(m: object): Uint8Array;
        decodePlaySequence(b: Uint8Array): { steps: { toArray(): object[] } };
      };
      const read = codec.decodeDone(payload(later, 'DONE', doneLater));
      expect(read).to.deep.include({ ...done, more: 9, word: 'x', blob: Uint8Array.of(0xab, 0xcd) });
      expect(codec.encodeDone(read)).to.deep.equal(payload(later, 'DONE', doneLater));
      const old = codec.decodeDone(payload(schema, 'DONE', done));
      expect(old).to.deep.include({ ...done, more: 42, word: 'none', blob: new Uint8Array(0) });
      const half = payload(later, 'DONE', doneLater);
      for (const length of [17, 23, 25, 26, 28, 30])
        expect(() => codec.decodeDone(half.subarray(0, length))).to.throw('malformed');
      const steps = codec.decodePlaySequence(payload(schema, 'PLAY_SEQUENCE', play)).steps.toArray();
      expect(steps).to.deep.equal([
        { index: 4, dwell: 7 },
        { index: 5, dwell: 7 },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('gives a C codec that does the same', function () {
    this.timeout(60_000);
    needTool(this, 'gcc', 'gcc libc6-dev');
    const folder = mkdtempSync(join(tmpdir(), 'opu-later-'));
    try {
      writeFileSync(join(folder, 'opu_protocol.h'), cHeader(later));
      writeFileSync(join(folder, 'opu_protocol.c'), cSource(later));
      const bytes = (data: Uint8Array): string => `{${[...data].join(',')}}`;
      const program = `#include <stdio.h>
#include "opu_protocol.h"
static const uint8_t newer[] = ${bytes(payload(later, 'DONE', doneLater))};
static const uint8_t older[] = ${bytes(payload(schema, 'DONE', done))};
static const uint8_t steps[] = ${bytes(payload(schema, 'PLAY_SEQUENCE', play))};
static void show(const uint8_t *p, size_t n) {
  opu_message m;
  int status = opu_decode(OPU_TYPE_DONE, p, n, &m);
  if (status != OPU_OK) { printf("%d ", status); return; }
  printf("%llu %.*s %u ", (unsigned long long)m.as.done.more, (int)m.as.done.word.length, m.as.done.word.data, (unsigned)m.as.done.blob.length);
}
int main(void) {
  opu_message m;
  opu_sequence_step step;
  show(newer, sizeof newer);
  show(older, sizeof older);
  show(newer, 17);
  if (opu_decode(OPU_TYPE_PLAY_SEQUENCE, steps, sizeof steps, &m) != OPU_OK) return 1;
  opu_get_sequence_step(&m.as.play_sequence.steps, 1, &step);
  printf("%u %u\\n", (unsigned)step.index, (unsigned)step.dwell);
  return 0;
}
`;
      writeFileSync(join(folder, 'main.c'), program);
      const flags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];
      const built = spawnSync('gcc', [...flags, '-o', 'main', 'main.c', 'opu_protocol.c'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(built.stderr).to.equal('');
      const run = spawnSync(join(folder, 'main'), { encoding: 'utf8' });
      expect(run.stdout).to.equal('9 x 2 42 none 0 10 5 7\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
