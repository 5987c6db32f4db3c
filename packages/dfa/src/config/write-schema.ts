// Writes schema/training.schema.json from the schema in code; with --check, says whether it is stale and fails.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trainingSchema } from './schema.js';

const path = fileURLToPath(new URL('../../schema/training.schema.json', import.meta.url));
const text = `${JSON.stringify(trainingSchema, undefined, 2)}\n`;
const current = existsSync(path) ? readFileSync(path, 'utf8') : '';

if (process.argv.includes('--check')) {
  if (JSON.stringify(JSON.parse(current || 'null')) !== JSON.stringify(trainingSchema)) {
    console.error(`${path} is stale; write it with: npm run generate`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(fileURLToPath(new URL('../../schema', import.meta.url)), { recursive: true });
  writeFileSync(path, text);
}
