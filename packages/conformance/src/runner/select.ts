import { OpuError } from '@opu/core';
import type { CaseFacts } from './case.js';

/**
 * Cases whose number, group or one of whose clauses fits a pattern in which `*` stands for anything: `D-CFG-*`, `optics`.
 * @throws OpuError INVALID_ARGUMENT when none does
 */
export function selectCases<Case extends CaseFacts>(cases: readonly Case[], glob: string | undefined): readonly Case[] {
  if (glob === undefined) return cases;
  const literal = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${literal.join('.*')}$`, 'i');
  const selected = cases.filter((c) => [c.number, c.group, ...c.clauses].some((text) => pattern.test(text)));
  if (selected.length > 0) return selected;
  const groups = [...new Set(cases.map((c) => c.group))].join(', ');
  throw new OpuError(
    'INVALID_ARGUMENT',
    `No case fits "${glob}". Give a number (${cases[0]?.number ?? 'none'}), a clause or a group, with * for anything; groups are ${groups}.`,
  );
}
