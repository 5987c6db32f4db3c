import { configurationField, createPatterns, messageCodecs, patternEncoding, patternFlag } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import { configured, correlation, type Frame, frames, nextPatternId, pixelsOf, show } from './steps.js';

/** Images of the same light have a correlation above it, those of other light one below; see the optics cases. */
const ALIKE = 0.8;

interface Layout {
  readonly columns: number;
  readonly rows: number;
}

function layoutOf(bench: DeviceBench): Layout {
  const { macroColumns, macroRows } = bench.facts.configuration;
  const { modulatorWidth, modulatorHeight } = bench.description;
  return macroColumns === 0
    ? { columns: modulatorWidth, rows: modulatorHeight }
    : { columns: macroColumns, rows: macroRows };
}

/** A pattern of the present layout from a function of column and row. */
function drawn(bench: DeviceBench, isOn: (column: number, row: number) => boolean): Uint8Array {
  const { columns, rows } = layoutOf(bench);
  const pattern = new Uint8Array(bench.facts.configuration.patternBytes);
  for (let i = 0; i < columns * rows; i++) {
    if (isOn(i % columns, Math.floor(i / columns))) pattern[i >> 3]! |= 0x80 >> (i & 7);
  }
  return pattern;
}

const isOn = (pattern: Uint8Array, i: number): boolean => (pattern[i >> 3]! & (0x80 >> (i & 7))) !== 0;
const pixels = ({ image, message }: Frame): number[] => pixelsOf(image, message.pixelFormat);

function sameLight(what: string, a: Frame, b: Frame, alike = true): void {
  const r = correlation(pixels(a), pixels(b));
  const holds = alike ? r > ALIKE : r < ALIKE;
  check(
    holds,
    `${what}: the correlation of the images is ${r.toFixed(3)}; expected is ${alike ? 'above' : 'below'} ${ALIKE}.`,
  );
}

/** Lengths of runs of equal bits, the first of zeros, as LEB128. */
function runLengths(pattern: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let [length, on] = [0, false];
  const put = (): void => {
    let rest = length;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
    bytes.push(rest);
  };
  for (let i = 0; i < pattern.length * 8; i++) {
    if (isOn(pattern, i) === on) length++;
    else {
      put();
      [length, on] = [1, !on];
    }
  }
  put();
  return Uint8Array.from(bytes);
}

/** Sends one message in another encoding behind patterns of bits, and more bits behind it; shows all of them. */
async function showEncoded(
  bench: DeviceBench,
  client: WireClient,
  before: readonly Uint8Array[],
  encoded: {
    readonly encoding: number;
    readonly count: number;
    readonly data: Uint8Array;
    readonly firstRow?: number;
    readonly rowCount?: number;
  },
  after: readonly Uint8Array[],
): Promise<readonly Frame[]> {
  const first = await nextPatternId(bench, client);
  const count = before.length + encoded.count + after.length;
  if (count > bench.description.patternSlots) informational(`There are fewer than ${count} pattern slots.`);
  const { patternBytes } = bench.facts.configuration;
  bench.sendPatterns(client, first, before, false);
  client.send({ ...createPatterns(), ...encoded, firstPatternId: first + before.length, patternBytes });
  bench.sendPatterns(client, first + before.length + encoded.count, after);
  const { nextPatternId: taken } = await client.get({ type: 'STOP' }, 'RUN_REPORT');
  same('nextPatternId after all patterns', taken, first + count);
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + count });
  await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
  return frames(client);
}

async function refusesEncoded(bench: DeviceBench, client: WireClient, message: object, what: string): Promise<void> {
  const firstPatternId = await nextPatternId(bench, client);
  const { patternBytes } = bench.facts.configuration;
  const from = client.heard.length;
  client.send({ ...createPatterns(), patternBytes, firstPatternId, count: 1, flags: patternFlag.LAST, ...message });
  const refusal = await client.until(`REFUSED for ${what}`, () => client.all('REFUSED', from)[0]);
  same('requestType', refusal.requestType, messageCodecs.PATTERNS.id);
  same(`nextPatternId after ${what}`, await nextPatternId(bench, client), firstPatternId);
}

export const encodingCases = group('ENC', 'encodings of patterns', [
  [
    'Some rows of two patterns (ROWS)',
    'All other rows are those of the pattern before: the light is that of the whole patterns sent as bits.',
    'PAT-4',
    async (bench) => {
      bench.need('ROW_PATTERNS');
      const client = await bench.controlled();
      const { columns, rows } = layoutOf(bench);
      const [a, b] = [bench.pattern(0), bench.pattern(1)];
      const [firstRow, rowCount] = [Math.floor(rows / 4), Math.ceil(rows / 2)];
      const within = (row: number): boolean => row >= firstRow && row < firstRow + rowCount;
      const mixed = drawn(bench, (column, row) => isOn(within(row) ? b : a, row * columns + column));
      const blank = drawn(bench, (column, row) => !within(row) && isOn(a, row * columns + column));
      const rowBytes = Math.ceil((rowCount * columns) / 8);
      const data = new Uint8Array(2 * rowBytes);
      for (let i = 0; i < rowCount * columns; i++) {
        if (isOn(b, firstRow * columns + i)) data[i >> 3]! |= 0x80 >> (i & 7);
      }
      const rowsMessage = { encoding: patternEncoding.ROWS, count: 2, firstRow, rowCount, data };
      const [only, one, two, mixedBits, blankBits] = await showEncoded(bench, client, [a], rowsMessage, [mixed, blank]);
      sameLight('Rows of another pattern', one!, mixedBits!);
      sameLight('The pattern without these rows', only!, one!, false);
      sameLight('The same rows empty, in the second pattern of the message', two!, blankBits!);
      const beyond = {
        encoding: patternEncoding.ROWS,
        firstRow: rows,
        rowCount: 1,
        data: new Uint8Array(Math.ceil(columns / 8)),
      };
      await refusesEncoded(bench, client, beyond, 'a row beyond the last one');
    },
  ],
  [
    'Lengths of runs (RUN_LENGTH)',
    'The light is that of the same patterns sent as bits; lengths that do not add up are refused.',
    'PAT-4',
    async (bench) => {
      bench.need('RUN_LENGTH_PATTERNS');
      const client = await bench.controlled();
      const { rows } = layoutOf(bench);
      const halves = drawn(bench, (_, row) => row < rows / 2);
      const random = bench.pattern(3);
      const data = Uint8Array.from([...runLengths(halves), ...runLengths(random)]);
      const encoded = { encoding: patternEncoding.RUN_LENGTH, count: 2, data };
      const [one, two, halvesBits, randomBits] = await showEncoded(bench, client, [], encoded, [halves, random]);
      sameLight('Two long runs', one!, halvesBits!);
      sameLight('Many short runs', two!, randomBits!);
      sameLight('The two patterns', one!, two!, false);
      const short = { encoding: patternEncoding.RUN_LENGTH, data: Uint8Array.from([3, 5]) };
      await refusesEncoded(bench, client, short, 'runs that do not fill a pattern');
    },
  ],
  [
    'Which value of a pattern stands where',
    'Bits go row by row, most significant first: two macro-pixels side by side, or one above the other, give the light of the halves that they stand for.',
    'PAT-2 CFG-8',
    async (bench) => {
      bench.need('MACRO_PIXELS');
      const { columns, rows } = layoutOf(bench);
      if (columns % 2 !== 0 || rows % 2 !== 0) informational('The layout cannot be halved.');
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const client = await bench.controlled();
      const halves = await show(bench, client, [
        drawn(bench, (column) => column < columns / 2),
        drawn(bench, (column) => column >= columns / 2),
        drawn(bench, (_, row) => row < rows / 2),
        drawn(bench, (_, row) => row >= rows / 2),
      ]);
      const [left, right, upper, lower] = halves.frames;
      sameLight('Left and right', left!, right!, false);
      const fields = configurationField.MACRO_PIXELS;
      const first = Uint8Array.of(0x80);
      const second = Uint8Array.of(0x40);
      await configured(bench, client, { fields, macroColumns: 2, macroRows: 1 });
      const beside = await show(bench, client, [first, second]);
      await configured(bench, client, { fields, macroColumns: 1, macroRows: 2 });
      const above = await show(bench, client, [first, second]);
      sameLight('The first of two side by side', beside.frames[0]!, left!);
      sameLight('The second of two side by side', beside.frames[1]!, right!);
      sameLight('The first of two above each other', above.frames[0]!, upper!);
      sameLight('The second of two above each other', above.frames[1]!, lower!);
    },
  ],
]);
