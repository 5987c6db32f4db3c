/** Element types as numpy writes them. */
export type NpyDescription = '|u1' | '<u2' | '<f4' | '<f8' | '<i8' | '|b1';

const ALIGNMENT = 64;

/** What a `.npy` file (version 1) has before its data: C order, data on a multiple of 64 bytes. */
export function npyHeader(description: NpyDescription, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(total, ' ');
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  header.writeUInt16LE(total - 10, 8);
  header.write(`${text.padEnd(total - 11)}\n`, 10, 'latin1');
  return header;
}
