// The recorded results of training: `npm run results -- cora --data DIR` trains every mode with every seed and writes
// docs/results/cora.json and its table in docs/results.md; without a name the tables are written anew from the files.
// --out FOLDER keeps the runs there and goes on with those that are there; the default is runs/results-NAME.
// --row NAME computes one row of the sketches' table alone.
// --remark TEXT says under the table what else is to be known of these runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readOptions } from './lib/options.mjs';
import { build, install, must, root } from './lib/prepare.mjs';
import { renderResults, resultFile, studies } from './lib/results.mjs';
import { recordRidge, ridge } from './lib/ridge-results.mjs';
import { recordSketch, sketch } from './lib/sketch-results.mjs';

const { values, positionals } = readOptions(
  `Usage: npm run results -- [${Object.keys(studies).join('|')}] --data FOLDER [--out FOLDER] [--remark TEXT] [--row NAME]`,
  { data: { type: 'string' }, out: { type: 'string' }, remark: { type: 'string' }, row: { type: 'string' } },
  true,
);
const [name] = positionals;
if (name !== undefined) {
  await record(name).catch(async (error) => {
    const { isOpuError } = await import('@opu/driver');
    if (!isOpuError(error)) throw error;
    stop(error.message);
  });
}
writeFileSync(join(root, 'docs/results.md'), renderResults());

async function record(study) {
  const known = studies[study];
  if (known === undefined)
    stop(`There are no results called '${study}'; there are ${Object.keys(studies).join(', ')}.`);
  if (values.data === undefined) stop(`npm run results -- ${study} needs --data FOLDER: ${known.data}.`);
  install();
  build();
  if (known === sketch) {
    await recordSketch(values.data, resultFile(study), values.row);
    return;
  }
  if (known === ridge) {
    writeFileSync(resultFile(study), `${JSON.stringify(await recordRidge(values.data), undefined, 2)}\n`);
    return;
  }
  const out = values.out ?? join(root, 'runs', `results-${study}`);
  const options = [
    '--data',
    values.data,
    '--mode',
    known.modes.join(','),
    '--seeds',
    known.seeds.join(','),
    '--out',
    out,
  ];
  const command = [join(root, 'packages/cli/bin/opu.js'), 'train', ...options, ...(known.options ?? [])];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const baseline = known.baseline === 'bigram' ? await bigram(values.data) : undefined;
  writeFileSync(resultFile(study), JSON.stringify({ ...resultOf(out), baseline, remark: values.remark }));
  must(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', resultFile(study)]);
}

/** The bound that a model of a text has to pass. */
async function bigram(folder) {
  const { bigramBaseline, readTextFolder } = await import('@opu/dfa');
  return { name: 'bigram', ...bigramBaseline(readTextFolder(folder)) };
}

/** What a sweep found, without the places where its data and its runs lie. */
function resultOf(out) {
  const { configuration, seeds, rows } = read(join(out, 'sweep.json'));
  const { versions } = read(join(out, `seed-${seeds[0]}`, 'config.json'));
  const { data: _, mode: _mode, seed: _seed, ...settings } = configuration;
  return { settings, versions, processor: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`, seeds, rows };
}

function read(file) {
  if (!existsSync(file)) stop(`${file} is not there: the training did not end.`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function stop(text) {
  console.error(`error: ${text}`);
  process.exit(2);
}
