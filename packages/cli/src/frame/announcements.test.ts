import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { announce, announced } from './announcements.js';

describe('announcements', () => {
  let folder = '';
  const before_ = process.env.XDG_RUNTIME_DIR;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-announce-'));
    process.env.XDG_RUNTIME_DIR = folder;
  });
  afterEach(() => {
    if (before_ === undefined) delete process.env.XDG_RUNTIME_DIR;
    else process.env.XDG_RUNTIME_DIR = before_;
    rmSync(folder, { recursive: true, force: true });
  });
  const place = (): string => join(folder, readdirSync(folder)[0]!);

  it('are there until they are withdrawn', () => {
    const withdraw = announce({ profile: 'tiny', addresses: ['tcp://127.0.0.1:1'] });
    expect(announced()).to.deep.equal([{ pid: process.pid, profile: 'tiny', addresses: ['tcp://127.0.0.1:1'] }]);
    withdraw();
    expect(announced()).to.deep.equal([]);
  });

  it('of a process that is gone are cleared away, and nonsense is passed over', () => {
    announce({ profile: 'tiny', addresses: [] });
    writeFileSync(join(place(), 'dead.json'), JSON.stringify({ pid: 2 ** 22 + 1, profile: 'x', addresses: [] }));
    writeFileSync(join(place(), 'nonsense.json'), '{');
    writeFileSync(join(place(), 'other.json'), '{"pid":"1"}');
    expect(announced()).to.have.length(1);
    expect(readdirSync(place())).not.to.include('dead.json');
  });

  it('are not believed in a folder that others may write to', () => {
    announce({ profile: 'tiny', addresses: [] });
    chmodSync(place(), 0o777);
    expect(announced()).to.deep.equal([]);
  });
});
