import type { Schema } from '../schema/model/types.js';
import { referenceEncode } from '../schema/reference-codec.js';
import { type ValidVector, validVectors } from './valid.js';
import { rawHeader, rawMessage } from './wire.js';

/** A message of a later minor version: it has to be read as `message`, which it is with a tail. */
export interface ExtendedVector extends ValidVector {
  readonly bytes: Buffer;
}

/** Later versions may add bytes behind payloads and records; an older reader does not see them. */
export function extendedVectors(schema: Schema): ExtendedVector[] {
  const later: Schema = {
    ...schema,
    records: schema.records.map((r) => ({
      ...r,
      fields: [...r.fields, { name: 'later', type: 'reserved' as const, bytes: 4 as const }],
    })),
  };
  return validVectors(schema)
    .filter((vector) => vector.name.endsWith('.typical'))
    .map((vector) => {
      const message = schema.messages.find((m) => m.name === vector.type)!;
      const payload = Buffer.concat([referenceEncode(later, message, vector.message), Buffer.from('7a00ff', 'hex')]);
      const header = { ...rawHeader(schema, message.id, payload.length), versionMinor: 9, compatibleFlags: 0x80 };
      header.requestId = vector.header.requestId;
      header.sequence = BigInt(vector.header.sequence);
      return {
        ...vector,
        name: `${message.name.toLowerCase()}.extended`,
        description: `${message.name} of a later minor version, with an unknown compatible flag a tail of three bytes and records that are four bytes longer`,
        header: { ...vector.header, compatibleFlags: 0x80 },
        bytes: rawMessage(header, payload),
      };
    });
}
