/** How the learning rate changes over a run; each gives a factor on the learning rate. */
export type ScheduleOptions =
  | { readonly kind: 'constant' }
  | {
      /** Half a cosine from 1 to `final` over the run, after a linear rise over `warmupSteps`. */
      readonly kind: 'cosine';
      readonly warmupSteps: number;
      readonly final: number;
    }
  | {
      /** Times `factor` after every `everyEpochs` epochs. */
      readonly kind: 'step';
      readonly everyEpochs: number;
      readonly factor: number;
    };

/**
 * @param step steps done before this one
 * @returns the factor on the learning rate of this step
 */
export function scheduleFactor(
  schedule: ScheduleOptions,
  step: number,
  stepsPerEpoch: number,
  totalSteps: number,
): number {
  if (schedule.kind === 'constant') return 1;
  if (schedule.kind === 'step') {
    let factor = 1;
    for (let done = schedule.everyEpochs * stepsPerEpoch; done <= step; done += schedule.everyEpochs * stepsPerEpoch) {
      factor *= schedule.factor;
    }
    return factor;
  }
  const { warmupSteps, final } = schedule;
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return final + (1 - final) * halfCosine(progress);
}

/** (1 + cos(pi x)) / 2 on [0, 1] within 2e-9, of + - * alone: weights must not hang on a machine's cosine. */
function halfCosine(x: number): number {
  // sin(y) by its series around 0, |y| <= pi / 2; (1 + cos(pi x)) / 2 = (1 - sin(pi (x - 1/2))) / 2
  const y = Math.PI * (x - 0.5);
  const square = y * y;
  let sine = 1;
  for (let n = 15; n >= 3; n -= 2) sine = 1 - (sine * square) / (n * (n - 1));
  return (1 - sine * y) / 2;
}
