import { expect } from 'chai';
import { createConfigure, createConfigureReply, createDescribeReply, type Message } from '../generated/messages.js';
import { schema } from '../schema/schema.js';
import { judgeReply, replyOf } from './reply-gate.js';

const description = {
  ...createDescribeReply(),
  modulatorWidth: 8,
  modulatorHeight: 3,
  sensorWidth: 6,
  sensorHeight: 4,
  patternSlots: 2,
  frameBuffers: 1,
  tickPicoseconds: 10_000,
};
const sound = { ...createConfigureReply(), regionWidth: 6, regionHeight: 4, patternBytes: 3 };
const clauseOf = (request: Message, reply: Message): unknown => judgeReply(request, reply, description)?.details.clause;

describe('judgeReply', () => {
  it('knows the reply of every request of the schema', () => {
    const declared = schema.messages.flatMap(({ name, replies }) =>
      replies === undefined ? [] : [[name, replies[0]]],
    );
    expect(replyOf).to.deep.equal(Object.fromEntries(declared));
  });

  it('takes what is sound, and a refusal of anything', () => {
    expect(clauseOf({ type: 'GET_CONFIGURATION' }, sound)).to.equal(undefined);
    expect(clauseOf({ type: 'DESCRIBE' }, description)).to.equal(undefined);
    expect(clauseOf({ type: 'START', flags: 0 }, { type: 'REFUSED' } as Message)).to.equal(undefined);
  });

  it('names the clause that a reply breaks', () => {
    expect(clauseOf({ type: 'GET_CONFIGURATION' }, description)).to.equal('OPU-REQ-1');
    expect(clauseOf({ type: 'DESCRIBE' }, { ...description, sensorHeight: 0 })).to.equal('OPU-HS-8');
    expect(clauseOf({ type: 'GET_CONFIGURATION' }, { ...sound, regionX: 1 })).to.equal('OPU-CFG-2');
    expect(clauseOf({ type: 'GET_CONFIGURATION' }, { ...sound, patternBytes: 4 })).to.equal('OPU-CFG-8');
    expect(clauseOf({ type: 'GET_CONFIGURATION' }, { ...sound, minimumPeriodTicks: 1 })).to.equal('OPU-CFG-4');
  });

  it('lets times be rounded, and choices not', () => {
    const asked = { ...createConfigure(), fields: 0xffff, regionWidth: 6, regionHeight: 4, periodTicks: 7 };
    expect(clauseOf(asked, { ...sound, periodTicks: 8 })).to.equal(undefined);
    expect(clauseOf(asked, { ...sound, overrunMode: 1 })).to.equal('OPU-CFG-1');
    expect(clauseOf(asked, { ...sound, regionWidth: 5 })).to.equal('OPU-CFG-1');
  });
});
