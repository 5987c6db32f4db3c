import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const spec = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'SPEC.md'), 'utf8');

describe('SPEC.md', () => {
  it('numbers its clauses without gaps or repetitions', () => {
    const last = new Map<string, number>();
    for (const [, area = '', number = ''] of spec.matchAll(/^- \*\*\[OPU-([A-Z]+)-(\d+)\]\*\*/gm)) {
      expect(Number(number), `OPU-${area}-${number}`).to.equal((last.get(area) ?? 0) + 1);
      last.set(area, Number(number));
    }
    expect(last.size).to.equal(15);
  });

  it('cites only clauses that it has', () => {
    const clauses = new Set([...spec.matchAll(/\*\*\[(OPU-[A-Z]+-\d+)\]\*\*/g)].map((match) => match[1]));
    for (const [cited] of spec.matchAll(/OPU-[A-Z]+-\d+/g)) expect(clauses.has(cited), cited).to.equal(true);
  });

  it('links only to sections that it has', () => {
    const anchors = new Set(
      [...spec.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    for (const [, anchor = ''] of spec.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors.has(anchor), anchor).to.equal(true);
  });
});
