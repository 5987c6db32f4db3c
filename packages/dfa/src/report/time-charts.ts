import { secondsFromTicks } from '@opu/driver';
import type { DeviceSummary, ModeSummary } from '../results/summary.js';
import { type Phase, phases } from '../train/stopwatch.js';
import { escapeText, formatNumber, formatSeconds } from './markup.js';

const WIDTH = 1140;

const phaseNames: Record<Phase, string> = {
  data: 'making batches',
  forward: 'forward and loss',
  feedback: 'feedback (device or matrices)',
  backward: 'backward in blocks',
  update: 'weight update',
  test: 'test and alignment',
};

/** Where the host's time went: one bar a mode, as long as its seconds. */
export function hostTimeChart(summaries: readonly ModeSummary[]): string {
  const total = (summary: ModeSummary) => phases.reduce((sum, phase) => sum + summary.hostMilliseconds[phase], 0);
  const longest = Math.max(...summaries.map(total));
  if (!(longest > 0)) return '';
  const scale = (WIDTH - 220) / longest;
  const rows = summaries.map((summary, row) => {
    const y = 8 + row * 34;
    let x = 110;
    const bars = phases.map((phase, i) => {
      const milliseconds = summary.hostMilliseconds[phase];
      const width = milliseconds * scale;
      const text = `${phaseNames[phase]}: ${formatSeconds(milliseconds / 1000)}`;
      const bar = `<rect class="fill${i}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="22"><title>${escapeText(text)}</title></rect>`;
      x += width;
      return bar;
    });
    return (
      `<text class="label" x="100" y="${y + 15}" text-anchor="end">${escapeText(summary.mode)}</text>${bars.join('')}` +
      `<text class="tick" x="${(x + 8).toFixed(1)}" y="${y + 15}">${formatSeconds(total(summary) / 1000)}</text>`
    );
  });
  const legend = phases.map((phase, i) => `<li><i class="key back${i}"></i>${escapeText(phaseNames[phase])}</li>`);
  return (
    `<figure class="wide"><figcaption>Where the host's time went</figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${16 + 34 * summaries.length}" role="img" aria-label="Host time by phase">${rows.join('')}</svg>` +
    `<ul class="legend">${legend.join('')}</ul></figure>`
  );
}

/** The device's time line: its first calls for frames, each as a bar from the first reset to the end of the last exposure. */
export function deviceTimeLine(device: DeviceSummary): string {
  const { timeline } = device;
  const first = timeline[0];
  if (first === undefined) return '';
  const shown = timeline.slice(0, 40);
  const start = first.startTick;
  const end = shown.at(-1)!.endTick;
  const scale = (WIDTH - 40) / Math.max(1, end - start);
  const bars = shown.map(({ startTick, endTick, frames }, i) => {
    const x = 20 + (startTick - start) * scale;
    const width = Math.max(1, (endTick - startTick) * scale);
    const text = `call ${i + 1}: ${frames} frames in ${formatSeconds(secondsFromTicks(endTick - startTick))}`;
    return `<rect class="fill0" x="${x.toFixed(1)}" y="10" width="${width.toFixed(1)}" height="26"><title>${escapeText(text)}</title></rect>`;
  });
  const marks = Array.from({ length: 6 }, (_, i) => {
    const x = 20 + (i * (WIDTH - 40)) / 5;
    const text = formatSeconds(secondsFromTicks(((end - start) * i) / 5));
    const anchor = i === 0 ? 'start' : i === 5 ? 'end' : 'middle';
    return `<line class="grid" x1="${x}" x2="${x}" y1="36" y2="42"/><text class="tick" x="${x}" y="56" text-anchor="${anchor}">${text}</text>`;
  });
  const busy = device.projectingTicks / Math.max(1, device.elapsedTicks);
  const host = device.hostTicks / Math.max(1, device.elapsedTicks);
  const elapsed = secondsFromTicks(device.elapsedTicks);
  const rate = device.frames / Math.max(elapsed, 1e-9);
  const incidents = Object.entries(device.incidents).map(([name, count]) => `${name} ${count}`);
  const facts = [
    `${formatNumber(device.frames)} frames in ${formatSeconds(elapsed)} of device time, ${formatNumber(rate)} frames a second`,
    `frame period ${formatSeconds(secondsFromTicks(device.periodTicks))}, ${device.framesPerVector} frames a vector`,
    `projecting ${formatNumber(100 * busy)} % of the time, host ${device.hostTicks === 0 ? 'not counted' : `${formatNumber(100 * host)} %, link and idle ${formatNumber(Math.max(0, 100 * (1 - busy - host)))} %`}`,
    device.framesAgree
      ? `the device counted ${formatNumber(device.framesCounted)} frames: they agree`
      : `the device counted ${device.framesCounted} frames: THEY DO NOT AGREE`,
    ...(incidents.length > 0 ? [`counters that rose: ${incidents.join(', ')}`] : []),
  ];
  return (
    `<figure class="wide"><figcaption>Time line of ${escapeText(device.address)} (${escapeText(device.profile)}), first ${shown.length} calls</figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} 64" role="img" aria-label="Device time line">${bars.join('')}${marks.join('')}</svg>` +
    `<ul class="facts">${facts.map((fact) => `<li>${escapeText(fact)}</li>`).join('')}</ul></figure>`
  );
}
