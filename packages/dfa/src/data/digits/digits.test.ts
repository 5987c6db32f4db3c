import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { syntheticDigits } from './digits.js';
import { glyphPaths, parsePath } from './glyphs.js';

describe('embedded digits', () => {
  const small = { trainCount: 200, testCount: 50 };

  it('are 28 x 28 bytes in ten classes of equal shares', () => {
    const { train, test } = syntheticDigits(small);
    expect(train.images).to.have.length(200 * 28 * 28);
    expect(test.count).to.equal(50);
    for (let label = 0; label < 10; label++) {
      expect(train.labels.filter((l) => l === label)).to.have.length(20);
    }
  });

  it('are the same bytes for the same seed on every machine', () => {
    const hash = createHash('sha256')
      .update(syntheticDigits({ seed: 7, ...small }).train.images)
      .digest('hex');
    expect(hash).to.equal('448348a43eb21f6c39b463a8faa5ec3c4c86a4ad922312aa7f0e5d0a5e00ad52');
  });

  it('differ between seeds, between training and test set, and from image to image', () => {
    const a = syntheticDigits({ seed: 1, ...small });
    const b = syntheticDigits({ seed: 2, ...small });
    const first = (images: Uint8Array, i = 0) => Buffer.from(images.subarray(i * 784, (i + 1) * 784));
    expect(first(a.train.images).equals(first(b.train.images))).to.equal(false);
    expect(first(a.train.images).equals(first(a.test.images))).to.equal(false);
    expect(first(a.train.images).equals(first(a.train.images, 10))).to.equal(false);
  });

  it('do not depend on how many are drawn', () => {
    const few = syntheticDigits({ trainCount: 30, testCount: 10 });
    const many = syntheticDigits(small);
    expect(few.train.images).to.deep.equal(many.train.images.subarray(0, 30 * 784));
  });

  it('have ink on 2 % to 40 % of the pixels (above 100 of 255), and a dark first row (mean below 60)', () => {
    const { train } = syntheticDigits(small);
    for (let i = 0; i < train.count; i++) {
      const image = train.images.subarray(i * 784, (i + 1) * 784);
      const share = image.filter((grey) => grey > 100).length / 784;
      expect(share).to.be.within(0.02, 0.4);
      expect(image.subarray(0, 28).reduce((sum, grey) => sum + grey, 0) / 28).to.be.below(60);
    }
  });
});

describe('glyph paths', () => {
  it('are chains of cubic curves in the box of 100', () => {
    for (const path of glyphPaths.flat()) {
      for (const stroke of parsePath(path)) {
        expect(stroke.length % 6, path).to.equal(2);
        for (const value of stroke) expect(value, path).to.be.within(-10, 110);
      }
    }
  });

  it('draw a line as the cubic that runs along it', () => {
    expect([...parsePath('M0 0 L30 60')[0]!]).to.deep.equal([0, 0, 10, 20, 20, 40, 30, 60]);
  });
});
