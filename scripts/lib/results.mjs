import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';
import { ridge, ridgeSection } from './ridge-results.mjs';
import { sketch, sketchSection } from './sketch-results.mjs';

const allModes = ['bp', 'dfa', 'dfa-ternary', 'optical', 'shallow'];

/** What is recorded, by name, in the order of the page. `published` are the figures to compare with, by mode. */
export const studies = {
  'mnist-ridge': ridge,
  sketch,
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
  tinyshakespeare: {
    title: 'Tiny Shakespeare, a transformer of a million weights',
    data: 'a folder with the text as input.txt',
    modes: ['optical', 'shallow', 'bp', 'dfa'],
    seeds: [0],
    options: ['--epochs', '6'],
    stepsPerEpoch: 100,
    note:
      'Tested on 20,480 characters, in 320 pieces of 64 spread evenly over the last tenth of the text; bigram: pairs counted on ' +
      'the rest, tested on all of that tenth.',
    baseline: 'bigram',
  },
};

export const resultFile = (study) => join(root, 'docs/results', `${study}.json`);

const heading = `# Recorded results

Written by \`npm run results\`, not by hand. Test accuracy in %, mean and standard deviation over seeds; wall time is the mean of one
run on the machine named below its table, which may have had other work beside: it says no more than the order of magnitude. Frames are
the mean of one run on the emulated device. The same seed gives the same weights everywhere, so a run repeats its accuracy to the last digit.
`;

/** docs/results.md from the recorded files. */
export function renderResults() {
  const parts = Object.entries(studies).map(([name, study]) => {
    const file = resultFile(name);
    if (!existsSync(file)) return '';
    const result = JSON.parse(readFileSync(file, 'utf8'));
    if (study === sketch) return sketchSection(name, result);
    return study === ridge ? ridgeSection(name, result) : section(name, study, result);
  });
  return [heading, ...parts].filter((part) => part !== '').join('\n');
}

function section(name, study, { settings, versions, processor, seeds, rows, baseline, remark }) {
  const { published } = study;
  // A column that has nothing to say in a study is left out of it.
  const columns = [
    { title: 'mode', cell: (row) => row.mode },
    {
      title: 'test accuracy',
      cell: (row) => (seeds.length > 1 ? `${percent(row.mean)} ± ${percent(row.deviation)}` : percent(row.mean)),
    },
    ...(baseline === undefined
      ? []
      : [
          { title: 'loss, nats', cell: (row) => mean(row.testLosses).toFixed(3) },
          { title: 'loss, bits', cell: (row) => (mean(row.testLosses) / Math.LN2).toFixed(3) },
        ]),
    ...(seeds.length > 1 ? [{ title: 'seeds', cell: (row) => row.testAccuracies.map(percent).join(', ') }] : []),
    { title: 'wall time', cell: (row) => duration(row.wallSeconds / seeds.length) },
    {
      title: 'frames',
      cell: (row) => (row.frames === 0 ? '' : Math.round(row.frames / seeds.length).toLocaleString('en')),
    },
    ...(published === undefined ? [] : [{ title: 'compare', cell: (row) => published.values[row.mode] ?? '' }]),
  ];
  const lines = rows.map((row) => columns.map(({ cell }) => cell(row)));
  if (baseline !== undefined) lines.push(baselineLine(baseline, columns.length));
  const header = columns.map(({ title }) => title);
  return `## ${study.title}

\`\`\`sh not-tested: it trains ${rows.length} modes with ${seeds.length} ${seeds.length > 1 ? 'seeds' : 'seed'} on data that is not part of the repository
npm run results -- ${name} --data <folder>
\`\`\`

${table([header, header.map(() => '---'), ...lines])}

${[published && `Compare: ${published.source}`, study.note, remark]
  .filter(Boolean)
  .map((text) => `${text}\n\n`)
  .join(
    '',
  )}${seeds.length > 1 ? 'Seeds' : 'Seed'} ${seeds.join(', ')}; ${settings.epochs} epochs${study.stepsPerEpoch === undefined ? '' : ` of ${study.stepsPerEpoch} steps`}, ${optimizerOf(settings)}, threshold ${settings.threshold}; device
\`${settings.device}\`, linear mode ${settings.linearMode}. opu ${versions.opu}, Node ${versions.node}, ${processor}.
`;
}

/** What counted pairs of characters reach, in a table that has accuracy and losses after the name. */
function baselineLine({ name, accuracy, loss }, columns) {
  const cells = [name, percent(accuracy), loss.toFixed(3), (loss / Math.LN2).toFixed(3)];
  return [...cells, ...Array.from({ length: columns - cells.length }, () => '')];
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share) => (100 * share).toFixed(2);
const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function optimizerOf({ optimizer: { kind, learningRate }, batch, hidden }) {
  return `${kind} at ${learningRate}, batch ${batch}, hidden ${hidden.join('-')}`;
}

function duration(seconds) {
  return seconds < 100 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
