// The recorded figures of randomised linear algebra and random features: one a row of what packages/sketch has to hold.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './prepare.mjs';

export const sketch = { data: "a folder with MNIST's four IDX files" };

/**
 * Computes every row, or the one whose name is asked for, and keeps the others of the file as they are.
 * @param {string} folder with MNIST
 * @param {string} file that is written after every row, so that a run that was stopped has lost nothing
 */
export async function recordSketch(folder, file, only) {
  const { sketchStudies } = await import(pathToFileURL(join(root, 'packages/testing/dist/sketch/results.js')).href);
  const { version } = JSON.parse(readFileSync(join(root, 'lerna.json'), 'utf8'));
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { rows: {} };
  for (const [key, study] of Object.entries(sketchStudies)) {
    if (only !== undefined && key !== only) continue;
    const begun = performance.now();
    const row = await study(folder);
    const wallSeconds = (performance.now() - begun) / 1000;
    console.error(`${key}: ${row.optical} | ${row.control} | ${wallSeconds.toFixed(0)} s`);
    result.rows[key] = { ...row, wallSeconds };
    result.versions = { opu: version, node: process.version };
    result.processor = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
    writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  }
}

const order = ['trace', 'triangles', 'svd', 'decay', 'product', 'kernel-ridge', 'double-descent', 'newma'];

/** What is to be known of a row beside its figures. */
const remarks = {
  product:
    'Product: an error of 1 / sqrt(m) relative to the lengths of A and B has the constant 1. A and B have 100 columns here: the law ' +
    'does not depend on them, and ten times as many take ten times the frames.',
  'kernel-ridge':
    'Kernel ridge: images binarised at 25, ridge a thousandth of the mean squared length of centred features.',
  newma:
    'NEWMA: mixtures of four components with mean zero and variance 1 in each coordinate, a change every 1 000 samples, a window of 100, 1 000 ' +
    'intensities of seven thermometer bits a coordinate, one frame a sample. A change is detected in the 500 samples after it; Scan-B takes ' +
    'the exact kernel and two reference blocks.',
};

export function sketchSection(name, { rows, versions, processor }) {
  const there = order.filter((key) => rows[key] !== undefined);
  const lines = there.map((key) => {
    const { name: what, optical, control, bound, reached } = rows[key];
    return [what, optical, control, bound, reached ? 'yes' : 'no'];
  });
  const table = [['what', 'optical', 'control', 'asked', 'reached'], ['---', '---', '---', '---', '---'], ...lines];
  const missing = order.filter((key) => rows[key] === undefined);
  const absent = missing.length === 0 ? '' : ` Not recorded yet: ${missing.join(', ')}.`;
  const notes = there.map((key) => remarks[key]).filter(Boolean);
  return `## Randomised linear algebra and random features

\`\`\`sh not-tested: it computes for half an hour, with data that is not part of the repository
npm run results -- ${name} --data <folder>
\`\`\`

${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

Camera noise is on; each seed of the device is another medium.${absent} ${notes.join(' ')} Device \`emulator:opu-1m-300k?medium=signs\`.
opu ${versions.opu}, Node ${versions.node}, ${processor}.
`;
}
