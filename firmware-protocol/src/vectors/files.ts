import { cobsFrame } from '../framing/cobs.js';
import type { Schema } from '../schema/model/types.js';
import { extendedVectors } from './extended.js';
import { invalidVectors, VECTOR_MAXIMUM_PAYLOAD } from './invalid.js';
import { type ValidVector, validVectors } from './valid.js';
import { validBytes } from './wire.js';

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

function validJson({ description, type, header, message }: ValidVector): Buffer {
  return json({ description, type, header, message });
}

/** Frames of the carrier `stream`, plain and with garbage in front of each. */
function streamFiles(schema: Schema): [string, Buffer][] {
  const vectors = validVectors(schema).filter((v) => !v.name.endsWith('.highest'));
  const frames = vectors.map((vector) => cobsFrame(validBytes(schema, vector)));
  const garbage = frames.flatMap((frame, i) => [
    frame.subarray(0, (i * 13) % (frame.length - 1)),
    Buffer.alloc(i, 0xa5 + i),
    frame,
  ]);
  const messages = vectors.map((v) => v.name);
  return [
    ['stream/frames.bin', Buffer.concat(frames)],
    ['stream/frames.json', json({ description: 'COBS frames one after the other', messages })],
    ['stream/garbage.bin', Buffer.concat(garbage)],
    [
      'stream/garbage.json',
      json({ description: 'in front of each frame, the start of it cut off and a run of equal bytes', messages }),
    ],
  ];
}

/** Every file of `vectors/`: path in that folder, and bytes. */
export function vectorFiles(schema: Schema): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const vector of validVectors(schema)) {
    files.set(`valid/${vector.name}.bin`, validBytes(schema, vector));
    files.set(`valid/${vector.name}.json`, validJson(vector));
  }
  for (const vector of extendedVectors(schema)) {
    files.set(`extended/${vector.name}.bin`, vector.bytes);
    files.set(`extended/${vector.name}.json`, validJson(vector));
  }
  for (const { name, description, error, bytes } of invalidVectors(schema)) {
    files.set(`invalid/${name}.bin`, bytes);
    files.set(`invalid/${name}.json`, json({ description, maximumPayload: VECTOR_MAXIMUM_PAYLOAD, error }));
  }
  for (const [path, bytes] of streamFiles(schema)) files.set(path, bytes);
  return files;
}
