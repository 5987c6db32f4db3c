import { runCli } from '@opu/cli';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';

describe('opu bench protocol', () => {
  it('decodes messages of every kind that it measures: each of its 7 cases has a ratio', async () => {
    const terminal = new RecordingTerminal();
    expect(await runCli(['bench', 'protocol', '--quick', '--json'], terminal), terminal.errors).to.equal(0);
    const { results } = JSON.parse(terminal.output) as { results: { cases: { peers: { ratio: number }[] }[] }[] };
    expect(results[0]!.cases).to.have.length(7);
    for (const { peers } of results[0]!.cases) expect(peers[0]!.ratio).to.be.above(0);
  }).timeout(60_000);
});
