import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpy, OpuError, secondsFromTicks } from '@opu/core';
import type { RemoteDevice } from '@opu/driver';
import { DigitalSketch, openOpticalSketch, type Sketch } from '@opu/sketch';
import { type Terminal, writeJson } from '../frame/terminal.js';
import { withDevice } from '../frame/with-device.js';
import { type SketchFlags, wholeNumber } from './options.js';
import { sketchReport } from './report.js';
import type { SketchAnswer, SketchContext, SketchTask } from './task.js';

/** The address of the exact control. */
export const DIGITAL = 'digital';

/** Runs a computation by light or by numbers, writes its folder, and says what came out. */
export async function runSketch(
  name: string,
  task: SketchTask,
  address: string,
  flags: SketchFlags,
  terminal: Terminal,
): Promise<void> {
  const seed = wholeNumber('--seed', flags.seed, 0) ?? 0;
  const tell = (line: string): void => {
    if (!flags.json) terminal.message(line);
  };
  const work = (device: RemoteDevice | undefined, signal: AbortSignal): Promise<SketchAnswer> =>
    task({ flags, seed, device, signal, tell, openSketch: openerOf({ device, signal, seed, tell }) });
  const answer =
    address === DIGITAL ? await work(undefined, terminal.interruptSignal()) : await withDevice(address, terminal, work);
  const { estimate, standardError, exact, spent, notes, more } = answer;
  const result = {
    estimate,
    standardError,
    ...(exact === undefined ? {} : { exact }),
    frames: spent.frames,
    deviceSeconds: secondsFromTicks(spent.deviceTicks),
    ...more,
    notes,
  };
  if (flags.out !== undefined) await writeFolder(flags.out, name, address, answer, result);
  if (flags.json) {
    await writeJson(terminal, { ...result, ...(flags.out === undefined ? {} : { out: flags.out }) });
    return;
  }
  for (const note of notes) terminal.message(`note: ${note}`);
  for (const [key, value] of facts(result)) await terminal.write(`${key.padEnd(16)}${value}\n`);
  if (flags.out !== undefined) terminal.message(`Report: ${join(flags.out, 'report.html')}`);
}

function openerOf({
  device,
  signal,
  seed,
  tell,
}: Pick<SketchContext, 'device' | 'signal' | 'seed' | 'tell'>): (size: {
  inputs: number;
  outputs: number;
}) => Promise<Sketch> {
  return async ({ inputs, outputs }) => {
    if (signal.aborted) throw new OpuError('ABORTED', 'Interrupted.', { cause: signal.reason });
    if (device === undefined) return new DigitalSketch({ inputs, outputs, seed });
    tell(`measuring the scale of ${outputs} rows of ${inputs} numbers`);
    const sketch = await openOpticalSketch(device, { inputs, outputs, seed, signal });
    const { ratio, standardError } = sketch.isometry;
    tell(`scale ${ratio.toFixed(3)} ± ${standardError.toFixed(3)}, divided out; rows ${sketch.rows}`);
    return sketch;
  };
}

async function writeFolder(
  folder: string,
  name: string,
  address: string,
  { arrays, charts }: SketchAnswer,
  result: Readonly<Record<string, unknown>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [file, array] of Object.entries(arrays)) await writeFile(join(folder, `${file}.npy`), encodeNpy(array));
  await writeFile(join(folder, 'result.json'), `${JSON.stringify({ name, address, ...result }, undefined, 2)}\n`);
  const title = `${name} by ${address === DIGITAL ? 'numbers' : 'light'}`;
  await writeFile(join(folder, 'report.html'), sketchReport(title, [['device', address], ...facts(result)], charts));
}

function facts(result: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(result)
    .filter(([key]) => key !== 'notes')
    .map(([key, value]) => [key, typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)]);
}
