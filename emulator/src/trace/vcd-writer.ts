import { OpuError, type Ticks } from '@opu/core';
import type { Edge, SequencerListener } from '../sequencer/edge.js';

const wires = [
  'dmd_load',
  'dmd_reset',
  'dmd_settling',
  'cam_trigger',
  'cam_exposure',
  'cam_readout',
  'link_tx',
  'underrun',
  'stall',
  'overrun',
  'ignored_trigger',
] as const;
type Wire = (typeof wires)[number];

/** Identifier codes of IEEE 1364: printable characters from `!` on. */
const codes = wires.map((_, i) => String.fromCharCode(33 + i));
const FRAME_ID_CODE = String.fromCharCode(33 + wires.length);

interface Effect {
  readonly up: number;
  readonly down: number;
  readonly pulse: number;
}

/** Wires that an edge raises, lowers, or raises for one tick; -1 for none. */
function effect(names: { readonly up?: Wire; readonly down?: Wire; readonly pulse?: Wire }): Effect {
  const index = (name: Wire | undefined): number => (name === undefined ? -1 : wires.indexOf(name));
  return { up: index(names.up), down: index(names.down), pulse: index(names.pulse) };
}

const effects: Record<Edge, Effect> = {
  loadStart: effect({ up: 'dmd_load' }),
  loadEnd: effect({ down: 'dmd_load' }),
  loadCancelled: effect({ down: 'dmd_load' }),
  reset: effect({ pulse: 'dmd_reset', up: 'dmd_settling' }),
  settled: effect({ down: 'dmd_settling' }),
  trigger: effect({ pulse: 'cam_trigger' }),
  exposureStart: effect({ up: 'cam_exposure' }),
  exposureEnd: effect({ down: 'cam_exposure' }),
  readoutStart: effect({ up: 'cam_readout' }),
  readoutEnd: effect({ down: 'cam_readout' }),
  txStart: effect({ up: 'link_tx' }),
  txEnd: effect({ down: 'link_tx' }),
  overrun: effect({ pulse: 'overrun' }),
};
const slotWires = { underrun: wires.indexOf('underrun'), stall: wires.indexOf('stall') };
const IGNORED_TRIGGER = wires.indexOf('ignored_trigger');

/** More slots than this, passed in a row, make no waveform that anybody could read. */
const MAXIMUM_PASSED_SLOTS = 10_000_000;
const CHUNK_CHARACTERS = 1 << 16;

export interface VcdOptions {
  /** For the comment in the head. */
  readonly title: string;
  readonly periodTicks: Ticks;
  /** Takes the text of the file piece by piece. */
  readonly write: (text: string) => void;
}

/**
 * Writes what the sequencer tells as a value change dump (IEEE 1364-2005, 18.2) in units of 10 ns. A wire counts what
 * holds it up, so that an interval that begins on the tick on which another ends leaves it high; what lasts no tick is
 * not visible. Two one-tick pulses on neighbouring ticks run into one.
 */
export class VcdWriter implements SequencerListener {
  readonly #options: VcdOptions;
  /** What holds each wire up. */
  readonly #held = new Int32Array(wires.length);
  /** Wires that are high, one bit each, and as they were written last. */
  #high = 0;
  #shown = 0;
  #tick: Ticks = 0;
  /** Pulses that end on the tick after the present one. */
  readonly #pulsed: number[] = [];
  #frame: number | undefined;
  #shownFrame: number | undefined;
  #text: string;
  #begun = false;

  constructor(options: VcdOptions) {
    this.#options = options;
    this.#text = [
      `$comment ${options.title.replaceAll('$end', '')} $end`,
      '$timescale 10 ns $end',
      '$scope module opu $end',
      ...wires.map((wire, i) => `$var wire 1 ${codes[i]} ${wire} $end`),
      `$var wire 32 ${FRAME_ID_CODE} frame_id [31:0] $end`,
      '$upscope $end',
      '$enddefinitions $end',
      '#0',
      '$dumpvars',
      ...codes.map((code) => `0${code}`),
      `bx ${FRAME_ID_CODE}`,
      '$end',
      '',
    ].join('\n');
  }

  edge(edge: Edge, tick: Ticks, frame: number): void {
    this.#moveTo(tick);
    const { up, down, pulse } = effects[edge];
    if (up >= 0) this.#raise(up);
    if (down >= 0) this.#lower(down);
    if (pulse >= 0) this.#pulse(pulse);
    if (edge === 'reset') this.#frame = frame;
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks, count: number): void {
    if (count > MAXIMUM_PASSED_SLOTS) {
      throw new OpuError(
        'NOT_SUPPORTED',
        `${count} slots passed in a row (${why}); a waveform shows at most ${MAXIMUM_PASSED_SLOTS}. Trace as jsonl instead.`,
      );
    }
    for (let i = 0; i < count; i++) {
      this.#moveTo(tick + i * this.#options.periodTicks);
      this.#pulse(slotWires[why]);
    }
  }

  triggerIgnored(tick: Ticks): void {
    this.#moveTo(tick);
    this.#pulse(IGNORED_TRIGGER);
  }

  /** Writes what is left, and the tick on which the trace ends. */
  end(): void {
    this.#moveTo(this.#tick + 1);
    this.#show();
    if (this.#begun) this.#text += `#${this.#tick}\n`;
    this.#flush();
  }

  #raise(wire: number): void {
    if (this.#held[wire]!++ === 0) this.#high |= 1 << wire;
  }

  #lower(wire: number): void {
    if (--this.#held[wire]! === 0) this.#high &= ~(1 << wire);
  }

  #pulse(wire: number): void {
    this.#raise(wire);
    this.#pulsed.push(wire);
  }

  #moveTo(tick: Ticks): void {
    if (tick === this.#tick) return;
    this.#show();
    if (this.#pulsed.length > 0) {
      for (const wire of this.#pulsed) this.#lower(wire);
      this.#pulsed.length = 0;
      this.#tick++;
      if (this.#tick < tick) this.#show();
    }
    this.#tick = tick;
  }

  /** Writes what changed on the present tick. */
  #show(): void {
    let changes = '';
    for (let changed = this.#high ^ this.#shown; changed !== 0; changed &= changed - 1) {
      const wire = 31 - Math.clz32(changed & -changed);
      changes += `${(this.#high >> wire) & 1}${codes[wire]}\n`;
    }
    this.#shown = this.#high;
    if (this.#frame !== this.#shownFrame) {
      this.#shownFrame = this.#frame;
      changes += `b${(this.#frame! % 2 ** 32).toString(2)} ${FRAME_ID_CODE}\n`;
    }
    if (changes === '') return;
    // The values on tick 0 follow the head's own time stamp.
    this.#text += this.#tick === 0 ? changes : `#${this.#tick}\n${changes}`;
    this.#begun = true;
    if (this.#text.length >= CHUNK_CHARACTERS) this.#flush();
  }

  #flush(): void {
    this.#options.write(this.#text);
    this.#text = '';
  }
}
