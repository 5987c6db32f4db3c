import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkSchema } from '../schema/check.js';
import { schema } from '../schema/schema.js';
import { generatedFiles } from './files.js';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const check = process.argv.includes('--check');

const problems = checkSchema(schema);
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}

const stale: string[] = [];
for (const [path, text] of generatedFiles(schema, packageFolder)) {
  const target = join(packageFolder, path);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  stale.push(relative(process.cwd(), target));
  if (!check) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
if (check && stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run \`npm run generate\` and commit the result.`);
  process.exit(1);
}
if (!check) for (const path of stale) console.log(`wrote ${path}`);
