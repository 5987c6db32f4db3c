// Writes what is generated from the schema. --check writes nothing and fails when something is stale; --update lets
// golden vectors change; --release makes the present schema the one that later edits must not break.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkSchema } from '../schema/check.js';
import { schema } from '../schema/schema.js';
import { vectorFiles } from '../vectors/files.js';
import { breakingChanges } from './breaking.js';
import { type WireSchema, wireSchema } from './canonical.js';
import { generatedFiles } from './files.js';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const isCheck = process.argv.includes('--check');
const mayUpdate = process.argv.includes('--update');

function fail(lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

const problems = checkSchema(schema);
if (problems.length > 0) fail(problems);

const releasedFile = join(packageFolder, 'released-schema.json');
if (process.argv.includes('--release') || !existsSync(releasedFile)) {
  writeFileSync(releasedFile, `${JSON.stringify(wireSchema(schema), undefined, 1)}\n`);
}
const breaks = breakingChanges(JSON.parse(readFileSync(releasedFile, 'utf8')) as WireSchema, wireSchema(schema));
if (breaks.length > 0) fail(['The schema breaks the wire of the released version:', ...breaks]);

const vectorFolder = join(packageFolder, 'vectors');
const wanted = new Map<string, Buffer>();
for (const [path, text] of generatedFiles(schema, packageFolder))
  wanted.set(join(packageFolder, path), Buffer.from(text));
for (const [path, bytes] of vectorFiles(schema)) wanted.set(join(vectorFolder, path), bytes);

const stale = [...wanted].filter(([path, bytes]) => !existsSync(path) || !readFileSync(path).equals(bytes));
const orphans = existsSync(vectorFolder)
  ? readdirSync(vectorFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !wanted.has(path))
  : [];
const changedVectors = stale
  .filter(([path]) => path.startsWith(vectorFolder) && existsSync(path))
  .map(([path]) => path);
const names = (paths: readonly string[]): string => paths.map((path) => relative(process.cwd(), path)).join(', ');

if (isCheck) {
  const all = [...stale.map(([path]) => path), ...orphans];
  if (all.length > 0) fail([`Stale: ${names(all)}.`, 'Run `npm run generate` and commit the result.']);
} else {
  if ((changedVectors.length > 0 || orphans.length > 0) && !mayUpdate) {
    fail([
      `Golden vectors would change: ${names([...changedVectors, ...orphans])}.`,
      'If the wire is meant to change, run `npm run generate -- --update`.',
    ]);
  }
  for (const path of orphans) rmSync(path);
  for (const [path, bytes] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  console.log(stale.length + orphans.length === 0 ? 'nothing is stale' : `wrote ${stale.length} files`);
}
