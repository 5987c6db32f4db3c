import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { mnistRidge } from './mnist-ridge.js';

/** MNIST beside the repository; there is nothing to show without it. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data/mnist');

/** Test accuracy of the published 8-bit emulation, percent. */
const published = [
  { features: 1000, accuracy: 94.2 },
  { features: 3000, accuracy: 96.1 },
];

if (existsSync(folder)) {
  describe('MNIST by ridge regression on optical intensity features', () => {
    it('has test accuracies within 0.5 points of 94.2 and 96.1 with 1 000 and 3 000 features (seed 1)', async () => {
      const results = await mnistRidge(folder, { features: published.map(({ features }) => features) });
      results.forEach(({ accuracy }, k) => {
        expect(accuracy, `${published[k]!.features} features`).to.be.closeTo(published[k]!.accuracy, 0.5);
      });
    });
  });
}
