import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';
import { ridge, ridgeSection } from './ridge-results.mjs';

const allModes = ['bp', 'dfa', 'dfa-ternary', 'optical', 'shallow'];

/** What is recorded, by name, in the order of the page. `published` are the figures to compare with, by mode. */
export const studies = {
  'mnist-ridge': ridge,
  mnist: {
    title: 'MNIST, 784-1024-1024-10',
    data: "a folder with MNIST's four IDX files",
    modes: allModes,
    seeds: [0, 1, 2],
    published: {
      source: 'A reference in numpy, one seed, U(-1, 1) feedback. Published for a device: 95.8 % (arXiv 2006.01475).',
      values: { bp: '97.85', dfa: '96.82', 'dfa-ternary': '96.59', shallow: '92.01' },
    },
  },
  cora: {
    title: 'Cora, graph convolutions 1433-16-7',
    data: 'a folder with edges.txt, features.txt and labels.txt of Cora',
    modes: allModes,
    seeds: [0, 1, 2, 3, 4, 5],
    published: {
      source: 'A reference in numpy, six seeds. Test accuracy at the epoch that does best on the validation nodes.',
      values: { bp: '81.1 ± 0.5', dfa: '78.9 ± 1.2', 'dfa-ternary': '79.1 ± 1.7', shallow: '29.6' },
    },
  },
  citeseer: {
    title: 'CiteSeer, graph convolutions 3703-16-6',
    data: 'a folder with edges.txt, features.txt and labels.txt of CiteSeer',
    modes: allModes,
    seeds: [0, 1, 2, 3, 4, 5],
    published: {
      source: 'Kipf and Welling 2017 (arXiv 1609.02907), table 2.',
      values: { bp: '70.3' },
    },
  },
};

export const resultFile = (study) => join(root, 'docs/results', `${study}.json`);

const heading = `# Recorded results

Written by \`npm run results\`, not by hand. Test accuracy in %, mean and standard deviation over seeds; wall time is the mean of one
run on the machine named below its table, frames the mean of one run on the emulated device. The same seed gives the same weights
everywhere, so a run repeats its figure to the last digit.
`;

/** docs/results.md from the recorded files. */
export function renderResults() {
  const parts = Object.entries(studies).map(([name, study]) => {
    const file = resultFile(name);
    if (!existsSync(file)) return '';
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return study === ridge ? ridgeSection(name, result) : section(name, study, result);
  });
  return [heading, ...parts].filter((part) => part !== '').join('\n');
}

function section(name, study, { settings, versions, processor, seeds, rows }) {
  const { published } = study;
  const header = ['mode', 'test accuracy', 'seeds', 'wall time', 'frames', 'compare'];
  const lines = rows.map((row) => [
    row.mode,
    row.testAccuracies.length > 1 ? `${percent(row.mean)} ± ${percent(row.deviation)}` : percent(row.mean),
    row.testAccuracies.map(percent).join(', '),
    duration(row.wallSeconds / seeds.length),
    row.frames === 0 ? '' : Math.round(row.frames / seeds.length).toLocaleString('en'),
    published?.values[row.mode] ?? '',
  ]);
  return `## ${study.title}

\`\`\`sh not-tested: it trains ${rows.length} modes with ${seeds.length} seeds on data that is not part of the repository
npm run results -- ${name} --data <folder>
\`\`\`

${table([header, header.map(() => '---'), ...lines])}

${published === undefined ? '' : `Compare: ${published.source}\n\n`}Seeds ${seeds.join(', ')}; ${settings.epochs} epochs, ${optimizerOf(settings)}, threshold ${settings.threshold}; device
\`${settings.device}\`, linear mode ${settings.linearMode}. opu ${versions.opu}, Node ${versions.node}, ${processor}.
`;
}

const percent = (share) => (100 * share).toFixed(2);
const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function optimizerOf({ optimizer: { kind, learningRate }, batch, hidden }) {
  return `${kind} at ${learningRate}, batch ${batch}, hidden ${hidden.join('-')}`;
}

function duration(seconds) {
  return seconds < 100 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
