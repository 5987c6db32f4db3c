import type { Command } from 'commander';
import type { RegisterCommand } from '../frame/register.js';
import type { SketchFlags } from '../sketch/options.js';
import type { SketchTask } from '../sketch/task.js';

export const registerSketch: RegisterCommand = (program, terminal) => {
  const sketch = program
    .command('sketch')
    .description('randomised linear algebra and random features, by light or by numbers');
  const add = (name: string, description: string, load: () => Promise<SketchTask>): Command =>
    sketch
      .command(name)
      .description(description)
      .argument('<address>', "address of the device, or 'digital' for the exact control")
      .requiredOption('--in <A.npy>', 'input: .npy, or .npz as scipy.sparse.save_npz writes a CSR matrix')
      .option('--out <folder>', 'where results (.npy), result.json and report.html go')
      .option('--sketch <m>', 'rows of the sketch, or number of features')
      .option('--seed <s>', 'seed of a digital sketch, of the scale and of phases (default: 0)')
      .option('--exact', 'compute the exact answer too')
      .option('--json', 'print one JSON document')
      .action(async (address: string, flags: SketchFlags) => {
        const [{ runSketch }, task] = await Promise.all([import('../sketch/run.js'), load()]);
        await runSketch(name, task, address, flags, terminal);
      });

  add('trace', 'trace of a square matrix', async () => (await import('../sketch/estimates.js')).traceTask);
  add(
    'triangles',
    'triangles of an undirected graph',
    async () => (await import('../sketch/estimates.js')).trianglesTask,
  );
  add('svd', 'singular value decomposition', async () => (await import('../sketch/matrices.js')).svdTask)
    .option('--rank <k>', 'singular values that are kept')
    .option('--power <q>', 'power iterations (default: 0)')
    .option('--tolerance <x>', 'the smallest rank with this relative error');
  add('product', 'A^T B', async () => (await import('../sketch/matrices.js')).productTask).option(
    '--with <B.npy>',
    'B, with as many rows as A',
  );
  const classified = (command: Command): Command =>
    command
      .option('--labels <y.npy>', 'classes of the samples')
      .option('--test <X.npy>', 'samples to test with (default: those that are fitted)')
      .option('--test-labels <y.npy>', 'their classes');
  classified(
    add(
      'ridge',
      'ridge classifier on random features',
      async () => (await import('../sketch/classifiers.js')).ridgeTask,
    ),
  ).option('--alpha <x>', "ridge, as a share of the mean squared length of a sample's features (default: 0.001)");
  add('newma', 'change points of a stream of samples', async () => (await import('../sketch/newma.js')).newmaTask)
    .option('--window <n>', 'samples that it looks back over (default: 50)')
    .option('--gamma <x>', 'of the Gaussian kernel (default: from the median distance of samples)')
    .option('--false-alarms <share>', 'share of quiet samples above the threshold (default: 0.001)');
  classified(
    add(
      'double-descent',
      'test error of least squares against the number of features',
      async () => (await import('../sketch/classifiers.js')).doubleDescentTask,
    ),
  ).option('--features <list>', 'numbers of features (default: from a tenth to ten times the samples)');
};
