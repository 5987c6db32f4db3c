import { secondsFromTicks } from '@opu/driver';
import type { TrainingConfiguration } from '../config/configuration.js';
import { type TrainingMode, trainingModes } from '../feedback/feedback.js';
import type { MetricsLine } from '../results/metrics-line.js';
import type { ModeSummary } from '../results/summary.js';
import type { EpochEvent } from '../train/events.js';
import { lineChart, type Series } from './line-chart.js';
import { escapeText, formatNumber, formatSeconds } from './markup.js';
import { style } from './style.js';
import { deviceTimeLine, hostTimeChart } from './time-charts.js';

export interface ReportInput {
  readonly configuration: TrainingConfiguration;
  /** The lines of metrics.jsonl. */
  readonly metrics: readonly MetricsLine[];
  /** Modes that are done. */
  readonly summaries: readonly ModeSummary[];
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function colourOf(mode: TrainingMode): number {
  return [...trainingModes].reverse().indexOf(mode);
}

function epochsOf(metrics: readonly MetricsLine[], mode: TrainingMode): EpochEvent[] {
  return metrics.filter((line) => line.mode === mode && line.kind === 'epoch') as unknown as EpochEvent[];
}

/** One self-contained page about a run: no script, no resource from outside. */
export function renderReport(input: ReportInput): string {
  const { configuration, metrics, summaries } = input;
  const modes = configuration.mode.filter((mode) => metrics.some((line) => line.mode === mode));
  const architecture = configuration.hidden.join('-');
  const devices = summaries.flatMap((summary) => (summary.device === undefined ? [] : [summary.device]));
  const body = [
    '<h1>Training report</h1>',
    `<p class="lead">${escapeText(lead(configuration, architecture))}</p>`,
    ...devices
      .filter((device) => !device.framesAgree)
      .map(
        (device) =>
          `<p class="note">The trainer got ${device.frames} frames and the device counted ${device.framesCounted}: they do not agree.</p>`,
      ),
    summaries.length === 0 ? '<p class="note">No mode is done yet.</p>' : resultTable(summaries),
    '<h2>Learning</h2>',
    `<div class="grid2">${accuracyChart(modes, metrics)}${lossChart(modes, metrics)}${testLossChart(modes, metrics)}${alignmentChart(modes, metrics)}</div>`,
    '<h2>Time</h2>',
    ...devices.map(deviceTimeLine),
    hostTimeChart(summaries),
    '<h2>Configuration</h2>',
    `<details><summary>config.json</summary><pre>${escapeText(JSON.stringify(configuration, undefined, 2))}</pre></details>`,
  ];
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>Training report: ${escapeText(configuration.mode.join(', '))}</title><style>${style}</style></head>` +
    `<body><main>${body.join('\n')}</main></body></html>\n`
  );
}

function lead(configuration: TrainingConfiguration, architecture: string): string {
  const { data, activation, optimizer, batch, epochs, seed, device, mode } = configuration;
  const source = data === 'synthetic' ? 'embedded digits' : data;
  const on = mode.includes('optical') ? `, light from ${device}` : '';
  return `${source}; hidden layers ${architecture} ${activation}; ${optimizer.kind} ${optimizer.learningRate}, batch ${batch}, ${epochs} epochs, seed ${seed}${on}`;
}

function resultTable(summaries: readonly ModeSummary[]): string {
  const rows = summaries.map(({ mode, testAccuracy, testLoss, wallSeconds, samples, device }) => [
    mode,
    percent(testAccuracy),
    formatNumber(testLoss),
    device === undefined ? '' : formatSeconds(secondsFromTicks(device.elapsedTicks)),
    device === undefined ? '' : device.frames.toLocaleString('en-US'),
    formatSeconds(wallSeconds),
    wallSeconds > 0 ? formatNumber(samples / wallSeconds) : '',
  ]);
  const header = ['mode', 'test accuracy', 'test loss', 'device time', 'frames', 'wall time', 'samples/s'];
  const cells = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', header)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

function accuracyChart(modes: readonly TrainingMode[], metrics: readonly MetricsLine[]): string {
  const series = modes.map((mode) => ({
    name: mode,
    colour: colourOf(mode),
    points: epochsOf(metrics, mode).map((line) => [line.epoch + 1, 100 * line.testAccuracy] as const),
  }));
  const format = (y: number) => `${formatNumber(y, 4)} %`;
  return lineChart({
    title: 'Test accuracy',
    xLabel: 'epoch',
    yLabel: 'accuracy',
    series,
    dots: true,
    yMaximum: 100,
    format,
  });
}

function lossChart(modes: readonly TrainingMode[], metrics: readonly MetricsLine[]): string {
  const series = modes.map((mode) => ({
    name: mode,
    colour: colourOf(mode),
    points: metrics
      .filter((line) => line.mode === mode && line.kind === 'steps')
      .map((line) => [line.stepsDone, line.loss as number] as const),
  }));
  return lineChart({ title: 'Training loss', xLabel: 'step', yLabel: 'cross-entropy', series, yMinimum: 0 });
}

function testLossChart(modes: readonly TrainingMode[], metrics: readonly MetricsLine[]): string {
  const series = modes.map((mode) => ({
    name: mode,
    colour: colourOf(mode),
    points: epochsOf(metrics, mode).map((line) => [line.epoch + 1, line.testLoss] as const),
  }));
  return lineChart({ title: 'Test loss', xLabel: 'epoch', yLabel: 'cross-entropy', series, dots: true, yMinimum: 0 });
}

function alignmentChart(modes: readonly TrainingMode[], metrics: readonly MetricsLine[]): string {
  const series: Series[] = modes.flatMap((mode) => {
    const measured = epochsOf(metrics, mode).filter(({ alignment }) => Object.keys(alignment).length > 0);
    return Object.keys(measured[0]?.alignment ?? {}).map((layer, i) => ({
      name: `${mode}, ${layer}`,
      colour: (colourOf(mode) + 2 * i) % 6,
      dashed: i % 2 === 1,
      points: measured.map((line) => [line.epoch + 1, line.alignment[layer]!] as const),
    }));
  });
  const title = 'Alignment of the feedback with the true gradient';
  return lineChart({ title, xLabel: 'epoch', yLabel: 'mean cosine', series, dots: true, yMinimum: 0 });
}
