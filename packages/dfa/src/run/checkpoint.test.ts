import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { completeConfiguration } from '../config/configuration.js';
import { decodeSafetensors, encodeSafetensors } from '../tensors/safetensors.js';
import { runTraining } from './run.js';
import { RunFolder } from './run-folder.js';

const configuration = completeConfiguration(
  { mode: 'bp', trainCount: 320, testCount: 40, hidden: [8, 8], batch: 32, epochs: 3 },
  'test',
);
const openDevice = (): Promise<never> => Promise.reject(new Error('no device is needed'));

describe('a checkpoint', () => {
  let parent: string;
  let folder: RunFolder;
  let whole: string;
  let file: string;
  beforeEach(async () => {
    parent = mkdtempSync(join(tmpdir(), 'opu-checkpoint-'));
    const finished = await runTraining({ configuration, folder: RunFolder.createNext(parent), openDevice });
    whole = finished.summaries[0]!.weightsHash;
    folder = RunFolder.createNext(parent);
    const stop = new AbortController();
    await runTraining({
      configuration,
      folder,
      openDevice,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'step' && event.stepsDone === 25) stop.abort();
      },
    }).catch(() => {});
    file = folder.file('bp', 'checkpoint.safetensors');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const resumed = (resume: true | 'previous' = true): Promise<unknown> =>
    runTraining({ configuration, folder, openDevice, resume }).then(
      ({ summaries }) => summaries[0]!.weightsHash,
      (error: unknown) => error,
    );

  async function expectRefused(said: string): Promise<void> {
    const error = await resumed();
    expect(isOpuError(error, 'INVALID_FILE'), String(error)).to.equal(true);
    expect((error as Error).message).to.contain(said);
    expect((error as Error).message).to.contain('--from-previous');
  }

  it('with one flipped bit is refused, wherever in the data the bit lies, and the one before it leads to the same weights', async () => {
    const sound = readFileSync(file);
    const dataStart = 8 + Number(sound.readBigUInt64LE(0));
    for (const at of [dataStart, dataStart + 401, sound.length - 1]) {
      const flipped = Buffer.from(sound);
      flipped[at]! ^= 1;
      writeFileSync(file, flipped);
      await expectRefused('its checksum is wrong');
    }
    expect(await resumed('previous')).to.equal(whole);
  });

  it('with the data of two tensors exchanged is refused', async () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    const list = [...tensors.values()];
    const [a, b] = list.filter(({ shape }) => shape.join() === '8');
    const exchanged = list.map((tensor) =>
      tensor === a ? { ...a!, data: b!.data } : tensor === b ? { ...b!, data: a!.data } : tensor,
    );
    writeFileSync(file, encodeSafetensors(exchanged, Object.fromEntries(metadata)));
    await expectRefused('its checksum is wrong');
  });

  it('with another state, or without a checksum, is refused', async () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    const state = metadata.get('state')!.replace('"stepsDone":25', '"stepsDone":5');
    writeFileSync(file, encodeSafetensors([...tensors.values()], { ...Object.fromEntries(metadata), state }));
    await expectRefused('its checksum is wrong');
    writeFileSync(file, encodeSafetensors([...tensors.values()], { state }));
    await expectRefused('it has no checksum');
  });

  it('goes on from the one before when a kill left only that', async () => {
    rmSync(file);
    expect(await resumed()).to.equal(whole);
  });
});
