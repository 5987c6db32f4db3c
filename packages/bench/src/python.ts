import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemes } from '@opu/cli';
import { openOpu } from '@opu/driver';
import ndarray from 'ndarray';
import type { Bench, BenchCase, BenchContext } from './harness/bench.js';
import { DeviceProcess } from './link/processes.js';
import { full, megabytesOf, type Size, tiny } from './link/sizes.js';

const source = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'python', 'src');

/**
 * The Python package beside the TypeScript driver, each with a device without light in another process behind TCP. Tiny frames go
 * through `project` in batches of 1000.
 */
export const pythonBench: Bench = {
  name: 'python',
  description: 'frames through the Python package over TCP, beside the TypeScript driver',
  async *cases(context) {
    yield* sideBySide(context, { ...full, frames: context.quick ? 16 : 256 }, 0.5);
    yield* sideBySide(context, { ...tiny, frames: 1000 }, 0.3);
  },
};

async function* sideBySide(context: BenchContext, size: Size, reach: number): AsyncIterable<BenchCase> {
  if (!context.wanted(size.name)) return;
  const python = await context.python();
  if (python === undefined) return;
  const processes = [0, 1].map(() => new DeviceProcess({ kind: 'tcp' }, size.profile, []));
  const [ours, theirs] = await Promise.all(processes.map((process) => process.addresses()));
  const device = await openOpu(theirs![0], { schemes, pacing: 'free' });
  const patterns = ndarray(new Uint8Array(size.frames * size.patternBytes).fill(0xa5), [
    size.frames,
    size.patternBytes,
  ]);
  await python.run(
    `import sys; sys.path.insert(0, ${JSON.stringify(source)}); import opu, opu._checksum, numpy as np\n` +
      `device = opu.connect(${JSON.stringify(ours![0])}, pacing="free")\n` +
      `patterns = np.full((${size.frames}, ${size.patternBytes}), 0xa5, np.uint8)`,
  );
  yield {
    name: size.name,
    work: { amount: size.frames, unit: 'frames' },
    notes: `${megabytesOf(size).toFixed(2)} MB of patterns and pixels a round; CRC-32C by numpy unless an extension is installed`,
    rounds: 5,
    ours: { name: 'Python project()', run: () => python.run('device.project(patterns, packed=True)') },
    peers: [
      {
        name: 'TypeScript project()',
        reach,
        run: async () => {
          await device.project(patterns);
          return undefined;
        },
      },
    ],
  };
  await python.run('device.close()');
  await device.close();
  for (const process of processes) await process.close();
}
