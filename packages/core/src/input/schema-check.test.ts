import { expect } from 'chai';
import { checkBySchema, type SchemaValidator, type SchemaViolation } from './schema-check.js';

/** A validator that says what ajv says of the value, as far as the test is about it. */
function saying(...violations: Partial<SchemaViolation>[]): SchemaValidator {
  const validator: SchemaValidator = () => violations.length === 0;
  const empty = { keyword: '', instancePath: '', schemaPath: '#', params: {} };
  validator.errors = violations.map((violation) => ({ ...empty, ...violation }));
  return validator;
}

const messageOf = (...violations: Partial<SchemaViolation>[]): string => {
  try {
    checkBySchema(saying(...violations), {}, { origin: 'p.json' });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

const width = { type: 'integer', minimum: 1, maximum: 9 };
const object = { properties: { width, height: width } };

describe('checkBySchema', () => {
  it('says nothing of a value that fits', () => {
    expect(messageOf()).to.equal('');
  });

  it('names the path, the bounds and the value', () => {
    const tooSmall = { keyword: 'minimum', instancePath: '/camera/sizes/2/width', parentSchema: width, data: 0 };
    expect(messageOf(tooSmall)).to.equal(
      'p.json: camera.sizes[2].width must be an integer, 1 or more, at most 9; found 0.',
    );
    const whole = { keyword: 'type', parentSchema: { type: 'object' }, data: [] };
    expect(messageOf(whole)).to.equal('p.json: the whole must be an object; found [].');
  });

  it('tells an unknown key with the nearest known one rather than the key that is missing for it', () => {
    const missing = { keyword: 'required', params: { missingProperty: 'width' }, parentSchema: object };
    const unknown = { keyword: 'additionalProperties', params: { additionalProperty: 'widht' }, parentSchema: object };
    expect(messageOf(missing)).to.equal('p.json: width must be an integer, 1 or more, at most 9; it is missing.');
    expect(messageOf(missing, unknown)).to.equal(
      "p.json: unknown key 'widht'. Did you mean 'width'? Known here: width, height.",
    );
  });

  it('tells what is wrong with the alternative whose kind is meant', () => {
    const options = ['dmd', 'slm'].map((kind) => ({ properties: { kind: { const: kind }, width } }));
    const oneOf = { keyword: 'oneOf', instancePath: '/m', schemaPath: '#/m/oneOf', parentSchema: { oneOf: options } };
    const inDmd = {
      keyword: 'maximum',
      instancePath: '/m/width',
      schemaPath: '#/m/oneOf/0/properties/width/maximum',
      parentSchema: width,
      data: 10,
    };
    const notSlm = {
      keyword: 'const',
      instancePath: '/m/kind',
      schemaPath: '#/m/oneOf/1/properties/kind/const',
      parentSchema: { const: 'slm' },
      data: 'dmd',
    };
    const inSlm = { ...inDmd, schemaPath: '#/m/oneOf/1/properties/width/maximum' };
    expect(messageOf(inSlm, notSlm, inDmd, { ...oneOf, data: { kind: 'dmd', width: 10 } })).to.match(
      /m\.width must be .* found 10\.$/,
    );
    const notDmd = { ...notSlm, schemaPath: '#/m/oneOf/0/properties/kind/const', parentSchema: { const: 'dmd' } };
    expect(messageOf(notDmd, notSlm, { ...oneOf, data: { kind: 'dmx' } })).to.equal(
      `p.json: m.kind must be one of "dmd", "slm"; found "dmx". Did you mean 'dmd'?`,
    );
  });

  it('gives the code that it is asked for', () => {
    const wrong = saying({ keyword: 'type', parentSchema: { type: 'object' }, data: 1 });
    expect(() => checkBySchema(wrong, 1, { origin: 'x', code: 'INVALID_ARGUMENT' }))
      .to.throw()
      .with.property('code', 'INVALID_ARGUMENT');
  });
});
