import { configurationField } from '@opu/protocol';
import { check, fail, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { type Image, images, independentGrains, mean, sharing, standardDeviation, takeDeepPixels } from './images.js';
import { configured, correlation, pixelsOf, show } from './steps.js';
import { superposition } from './superposition.js';

/** Eight values that were rounded are off by half a grey value each, and a little for a modulator that still settles. */
const MOST_ROUNDING = 5;

export const opticsCases = group('OPT', 'optics', [
  [
    'The same pattern twice, and another one',
    'Images of the same pattern are alike (correlation above 0.8), and more so than those of different patterns.',
    'RUN-2 RDO-3',
    async (bench) => {
      const client = await bench.controlled();
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const run = await show(
        bench,
        client,
        [1, 2, 1, 2].map((k) => bench.pattern(k)),
      );
      const [a, b, c, d] = run.frames.map(({ image, message }) => pixelsOf(image, message.pixelFormat));
      const alike = Math.min(correlation(a!, c!), correlation(b!, d!));
      const different = Math.max(correlation(a!, b!), correlation(c!, d!));
      check(alike > 0.8, `Images of the same pattern have the correlation ${alike.toFixed(3)}.`);
      check(different < alike - 0.1, `Different patterns: ${different.toFixed(3)}; the same: ${alike.toFixed(3)}.`);
    },
  ],
  [
    'The same pattern after another connection',
    'The medium is the same: the correlation of the images is above 0.8.',
    'HS-6 RUN-2',
    async (bench) => {
      const images: number[][] = [];
      for (let i = 0; i < 2; i++) {
        const client = await bench.controlled();
        const [frame] = (await show(bench, client, [bench.pattern(5)])).frames;
        images.push(pixelsOf(frame!.image, frame!.message.pixelFormat));
        await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
        await client.close();
      }
      const r = correlation(images[0]!, images[1]!);
      if (!(r > 0.8)) fail(`The correlation over a reconnection is ${r.toFixed(3)}.`);
    },
  ],
  [
    'Speckle of three patterns',
    'Without its dark value, the intensity has the contrast of speckle: 1, or down to 1 / sqrt 2 where it is not polarised. Bound: 6 standard errors of the contrast of as many independent grains; false alarms below 1 in 10^6.',
    'RUN-2 RDO-3',
    async (bench) => {
      const client = await bench.controlled();
      await takeDeepPixels(bench, client);
      const shown = [bench.pattern(0, 0), ...[20, 21, 22].map((k) => bench.pattern(k))];
      const [dark, ...bright] = await images(bench, client, shown, 1);
      const values = bright.map(([image]) => image!.values.map((value, i) => value - dark![0]!.values[i]!));
      const contrast = mean(values.map((list) => standardDeviation(list) / mean(list)));
      const bound = 6 / Math.sqrt(independentGrains(values[0]!, bench.facts.configuration.regionWidth));
      const [least, most] = [Math.SQRT1_2 - bound, 1 + bound];
      const text = `The contrast of the intensity is ${contrast.toFixed(3)}; ${least.toFixed(3)} to ${most.toFixed(3)} is allowed.`;
      check(contrast >= least && contrast <= most, text);
    },
  ],
  [
    'Half the exposure',
    'The light that is measured above the dark value is half as much, within 2 % and 6 standard errors; false alarms below 1 in 10^8.',
    'RDO-10 CFG-2',
    async (bench) => {
      const client = await bench.controlled();
      const { exposureTicks: whole } = bench.facts.configuration;
      const half = Math.max(bench.description.minimumExposureTicks, Math.floor(whole / 2));
      if (half > 0.6 * whole) informational('The exposure is the shortest already.');
      await takeDeepPixels(bench, client);
      const sums: { sum: number; variance: number }[] = [];
      for (const exposureTicks of [half, whole]) {
        await configured(bench, client, { fields: configurationField.EXPOSURE, exposureTicks });
        const [dark, bright] = await images(bench, client, [bench.pattern(0, 0), bench.pattern(23)], 4);
        if (bright!.some(({ saturated }) => saturated > 0)) informational('The image is saturated.');
        const total = (list: readonly Image[]): number[] => list.map(({ values }) => mean(values));
        const [d, b] = [total(dark!), total(bright!)];
        sums.push({ sum: mean(b) - mean(d), variance: (standardDeviation(b) ** 2 + standardDeviation(d) ** 2) / 4 });
      }
      const [short, long] = [sums[0]!, sums[1]!];
      const expected = (long.sum * half) / whole;
      const off = Math.abs(short.sum - expected);
      // Of 4 values each, standard deviations are known to within a factor of 3.
      const bound = 0.02 * expected + 6 * 3 * Math.sqrt(short.variance + long.variance);
      check(
        off <= bound,
        `Half the exposure gives ${(short.sum / long.sum).toFixed(4)} of the light; expected is ${(half / whole).toFixed(4)}.`,
      );
    },
  ],
  [
    'Superposition: three disjoint patterns, their pairs, all together, and none',
    'I(abc) - I(ab) - I(ac) - I(bc) + I(a) + I(b) + I(c) - I(0) is 0 in every pixel, as it is for |T x|^2 whatever T is. Two repetitions are compared, so that noise drops out; bound: 6 standard errors, and 1 % of the light; false alarms below 1 in 10^8.',
    'RUN-2 RDO-3 PAT-2',
    async (bench) => {
      const client = await bench.controlled();
      await takeDeepPixels(bench, client);
      const { left, light } = await superposition(bench, client, 2);
      const products = left[0]!.map((one, i) => one * left[1]![i]!);
      const z = (mean(products) * Math.sqrt(products.length)) / Math.sqrt(mean(products.map((p) => p * p)) || 1);
      // Eight values rounded to whole grey values are off by 8/12 of a squared grey value.
      const bound = 2 * (8 / 12) + (0.01 * light) ** 2;
      check(
        z < 6 || mean(products) < bound,
        `What is left over is ${Math.sqrt(Math.max(0, mean(products))).toFixed(2)} grey values of ${light.toFixed(1)} (${z.toFixed(1)} standard errors).`,
      );
    },
  ],
  [
    'Random-feature kernel',
    'Images of two patterns that share the part s of their mirrors have the correlation s^2, for s = 0.75, 0.5 and 0; mean over 4 pairs, bound 5 / sqrt(independent grains); false alarms below 1 in 10^6.',
    'RUN-2 PAT-2',
    async (bench) => {
      const client = await bench.controlled();
      await takeDeepPixels(bench, client);
      const shares = [0.75, 0.5, 0];
      const found = shares.map(() => 0);
      let bound = 0;
      for (let pair = 0; pair < 4; pair++) {
        const x = bench.pattern(40 + pair);
        const [own, ...others] = (
          await images(bench, client, [x, ...shares.map((share) => sharing(bench, x, share, 50 + pair))], 1)
        ).map(([image]) => image!.values);
        bound = 5 / Math.sqrt(independentGrains(own!, bench.facts.configuration.regionWidth));
        others.forEach((other, i) => void (found[i]! += correlation(own!, other) / 4));
      }
      shares.forEach((share, i) => {
        check(
          Math.abs(found[i]! - share ** 2) < bound,
          `Patterns that share ${share} of their mirrors: ${found[i]!.toFixed(3)}; expected is ${share ** 2} within ${bound.toFixed(3)}.`,
        );
      });
    },
  ],
  [
    'A region of interest that is moved',
    'Where both regions overlap the images are alike (correlation above 0.8): a pixel stays the same pixel.',
    'RDO-3 CFG-1',
    async (bench) => {
      const d = bench.description;
      const c = bench.facts.configuration;
      const [height, width] = [c.regionHeight - d.regionYStep, c.regionWidth - d.regionXStep];
      if (height < 4 || width < 4) informational('The region cannot be moved.');
      const client = await bench.controlled();
      const region = async (dx: number, dy: number): Promise<readonly number[]> => {
        const at = { regionX: c.regionX + dx, regionY: c.regionY + dy, regionWidth: width, regionHeight: height };
        await configured(bench, client, { fields: configurationField.REGION_OF_INTEREST, ...at });
        return (await images(bench, client, [bench.pattern(60)], 1))[0]![0]!.values;
      };
      const [one, other] = [await region(0, 0), await region(d.regionXStep, d.regionYStep)];
      const both: [number[], number[]] = [[], []];
      for (let y = 0; y + d.regionYStep < height; y++) {
        for (let x = 0; x + d.regionXStep < width; x++) {
          both[0].push(one[(y + d.regionYStep) * width + x + d.regionXStep]!);
          both[1].push(other[y * width + x]!);
        }
      }
      const r = correlation(...both);
      check(r > 0.8, `The correlation of the images where the regions overlap is ${r.toFixed(3)}.`);
    },
  ],
  [
    'Noise of four images of the same pattern',
    'Where there is any, each frame has its own: no two images are the same.',
    'RUN-2 RDO-1',
    async (bench) => {
      const client = await bench.controlled();
      await takeDeepPixels(bench, client);
      const [shown] = await images(bench, client, [bench.pattern(70, 0.9)], 4);
      const sums = new Set(shown!.map(({ values }) => JSON.stringify(values))).size;
      if (sums === 1) {
        const { left } = await superposition(bench, client, 1);
        const most = left[0]!.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
        const text = `All images of a pattern are the same to the bit, and superpositions are off by ${most} grey values, which is more than rounding: frames share their noise.`;
        check(most <= MOST_ROUNDING, text);
        informational('All images are the same to the bit, and superpositions too: this device has no noise.');
      }
      same('Different images of the same pattern', sums, 4);
    },
  ],
]);
