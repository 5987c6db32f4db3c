// Reads the imports of TypeScript sources as text: enough to hold the walls of the house against them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

export function withoutComments(file) {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '');
}

/** Specifiers of static imports, re-exports and literal dynamic imports; `typesToo: false` leaves type-only ones out. */
export function imports(file, { typesToo = true } = {}) {
  const text = withoutComments(file);
  const found = [];
  for (const match of text.matchAll(/\b(import|export)\s+(type\s+)?[^'";()]*?\bfrom\s*['"]([^'"]+)['"]/g)) {
    if (typesToo || match[2] === undefined) found.push(match[3]);
  }
  for (const match of text.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g)) found.push(match[1]);
  return found;
}

export const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The files that `file` imports by a relative specifier. */
function neighbours(file) {
  return imports(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(dirname(file), specifier.replace(/\.js$/, '.ts')));
}

/** Circles among the files (strongly connected components of more than one), by Tarjan's algorithm. */
export function circles(files) {
  const known = new Set(files);
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const next of neighbours(file).filter((n) => known.has(n))) {
      if (!index.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file), low.get(next)));
      } else if (stack.includes(next)) {
        low.set(file, Math.min(low.get(file), index.get(next)));
      }
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle);
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

/**
 * Pairs of folders of which each imports the other. A folder stands for all that lies below it, as seen from the place where
 * the paths of importer and imported part; the files directly in a folder are a room of their own.
 */
export function mutualFolders(source, files) {
  const known = new Set(files);
  const arrows = new Map();
  for (const file of files) {
    for (const next of neighbours(file).filter((n) => known.has(n))) {
      const from = relative(source, file).split('/');
      const to = relative(source, next).split('/');
      let shared = 0;
      while (from[shared] === to[shared] && shared < Math.min(from.length, to.length) - 1) shared++;
      const room = (path) => (path.length - 1 === shared ? '.' : path[shared]);
      const [a, b] = [room(from), room(to)];
      if (a === b) continue;
      const place = from.slice(0, shared).join('/');
      arrows.set(`${place}|${a}|${b}`, `${relative(source, file)} -> ${relative(source, next)}`);
    }
  }
  const found = [];
  for (const [key, example] of arrows) {
    const [place, a, b] = key.split('|');
    const back = arrows.get(`${place}|${b}|${a}`);
    if (a < b && back !== undefined) found.push(`${join(place, a)} <-> ${join(place, b)}: ${example}; ${back}`);
  }
  return found;
}
