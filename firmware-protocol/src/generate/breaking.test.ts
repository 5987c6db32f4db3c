import { expect } from 'chai';
import type { MessageType, Schema } from '../schema/model/types.js';
import { schema } from '../schema/schema.js';
import { breakingChanges } from './breaking.js';
import { wireSchema } from './canonical.js';

const released = wireSchema(schema);
const next = schema.versionMinor + 1;

function withMessage(name: string, change: (message: MessageType) => MessageType): Schema {
  return { ...schema, versionMinor: next, messages: schema.messages.map((m) => (m.name === name ? change(m) : m)) };
}

function breaks(edited: Schema): string {
  return breakingChanges(released, wireSchema(edited)).join(' ');
}

describe('breakingChanges', () => {
  it('lets prose change, and fields, messages and values be added', () => {
    expect(breaks(schema)).to.equal('');
    expect(breaks(withMessage('DONE', (m) => ({ ...m, doc: 'Other words.' })))).to.equal('');
    const tail = { name: 'more', type: 'u64', doc: '', since: next, default: 4 } as const;
    expect(breaks(withMessage('DONE', (m) => ({ ...m, fields: [...m.fields, tail] })))).to.equal('');
    const added: MessageType = { name: 'NEW', id: 0x700, from: 'host', doc: '', fields: [], since: next };
    expect(breaks({ ...schema, versionMinor: next, messages: [...schema.messages, added] })).to.equal('');
    const enums = schema.enums.map((e) =>
      e.name === 'EventKind' ? { ...e, values: [...e.values, { name: 'NEW', value: 99, doc: '' }] } : e,
    );
    expect(breaks({ ...schema, enums })).to.equal('');
  });

  it('finds a field that is removed, moved, retyped, renamed, or added without a new minor version', () => {
    const cases: [string, (m: MessageType) => MessageType][] = [
      ['PATTERNS.data is gone', (m) => ({ ...m, fields: m.fields.slice(0, -1) })],
      ['PATTERNS.firstPatternId was', (m) => ({ ...m, fields: [m.fields[1]!, m.fields[0]!, ...m.fields.slice(2)] })],
      [
        'PATTERNS.count was',
        (m) => ({ ...m, fields: m.fields.map((f) => (f.name === 'count' ? { ...f, type: 'u16' } : f)) as never }),
      ],
      [
        'PATTERNS.count was',
        (m) => ({ ...m, fields: m.fields.map((f) => (f.name === 'count' ? { ...f, name: 'n' } : f)) }),
      ],
      ['PATTERNS.more is new', (m) => ({ ...m, fields: [...m.fields, { name: 'more', type: 'u8', doc: '' }] })],
    ];
    for (const [expected, change] of cases) expect(breaks(withMessage('PATTERNS', change))).to.contain(expected);
  });

  it('finds a message that is removed, renumbered, or sent by the other side', () => {
    expect(breaks({ ...schema, messages: schema.messages.slice(1) })).to.contain('Message HELLO is gone');
    expect(breaks(withMessage('START', (m) => ({ ...m, id: 0x4ff })))).to.contain('START has another number');
    expect(breaks(withMessage('START', (m) => ({ ...m, from: 'device' })))).to.contain('START has another sender');
  });

  it('finds a record, an enumeration or a set of bits that changes what it has', () => {
    const records = schema.records.map((r) => ({ ...r, fields: r.fields.slice(1) }));
    expect(breaks({ ...schema, records })).to.contain('ReadoutRecord.frame was');
    const enums = schema.enums.map((e) => ({ ...e, values: e.values.map((v) => ({ ...v, value: v.value + 1 })) }));
    expect(breaks({ ...schema, enums })).to.contain('ResultCode.NOT_SUPPORTED was 1 and is 2');
    expect(breaks({ ...schema, bits: schema.bits.slice(1) })).to.contain('CompatibleFlag is gone');
  });

  it('lets another major version change everything', () => {
    expect(breaks({ ...schema, versionMajor: 2, messages: [] })).to.equal('');
  });
});
