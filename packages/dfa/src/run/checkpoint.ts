import { OpuError } from '@opu/driver';
import type { Network } from '../network/network.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../tensors/safetensors.js';
import type { DeviceUse } from '../train/events.js';
import type { Progress } from '../train/trainer.js';

/** Where a run stands, beside weights and optimiser state. */
export interface CheckpointState {
  readonly progress: Progress;
  readonly device?: DeviceUse;
  /** Host time that the mode has taken so far. */
  readonly wallSeconds: number;
  /** Hash of what decides the weights: another configuration must not go on from here. */
  readonly configurationHash: string;
}

export interface Checkpoint {
  readonly state: CheckpointState;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly file: string;
}

function weights(network: Network): NamedTensor[] {
  return network.parameters.map(({ name, shape, value }) => ({ name, shape, data: value }));
}

/** The network alone, for whoever uses it. */
export function encodeWeights(network: Network, metadata: Readonly<Record<string, string>>): Uint8Array {
  return encodeSafetensors(weights(network), metadata);
}

export function encodeCheckpoint(network: Network, optimizer: Optimizer, state: CheckpointState): Uint8Array {
  return encodeSafetensors([...weights(network), ...optimizer.state()], { state: JSON.stringify(state) });
}

/** @throws OpuError INVALID_FILE when it is damaged, no checkpoint, or of another configuration */
export function decodeCheckpoint(bytes: Uint8Array, file: string, configurationHash: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  let state: CheckpointState | undefined;
  try {
    state = JSON.parse(metadata.get('state') ?? '') as CheckpointState;
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `${file} is no checkpoint: its metadata holds no state.`, { cause });
  }
  if (state.configurationHash !== configurationHash) {
    throw new OpuError(
      'INVALID_FILE',
      `${file} belongs to a run with another configuration; it cannot go on with the one in config.json.`,
    );
  }
  return { state, tensors, file };
}

/**
 * Puts a checkpoint's weights and optimiser state in place.
 * @throws OpuError INVALID_FILE when it is of another network
 */
export function restoreTensors(checkpoint: Checkpoint, network: Network, optimizer: Optimizer): void {
  for (const { name, shape, data } of [...weights(network), ...optimizer.state()]) {
    const found = checkpoint.tensors.get(name);
    if (found === undefined || found.shape.join() !== shape.join()) {
      const what = found === undefined ? 'is missing' : `has shape ${found.shape.join(' x ')}`;
      throw new OpuError('INVALID_FILE', `${checkpoint.file}: tensor ${name} ${what}; expected ${shape.join(' x ')}.`);
    }
    data.set(found.data);
  }
}
