import { runCli } from '@opu/cli';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import type { Bench } from './harness/bench.js';
import { measure, median } from './harness/measure.js';
import { runBenches } from './harness/run-benches.js';

function timed(name: string, seconds: number[]) {
  let call = 0;
  return { name, run: () => seconds[call++] };
}

describe('opu bench', () => {
  it('takes medians and the median of the ratios round by round, without the first round', async () => {
    const result = await measure({
      name: 'case',
      rounds: 3,
      work: { amount: 6, unit: 'thing' },
      ours: timed('ours', [9, 1, 2, 3]),
      peers: [{ ...timed('peer', [9, 4, 2, 9]), reach: 2 }],
    });
    expect(result.ours).to.deep.equal({
      name: 'ours',
      medianSeconds: 2,
      fastestSeconds: 1,
      slowestSeconds: 3,
      rate: 3,
    });
    expect(result.peers[0]).to.deep.include({ medianSeconds: 4, ratio: 3, reach: 2 });
    expect(result.unit).to.equal('thing/s');
  });

  it('has the middle of an even number of values between the two middle ones', () => {
    expect(median([4, 1, 3, 2])).to.equal(2.5);
  });

  const bench: Bench = {
    name: 'sample',
    description: 'a sample',
    async *cases() {
      yield { name: 'first', ours: timed('ours', [1, 0.002]), peers: [{ ...timed('peer', [1, 0.001]), reach: 1 }] };
      yield { name: 'second', ours: timed('ours', [1, 3]), peers: [] };
    },
  };

  it('prints cases as a table with what was to be reached', async () => {
    const terminal = new RecordingTerminal();
    await runBenches([bench], terminal, { json: false, quick: true, only: 'first' });
    expect(terminal.output).to.match(/ours +2\.00 ms/);
    expect(terminal.output).to.match(/peer +1\.00 ms .* 0\.50 x +below 1/);
    expect(terminal.output).to.not.include('second');
  });

  it('prints one JSON document with --json', async () => {
    const terminal = new RecordingTerminal();
    await runBenches([bench], terminal, { json: true, quick: true });
    const { results } = JSON.parse(terminal.output) as { results: { bench: string; cases: { name: string }[] }[] };
    expect(results.map((r) => [r.bench, r.cases.map((c) => c.name)])).to.deep.equal([['sample', ['first', 'second']]]);
  });

  it('stops between two repetitions when it is interrupted', async () => {
    const terminal = new RecordingTerminal();
    terminal.interrupt();
    const failed = await runBenches([bench], terminal, { json: true, quick: true }).catch((error: unknown) => error);
    expect(failed).to.include({ code: 'ABORTED' });
    expect(terminal.output).to.equal('');
  });

  it('lists what there is and refuses a name that there is not', async () => {
    const terminal = new RecordingTerminal();
    expect(await runCli(['bench', '--list'], terminal)).to.equal(0);
    expect(terminal.output).to.match(/^kernels: /m);
    expect(await runCli(['bench', 'nothing'], terminal)).to.equal(2);
    expect(terminal.errors).to.include("there is no benchmark 'nothing'");
  });
});
