import { expect } from 'chai';
import { didYouMean, editDistance, nearestName } from './nearest.js';

describe('nearestName', () => {
  it('counts edits, a swap of neighbours as one', () => {
    expect(editDistance('', 'abc')).to.equal(3);
    expect(editDistance('kitten', 'sitting')).to.equal(3);
    expect(editDistance('recieve', 'receive')).to.equal(1);
  });

  it('finds what was meant, and nothing when nothing is near', () => {
    const names = ['modulator', 'camera', 'defaults', 'patternSlots'];
    expect(nearestName('modlator', names)).to.equal('modulator');
    expect(nearestName('PATTERNSLOTS', names)).to.equal('patternSlots');
    expect(nearestName('zebra', names)).to.equal(undefined);
  });

  it('makes the end of a sentence of it', () => {
    expect(didYouMean('camrea', ['camera'])).to.equal(" Did you mean 'camera'?");
    expect(didYouMean('zebra', ['camera'])).to.equal('');
  });
});
