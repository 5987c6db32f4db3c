import { expect } from 'chai';
import { createReadouts, type Message, type Readouts } from '../generated/messages.js';
import { ReadoutRecordList } from '../generated/records.js';
import { ReadoutFlow } from './readout-flow.js';

function readouts(first: number, count: number, imageBytes: number): Readouts {
  const frames = ReadoutRecordList.allocate(count);
  for (let i = 0; i < count; i++) frames.setFrame(i, first + i);
  return { ...createReadouts(), imageBytes, frames, data: new Uint8Array(count * imageBytes) };
}

function flow(retained: number) {
  const said: Message[] = [];
  const delivered: { readonly message: Readouts; readonly borrowed: boolean }[] = [];
  const made = new ReadoutFlow({
    say: (message) => said.push(message),
    deliver: (message, _skipBelow, borrowed) => delivered.push({ message, borrowed }),
  });
  made.retained = retained;
  made.begin();
  made.started(0);
  made.grant(1000, true);
  const acknowledged = (): number[] => said.flatMap((m) => (m.type === 'READOUT_ACK' ? [m.nextFrame] : []));
  return { made, acknowledged, delivered };
}

describe('ReadoutFlow', () => {
  it('acknowledges every quarter of what the device keeps, every 4 MiB, and the rest at the end of the run', () => {
    const small = flow(40);
    for (let frame = 0; frame < 25; frame++) small.made.take(readouts(frame, 1, 10));
    expect(small.acknowledged()).to.deep.equal([10, 20]);
    small.made.takeEnding({ type: 'RUN_ENDED', tick: 0, framesDone: 25, nextFrame: 25 });
    expect(small.made.completed()?.nextFrame).to.equal(25);
    expect(small.acknowledged()).to.deep.equal([10, 20, 25]);
    const large = flow(1_000_000);
    for (let frame = 0; frame < 29; frame++) large.made.take(readouts(frame, 1, 300_000));
    expect(large.acknowledged()).to.deep.equal([14, 28]);
  });

  it('acknowledges each message to a device that keeps few, and repetitions at once', () => {
    const { made, acknowledged } = flow(1);
    made.take(readouts(0, 1, 1));
    made.take(readouts(1, 2, 1));
    made.take(readouts(1, 2, 1));
    expect(acknowledged()).to.deep.equal([1, 3, 3]);
  });

  it('copies of borrowed readouts only those that came early', () => {
    const { made, delivered } = flow(1);
    const [first, second] = [readouts(0, 1, 4), readouts(1, 1, 4)];
    second.data.fill(7);
    made.take(second, true);
    second.data.fill(9);
    made.take(first, true);
    expect(delivered.map(({ borrowed }) => borrowed)).to.deep.equal([true, false]);
    expect(delivered[0]!.message).to.equal(first);
    expect([...delivered[1]!.message.data]).to.deep.equal([7, 7, 7, 7]);
    expect(delivered[1]!.message.frames.frame(0)).to.equal(1);
  });
});
