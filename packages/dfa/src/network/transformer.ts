import type { ComputePool } from '@opu/compute';
import { OpuError } from '@opu/driver';
import type { Block } from '../blocks/block.js';
import { CausalAttention } from '../blocks/causal-attention.js';
import { Dense } from '../blocks/dense.js';
import { Embedding } from '../blocks/embedding.js';
import { LayerNorm } from '../blocks/layer-norm.js';
import { NormalisedBorder } from '../blocks/normalised-border.js';
import { Residual } from '../blocks/residual.js';
import { Sequential } from '../blocks/sequential.js';
import { Network } from './network.js';

export interface TransformerOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly tokens: number;
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly dropout?: number;
}

/**
 * A decoder-only transformer with the norm before each part. A training mode reaches each layer (attention and feed-forward
 * together, the embedding with the first) as one block, as in 2006.12878: gradients inside a layer are true ones.
 */
export function transformer(options: TransformerOptions): Network {
  const { pool, seed, tokens, context, width, heads, layers, dropout = 0 } = options;
  if (width % heads !== 0) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `A width of ${width} cannot be shared by ${heads} heads; it must be a multiple.`,
    );
  }
  const dense = (name: string, inputs: number, outputs: number, activation: 'relu' | 'identity', drop = 0): Block =>
    new Dense({ pool, seed, name, inputs, outputs, activation, dropout: drop });
  const layer = (name: string): Block => {
    const attention = new Sequential(`${name}.attention`, [
      new LayerNorm(pool, `${name}.attention.norm`, width),
      dense(`${name}.attention.qkv`, width, 3 * width, 'identity'),
      new CausalAttention({ pool, name: `${name}.attention.mix`, width, heads, context }),
      dense(`${name}.attention.out`, width, width, 'identity', dropout),
    ]);
    const feedForward = new Sequential(`${name}.feedForward`, [
      new LayerNorm(pool, `${name}.feedForward.norm`, width),
      dense(`${name}.feedForward.wide`, width, 4 * width, 'relu'),
      dense(`${name}.feedForward.out`, 4 * width, width, 'identity', dropout),
    ]);
    const embedding =
      name === 'layer1' ? [new Embedding({ pool, seed, name: 'embedding', tokens, context, width })] : [];
    const parts = [...embedding, new Residual(pool, attention), new Residual(pool, feedForward)];
    return new NormalisedBorder(new Sequential(name, parts));
  };
  return new Network([
    ...Array.from({ length: layers }, (_, i) => layer(`layer${i + 1}`)),
    new Sequential('output', [
      new LayerNorm(pool, 'output.norm', width),
      dense('output.logits', width, tokens, 'identity'),
    ]),
  ]);
}
