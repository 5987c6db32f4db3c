// What the TypeScript trainer makes of an error: its signals by matrices, by ternary matrices, dithered, and by light.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(root, path)).href);
const { ComputePool } = await load('packages/compute/dist/index.js');
const { DigitalFeedback, OpticalFeedback } = await load('packages/dfa/dist/index.js');
const { openLinearProjection, openOpu } = await load('packages/driver/dist/index.js');
const { emulatorScheme } = await load('emulator/dist/index.js');
const { seed, rows, classes, widths, error, address, step } = JSON.parse(readFileSync(file, 'utf8'));
const pool = new ComputePool({ threads: 1 });
const common = { pool, seed, classes, widths };
const errors = pool.float32(rows * classes);
errors.set(error);
const of = async (feedback) =>
  (await feedback.signals(errors, rows, 1 / rows, step)).map((s) => Array.from(s.subarray(0)));
const device = await openOpu(address, { schemes: { emulator: emulatorScheme } });
const outputs = widths.reduce((a, b) => a + b, 0);
const projection = await openLinearProjection(device, {
  mode: 'anchor',
  inputs: classes,
  outputs,
  shortestPeriod: true,
});
const result = {
  dfa: await of(new DigitalFeedback(common)),
  'dfa-ternary': await of(new DigitalFeedback({ ...common, threshold: 0.1 })),
  dithered: await of(new DigitalFeedback({ ...common, threshold: 'dithered' })),
  shared: await of(new DigitalFeedback({ ...common, threshold: 'adaptive', sharing: 'shared' })),
  optical: await of(new OpticalFeedback({ ...common, projection, threshold: 0.1 })),
};
await device.close();
process.stdout.write(JSON.stringify(result), () => process.exit(0));
