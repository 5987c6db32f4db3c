/** A fixed-size number on the wire, little-endian. A `u64` is at most 2^53 - 1, so that every language holds it exactly. */
export type ScalarType = 'u8' | 'u16' | 'u32' | 'u64' | 'f64';

interface FieldBase {
  readonly name: string;
  /** One or more sentences for SPEC.md, the C header and the TypeScript declarations; unit included. */
  readonly doc: string;
  /**
   * Minor version that added the field; 0 when left out. A field of a later minor version stands behind all older ones
   * and has a default, which a reader sees when the payload ends before the field.
   */
  readonly since?: number;
}

export interface ScalarField extends FieldBase {
  readonly type: ScalarType;
  /** Name of the enumeration whose values it takes. */
  readonly values?: string;
  /** Name of the set of bits that it holds. */
  readonly bits?: string;
  readonly default?: number;
}

/** Sent as zero, not looked at by a reader. Keeps the fields behind it aligned; a later version may use it. */
export interface ReservedField {
  readonly name: string;
  readonly type: 'reserved';
  readonly bytes: 1 | 2 | 4;
}

/** UTF-8 with a u16 byte count in front. */
export interface StringField extends FieldBase {
  readonly type: 'string';
  readonly maximumBytes: number;
  /** Text for people: a writer cuts it at the bound instead of failing. */
  readonly forPeople?: boolean;
  readonly default?: string;
}

/** A fixed number of bytes, in TypeScript a string of lower-case hexadecimal digits. */
export interface HexField extends FieldBase {
  readonly type: 'hex';
  readonly bytes: number;
  readonly default?: string;
}

/** Bytes with a u32 byte count in front, borrowed from the payload by a reader. */
export interface BytesField extends FieldBase {
  readonly type: 'bytes';
}

/**
 * u32 count, u32 bytes a record, then the records. The second number lets records grow at their tail like payloads do.
 */
export interface RecordsField extends FieldBase {
  readonly type: 'records';
  /** Name of the record. */
  readonly record: string;
}

export type Field = ScalarField | ReservedField | StringField | HexField | BytesField | RecordsField;

export interface RecordType {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly (ScalarField | ReservedField)[];
}

export interface NamedValue {
  readonly name: string;
  readonly value: number;
  readonly doc: string;
}

/** A closed list of numbers. A value that a reader does not know reaches it as its number. */
export interface EnumType {
  readonly name: string;
  readonly doc: string;
  readonly values: readonly NamedValue[];
}

/** A set of bits; `value` is the bit's weight. Unknown bits are sent as zero and ignored by a reader. */
export interface BitsType {
  readonly name: string;
  readonly doc: string;
  readonly values: readonly NamedValue[];
}

/** Who sends a message. */
export type Direction = 'host' | 'device';

/**
 * What has to hold between fields of a message, beyond what each field says of itself: `bytes` has exactly `each` bytes for each of
 * `records`. A codec does not refuse what breaks it, because older ones could not; a check is generated into each.
 */
export interface Relation {
  readonly bytes: string;
  readonly each: string;
  readonly records: string;
}

export interface MessageType {
  /** As on the wire and in SPEC.md: `HELLO_REPLY`. */
  readonly name: string;
  readonly id: number;
  readonly from: Direction;
  readonly doc: string;
  /** Names of the messages that answer it when it is a request; REFUSED and PENDING always may. */
  readonly replies?: readonly string[];
  readonly fields: readonly Field[];
  readonly relations?: readonly Relation[];
  /** Minor version that added the message; 0 when left out. */
  readonly since?: number;
}

export interface Schema {
  readonly magic: number;
  readonly versionMajor: number;
  readonly versionMinor: number;
  readonly enums: readonly EnumType[];
  readonly bits: readonly BitsType[];
  readonly records: readonly RecordType[];
  readonly messages: readonly MessageType[];
}

const scalarBytes = { u8: 1, u16: 2, u32: 4, u64: 8, f64: 8 } as const;

/** Bytes of a field that has a fixed size; undefined for one that says its size on the wire. */
export function fixedBytes(field: Field): number | undefined {
  switch (field.type) {
    case 'reserved':
    case 'hex':
      return field.bytes;
    case 'string':
    case 'bytes':
    case 'records':
      return undefined;
    default:
      return scalarBytes[field.type];
  }
}
