import { configurationField } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { type Image, images, mean, takeDeepPixels } from './images.js';
import { configured, correlation, refusedWith, show } from './steps.js';

const STEPS = 4;
const fields = configurationField.REFERENCE;
const on = {
  fields,
  referenceOn: 1,
  referenceAmplitude: 1,
  referencePhaseSteps: STEPS,
  referenceTiltX: 0,
  referenceTiltY: 0,
};

export const referenceCases = group('REF', 'reference beam', [
  [
    'The phase that each readout carries',
    'It is 2 pi (k mod steps) / steps for frame k of a run, from 0 again in the next run, and 0 while the beam is off.',
    'CFG-10 RDO-10',
    async (bench) => {
      bench.need('REFERENCE_BEAM');
      const steps = Math.min(3, bench.description.maximumPhaseSteps);
      const client = await bench.controlled();
      const patterns = Array.from({ length: Math.min(5, bench.description.patternSlots) }, (_, k) => bench.pattern(k));
      const phases = async (): Promise<number[]> =>
        (await show(bench, client, patterns)).frames.map(({ record }) => Number(record.referencePhase.toFixed(9)));
      same(
        'Phases while the beam is off',
        await phases(),
        patterns.map(() => 0),
      );
      await configured(bench, client, { ...on, referencePhaseSteps: steps });
      const expected = patterns.map((_, k) => Number(((2 * Math.PI * (k % steps)) / steps).toFixed(9)));
      same('Phases of the first run', await phases(), expected);
      same('Phases of the second run', await phases(), expected);
    },
  ],
  [
    'A reference beam that the device does not have, and phases that it does not have',
    'Refused with OUT_OF_RANGE and field, value and bound; nothing is changed.',
    'CFG-1 CFG-3 PAY-7',
    async (bench) => {
      const client = await bench.controlled();
      const before = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      const change = bench.has('REFERENCE_BEAM') ? { ...on, referencePhaseSteps: 0 } : on;
      const refusal = refusedWith(await client.ask(bench.configureMessage(change)), 'OUT_OF_RANGE', 'It');
      if (bench.has('REFERENCE_BEAM')) {
        same('Field, value and bound', [refusal.field, refusal.value, refusal.bound], ['referencePhaseSteps', 0, 1]);
      }
      same('The configuration', await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY'), before);
    },
  ],
  [
    'Interference of the same pattern at four phases',
    'I(0) + I(pi) = I(pi/2) + I(3 pi/2) in every pixel, within 5 % of the light, and I(0) - I(pi) is the same when it is repeated: correlation above 0.8.',
    'CFG-10 RUN-2',
    async (bench) => {
      bench.need('REFERENCE_BEAM');
      if (bench.description.patternSlots < 3 * STEPS) informational(`There are fewer than ${3 * STEPS} pattern slots.`);
      const client = await bench.controlled();
      await takeDeepPixels(bench, client);
      await configured(bench, client, on);
      // A run of whole rounds through the phases; the first round lets a liquid crystal come to rest.
      const shown = (await images(bench, client, [bench.pattern(80)], 2 * STEPS))[0]!;
      const at = (phase: number, round: number): Image =>
        shown.filter((image) => Math.round((image.phase * STEPS) / (2 * Math.PI)) % STEPS === phase)[round]!;
      const full = Math.max(
        ...shown.flatMap(({ values, saturated }) => (saturated > 0 ? [Math.max(...values)] : [])),
        0,
      );
      const sound = shown[0]!.values
        .map((_, i) => i)
        .filter((i) => full === 0 || shown.every(({ values }) => values[i]! < full));
      const [zero, quarter, half, threeQuarters] = [0, 1, 2, 3].map((k) =>
        sound.map((i) => mean([at(k, 0).values[i]!, at(k, 1).values[i]!])),
      );
      const light = mean(zero!.map((value, i) => (value + quarter![i]! + half![i]! + threeQuarters![i]!) / 4));
      const left = zero!.map((value, i) => value + half![i]! - quarter![i]! - threeQuarters![i]!);
      const off = Math.sqrt(mean(left.map((value) => value * value)));
      const noise = Math.sqrt(
        mean(sound.flatMap((i) => [0, 1, 2, 3].map((k) => (at(k, 0).values[i]! - at(k, 1).values[i]!) ** 2 / 4))),
      );
      // Each of four means of two has half the variance of a difference of two.
      const bound = 0.05 * light + 3 * noise;
      check(
        off < bound,
        `What is left over is ${off.toFixed(2)} grey values of ${light.toFixed(1)}; ${bound.toFixed(2)} is allowed.`,
      );
      const difference = (round: number): number[] =>
        sound.map((i) => at(0, round).values[i]! - at(2, round).values[i]!);
      const r = correlation(difference(0), difference(1));
      check(r > 0.8, `I(0) - I(pi) and its repetition have the correlation ${r.toFixed(3)}.`);
    },
  ],
]);
