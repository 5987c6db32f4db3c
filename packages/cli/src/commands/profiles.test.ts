import { parseProfile, profiles } from '@opu/emulator';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

async function run(...args: string[]): Promise<string> {
  const terminal = new RecordingTerminal();
  expect(await runCli(args, terminal)).to.equal(0);
  expect(terminal.errors).to.equal('');
  return terminal.output;
}

describe('opu profiles', () => {
  it('lists every profile', async () => {
    const lines = (await run('profiles')).split('\n');
    for (const profile of profiles) expect(lines.some((line) => line.startsWith(profile.name))).to.equal(true);
  });

  it('shows one in full, every figure with its source', async () => {
    for (const profile of profiles) {
      const output = await run('profiles', profile.name);
      for (const [path, source] of Object.entries(profile.sources)) {
        const line = output.split('\n').find((candidate) => candidate.startsWith(`${path} `));
        expect(line, path).to.include(source);
      }
    }
  });

  it('prints JSON that is a profile file again', async () => {
    expect(JSON.parse(await run('profiles', '--json'))).to.deep.equal(profiles);
    const one: unknown = JSON.parse(await run('profiles', 'lab-slm', '--json'));
    expect(parseProfile(one, 'out.json')).to.deep.equal(profiles.find((p) => p.name === 'lab-slm'));
  });

  it('prints the schema of profile files', async () => {
    expect(JSON.parse(await run('profiles', '--schema'))).to.have.property('title', 'Profile of an OPU');
  });
});
