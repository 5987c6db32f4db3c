// The recorded accuracies of a ridge classifier on optical random features, examples/src/mnist-ridge.ts.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './prepare.mjs';

const address = 'emulator:opu-1m-300k?seed=1';

/** Test accuracies of an 8-bit emulation of the device in numpy, by number of features. */
const published = { 1000: '94.2', 3000: '96.1', 10000: '97.0' };

export const ridge = { data: "a folder with MNIST's four IDX files" };

export async function recordRidge(folder) {
  const { mnistRidge } = await import(pathToFileURL(join(root, 'examples/dist/mnist-ridge.js')).href);
  const features = Object.keys(published).map(Number);
  const rows = await mnistRidge(folder, { features, address, log: (line) => console.error(line) });
  const { version } = JSON.parse(readFileSync(join(root, 'lerna.json'), 'utf8'));
  const processor = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
  return { device: address, versions: { opu: version, node: process.version }, processor, rows };
}

export function ridgeSection(name, { device, versions, processor, rows }) {
  const lines = rows.map(({ features, accuracy }) => [
    features.toLocaleString('en'),
    accuracy.toFixed(2),
    published[features] ?? '',
  ]);
  const table = [['features', 'test accuracy', 'compare'], ['---', '---', '---'], ...lines];
  return `## MNIST, ridge classifier on optical intensity features

\`\`\`sh not-tested: it shows 70 000 images that are not part of the repository
npm run results -- ${name} --data <folder>
\`\`\`

${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

Compare: an 8-bit emulation in numpy; within 0.5 points is asked. Images binarised at 25, ridge parameter 1; device \`${device}\`.
opu ${versions.opu}, Node ${versions.node}, ${processor}.
`;
}
