import { createHash } from 'node:crypto';
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
  const tensors = [...weights(network), ...optimizer.state()];
  const text = JSON.stringify(state);
  return encodeSafetensors(tensors, { state: text, checksum: checksumOf(tensors, text) });
}

/**
 * SHA-256 over state, names, shapes and data of all tensors: safetensors has no checksum of its own, and a bit that is wrong in a
 * weight is a weight like any other.
 */
function checksumOf(tensors: Iterable<NamedTensor>, state: string): string {
  const hash = createHash('sha256').update(state);
  for (const { name, shape, data } of tensors) {
    hash.update(`\n${JSON.stringify([name, shape])}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
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
  const checksum = checksumOf(tensors.values(), metadata.get('state')!);
  if (metadata.get('checksum') !== checksum) {
    const why = metadata.has('checksum') ? 'its checksum is wrong' : 'it has no checksum';
    throw new OpuError('INVALID_FILE', `${file} is damaged: ${why}, so its weights are not those that were saved.`);
  }
  checkState(state, file);
  if (state.configurationHash !== configurationHash) {
    throw new OpuError(
      'INVALID_FILE',
      `${file} belongs to a run with another configuration; it cannot go on with the one in config.json.`,
    );
  }
  return { state, tensors, file };
}

/** @throws OpuError INVALID_FILE for counters that no run can have */
function checkState({ progress, device, wallSeconds }: CheckpointState, file: string): void {
  const counts = { ...(progress ?? {}), ...(device ?? {}) } as Record<string, unknown>;
  for (const name of ['stepsDone', 'correct', 'counted', ...(device === undefined ? [] : ['frames', 'elapsedTicks'])]) {
    const value = counts[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) continue;
    throw new OpuError(
      'INVALID_FILE',
      `${file}: its state says ${name} ${value}; a whole number of 0 or more is expected.`,
    );
  }
  if (typeof wallSeconds === 'number' && wallSeconds >= 0) return;
  throw new OpuError('INVALID_FILE', `${file}: its state says wallSeconds ${wallSeconds}; 0 or more is expected.`);
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
    const bad = found.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new OpuError(
        'INVALID_FILE',
        `${checkpoint.file}: ${name}[${bad}] is ${found.data[bad]}; the run was saved that way. Go on from the checkpoint before it.`,
      );
    }
    data.set(found.data);
  }
}
