import { expect } from 'chai';
import { checkSchema } from './check.js';
import type { Field } from './model/types.js';
import { schema } from './schema.js';

function withTail(...fields: Field[]): string[] {
  const messages = schema.messages.map((m) => (m.name === 'DONE' ? { ...m, fields: [...m.fields, ...fields] } : m));
  return checkSchema({ ...schema, versionMinor: 1, messages });
}

describe('checkSchema', () => {
  it('finds nothing wrong with the schema', () => {
    expect(checkSchema(schema)).to.deep.equal([]);
  });

  it('finds fields that are misaligned, twice there, older than the one before or of an unknown type', () => {
    expect(withTail({ name: 'a', type: 'u32', doc: '', since: 1 })).to.deep.equal([]);
    const misaligned: Field[] = [
      { name: 'a', type: 'u8', doc: '' },
      { name: 'b', type: 'u64', doc: '' },
    ];
    expect(withTail(...misaligned)[0]).to.match(/DONE\.b is not aligned/);
    expect(withTail({ name: 'tick', type: 'u64', doc: '' })[0]).to.match(/DONE\.tick stands twice/);
    const older: Field[] = [
      { name: 'a', type: 'u8', doc: '', since: 1 },
      { name: 'b', type: 'u8', doc: '' },
    ];
    expect(withTail(...older)[0]).to.match(/DONE\.b is older/);
    expect(withTail({ name: 'a', type: 'u8', doc: '', since: 2 })[0]).to.match(/yet to come/);
    expect(withTail({ name: 'a', type: 'u8', doc: '', values: 'Nothing' })[0]).to.match(/no enumeration/);
    expect(withTail({ name: 'a', type: 'records', doc: '', record: 'Nothing' })[0]).to.match(/no record/);
  });
});
