import { OpuError } from '@opu/driver';
import type { Network } from '../network/network.js';

/** A loss that many times its start (or that of guessing, if that is more) will not come back. */
const HOPELESS = 50;

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum / Math.max(1, values.length));
}

/**
 * Stops a run whose loss is no number any more or has grown beyond hope.
 * @throws OpuError DIVERGED that names the layer: the first that holds a value which is no finite number, or the one
 * whose weights have grown most
 */
export function refuseDivergence(network: Network, loss: number, firstLoss: number, epoch: number, step: number): void {
  const guessing = Math.log(network.output.outputs);
  if (loss <= HOPELESS * Math.max(firstLoss, guessing)) return;
  const where = `The loss is ${Number.isFinite(loss) ? loss.toPrecision(4) : loss} in epoch ${epoch + 1}, step ${step + 1}`;
  const advice = 'Lower the learning rate or the momentum; training stopped before this step changed a weight.';
  for (const block of network.blocks) {
    for (const { name, value } of block.parameters) {
      const at = value.findIndex((number) => !Number.isFinite(number));
      if (at < 0) continue;
      throw new OpuError(
        'DIVERGED',
        `${where}; layer ${block.name} diverged (${name}[${at}] is ${value[at]}). ${advice}`,
        {
          details: { layer: block.name, parameter: name, epoch, step, loss },
        },
      );
    }
  }
  const growth = network.blocks.map((block) => {
    const weight = block.parameters.find((parameter) => parameter.decays) ?? block.parameters[0]!;
    return { block, growth: rootMeanSquare(weight.value) * Math.sqrt(3 * (weight.shape[0] ?? 1)) };
  });
  const worst = growth.reduce((a, b) => (b.growth > a.growth ? b : a));
  throw new OpuError(
    'DIVERGED',
    `${where}; layer ${worst.block.name} diverged (its weights are ${worst.growth.toPrecision(3)} times as large as at ` +
      `the start). ${advice}`,
    { details: { layer: worst.block.name, epoch, step, loss } },
  );
}
