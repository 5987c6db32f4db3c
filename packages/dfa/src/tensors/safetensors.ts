import { OpuError } from '@opu/driver';

/** A named array of 32-bit floats. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Free text by key (`__metadata__`). */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bound of the format's published reader: a longer header is a damaged file. */
const MAXIMUM_HEADER_BYTES = 100_000_000;
/** Where the machine's own order is the file's, values are copied as bytes: every bit stays, and it is fast. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const METADATA = '__metadata__';

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Writes the safetensors format: u64 little-endian length of the header, the header (JSON), the data. Tensors are F32,
 * in the given order, without gaps; the header is padded with spaces so that the data begins on a multiple of 8.
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (name === METADATA || name in header || elements(shape) !== data.length) {
      throw new OpuError(
        'BUG',
        `tensor ${name} of shape ${shape.join(' x ')} has ${data.length} values or is there twice`,
      );
    }
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + offset);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength).set(text, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors) {
    if (LITTLE_ENDIAN) file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    else for (let i = 0; i < data.length; i++) view.setFloat32(at + 4 * i, data[i]!, true);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file of F32 tensors, strictly: every byte of the data belongs to exactly one tensor.
 * @throws OpuError INVALID_FILE, naming the file, the offset and what is wrong
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const fail = (offset: number, text: string): never => {
    throw new OpuError(
      'INVALID_FILE',
      `${file}: ${text} at offset ${offset}. The file is damaged or no safetensors file.`,
    );
  };
  if (bytes.length < 8) fail(0, `expected a length of 8 bytes, found ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getBigUint64(0, true);
  if (declared > BigInt(Math.min(MAXIMUM_HEADER_BYTES, bytes.length - 8))) {
    fail(0, `expected a header of at most ${bytes.length - 8} bytes, found length ${declared}`);
  }
  const dataStart = 8 + Number(declared);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, dataStart)));
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `${file}: the header at offset 8 is no JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) fail(8, 'the header is no JSON object');
  const metadata = new Map<string, string>();
  const entries: { name: string; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header as Record<string, unknown>)) {
    if (name === METADATA) {
      for (const [key, text] of Object.entries((value ?? {}) as Record<string, unknown>)) {
        if (typeof text !== 'string') fail(8, `metadata ${key} is no text`);
        metadata.set(key, text as string);
      }
      continue;
    }
    entries.push(readEntry(name, value, fail));
  }
  entries.sort((a, b) => a.begin - b.begin);
  const tensors = new Map<string, NamedTensor>();
  let at = 0;
  for (const { name, shape, begin, end } of entries) {
    if (begin !== at) fail(dataStart + at, `tensor ${name} begins at ${begin} of the data; expected ${at}`);
    if (end - begin !== 4 * elements(shape)) {
      fail(dataStart + begin, `tensor ${name} of shape ${shape.join(' x ')} has ${end - begin} bytes`);
    }
    if (dataStart + end > bytes.length) fail(bytes.length, `the data of tensor ${name} is cut short`);
    const data = new Float32Array(elements(shape));
    const from = dataStart + begin;
    if (LITTLE_ENDIAN) new Uint8Array(data.buffer).set(bytes.subarray(from, dataStart + end));
    else for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(from + 4 * i, true);
    tensors.set(name, { name, shape, data });
    at = end;
  }
  if (dataStart + at !== bytes.length) {
    fail(dataStart + at, `expected the end of the file, found ${bytes.length - dataStart - at} more bytes`);
  }
  return { tensors, metadata };
}

function readEntry(
  name: string,
  value: unknown,
  fail: (offset: number, text: string) => never,
): { name: string; shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (dtype !== 'F32') fail(8, `tensor ${name} has type ${JSON.stringify(dtype)}; only F32 is read`);
  const isCount = (n: unknown): boolean => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0;
  if (!Array.isArray(shape) || !shape.every(isCount)) return fail(8, `tensor ${name} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return fail(8, `tensor ${name} has no valid data_offsets`);
  }
  return { name, shape, begin: offsets[0], end: offsets[1] };
}
