// Draws the figures of the guide "What the emulator models" from the emulator itself.
//
//   node docs/figures/optics.mjs [folder]      docs/guides/figures unless another folder is given
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SeededRandom } from '@opu/compute';
import { createOptics, defaultCamera, electronsPerGrey, opticsParameters } from '@opu/emulator';
import { plotSvg } from './plot.mjs';
import { greyPng } from './png.mjs';

const EXPOSURE = 40_000;
const MIRRORS = { width: 64, height: 64 };
const BLUE = '#2468b4';
const RED = '#c0392b';

/** Read-outs of patterns with half of the mirrors on. */
function shoot({ sensor, medium = {}, flux, frames = 1, bitDepth = 8, ideal = false, reference = 0, lit = true }) {
  const parameters = opticsParameters({
    modulator: { kind: 'dmd', ...MIRRORS },
    sensor,
    exposureTicks: EXPOSURE,
    medium,
    ...(flux === undefined ? {} : { fluxPhotonsPerSecond: flux }),
  });
  const optics = createOptics(parameters, 2026, { ideal });
  optics.configure({
    regionOfInterest: { x: 0, y: 0, ...sensor },
    bitDepth,
    macroPixels: { columns: 0, rows: 0 },
    reference: { on: reference > 0, amplitude: reference, tiltX: 0, tiltY: 0 },
  });
  const random = new SeededRandom(7, 'figure');
  const pattern = Uint8Array.from({ length: optics.patternBytes }, (_, k) => (lit ? random.bits(k) & 255 : 0));
  const times = { resetTick: 0, exposureStartTick: 1750, exposureTicks: EXPOSURE, referencePhaseRadians: 0 };
  const requests = Array.from({ length: frames }, (_, frame) => ({ frame, pattern, ...times }));
  const images = optics.createImages(frames);
  optics.expose(requests, images, new Uint32Array(frames));
  const { pixelCount } = optics;
  optics.close();
  return requests.map((_, k) => images.slice(k * pixelCount, (k + 1) * pixelCount));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Speckle of a grain of 1 and of 4 pixels, 8-bit camera with noise, grey values times 2. */
function speckleImage() {
  const side = 96;
  const gap = 8;
  const zoom = 2;
  const width = zoom * (2 * side + gap);
  const grey = new Uint8Array(width * zoom * side).fill(255);
  [1, 4].forEach((grainPixels, panel) => {
    const [image] = shoot({ sensor: { width: side, height: side }, medium: { grainPixels } });
    for (let y = 0; y < zoom * side; y++) {
      for (let x = 0; x < zoom * side; x++) {
        const value = image[Math.floor(y / zoom) * side + Math.floor(x / zoom)];
        grey[y * width + panel * zoom * (side + gap) + x] = Math.min(255, 2 * value);
      }
    }
  });
  return greyPng(grey, width, zoom * side);
}

function histogram() {
  const [image] = shoot({ sensor: { width: 512, height: 256 }, ideal: 'float', bitDepth: 32 });
  const average = mean(image);
  const bins = 40;
  const step = 0.2;
  const counts = new Float64Array(bins);
  for (const value of image) {
    const bin = Math.floor(value / average / step);
    if (bin < bins) counts[bin]++;
  }
  return plotSvg({
    title: 'Intensity of 131 072 pixels, half of the mirrors on',
    x: { label: 'intensity over its mean', from: 0, to: 8, ticks: [0, 2, 4, 6, 8] },
    y: { label: 'probability density', from: 1e-4, to: 2, log: true, ticks: [0.0001, 0.001, 0.01, 0.1, 1] },
    series: [
      {
        label: 'emulator',
        kind: 'dots',
        colour: BLUE,
        points: Array.from(counts, (count, k) => [(k + 0.5) * step, count / image.length / step]),
      },
      {
        label: 'exp(-I), fully developed',
        kind: 'line',
        colour: RED,
        points: Array.from({ length: 81 }, (_, k) => [k / 10, Math.exp(-k / 10)]),
      },
    ],
  });
}

function photonTransfer() {
  const gain = 1 / electronsPerGrey(defaultCamera, 12);
  const sensor = { width: 128, height: 128 };
  const points = Array.from({ length: 24 }, (_, k) => {
    const electrons = (defaultCamera.fullWellElectrons * k) / 20;
    const flux = electrons / (defaultCamera.quantumEfficiency * EXPOSURE * 1e-8);
    const [a, b] = shoot({ sensor, flux, frames: 2, bitDepth: 12, reference: 1, lit: false });
    const variance = a.reduce((sum, value, m) => sum + (value - b[m]) ** 2, 0) / a.length / 2;
    return [(mean(a) + mean(b)) / 2, variance];
  });
  const dark = (gain * defaultCamera.readNoiseElectrons) ** 2 + 1 / 12;
  return plotSvg({
    title: 'Photon transfer, 12 bit, even light',
    legendAt: 90,
    x: { label: 'mean grey value', from: 0, to: 4200, ticks: [0, 1000, 2000, 3000, 4000] },
    y: { label: 'temporal variance, grey values squared', from: 0, to: 1400, ticks: [0, 400, 800, 1200] },
    series: [
      { label: 'emulator', kind: 'dots', colour: BLUE, points },
      {
        label: 'read noise and K x signal',
        kind: 'line',
        colour: RED,
        points: [0, 4079].map((signal) => [16 + signal, dark + gain * signal]),
      },
    ],
  });
}

/** 2 J1(v) / v by its power series. */
function airy(v) {
  let term = 1;
  let sum = 0;
  for (let k = 0; k < 60; k++) {
    sum += term;
    term *= (-v * v) / 4 / ((k + 1) * (k + 2));
  }
  return sum;
}

function autocorrelation() {
  const grain = 4;
  const width = 512;
  const [image] = shoot({
    sensor: { width, height: 256 },
    medium: { grainPixels: grain },
    ideal: 'float',
    bitDepth: 32,
  });
  const average = mean(image);
  const covariance = (shift) => {
    let [sum, count] = [0, 0];
    for (let at = 0; at < image.length; at++) {
      if ((at % width) + shift >= width) continue;
      sum += (image[at] - average) * (image[at + shift] - average);
      count++;
    }
    return sum / count;
  };
  const full = covariance(0);
  return plotSvg({
    title: 'Autocorrelation of the intensity, grain of 4 pixels',
    x: { label: 'distance, pixels', from: -8, to: 8, ticks: [-8, -4, -2, 0, 2, 4, 8] },
    y: { label: 'correlation', from: -0.1, to: 1.05, ticks: [0, 0.25, 0.5, 0.75, 1] },
    series: [
      {
        label: 'emulator',
        kind: 'dots',
        colour: BLUE,
        points: Array.from({ length: 17 }, (_, k) => [k - 8, covariance(Math.abs(k - 8)) / full]),
      },
      {
        label: 'circular aperture',
        kind: 'line',
        colour: RED,
        points: Array.from({ length: 161 }, (_, k) => {
          const distance = (k - 80) / 10;
          return [distance, airy((2 * 1.61634 * distance) / grain) ** 2];
        }),
      },
    ],
  });
}

/** Name and content of every figure. */
export function opticsFigures() {
  return {
    'speckle.png': speckleImage(),
    'histogram.svg': histogram(),
    'photon-transfer.svg': photonTransfer(),
    'autocorrelation.svg': autocorrelation(),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder = resolve(process.argv[2] ?? join(here, '../guides/figures'));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(opticsFigures())) writeFileSync(join(folder, name), content);
}
