/** A waveform file as a reader of IEEE 1364 sees it: values of each variable over time. */
export interface Waveform {
  readonly timescale: string;
  readonly widths: ReadonlyMap<string, number>;
  /** Changes of each variable by name: time and value; a value is `0`, `1`, `x`, `z` or a string of them. */
  readonly changes: ReadonlyMap<string, readonly (readonly [time: number, value: string])[]>;
  readonly lastTime: number;
}

/** Reads a four-state value change dump by the grammar of IEEE 1364-2005, 18.2.1; throws on anything else. */
export function parseVcd(text: string): Waveform {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  const names = new Map<string, string>();
  const widths = new Map<string, number>();
  const changes = new Map<string, [number, string][]>();
  let timescale = '';
  let time: number | undefined;
  let defined = false;
  let at = 0;
  const section = (): string[] => {
    const end = tokens.indexOf('$end', at);
    if (end < 0) throw new Error('a section has no $end');
    const content = tokens.slice(at, end);
    at = end + 1;
    return content;
  };
  const change = (code: string, value: string): void => {
    const name = names.get(code);
    if (name === undefined) throw new Error(`no variable has the code ${code}`);
    if (time === undefined) throw new Error('a value comes before the first time');
    if (value.length > widths.get(name)!) throw new Error(`${value} is too wide for ${name}`);
    changes.get(name)!.push([time, value]);
  };
  while (at < tokens.length) {
    const token = tokens[at++]!;
    if (token === '$comment' || token === '$version' || token === '$date') section();
    else if (token === '$timescale') timescale = section().join(' ');
    else if (token === '$scope' || token === '$upscope') section();
    else if (token === '$var') {
      const [type, width, code, name] = section();
      if (defined || type !== 'wire' || names.has(code!)) throw new Error(`cannot take the variable ${name}`);
      names.set(code!, name!);
      widths.set(name!, Number(width));
      changes.set(name!, []);
    } else if (token === '$enddefinitions') {
      if (section().length > 0) throw new Error('$enddefinitions is not empty');
      defined = true;
    } else if (!defined) throw new Error(`${token} among the definitions`);
    else if (token === '$dumpvars' || token === '$end') continue;
    else if (token.startsWith('#')) {
      const next = Number(token.slice(1));
      if (!/^#\d+$/.test(token) || (time !== undefined && next < time)) throw new Error(`time ${token} after ${time}`);
      time = next;
    } else if (/^b[01xz]+$/i.test(token)) change(tokens[at++]!, token.slice(1));
    else if (/^[01xz]./i.test(token)) change(token.slice(1), token[0]!);
    else throw new Error(`cannot read ${token}`);
  }
  return { timescale, widths, changes, lastTime: time ?? 0 };
}

/** Times between which a one-bit variable is high, from the change to 1 to the change to 0. */
export function highIntervals(waveform: Waveform, name: string): [number, number][] {
  const intervals: [number, number][] = [];
  let rose: number | undefined;
  for (const [time, value] of waveform.changes.get(name)!) {
    if (value === '1' && rose === undefined) rose = time;
    else if (value === '0' && rose !== undefined) {
      intervals.push([rose, time]);
      rose = undefined;
    }
  }
  if (rose !== undefined) intervals.push([rose, Number.POSITIVE_INFINITY]);
  return intervals;
}
