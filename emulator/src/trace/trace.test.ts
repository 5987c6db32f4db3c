import { expect } from 'chai';
import { resolveProfile } from '../profiles/resolve-profile.js';
import type { SequencerListener } from '../sequencer/edge.js';
import { emptyFrameRecord, type FrameRecord } from '../sequencer/frame-record.js';
import { drive } from '../sequencer/testing/drive.js';
import { type RandomCase, randomCase } from '../sequencer/testing/random-case.js';
import { parseOverrides } from './overrides.js';
import { parseTickLines } from './parse-ticks.js';
import { highIntervals, parseVcd, type Waveform } from './testing/parse-vcd.js';
import { TraceRun } from './trace-run.js';
import { traceSettings } from './trace-settings.js';
import { VcdWriter } from './vcd-writer.js';

function traced({ settings, arrivals, start }: RandomCase): { frames: FrameRecord[]; run: TraceRun } {
  const frames: FrameRecord[] = [];
  const run: TraceRun = new TraceRun(
    { settings, frames: arrivals.length, arrivals, start },
    {
      edge: (edge, _tick, frame) => {
        if (edge !== 'reset') return;
        const record = emptyFrameRecord();
        run.sequencer.describeFrame(frame, record);
        frames.push(record);
      },
    },
  );
  while (run.step(100));
  return { frames, run };
}

function waveform(input: RandomCase): Waveform {
  let text = '';
  const writer = new VcdWriter({ title: 'test', periodTicks: input.settings.P, write: (piece) => (text += piece) });
  const { settings, arrivals, start } = input;
  const run = new TraceRun({ settings, frames: arrivals.length, arrivals, start }, writer);
  while (run.step(7));
  writer.end();
  return parseVcd(text);
}

/** Joins intervals that touch or overlap and leaves out those of no length: what is visible of them on a wire. */
function visible(intervals: [number, number][]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [from, to] of intervals.filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

const pulses = (ticks: number[]): [number, number][] => visible(ticks.map((tick) => [tick, tick + 1]));

describe('TraceRun', () => {
  it('makes the same frames as a device whose patterns all arrive on their ticks, in 500 random runs', () => {
    for (let seed = 5001; seed <= 5500; seed++) {
      const input = randomCase(seed);
      const { frames, run } = traced(input);
      const driven = drive(input, 'every-event');
      expect(frames, `seed ${seed}`).to.deep.equal(
        driven.frames.map((frame) => ({ ...frame, patternId: frame.patternId - 100 })),
      );
      expect(run.counters, `seed ${seed}`).to.deep.equal(driven.sequencer.counters);
    }
  });

  it('takes patterns in any order of arrival: the order of the run counts', () => {
    const { settings } = traceSettings({ profile: resolveProfile('tiny') });
    const { frames } = traced({ settings, arrivals: [50_000, 0, -3], start: 10 });
    expect(frames.map((frame) => frame.loadStart)).to.deep.equal([50_000, 51_378, 61_378]);
  });

  it('keeps memory flat: 10^5 preloaded patterns wait in no queue', () => {
    const { settings } = traceSettings({ profile: resolveProfile('tiny') });
    let most = 0;
    const run: TraceRun = new TraceRun({ settings, frames: 100_000 }, {
      edge: () => (most = Math.max(most, run.sequencer.patternsWaiting)),
    } as SequencerListener);
    while (run.step(1000));
    expect(run.counters.frames).to.equal(100_000);
    expect(most).to.be.at.most(64);
  });
});

describe('VcdWriter', () => {
  it('writes a file in units of 10 ns with the wires of the timing model', () => {
    const { timescale, widths } = waveform(randomCase(1));
    expect(timescale).to.equal('10 ns');
    expect(Object.fromEntries(widths)).to.deep.equal({
      dmd_load: 1,
      dmd_reset: 1,
      dmd_settling: 1,
      cam_trigger: 1,
      cam_exposure: 1,
      cam_readout: 1,
      link_tx: 1,
      underrun: 1,
      stall: 1,
      overrun: 1,
      ignored_trigger: 1,
      frame_id: 32,
    });
  });

  it('shows every edge of 300 random runs to a parser of its own', () => {
    for (let seed = 6001; seed <= 6300; seed++) {
      const input = randomCase(seed);
      const { frames, log } = drive(input, 'every-event');
      const shown = waveform(input);
      const sent = frames.filter((f) => !Number.isNaN(f.txStart));
      const slots = (why: string): number[] =>
        log.lines.filter((line) => line.includes(` ${why} `)).map((line) => Number(line.split(' ')[0]));
      const wanted: Record<string, [number, number][]> = {
        dmd_load: visible(frames.map((f) => [f.loadStart, f.loadEnd])),
        dmd_reset: pulses(frames.map((f) => f.reset)),
        dmd_settling: visible(frames.map((f) => [f.reset, f.settled])),
        cam_trigger: pulses(frames.map((f) => f.trigger)),
        cam_exposure: visible(frames.map((f) => [f.exposureStart, f.exposureEnd])),
        cam_readout: visible(frames.map((f) => [f.readoutStart, f.readoutEnd])),
        link_tx: visible(sent.map((f) => [f.txStart, f.txEnd])),
        underrun: pulses(slots('underrun')),
        stall: pulses(slots('stall')),
        overrun: pulses(slots('overrun')),
        ignored_trigger: [],
      };
      for (const [name, intervals] of Object.entries(wanted)) {
        expect(highIntervals(shown, name), `seed ${seed}: ${name}`).to.deep.equal(intervals);
      }
      const ids = shown.changes.get('frame_id')!.filter(([, value]) => value !== 'x');
      expect(ids.map(([time, value]) => [time, Number.parseInt(value, 2)])).to.deep.equal(
        frames.map((f) => [f.reset, f.frame]),
      );
    }
  });

  it('refuses to draw more passed slots in a row than anybody could look at', () => {
    const writer = new VcdWriter({ title: 'x', periodTicks: 1, write: () => undefined });
    expect(() => writer.slotsPassed('underrun', 5, 10_000_001)).to.throw('Trace as jsonl instead');
  });
});

describe('trace settings', () => {
  const tiny = resolveProfile('tiny');

  it('take P, E and W in microseconds, symbols in ticks, a region of interest', () => {
    const overrides = parseOverrides(
      ['P=200', 'E=20.001', 'W=0.5', 'ticks.S=7', 'ticks.V=3', 'roi=1,2,8,4', 'Nbuf=2', 'ticks.X=9'],
      tiny,
    );
    const { settings, minimum } = traceSettings({ profile: tiny, overrides, overrun: 'drop' });
    expect(settings).to.deep.equal({
      L: 128,
      S: 7,
      W: 50,
      D: 500,
      E: 2001,
      T: 100,
      Q: 400,
      V: 3,
      P: 20_001,
      X: 9,
      nbuf: 2,
      overrun: 'drop',
      trigger: 'internal',
    });
    expect(minimum).to.deep.equal({ ticks: 2559, limitingTerm: 'modulator-exposure' });
  });

  it('send the whole message of a read-out over the link of the profile unless told otherwise', () => {
    // Header 32, READOUTS without frames 40, record 64, image 1024, CRC 4; usb3 takes a quarter tick a byte.
    expect(traceSettings({ profile: tiny }).settings.X).to.equal(Math.ceil((32 + 40 + 64 + 1024 + 4) / 4));
    expect(traceSettings({ profile: tiny, messageBytes: 10 }).settings.X).to.equal(3);
    const slm = resolveProfile('lab-slm');
    expect(traceSettings({ profile: slm }).settings.X).to.equal((140 + 512 * 512 * 1.5) / 4);
  });

  it('refuse a period below the minimum with the term and the minimum', () => {
    expect(() => traceSettings({ profile: tiny, overrides: { P: 3749 } })).to.throw(
      /3750 ticks \(Pmin\) that modulator-/,
    );
    expect(() => traceSettings({ profile: tiny, overrides: { Q: 20_000 } })).to.throw(/20100 ticks .* camera-readout/);
    expect(() => traceSettings({ profile: tiny, overrides: { L: 20_000 } })).to.throw(/21250 ticks .* modulator-load/);
  });

  it('are refused when they cannot be read', () => {
    const wrong: [string, RegExp][] = [
      ['p=3', /no field 'p'\. Did you mean 'P'\?/],
      ['S=3', /Did you mean 'ticks\.S'\?/],
      ['P', /write it as P=value/],
      ['P=', /write it as P=value/],
      ['P=abc', /a number of microseconds/],
      ['E=-1', /a number of microseconds/],
      ['P=1e400', /a number of microseconds/],
      ['ticks.S=1.5', /a whole number, 0 or more/],
      ['ticks.V=0', /a whole number, 1 or more/],
      ['Nbuf=0', /a whole number, 1 or more/],
      ['roi=0,0,8', /roi=x,y,width,height within the 32 x 32/],
      ['roi=30,0,3,1', /within the 32 x 32/],
      ['roi=0,0,0,1', /within the 32 x 32/],
    ];
    for (const [setting, message] of wrong) expect(() => parseOverrides([setting], tiny)).to.throw(message);
  });

  it('read arrivals one a line', () => {
    expect([...parseTickLines('0\n# late ones\n\n 17 \r\n-3\n', 'a.txt', 3)]).to.deep.equal([0, 17, -3]);
    expect(() => parseTickLines('0\n1.5\n', 'a.txt', 1)).to.throw("a.txt, line 2: '1.5' is no whole number");
    expect(() => parseTickLines('0\n', 'a.txt', 2)).to.throw('a.txt has 1 ticks; 2 are needed');
  });
});
