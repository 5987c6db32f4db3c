import { ComputePool } from '@opu/compute';
import {
  createOptimizer,
  DigitalFeedback,
  ImageTask,
  mlp,
  syntheticDigits,
  Trainer,
  type TrainingMode,
} from '@opu/dfa';
import type { Bench, BenchCase, BenchContext } from './harness/bench.js';
import type { PythonPeer } from './harness/python-peer.js';

const widths = [1024, 1024];

/** Who multiplies matrices, and how our samples/s should then stand to the peers'. */
interface Setting {
  readonly accelerator: 'none' | 'openblas';
  readonly suffix: string;
  readonly reach: number;
}

const own: Setting = { accelerator: 'none', suffix: '', reach: 0.4 };
const native: Setting = { accelerator: 'openblas', suffix: ', OpenBLAS', reach: 1 };

/** Steps of training on 784-1024-1024-10 tanh with SGD and momentum, against the same steps in numpy and PyTorch. */
export const trainBench: Bench = {
  name: 'train',
  description: 'training steps of 784-1024-1024-10 by bp and dfa, batch 128 and 1024, against numpy and PyTorch',
  async *cases(context) {
    const settings = isThere(native) ? [own, native] : [own];
    for (const batch of [128, 1024]) {
      for (const setting of settings) {
        for (const mode of ['bp', 'dfa', 'dfa-ternary'] as const) yield* stepCase(mode, batch, setting, context);
        yield* againstBp(batch, setting, context);
      }
    }
  },
};

/** Whether a pool with this accelerator can be had on this machine. */
function isThere({ accelerator }: Setting): boolean {
  try {
    new ComputePool({ threads: 1, memoryBytes: 2 ** 22, accelerator }).close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'NOT_SUPPORTED') return false;
    throw error;
  }
}

async function* stepCase(
  mode: TrainingMode,
  batch: number,
  setting: Setting,
  context: BenchContext,
): AsyncIterable<BenchCase> {
  const name = `${mode}, batch ${batch}${setting.suffix}`;
  if (!context.wanted(name)) return;
  const { pool, steps, contender, end } = contenderOf(mode, batch, setting, context);
  const python = await context.python();
  const peers = python === undefined ? [] : await peersOf(python, mode, batch, steps, setting.reach);
  yield {
    name,
    work: { amount: steps * batch, unit: 'samples' },
    rounds: context.quick ? 1 : 7,
    ours: { ...contender, name: `opu, ${pool.threads} threads` },
    peers,
  };
  await end();
}

/** Feedback without a backward pass through the layers must cost less than back-propagation. */
async function* againstBp(batch: number, setting: Setting, context: BenchContext): AsyncIterable<BenchCase> {
  const name = `dfa against bp, batch ${batch}${setting.suffix}`;
  if (!context.wanted(name)) return;
  const dfa = contenderOf('dfa', batch, setting, context);
  const bp = contenderOf('bp', batch, setting, context);
  yield {
    name,
    work: { amount: dfa.steps * batch, unit: 'samples' },
    rounds: context.quick ? 1 : 7,
    ours: dfa.contender,
    peers: [{ ...bp.contender, reach: 1 }],
  };
  await dfa.end();
  await bp.end();
}

function contenderOf(mode: TrainingMode, batch: number, { accelerator }: Setting, { quick }: BenchContext) {
  const pool = new ComputePool({ accelerator });
  const steps = quick ? 2 : Math.ceil(4096 / batch);
  const training = endlessSteps(pool, mode, batch);
  const contender = {
    name: mode,
    run: async () => {
      for (let i = 0; i < steps; i++) await training.next();
      return undefined;
    },
  };
  const end = async () => {
    await training.return();
    pool.close();
  };
  return { pool, steps, contender, end };
}

/** The trainer itself, on an epoch that the benchmark does not reach the end of. */
function endlessSteps(pool: ComputePool, mode: TrainingMode, batch: number) {
  const data = syntheticDigits({ trainCount: 4096, testCount: 10 });
  const task = new ImageTask(pool, data, batch, 0);
  const endless = {
    name: task.name,
    inputs: task.inputs,
    classes: task.classes,
    stepsPerEpoch: 2 ** 20,
    batch: (_: number, step: number) => task.batch(0, step % task.stepsPerEpoch),
    testBatches: () => task.testBatches(),
  };
  const network = mlp({ pool, seed: 0, inputs: 784, hidden: widths, classes: 10, activation: 'tanh' });
  const sgd = { kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 0 } as const;
  const ternary = mode === 'dfa-ternary' ? { threshold: 0.1 } : {};
  return new Trainer({
    pool,
    network,
    task: endless,
    mode,
    optimizer: createOptimizer(pool, sgd, network.parameters),
    feedback: new DigitalFeedback({ pool, seed: 0, classes: 10, widths, ...ternary }),
    epochs: 1,
  }).run();
}

async function peersOf(python: PythonPeer, mode: TrainingMode, batch: number, steps: number, reach: number) {
  await python.run(numpyStep(batch));
  const step = mode === 'bp' ? 'bp()' : mode === 'dfa' ? 'dfa(False)' : 'dfa(True)';
  const peers = [{ name: 'numpy', run: () => python.run(`for _ in range(${steps}): ${step}`), reach }];
  if (mode !== 'bp' || (await python.tryRun(torchStep(batch))) === undefined) return peers;
  return [...peers, { name: 'PyTorch', run: () => python.run(`for _ in range(${steps}): torch_bp()`), reach }];
}

/** The same network and update in numpy, as one would write it who cares for speed: in place, f32. */
function numpyStep(batch: number): string {
  return `
import numpy as np
r = np.random.default_rng(0)
f = lambda *shape: (r.uniform(-1, 1, shape) / np.sqrt(shape[0])).astype(np.float32)
W = [f(784, 1024), f(1024, 1024), f(1024, 10)]
b = [np.zeros(n, np.float32) for n in (1024, 1024, 10)]
V = [np.zeros_like(w) for w in W]
U = [np.zeros_like(x) for x in b]
B = [f(10, 1024), f(10, 1024)]
X = r.standard_normal((${batch}, 784)).astype(np.float32)
y = r.integers(0, 10, ${batch})
rows = np.arange(${batch})

def forward():
    h1 = X @ W[0]; h1 += b[0]; np.tanh(h1, out=h1)
    h2 = h1 @ W[1]; h2 += b[1]; np.tanh(h2, out=h2)
    e = h2 @ W[2]; e += b[2]
    e -= e.max(1, keepdims=True); np.exp(e, out=e); e /= e.sum(1, keepdims=True)
    e[rows, y] -= 1
    return h1, h2, e

def update(inputs, deltas):
    for i in range(3):
        V[i] *= np.float32(0.9); V[i] += inputs[i].T @ deltas[i]; W[i] -= np.float32(0.01) * V[i]
        U[i] *= np.float32(0.9); U[i] += deltas[i].sum(0); b[i] -= np.float32(0.01) * U[i]

def bp():
    h1, h2, e = forward()
    e /= np.float32(${batch})
    d2 = e @ W[2].T; d2 *= 1 - h2 * h2
    d1 = d2 @ W[1].T; d1 *= 1 - h1 * h1
    update((X, h1, h2), (d1, d2, e))

def dfa(ternary):
    h1, h2, e = forward()
    t = ((e > 0.1).astype(np.float32) - (e < -0.1)).astype(np.float32) if ternary else e
    t = t / np.float32(${batch}); e /= np.float32(${batch})
    d2 = t @ B[1]; d2 *= 1 - h2 * h2
    d1 = t @ B[0]; d1 *= 1 - h1 * h1
    update((X, h1, h2), (d1, d2, e))
`;
}

function torchStep(batch: number): string {
  return `
import torch
net = torch.nn.Sequential(torch.nn.Linear(784, 1024), torch.nn.Tanh(), torch.nn.Linear(1024, 1024), torch.nn.Tanh(), torch.nn.Linear(1024, 10))
sgd = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
TX = torch.randn(${batch}, 784); Ty = torch.randint(0, 10, (${batch},))
def torch_bp():
    sgd.zero_grad(); torch.nn.functional.cross_entropy(net(TX), Ty).backward(); sgd.step()
`;
}
