import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

const tensors = [
  { name: 'layer.0.weight', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-40, Number.MAX_VALUE, 0) },
  { name: 'layer.0.bias', shape: [3], data: Float32Array.of(7, 8, 9) },
  { name: 'step', shape: [], data: Float32Array.of(12) },
];

function expectInvalid(bytes: Uint8Array, text: string): void {
  const act = () => decodeSafetensors(bytes, 'model.safetensors');
  expect(act)
    .to.throw(text)
    .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_FILE'));
  expect(act).to.throw('model.safetensors');
}

function withHeader(header: unknown, dataBytes: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

describe('safetensors', () => {
  it('gives back names, shapes, metadata and every bit of the values', () => {
    const file = decodeSafetensors(encodeSafetensors(tensors, { seed: '7' }), 'f');
    expect([...file.tensors.values()]).to.deep.equal(tensors);
    expect(file.metadata.get('seed')).to.equal('7');
  });

  it('has the published layout: length, JSON header, data on a multiple of 8', () => {
    const bytes = encodeSafetensors([tensors[1]!]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).to.equal(0);
    expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString())).to.deep.equal({
      'layer.0.bias': { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
    });
    expect(Buffer.from(bytes.subarray(8 + length)).readFloatLE(4)).to.equal(8);
  });

  it('refuses every cut of a file', () => {
    const bytes = encodeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length), 'f')).to.throw('f');
    }
  });

  it('refuses bytes at the end, gaps, overlaps, wrong sizes, other types and foreign headers', () => {
    const bytes = encodeSafetensors(tensors);
    expectInvalid(Uint8Array.from([...bytes, 0]), 'expected the end of the file');
    const f32 = (begin: number, end: number, shape: unknown = [1]) => ({
      dtype: 'F32',
      shape,
      data_offsets: [begin, end],
    });
    expectInvalid(withHeader({ a: f32(4, 8) }, 8), 'begins at 4');
    expectInvalid(withHeader({ a: f32(0, 4), b: f32(0, 4) }, 8), 'expected 4');
    expectInvalid(withHeader({ a: f32(0, 8) }, 8), 'has 8 bytes');
    expectInvalid(withHeader({ a: f32(0, 4, [-1]) }, 4), 'no valid shape');
    expectInvalid(withHeader({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8), '"I64"');
    expectInvalid(withHeader('[]', 0), 'no JSON object');
    expectInvalid(withHeader('{"a"', 0), 'no JSON');
    expectInvalid(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1), 'header of at most 1 bytes');
  });
});
