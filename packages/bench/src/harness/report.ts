import { formatTable } from '@opu/cli';
import type { CaseResult, Timing } from './measure.js';

/** One case as lines of text: ours, then each peer with the ratio and what was to be reached. */
export function formatCase(result: CaseResult): string {
  const rows = [
    [result.ours.name, ...timingCells(result.ours, result.unit), '', ''],
    ...result.peers.map((peer) => [
      peer.name,
      ...timingCells(peer, result.unit),
      `${peer.ratio.toFixed(2)} x`,
      peer.reach === undefined
        ? ''
        : `${peer.ratio >= peer.reach ? 'reached' : 'below'} ${Number(peer.reach.toPrecision(3))}`,
    ]),
  ];
  const header = [result.name, 'median', 'fastest ... slowest', result.unit ?? '', 'ours faster', 'to reach'];
  const table = formatTable(header, rows, ['<', '>', '>', '>', '>', '<']);
  return result.notes === undefined ? table : `${table}  ${result.notes}\n`;
}

function timingCells(timing: Timing, unit: string | undefined): string[] {
  return [
    formatSeconds(timing.medianSeconds),
    `${formatSeconds(timing.fastestSeconds)} ... ${formatSeconds(timing.slowestSeconds)}`,
    unit === undefined || timing.rate === undefined ? '' : formatRate(timing.rate),
  ];
}

/** Less than one a second as 1 over the seconds that one takes. */
function formatRate(rate: number): string {
  return rate >= 1 ? rate.toPrecision(4) : `1/${(1 / rate).toPrecision(4)}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(2)} ms`;
  return `${(seconds * 1e6).toFixed(1)} us`;
}
