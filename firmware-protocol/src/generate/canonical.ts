import { createHash } from 'node:crypto';
import type { Field, Schema } from '../schema/model/types.js';

/** The part of a field that decides bytes. */
function wireField(field: Field): unknown {
  const since = 'since' in field ? (field.since ?? 0) : 0;
  switch (field.type) {
    case 'reserved':
      return { name: field.name, type: field.type, bytes: field.bytes };
    case 'hex':
      return { name: field.name, type: field.type, bytes: field.bytes, since, default: field.default ?? null };
    case 'string':
      return {
        name: field.name,
        type: field.type,
        maximumBytes: field.maximumBytes,
        since,
        default: field.default ?? null,
      };
    case 'bytes':
      return { name: field.name, type: field.type, since };
    case 'records':
      return { name: field.name, type: field.type, record: field.record, since };
    default:
      return {
        name: field.name,
        type: field.type,
        values: field.values ?? null,
        bits: field.bits ?? null,
        since,
        default: field.default ?? null,
      };
  }
}

/** The schema without its prose: what is left decides what is on the wire. */
export function wireSchema(schema: Schema): WireSchema {
  return JSON.parse(
    JSON.stringify({
      magic: schema.magic,
      versionMajor: schema.versionMajor,
      versionMinor: schema.versionMinor,
      enums: schema.enums.map((e) => ({
        name: e.name,
        values: e.values.map((v) => ({ name: v.name, value: v.value })),
      })),
      bits: schema.bits.map((e) => ({ name: e.name, values: e.values.map((v) => ({ name: v.name, value: v.value })) })),
      records: schema.records.map((r) => ({ name: r.name, fields: r.fields.map(wireField) })),
      messages: schema.messages.map((m) => ({
        name: m.name,
        id: m.id,
        from: m.from,
        since: m.since ?? 0,
        fields: m.fields.map(wireField),
      })),
    }),
  ) as WireSchema;
}

export interface WireField {
  readonly name: string;
  readonly type: string;
  readonly since?: number;
  readonly [property: string]: unknown;
}

export interface WireValues {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

export interface WireSchema {
  readonly magic: number;
  readonly versionMajor: number;
  readonly versionMinor: number;
  readonly enums: readonly WireValues[];
  readonly bits: readonly WireValues[];
  readonly records: readonly { readonly name: string; readonly fields: readonly WireField[] }[];
  readonly messages: readonly {
    readonly name: string;
    readonly id: number;
    readonly from: string;
    readonly since: number;
    readonly fields: readonly WireField[];
  }[];
}

/** The first 16 bytes of the SHA-256 of the canonical JSON of the wire schema, hexadecimal. */
export function schemaHash(schema: Schema): string {
  return createHash('sha256')
    .update(JSON.stringify(wireSchema(schema)))
    .digest('hex')
    .slice(0, 32);
}
