import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needTool } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';
import { schema } from '../schema/schema.js';
import { type CapturedChunk, pcapOfTcp } from '../testing/pcap.js';
import { validVectors } from '../vectors/valid.js';
import { validBytes } from '../vectors/wire.js';

const dissector = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'wireshark', 'opu.lua');

describe('the Wireshark dissector', function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    needTool(this, 'tshark', 'tshark');
    folder = mkdtempSync(join(tmpdir(), 'opu-pcap-'));
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  /** Runs tshark over a capture of these chunks; one line a packet, its fields by tabs. */
  function dissect(chunks: readonly CapturedChunk[], fields: readonly string[]): string[][] {
    const file = join(folder, 'session.pcap');
    writeFileSync(file, pcapOfTcp(chunks));
    const args = ['-r', file, '-X', `lua_script:${dissector}`, '-T', 'fields', ...fields.flatMap((f) => ['-e', f])];
    const result = spawnSync('tshark', args, { encoding: 'utf8' });
    expect(result.status, result.stderr).to.equal(0);
    expect(result.stderr).to.not.match(/lua|error/i);
    return result.stdout.split('\n').map((line) => line.split('\t'));
  }

  const vectors = validVectors(schema).filter((vector) => !vector.name.endsWith('.lowest'));
  const chunks = vectors.map((vector): CapturedChunk => {
    const from = schema.messages.find((m) => m.name === vector.type)!.from;
    return { from, bytes: validBytes(schema, vector) };
  });

  it('names every type of message of a session over TCP and finds nothing wrong with it', () => {
    const lines = dissect(chunks, ['opu.message', '_ws.expert.message']);
    const names = lines.flatMap(([name = '']) => name.split(',').filter((n) => n !== ''));
    expect(names).to.deep.equal(vectors.map((vector) => vector.type));
    for (const [, problem = ''] of lines) expect(problem).to.not.match(/CRC|message|length|payload/);
  });

  it('takes messages apart that share segments, and puts those together that span them', () => {
    const device = chunks.filter((chunk) => chunk.from === 'device').map((chunk) => chunk.bytes);
    const lines = dissect(
      [{ from: 'device', bytes: Buffer.concat(device) }],
      ['opu.message', 'opu.readout_record.frame'],
    );
    const names = lines.flatMap(([name = '']) => name.split(',').filter((n) => n !== ''));
    expect(names).to.deep.equal(vectors.filter((_, i) => chunks[i]!.from === 'device').map((vector) => vector.type));
    const frames = lines.flatMap(([, frame = '']) => frame.split(',').filter((f) => f !== ''));
    expect(frames.slice(-5)).to.deep.equal(Array(5).fill('9007199254740991'));
  });

  it('flags a wrong payload CRC and a wrong header CRC, each in its own message', () => {
    const damaged = chunks.slice(0, 3).map(({ from, bytes }, i) => {
      const copy = new Uint8Array(bytes);
      const at = i === 1 ? 40 : i === 2 ? 13 : -1;
      if (at >= 0) copy[at] = copy[at]! ^ 1;
      return { from, bytes: copy };
    });
    const problems = dissect(damaged, ['_ws.expert.message', '_ws.col.Info'])
      .filter(([, info = '']) => /HELLO/.test(info))
      .map(([problem = '']) => problem);
    expect(problems[0]).to.not.contain('CRC');
    expect(problems[1]).to.contain('The payload CRC is wrong');
    expect(problems[2]).to.contain('The header CRC is wrong');
  });
});
