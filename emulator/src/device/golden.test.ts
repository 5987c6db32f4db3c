import { createHash } from 'node:crypto';
import { type Configure, configurationField, createConfigure, pixelFormat } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { profiles, resolveProfile } from '../profiles/index.js';
import { TraceRun } from '../trace/trace-run.js';
import { traceSettings } from '../trace/trace-settings.js';
import { createEmulatedDevice, type EmulatedDeviceOptions } from './emulated-device.js';

/** Hashes as they were when the emulator got its present timing and light: whoever changes one changes what hosts see. */
const golden: Readonly<Record<string, string>> = {
  'opu-1m-300k: hold': 'e50b772e535e4bf4',
  'opu-1m-300k: drop': 'e50b772e535e4bf4',
  'opu-1m-300k: late patterns': 'e50b772e535e4bf4',
  'opu-1m-300k: late patterns, drop, slow link': 'eb4818200e18400e',
  'opu-1m-300k: software triggers': 'fc0f6a8c1494d3de',
  'opu-1m-300k: external triggers, late patterns': 'fc0f6a8c1494d3de',
  'opu-2khz: hold': '36b519e9b1301df9',
  'opu-2khz: drop': '36b519e9b1301df9',
  'opu-2khz: late patterns': '36b519e9b1301df9',
  'opu-2khz: late patterns, drop, slow link': 'b844de87962498c6',
  'opu-2khz: software triggers': '01e401baf6da0d30',
  'opu-2khz: external triggers, late patterns': '01e401baf6da0d30',
  'lab-dlp7000: hold': 'b06c5cc7fbae4a2e',
  'lab-dlp7000: drop': 'b06c5cc7fbae4a2e',
  'lab-dlp7000: late patterns': 'b06c5cc7fbae4a2e',
  'lab-dlp7000: late patterns, drop, slow link': 'a8c28261933729e1',
  'lab-dlp7000: software triggers': '39678582db78e5df',
  'lab-dlp7000: external triggers, late patterns': '39678582db78e5df',
  'lab-dlp9500: hold': '1b2709b2510959a0',
  'lab-dlp9500: drop': '1b2709b2510959a0',
  'lab-dlp9500: late patterns': '1b2709b2510959a0',
  'lab-dlp9500: late patterns, drop, slow link': 'ba6a86aa9ce419ef',
  'lab-dlp9500: software triggers': '69b460cfede7c8bf',
  'lab-dlp9500: external triggers, late patterns': '69b460cfede7c8bf',
  'lab-dlp6500: hold': 'fc49897196a1d729',
  'lab-dlp6500: drop': 'fc49897196a1d729',
  'lab-dlp6500: late patterns': 'fc49897196a1d729',
  'lab-dlp6500: late patterns, drop, slow link': '9f2b389cdf456a54',
  'lab-dlp6500: software triggers': 'addf17139f152753',
  'lab-dlp6500: external triggers, late patterns': 'addf17139f152753',
  'lab-slm: hold': 'ac370bec6003799e',
  'lab-slm: drop': 'ac370bec6003799e',
  'lab-slm: late patterns': 'ac370bec6003799e',
  'lab-slm: late patterns, drop, slow link': 'bee0bf711affe3f5',
  'lab-slm: software triggers': '46235df6c2421efd',
  'lab-slm: external triggers, late patterns': '46235df6c2421efd',
  'tiny: hold': '4afc1a72051976a9',
  'tiny: drop': '4afc1a72051976a9',
  'tiny: late patterns': 'f39b7d797c34fbd0',
  'tiny: late patterns, drop, slow link': 'e8d8279fc3185006',
  'tiny: software triggers': '3b07a54d0db11dfd',
  'tiny: external triggers, late patterns': 'a0781cb1eec840d6',
  'tiny, seed 1': '09a1923b7a9b8e29',
  'tiny, seed 2, serial': 'c5dfad649c3590f3',
  'tiny, floats': '2696e860f5aa918c',
  'tiny, signs, 12 bits': 'cd10c74d0a11a76b',
  'tiny, reference beam': '024222d194ac0d84',
  'tiny, macro-pixels': 'ae9fcc4dab3d804f',
  'lab-dlp7000': '7a1b915bd00111e0',
  'lab-slm': 'db3eb37d44eea3a6',
  'opu-1m-300k': 'd9db4fdf74cd8c46',
};

/** Of a readout; those that later versions add are not among them. */
const fields = [
  'frame',
  'patternId',
  'resetTick',
  'exposureStartTick',
  'exposureTicks',
  'referencePhase',
  'flags',
  'saturatedPixels',
  'droppedBefore',
  'imageCrc',
];

const short = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 16);
const ticks = (count: number, first: number, step: number): number[] =>
  Array.from({ length: count }, (_, k) => first + k * step);

function traceHash(profile: string, change: Partial<Parameters<typeof traceSettings>[0]>, arrivals?: number[]): string {
  const hash = createHash('sha256');
  const { settings } = traceSettings({ profile: resolveProfile(profile), ...change });
  const triggers = settings.trigger === 'internal' ? undefined : ticks(120, 500, 4_001);
  return hashOfRun(hash, { settings, frames: 60, arrivals, triggers });
}

function hashOfRun(hash: ReturnType<typeof createHash>, input: ConstructorParameters<typeof TraceRun>[0]): string {
  const run: TraceRun = new TraceRun(input, {
    edge: (edge, tick, frame, patternId) => hash.update(`${edge} ${tick} ${frame} ${patternId}\n`),
    slotsPassed: (why, tick, count, frame) => hash.update(`${why} ${tick} ${count} ${frame}\n`),
    triggerIgnored: (tick, reason) => hash.update(`${reason} ${tick}\n`),
    runEnded: ({ tick, frames, reason }) => hash.update(`${reason} ${tick} ${frames}\n`),
  });
  while (run.step(2000));
  hash.update(JSON.stringify(run.counters));
  return short(hash);
}

/** A run of 16 pseudo-random patterns over the wire: every field of their readouts, and their images. */
async function framesHash(options: EmulatedDeviceOptions, change: Partial<Configure> = {}): Promise<string> {
  const device = createEmulatedDevice(options);
  const host = await new WireHost(device.connect()).open();
  await host.control();
  const { patternBytes } = await host.get({ ...createConfigure(), ...change }, 'CONFIGURE_REPLY');
  let state = 1;
  const byte = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  host.patterns(
    0,
    Array.from({ length: 16 }, () => Uint8Array.from({ length: patternBytes }, byte)),
  );
  await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[0]);
  const hash = createHash('sha256');
  for (const { frames, data, imageBytes } of host.all('READOUTS')) {
    for (const frame of frames) hash.update(JSON.stringify(frame, fields));
    hash.update(`${imageBytes}`).update(data);
  }
  await host.close();
  await device.close();
  return short(hash);
}

describe('golden hashes', () => {
  const runs: [name: string, change: Partial<Parameters<typeof traceSettings>[0]>, arrivals?: number[]][] = [
    ['hold', {}],
    ['drop', { overrun: 'drop' }],
    ['late patterns', {}, ticks(60, 0, 3_777)],
    ['late patterns, drop, slow link', { overrun: 'drop', messageBytes: 100_000 }, ticks(60, 0, 3_777)],
    ['software triggers', { trigger: 'software' }],
    ['external triggers, late patterns', { trigger: 'external' }, ticks(60, 0, 3_777)],
  ];
  for (const { name: profile } of profiles) {
    it(`of every edge of 60 frames of ${profile}: ${runs.map(([name]) => name).join('; ')}`, () => {
      for (const [name, change, arrivals] of runs) {
        const key = `${profile}: ${name}`;
        expect(traceHash(profile, change, arrivals), key).to.equal(golden[key]);
      }
    });
  }

  const { REGION_OF_INTEREST, REFERENCE, PIXEL_FORMAT, MACRO_PIXELS } = configurationField;
  const region = (side: number) => ({ fields: REGION_OF_INTEREST, regionWidth: side, regionHeight: side });
  const reference = { referenceOn: 1, referencePhaseSteps: 3, referenceAmplitude: 1, referenceTiltX: 0.5 };
  const frames: [name: string, options: EmulatedDeviceOptions, change?: Partial<Configure>][] = [
    ['tiny, seed 1', { profile: 'tiny', seed: 1 }],
    ['tiny, seed 2, serial', { profile: 'tiny', seed: 2, link: 'serial-115200' }],
    ['tiny, floats', { profile: 'tiny', seed: 3, ideal: 'float' }],
    [
      'tiny, signs, 12 bits',
      { profile: 'tiny', medium: 'signs' },
      { fields: PIXEL_FORMAT, pixelFormat: pixelFormat.MONO12_PACKED },
    ],
    ['tiny, reference beam', { profile: 'tiny', seed: 4 }, { fields: REFERENCE, ...reference }],
    ['tiny, macro-pixels', { profile: 'tiny', seed: 5 }, { fields: MACRO_PIXELS, macroColumns: 8, macroRows: 4 }],
    ['lab-dlp7000', { profile: 'lab-dlp7000', seed: 6, medium: 'structured' }, region(64)],
    ['lab-slm', { profile: 'lab-slm', seed: 7, medium: 'structured' }, region(32)],
    ['opu-1m-300k', { seed: 8, medium: 'structured' }, region(64)],
  ];
  it(`of 16 frames: ${frames.map(([name]) => name).join('; ')}`, async () => {
    for (const [name, options, change] of frames) {
      expect(await framesHash(options, change), name).to.equal(golden[name]);
    }
  });
});
