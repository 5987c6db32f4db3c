// The main job, as `npm start` runs it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { root } from '../lib/prepare.mjs';

describe('npm start', () => {
  it('trains by light: optical at least 94 %, at least 2 points above shallow and at most 4 below bp', () => {
    const folder = mkdtempSync(join(tmpdir(), 'opu-start-'));
    try {
      const result = spawnSync(process.execPath, [join(root, 'scripts/start.mjs'), '--out', join(folder, 'run')], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(result.status, result.stderr).to.equal(0);
      const accuracy = Object.fromEntries(
        [...result.stdout.matchAll(/^(\S+) +([\d.]+) %/gm)].map((match) => [match[1], Number(match[2])]),
      );
      expect(accuracy.optical).to.be.at.least(94);
      expect(accuracy.optical).to.be.at.least(accuracy.shallow + 2);
      expect(accuracy.optical).to.be.at.least(accuracy.bp - 4);
      expect(accuracy.shallow).to.be.at.most(accuracy.bp - 3);
      const report = /^Report: (.*)$/m.exec(result.stdout)?.[1];
      expect(readFileSync(resolve(folder, report), 'utf8')).to.match(/^<!doctype html>/i);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
