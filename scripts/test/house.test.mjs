// Who may import whom: the walls of the house, held against the sources and against each package.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import { root, workspaces } from '../lib/prepare.mjs';

const mayImport = {
  'firmware-protocol': [],
  'packages/compute': [],
  emulator: ['@opu/protocol', '@opu/compute'],
  'packages/driver': ['@opu/protocol'],
  'packages/capture': ['@opu/driver', '@opu/protocol'],
  'packages/conformance': ['@opu/driver', '@opu/protocol'],
  'packages/dfa': ['@opu/driver', '@opu/compute'],
  'packages/cli': ['@opu/dfa', '@opu/capture', '@opu/conformance', '@opu/emulator', '@opu/driver'],
  examples: ['@opu/dfa', '@opu/emulator', '@opu/driver', '@opu/compute'],
};

/** What the command's tests and benches may reach beyond the command itself: they are where rooms meet. */
const meetingPlaces = [/^packages\/cli\/src\/.*\.(test|long)\.ts$/, /^packages\/cli\/src\/(bench|testing)\//];
const everything = ['@opu/protocol', '@opu/compute'];

const isTest = (file) => /\.(test|long)\.ts$/.test(file) || /\/(test|testing)\//.test(file);

function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function withoutComments(file) {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '');
}

/** Specifiers of static imports, re-exports and literal dynamic imports; `typesToo: false` leaves type-only ones out. */
function imports(file, { typesToo = true } = {}) {
  const text = withoutComments(file);
  const found = [];
  for (const match of text.matchAll(/\b(import|export)\s+(type\s+)?[^'";()]*?\bfrom\s*['"]([^'"]+)['"]/g)) {
    if (typesToo || match[2] === undefined) found.push(match[3]);
  }
  for (const match of text.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g)) found.push(match[1]);
  return found;
}

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('the house', () => {
  it('has the workspaces that its rules name', () => {
    expect(Object.keys(mayImport).sort()).to.deep.equal([...workspaces].sort());
  });

  for (const workspace of workspaces) {
    const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
    const source = join(root, workspace, 'src');

    it(`${workspace} imports only ${mayImport[workspace].join(', ') || 'nothing'} of ours`, () => {
      const wrong = [];
      for (const file of sources(source)) {
        const path = relative(root, file);
        const allowed = [...mayImport[workspace], ...(meetingPlaces.some((p) => p.test(path)) ? everything : [])];
        for (const specifier of imports(file)) {
          const owner = packageOf(specifier);
          if (owner.startsWith('@opu/') && owner !== manifest.name && !allowed.includes(owner)) {
            wrong.push(`${path} imports ${specifier}`);
          }
          if (specifier.startsWith('.') && relative(source, resolve(dirname(file), specifier)).startsWith('..')) {
            wrong.push(`${path} reaches out of its package: ${specifier}`);
          }
        }
      }
      expect(wrong).to.deep.equal([]);
    });

    it(`${workspace} declares every package that its product code imports`, () => {
      const declared = new Set([
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.optionalDependencies ?? {}),
        ...Object.keys(manifest.peerDependencies ?? {}),
      ]);
      const missing = new Set();
      for (const file of sources(source).filter((f) => !isTest(f))) {
        for (const specifier of imports(file)) {
          if (/^(\.|#|node:)/.test(specifier)) continue;
          const owner = packageOf(specifier);
          if (owner !== manifest.name && !declared.has(owner)) missing.add(`${relative(root, file)}: ${owner}`);
        }
      }
      expect([...missing]).to.deep.equal([]);
    });
  }

  for (const workspace of ['firmware-protocol', 'packages/driver']) {
    it(`the core of ${workspace} (all that its index reaches) imports nothing of Node`, () => {
      const seen = new Set();
      const wrong = [];
      const visit = (file) => {
        if (seen.has(file) || !existsSync(file)) return;
        seen.add(file);
        for (const specifier of imports(file, { typesToo: false })) {
          if (specifier.startsWith('node:')) wrong.push(`${relative(root, file)} imports ${specifier}`);
        }
        for (const specifier of imports(file)) {
          if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier.replace(/\.js$/, '.ts')));
        }
      };
      visit(join(root, workspace, 'src/index.ts'));
      expect(seen.size).to.be.greaterThan(1);
      expect(wrong).to.deep.equal([]);
    });
  }

  it('knows host time and chance only in clocks, the worker pool and the command line', () => {
    const allowed = [/^firmware-protocol\/src\/clock\//, /^packages\/compute\/src\/pool\//, /^packages\/cli\/src\//];
    const wrong = [];
    for (const workspace of workspaces) {
      for (const file of sources(join(root, workspace, 'src')).filter((f) => !isTest(f))) {
        const path = relative(root, file);
        if (allowed.some((pattern) => pattern.test(path))) continue;
        const match =
          /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|setTimeout|setInterval|Math\.random)\b/.exec(
            withoutComments(file),
          );
        if (match) wrong.push(`${path}: ${match[1]}`);
      }
    }
    expect(wrong).to.deep.equal([]);
  });
});
