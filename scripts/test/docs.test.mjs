// Every command in the documentation is run: each fenced block whose language is `sh` is a script that must succeed.
// A block marked `sh not-tested: <reason>` is left out, and the reason has to be there. Blocks of one page share a folder.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { expect } from 'chai';
import { root } from '../lib/prepare.mjs';

function pages() {
  const top = ['README.md', 'CONTRIBUTING.md'].map((name) => join(root, name));
  const folders = ['docs', 'examples'].map((name) => join(root, name)).filter((folder) => existsSync(folder));
  const below = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...top, ...below].filter((file) => existsSync(file)).sort();
}

function blocks(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```sh\b[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    note: match[1] ?? '',
    script: match[2] ?? '',
  }));
}

describe('the documentation', () => {
  for (const page of pages()) {
    const name = relative(root, page);
    const found = blocks(page);
    if (found.length === 0) continue;

    describe(name, () => {
      let folder;
      let path;

      before(() => {
        folder = mkdtempSync(join(tmpdir(), 'opu-docs-'));
        const shims = join(folder, '.bin');
        mkdirSync(shims);
        // A reader stands in the clone, where `npx opu` finds the command; the test stands in an empty folder.
        const shim = `#!/bin/sh\n[ "$1" = opu ] || { echo "npx $1 is not the opu command"; exit 1; }\nshift\nexec "${process.execPath}" "${join(root, 'packages/cli/bin/opu.js')}" "$@"\n`;
        writeFileSync(join(shims, 'npx'), shim);
        chmodSync(join(shims, 'npx'), 0o755);
        path = `${shims}${delimiter}${process.env.PATH}`;
      });

      after(() => rmSync(folder, { recursive: true, force: true }));

      for (const block of found) {
        if (block.note.startsWith('not-tested:')) {
          it(`says why the commands at line ${block.line} are not run here`, () => {
            expect(block.note.length).to.be.greaterThan('not-tested: because'.length);
          });
          continue;
        }
        it(`line ${block.line}: its commands succeed`, function () {
          this.timeout(120_000);
          const result = spawnSync('sh', ['-eu', '-c', block.script], {
            cwd: folder,
            encoding: 'utf8',
            env: { ...process.env, PATH: path, REPO: root },
            timeout: 110_000,
          });
          expect(result.status, `${block.script}\n${result.stdout}\n${result.stderr}`).to.equal(0);
        });
      }
    });
  }
});
