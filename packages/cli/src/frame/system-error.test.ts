import { openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeSystemError, isSystemError } from './system-error.js';

function errorOf(action: () => unknown): NodeJS.ErrnoException {
  try {
    action();
  } catch (error) {
    if (isSystemError(error)) return error;
  }
  throw new Error('the action did not fail as expected');
}

describe('describeSystemError', () => {
  it('names the path that is not there', () => {
    const path = join(tmpdir(), 'no-such-folder', 'x.npy');
    expect(describeSystemError(errorOf(() => openSync(path, 'r'))))
      .to.contain(path)
      .and.not.contain('ENOENT');
  });

  it('tells a folder from a file', () => {
    expect(describeSystemError(errorOf(() => openSync(tmpdir(), 'w')))).to.contain('is a folder');
  });

  it('leaves what it does not know in the words of the system', () => {
    const odd = Object.assign(new Error('EXDEV: cross-device link'), { code: 'EXDEV', syscall: 'link' });
    expect(describeSystemError(odd)).to.equal('EXDEV: cross-device link');
  });

  it('takes no other error for one of the system', () => {
    expect(isSystemError(new Error('x'))).to.equal(false);
    expect(isSystemError(null)).to.equal(false);
  });
});
