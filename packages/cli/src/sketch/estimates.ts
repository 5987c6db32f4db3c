import { type Estimate, estimateTrace, estimateTriangles, exactTrace, exactTriangles } from '@opu/sketch';
import { readSketchInput, sizeOf } from './input.js';
import { wholeNumber } from './options.js';
import { points } from './report.js';
import type { SketchAnswer, SketchContext, SketchTask } from './task.js';

export const traceTask: SketchTask = (context) => scalar(context, 'trace', estimateTrace, exactTrace);

export const trianglesTask: SketchTask = (context) => scalar(context, 'triangles', estimateTriangles, exactTriangles);

async function scalar(
  { flags, signal, openSketch }: SketchContext,
  name: string,
  estimator: typeof estimateTriangles,
  exactly: typeof exactTriangles,
): Promise<SketchAnswer> {
  const matrix = await readSketchInput(flags.in);
  const [rows, columns] = sizeOf(matrix);
  const outputs = wholeNumber('--sketch', flags.sketch, 2) ?? Math.max(2, Math.min(200, rows));
  const sketch = await openSketch({ inputs: columns, outputs });
  const found: Estimate = await estimator(matrix, sketch, { signal });
  const exact = flags.exact ? exactly(matrix) : undefined;
  const course = { name: 'estimate', colour: 0, points: points(found.course) };
  const line = { name: 'exact', colour: 1, dashed: true, points: points(found.course.map(() => exact ?? 0)) };
  const errors = found.course.map((value) => Math.abs(value / (exact ?? 1) - 1));
  return {
    ...found,
    exact,
    spent: sketch.spent,
    arrays: { course: { type: 'float64', shape: [found.course.length], data: found.course } },
    charts: [
      {
        title: `How the ${name} settles`,
        xLabel: 'rows of the sketch',
        yLabel: name,
        series: exact === undefined ? [course] : [course, line],
      },
      ...(exact === undefined
        ? []
        : [
            {
              title: 'Error against m',
              xLabel: 'rows of the sketch',
              yLabel: 'relative error',
              series: [{ name: 'error', colour: 2, points: points(errors) }],
              yMinimum: 0,
            },
          ]),
    ],
  };
}
