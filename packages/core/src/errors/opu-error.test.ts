import { expect } from 'chai';
import { errorBlame, isOpuError, OpuError } from './opu-error.js';

describe('OpuError', () => {
  it('says who is to blame for each of its codes', () => {
    for (const code of Object.keys(errorBlame) as (keyof typeof errorBlame)[]) {
      expect(new OpuError(code, 'text').blame).to.equal(errorBlame[code]);
    }
  });

  it('keeps cause and details', () => {
    const cause = new Error('below');
    const error = new OpuError('LINK_LOST', 'the link ended', { cause, details: { bytes: 3 } });
    expect(error.cause).to.equal(cause);
    expect(error.details).to.deep.equal({ bytes: 3 });
  });

  it('is recognised by its name and code, not by its constructor', () => {
    const foreign = Object.assign(new Error('x'), { name: 'OpuError', code: 'TIMEOUT' });
    expect(isOpuError(foreign)).to.equal(true);
    expect(isOpuError(foreign, 'TIMEOUT')).to.equal(true);
    expect(isOpuError(foreign, 'BUG')).to.equal(false);
    expect(isOpuError(new Error('x'))).to.equal(false);
    expect(isOpuError(null)).to.equal(false);
  });
});
