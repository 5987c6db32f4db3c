// What optical training bears: accuracy against photons, saturation, drift, bit depth and the ternary threshold.
//   node examples/dist/robustness.js [photons|saturation|drift|bits|threshold ...] [--quick]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeConfiguration, type PartialConfiguration, RunFolder, runTraining } from '@opu/dfa';
import { openOpu } from '@opu/driver';
import { emulatorScheme, type Profile, resolveProfile } from '@opu/emulator';

/** One setting of a study: how it is called, the device, and what the run has otherwise. */
interface Setting {
  readonly name: string;
  readonly profile: Profile;
  readonly run?: PartialConfiguration;
}

const base = resolveProfile('opu-1m-300k');

function exposed(microseconds: number): Profile {
  return { ...base, defaults: { ...base.defaults, exposureMicroseconds: microseconds } };
}

const studies: Readonly<Record<string, readonly Setting[]>> = {
  photons: [400, 100, 25, 10, 5].map((us) => ({ name: `exposure ${us} us`, profile: exposed(us) })),
  saturation: [400, 1000, 4000, 12_000].map((us) => ({
    name: `exposure ${us} us`,
    profile: { ...exposed(us), defaults: { ...exposed(us).defaults, periodMicroseconds: us + 1000 } },
  })),
  drift: [Number.POSITIVE_INFINITY, 60_000, 5000, 500].map((milliseconds) => ({
    name: Number.isFinite(milliseconds) ? `decorrelates in ${milliseconds / 1000} s` : 'at rest',
    profile: Number.isFinite(milliseconds)
      ? { ...base, optics: { ...base.optics, medium: { decorrelationMilliseconds: milliseconds } } }
      : base,
  })),
  bits: base.camera.bitDepths
    .filter((bitDepth) => bitDepth < 32)
    .map((bitDepth) => ({ name: `${bitDepth} bit`, profile: { ...base, defaults: { ...base.defaults, bitDepth } } })),
  threshold: [0.02, 0.1, 0.25, 0.4, 'adaptive'].map((threshold) => ({
    name: `threshold ${threshold}`,
    profile: base,
    run: { threshold },
  })),
};

const words = process.argv.slice(2).filter((word) => word !== '--quick');
const isQuick = process.argv.includes('--quick');
const unknown = words.find((word) => !Object.hasOwn(studies, word));
if (unknown !== undefined) {
  console.error(`There is no study '${unknown}'; there are ${Object.keys(studies).join(', ')}.`);
  process.exit(2);
}

const size: PartialConfiguration = isQuick
  ? { trainCount: 640, testCount: 200, hidden: [32, 32], epochs: 1, batch: 32 }
  : { trainCount: 10_000, testCount: 2000, hidden: [256, 256], epochs: 5 };
const folder = mkdtempSync(join(tmpdir(), 'opu-robustness-'));

async function accuracy({ profile, run }: Setting, index: number): Promise<string> {
  const file = join(folder, 'profile.json');
  writeFileSync(file, JSON.stringify(profile));
  const { summaries } = await runTraining({
    configuration: completeConfiguration(
      { ...size, ...run, mode: 'optical', device: `emulator:${file}` },
      'robustness',
    ),
    folder: RunFolder.create(join(folder, String(index))),
    openDevice: (address) => openOpu(address, { schemes: { emulator: emulatorScheme } }),
  });
  const { testAccuracy, alignment } = summaries[0]!;
  const angles = Object.values(alignment).map((cosine) => cosine.toFixed(2));
  return `${(100 * testAccuracy).toFixed(2).padStart(6)} %  alignment ${angles.join(' ')}`;
}

let runs = 0;
try {
  for (const study of words.length > 0 ? words : Object.keys(studies)) {
    console.log(study);
    for (const setting of studies[study]!) {
      console.log(`  ${setting.name.padEnd(24)} ${await accuracy(setting, runs++)}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
