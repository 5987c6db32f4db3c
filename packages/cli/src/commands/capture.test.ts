import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpy } from '@opu/core';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

describe('opu record and opu capture', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  const opu = async (...args: string[]): Promise<{ code: number; output: string; errors: string }> => {
    const terminal = new RecordingTerminal();
    const code = await runCli(args, terminal);
    return { code, output: terminal.output, errors: terminal.errors };
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opu-capture-'));
    const { code, errors } = await opu('record', 'emulator:tiny?seed=7', '-o', path('a.mcap'), '--frames', '100');
    expect(code, errors).to.equal(0);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('records random patterns, the same for the same seed, and says what', async () => {
    const args = ['record', 'emulator:tiny', '--frames', '20', '--json', '-o'];
    const first = await opu(...args, path('seed-a.mcap'));
    expect(JSON.parse(first.output)).to.deep.include({ frames: 20, patterns: 20, framesNotRecorded: 0 });
    await opu(...args, path('seed-b.mcap'));
    await opu(...args, path('seed-c.mcap'), '--seed', '1');
    const images = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        await opu('capture', 'export', path(`seed-${name}.mcap`));
        return readFileSync(path(`seed-${name}.npz`));
      }),
    );
    expect(images[1]!.equals(images[0]!)).to.equal(true);
    expect(images[2]!.equals(images[0]!)).to.equal(false);
  });

  it('records the rows of a matrix under the configuration that was asked for', async () => {
    const data = Uint8Array.from({ length: 6 * 64 }, (_, i) => (i * i) & 1);
    writeFileSync(path('x.npy'), encodeNpy({ type: 'uint8', shape: [6, 64], data }));
    const { code, errors } = await opu(
      ...[
        'record',
        'emulator:tiny',
        '-o',
        path('x.mcap'),
        '--in',
        path('x.npy'),
        '--roi',
        '0,0,16,8',
        '--exposure',
        '30',
      ],
    );
    expect(code, errors).to.equal(0);
    const info = JSON.parse((await opu('capture', 'info', path('x.mcap'), '--json')).output);
    expect(info).to.deep.include({ frames: 6, streams: 1, whole: true });
    expect(info.metadata['opu.provenance']).to.include({ address: 'emulator:tiny', profile: 'tiny' });
    expect(info.configurations).to.have.length(3);
  });

  it('ends an endless recording in order when it is interrupted', async () => {
    const terminal = new RecordingTerminal();
    const running = runCli(['record', 'emulator:tiny', '-o', path('endless.mcap'), '--json'], terminal);
    const { existsSync, statSync } = await import('node:fs');
    while (!existsSync(path('endless.mcap')) || statSync(path('endless.mcap')).size < 100_000) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    terminal.interrupt();
    expect(await running, terminal.errors).to.equal(0);
    const verified = await opu('capture', 'verify', path('endless.mcap'), '--json');
    expect(verified.code).to.equal(0);
    expect(JSON.parse(verified.output).frames).to.equal(JSON.parse(terminal.output).frames);
  });

  it('verify: exit code 0 for a whole file, 1 for a damaged one, and where', async () => {
    expect(await opu('capture', 'verify', path('a.mcap'))).to.deep.include({ code: 0 });
    const bytes = readFileSync(path('a.mcap'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path('flipped.mcap'), bytes);
    const { code, errors } = await opu('capture', 'verify', path('flipped.mcap'));
    expect(code).to.equal(1);
    expect(errors).to.match(/damaged at byte \d+: .*opu capture recover/);
  });

  it('recover: makes a whole file of a cut one; exit code 1, and no file, where nothing is left', async () => {
    writeFileSync(path('cut.mcap'), readFileSync(path('a.mcap')).subarray(0, 60_000));
    expect(await opu('capture', 'recover', path('cut.mcap'))).to.deep.include({ code: 0 });
    expect((await opu('capture', 'verify', path('cut.recovered.mcap'))).code).to.equal(0);
    writeFileSync(path('stub.mcap'), readFileSync(path('a.mcap')).subarray(0, 300));
    const failed = await opu('capture', 'recover', path('stub.mcap'));
    expect(failed.code).to.equal(1);
    expect(failed.errors).to.contain('Nothing can be recovered');
    expect(readdirSync(folder).filter((name) => name.startsWith('stub'))).to.deep.equal(['stub.mcap']);
  });

  it('recover: names the frames that damage in the middle cost, corrects the totals, and exits with 3', async () => {
    const file = path('damaged.mcap');
    expect((await opu('record', 'emulator:tiny?seed=3', '-o', file, '--frames', '64')).code).to.equal(0);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 0x10;
    writeFileSync(file, bytes);
    const { code, errors } = await opu('capture', 'recover', file, '-o', path('left.mcap'));
    expect(code, errors).to.equal(3);
    const [, lost, from, to] = /(\d+) frames are lost: (\d+) to (\d+)\./.exec(errors)!.map(Number);
    expect(to! - from! + 1).to.equal(lost);
    const info = JSON.parse((await opu('capture', 'info', path('left.mcap'), '--json')).output);
    expect(info).to.deep.include({ whole: true, frames: 64 - lost!, framesNotRecorded: lost });
    expect(info.framesLostByDamage).to.equal(`${from} to ${to}`);
    expect(info.metadata['opu.totals']).to.deep.include({
      frames: String(64 - lost!),
      framesNotRecorded: String(lost),
    });
    expect((await opu('capture', 'verify', path('left.mcap'))).code).to.equal(0);
  });

  it('export: npz beside the capture, png of a range of frames', async () => {
    const npz = JSON.parse((await opu('capture', 'export', path('a.mcap'), '--json')).output);
    expect(npz).to.deep.include({ out: path('a.npz'), frames: 100 });
    const png = await opu('capture', 'export', path('a.mcap'), '--format', 'png', '--frames', '10:12');
    expect(png.code, png.errors).to.equal(0);
    expect(readdirSync(path('a-png'))).to.have.length(3);
    expect((await opu('capture', 'export', path('a.mcap'), '--format', 'png', '--frames', 'x')).code).to.equal(2);
  });

  it('says in words what is wrong with files and flags, without a stack trace', async () => {
    writeFileSync(path('text.mcap'), 'no capture');
    const wrong: [string[], number, RegExp][] = [
      [['capture', 'info', path('none.mcap')], 1, /does not exist/],
      [['capture', 'verify', path('text.mcap')], 1, /no capture/],
      [['capture', 'export', path('text.mcap')], 1, /no capture/],
      [['record', 'emulator:tiny', '-o', path('a.mcap'), '--frames', '1'], 1, /exists already/],
      [['record', 'emulator:tiny', '-o', path('n.mcap'), '--frames', '0'], 2, /whole number of 1 or more/],
      [['record', 'emulator:tiny', '-o', path('n.mcap'), '--slow-disk', 'wait'], 2, /hold/],
      [['record', 'emulator:tiny', '-o', join(folder, 'no', 'n.mcap'), '--frames', '1'], 1, /folder, does not exist/],
      [['info', `replay:${path('text.mcap')}`], 1, /no capture/],
    ];
    for (const [args, code, message] of wrong) {
      const result = await opu(...args);
      expect(result.code, `${args.join(' ')}\n${result.errors}`).to.equal(code);
      expect(result.errors)
        .to.match(message)
        .and.not.match(/\n\s+at /);
    }
  });

  it('says in words what is wrong with a file that is no whole capture, whatever is asked of it, with exit code 1', async () => {
    const whole = readFileSync(path('a.mcap'));
    const bad: Record<string, [bytes: Uint8Array | string, reason: RegExp]> = {
      'empty.mcap': ['', /is empty: nothing was recorded/],
      'words.mcap': ['frames, many of them', /no capture: it does not begin as an MCAP file does, it looks like text/],
      'noise.mcap': [
        Uint8Array.from({ length: 5_000 }, (_, i) => (i * i * 7) >> 3),
        /no capture: it does not begin as an MCAP file does/,
      ],
      'five.mcap': [whole.subarray(0, 5), /no capture: it does not begin/],
      'magic.mcap': [whole.subarray(0, 8), /ends where the header of one would begin/],
      'header.mcap': [whole.subarray(0, 20), /ends within its header/],
    };
    for (const [name, [bytes, reason]] of Object.entries(bad)) {
      writeFileSync(path(name), bytes);
      const commands = [
        ['capture', 'info', path(name)],
        ['capture', 'verify', path(name)],
        ['capture', 'recover', path(name), '-o', path('never.mcap')],
        ['capture', 'export', path(name), '-o', path('never.npz')],
        ['capture', 'export', path(name), '-o', path('never'), '--format', 'png'],
        ['info', `replay:${path(name)}`],
      ];
      for (const args of commands) {
        const { code, errors } = await opu(...args);
        expect(code, `${args.join(' ')}\n${errors}`).to.equal(1);
        expect(errors, args.join(' '))
          .to.match(reason)
          .and.not.match(/\n\s+at |bug in opu/);
      }
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).to.deep.equal([]);
  });

  it('names folders, pipes and unknown flags, and never waits for a pipe', async () => {
    execFileSync('mkfifo', [path('pipe.mcap')]);
    const wrong: [string[], number, RegExp][] = [
      [['capture', 'info', folder], 1, /It is a folder/],
      [['info', `replay:${folder}`], 1, /It is a folder/],
      [['capture', 'info', path('pipe.mcap')], 1, /no ordinary file/],
      [['capture', 'recover', path('pipe.mcap')], 1, /no ordinary file/],
      [['capture', 'info', path('a.mcap'), '--jsn'], 2, /unknown option '--jsn'[\s\S]*--json/],
      [['capture', 'repair', path('a.mcap')], 2, /unknown command/],
      [['capture', 'export', path('a.mcap'), '--format', 'gif'], 2, /npz, png/],
      [
        ['capture', 'export', path('a.mcap'), '--format', 'png', '--frames', '200:300'],
        2,
        /frames 0 to 99, none of 200/,
      ],
      [['record', 'emulator:tiny', '-o', path('n.mcap'), '--at-risk', '0'], 2, /--at-risk 0 must be/],
    ];
    for (const [args, code, message] of wrong) {
      const result = await opu(...args);
      expect(result.code, `${args.join(' ')}\n${result.errors}`).to.equal(code);
      expect(result.errors).to.match(message);
    }
  });

  it('replays as a device of the command line', async () => {
    const { code, output } = await opu('info', `replay:${path('a.mcap')}`, '--json');
    expect(code).to.equal(0);
    expect(JSON.parse(output).identity).to.include({ serial: 'EMU-tiny-7', profile: 'tiny' });
    const again = await opu('record', `replay:${path('a.mcap')}`, '--frames', '100', '-o', path('again.mcap'));
    expect(again.code, again.errors).to.equal(0);
    await opu('capture', 'export', path('a.mcap'));
    await opu('capture', 'export', path('again.mcap'));
    expect(readFileSync(path('again.npz')).equals(readFileSync(path('a.npz')))).to.equal(true);
  });
});
