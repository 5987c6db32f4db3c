import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OpuError } from '@opu/driver';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import type { Command } from 'commander';
import { exitCodeOf } from './frame/exit-code.js';
import { reportFailure } from './frame/failure.js';
import { createProgram, runCli } from './program.js';

const opu = fileURLToPath(new URL('../bin/opu.js', import.meta.url));

async function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const terminal = new RecordingTerminal();
  const code = await runCli(args, terminal);
  return { code, output: terminal.output, errors: terminal.errors };
}

describe('opu', () => {
  it('prints its version', async () => {
    const { code, output } = await run('--version');
    expect(code).to.equal(0);
    expect(output).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('prints help for itself and for each command, exit code 0', async () => {
    const names = createProgram(new RecordingTerminal()).commands.map((command: Command) => command.name());
    expect(names).to.include('profiles');
    for (const args of [['--help'], ...names.map((name) => [name, '--help'])]) {
      const { code, output, errors } = await run(...args);
      expect(code, args.join(' ')).to.equal(0);
      expect(output).to.match(/^Usage: opu/);
      expect(errors).to.equal('');
    }
  });

  it('answers wrong usage on standard error with exit code 2', async () => {
    for (const args of [[], ['profile'], ['profiles', '--nonsense'], ['profiles', 'a', 'b'], ['profiles', 'tin']]) {
      const { code, output, errors } = await run(...args);
      expect(code, args.join(' ')).to.equal(2);
      expect(output).to.equal('');
      expect(errors).to.not.equal('');
    }
    expect((await run('profile')).errors).to.include('Did you mean profiles?');
  });

  it('answers a failure with its message, without a stack, and exit code 1', async () => {
    const { code, errors } = await run('profiles', 'missing/profile.json');
    expect(code).to.equal(1);
    expect(errors).to.match(/^error: Cannot read the profile missing\/profile\.json/);
    expect(errors).to.not.match(/^\s+at /m);
  });

  it('says how to report what is a bug, and nothing of bugs when it is none', () => {
    const terminal = new RecordingTerminal();
    expect(reportFailure(new TypeError('x is undefined'), terminal)).to.equal(1);
    expect(reportFailure(new OpuError('BUG', 'impossible'), terminal)).to.equal(1);
    expect(terminal.errors.match(/This is a bug in opu/g)).to.have.length(2);
    const other = new RecordingTerminal();
    expect(reportFailure(new OpuError('LINK_LOST', 'the link ended'), other)).to.equal(1);
    reportFailure(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' }), other);
    expect(other.errors).to.match(/^error: the link ended\nerror: The disk is full: .*\n$/);
  });

  it('shows the stack and its causes when OPU_DEBUG asks for it', () => {
    const terminal = new RecordingTerminal();
    terminal.env.OPU_DEBUG = '1';
    reportFailure(new OpuError('LINK_LOST', 'the link ended', { cause: new Error('below') }), terminal);
    expect(terminal.errors).to.match(/^\s+at /m);
    expect(terminal.errors).to.include('Caused by: Error: below');
  });

  it('has an exit code for each blame', () => {
    expect(exitCodeOf(new OpuError('INVALID_ARGUMENT', ''))).to.equal(2);
    expect(exitCodeOf(new OpuError('INVALID_ADDRESS', ''))).to.equal(2);
    expect(exitCodeOf(new OpuError('ABORTED', ''))).to.equal(130);
    expect(exitCodeOf(new OpuError('TIMEOUT', ''))).to.equal(1);
    expect(exitCodeOf(new Error(''))).to.equal(1);
  });

  it('runs as a program: results on standard output, colour only when it is asked for', () => {
    const plain = spawnSync(process.execPath, [opu, 'profiles', 'tiny'], { encoding: 'utf8' });
    expect(plain.status).to.equal(0);
    expect(plain.stdout).to.match(/^tiny: /);
    expect(plain.stderr).to.equal('');
    const env = { ...process.env, FORCE_COLOR: '1' };
    delete (env as NodeJS.ProcessEnv).NO_COLOR;
    const coloured = spawnSync(process.execPath, [opu, 'profiles', 'tiny'], { encoding: 'utf8', env });
    expect(coloured.stdout).to.include('\u001b[1mtiny\u001b[22m');
    const refused = spawnSync(process.execPath, [opu, 'profiles', 'tiny'], {
      encoding: 'utf8',
      env: { ...env, NO_COLOR: '1' },
    });
    expect(refused.stdout).to.equal(plain.stdout);
  });
});
