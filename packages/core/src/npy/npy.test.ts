import { expect } from 'chai';
import { isOpuError } from '../errors/opu-error.js';
import { decodeNpy } from './decode-npy.js';
import { encodeNpy } from './encode-npy.js';
import type { NpyArray } from './npy-array.js';

/** `numpy.save` of `numpy.arange(6, dtype=numpy.uint16).reshape(2, 3)`, as numpy 1.24 writes it. */
const FROM_NUMPY = Buffer.concat([
  Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0]),
  Buffer.from(`{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }${' '.repeat(58)}\n`, 'latin1'),
  Buffer.from(Uint16Array.from([0, 1, 2, 3, 4, 5]).buffer),
]);

const refusal = (bytes: Uint8Array): string => {
  try {
    decodeNpy(bytes, 'x.npy');
  } catch (error) {
    expect(isOpuError(error, 'INVALID_FILE')).to.equal(true);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('npy', () => {
  it('reads what numpy writes, and writes the same bytes', () => {
    const array = decodeNpy(FROM_NUMPY);
    expect(array.type).to.equal('uint16');
    expect(array.shape).to.deep.equal([2, 3]);
    expect([...array.data]).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(Buffer.from(encodeNpy(array)).equals(FROM_NUMPY)).to.equal(true);
  });

  it('round-trips every type and shape', () => {
    const arrays: NpyArray[] = [
      { type: 'bool', shape: [3], data: Uint8Array.from([1, 0, 1]) },
      { type: 'uint8', shape: [2, 2], data: Uint8Array.from([1, 2, 3, 255]) },
      { type: 'int8', shape: [2], data: Int8Array.from([-1, 1]) },
      { type: 'int16', shape: [1, 1, 2], data: Int16Array.from([-300, 300]) },
      { type: 'int32', shape: [1], data: Int32Array.from([-70_000]) },
      { type: 'float32', shape: [], data: Float32Array.from([1.5]) },
      { type: 'float64', shape: [0, 4], data: new Float64Array(0) },
      { type: 'complex64', shape: [1, 2], data: Float32Array.from([1, 2, 3, 4]) },
    ];
    for (const array of arrays) expect(decodeNpy(encodeNpy(array))).to.deep.equal(array);
  });

  it('refuses damaged files and says why', () => {
    expect(refusal(new Uint8Array(3))).to.contain('magic');
    expect(refusal(FROM_NUMPY.subarray(0, 40))).to.contain('its header says 118');
    expect(refusal(FROM_NUMPY.subarray(0, FROM_NUMPY.length - 1))).to.contain('needs 12 bytes of data, and it has 11');
    expect(refusal(Buffer.concat([FROM_NUMPY, Buffer.alloc(1)]))).to.contain('and it has 13');
    const edited = (from: string, to: string): Uint8Array =>
      Buffer.from(FROM_NUMPY.toString('latin1').replace(from, to), 'latin1');
    expect(refusal(edited('<u2', '<f2'))).to.contain('"<f2"');
    expect(refusal(edited('(2, 3)', '(2,-3)'))).to.contain('its shape is (2, -3)');
    expect(refusal(edited('(2, 3)', '(2, x)'))).to.contain('expected a value');
    expect(refusal(edited('}', ' '))).to.contain('expected');
    expect(refusal(edited('}', '}x'))).to.contain('expected its end');
    expect(refusal(edited('shape', 'shave'))).to.contain('without descr');
    const version = Uint8Array.from(FROM_NUMPY);
    version[6] = 9;
    expect(refusal(version)).to.contain('version is 9');
  });

  it('reads the other byte order, and Fortran order, into C order', () => {
    const swapped = Buffer.from(FROM_NUMPY);
    swapped.write('>u2', swapped.indexOf('<u2'), 'latin1');
    const start = FROM_NUMPY.length - 12;
    swapped.subarray(start).swap16();
    expect([...decodeNpy(swapped).data]).to.deep.equal([0, 1, 2, 3, 4, 5]);
    const fortran = Buffer.from(FROM_NUMPY);
    fortran.write('True ', fortran.indexOf('False'), 'latin1');
    expect(decodeNpy(fortran)).to.deep.equal({ ...decodeNpy(FROM_NUMPY), data: Uint16Array.from([0, 2, 4, 1, 3, 5]) });
  });

  it('reads headers as numpy does: double quotes, a repeated key (the last counts), the L of Python 2, no spaces', () => {
    for (const header of [
      '{"descr": "|u1", "fortran_order": False, "shape": (2, 3)}',
      "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2), 'shape': (2, 3)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L), }",
      "{'shape':[2,3],'fortran_order':False,'descr':'u1'}",
    ]) {
      const text = `${header}\n`;
      const bytes = Buffer.concat([
        FROM_NUMPY.subarray(0, 8),
        Buffer.alloc(2),
        Buffer.from(text),
        Buffer.from([1, 2, 3, 4, 5, 6]),
      ]);
      bytes.writeUInt16LE(text.length, 8);
      expect(decodeNpy(bytes).shape, header).to.deep.equal([2, 3]);
    }
  });

  it('reads and writes 64-bit whole numbers', () => {
    const array: NpyArray = { type: 'int64', shape: [2], data: BigInt64Array.from([-(2n ** 62n), 7n]) };
    expect(decodeNpy(encodeNpy(array))).to.deep.equal(array);
  });
});
