import { didYouMean, OpuError } from '@opu/core';

/** Keys of a query whose values are nobody's business but the device's. */
const SECRETS: ReadonlySet<string> = new Set(['token', 'password', 'secret']);
const HIDDEN = '...';

/**
 * An address taken apart: `scheme:target?key=value&key=value`. As a string and in JSON it hides the values of secrets, so that it
 * can be shown and stored; only `query` has them.
 */
export class DeviceAddress {
  /** As it was given, but for the values of secrets: this text ends up in messages, reports and recordings. */
  readonly text: string;
  /** Without the colon, in lower case. */
  readonly scheme: string;
  /** What stands between the scheme and the query; without the slashes of `//`. */
  readonly target: string;
  readonly #query: ReadonlyMap<string, string>;

  constructor(text: string, scheme: string, target: string, query: ReadonlyMap<string, string>) {
    this.text = withoutSecrets(text);
    this.scheme = scheme;
    this.target = target;
    this.#query = query;
  }

  /** With secrets: for whoever opens the device. */
  get query(): ReadonlyMap<string, string> {
    return this.#query;
  }

  /** Without the values of secrets: for whoever stores or shows it. */
  get publicQuery(): ReadonlyMap<string, string> {
    return new Map([...this.#query].map(([key, value]) => [key, SECRETS.has(key.toLowerCase()) ? HIDDEN : value]));
  }

  /** True when it was read from where secrets are hidden, so that what it leads to cannot be opened with it. */
  get hidesSecret(): boolean {
    return [...this.#query].some(([key, value]) => SECRETS.has(key.toLowerCase()) && value === HIDDEN);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** What schemes take; a `DeviceAddress`, or what looks like one. */
export type ParsedAddress = Pick<DeviceAddress, 'text' | 'scheme' | 'target' | 'query'>;

const EXAMPLES =
  'emulator:opu-1m-300k?seed=7, tcp://127.0.0.1:4040, ws://127.0.0.1:4041, serial:/dev/ttyACM0, usb:, replay:file.mcap';

/** Whatever the text is: the values that it gives to secrets are hidden, however the names are written. */
export function withoutSecrets(text: string): string {
  return text.replace(/([?&])([^=&]*)=([^&]*)/g, (pair, mark: string, key: string) =>
    SECRETS.has(unescaped(key).toLowerCase()) ? `${mark}${key}=${HIDDEN}` : pair,
  );
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function invalid(address: string, why: string): OpuError {
  const text = withoutSecrets(address);
  return new OpuError('INVALID_ADDRESS', `"${text}" is no device address: ${why}. Addresses look like ${EXAMPLES}.`, {
    details: { address: text },
  });
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    const shown = withoutSecrets(text);
    throw new OpuError('INVALID_ADDRESS', `"${shown}" is no device address: it has a broken % escape.`, { cause });
  }
}

/**
 * Takes a device address apart. Nothing is looked up.
 * @throws OpuError INVALID_ADDRESS that says what is wrong with it
 */
export function parseAddress(text: string): DeviceAddress {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):([^?]*)(?:\?(.*))?$/s.exec(text.trim());
  if (match === null) throw invalid(text, 'it does not start with a scheme and a colon');
  const query = new Map<string, string>();
  for (const pair of (match[3] ?? '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = decode(text, equals < 0 ? pair : pair.slice(0, equals));
    if (key === '') throw invalid(text, `"${pair}" has no name before its "="`);
    if (query.has(key)) throw invalid(text, `"${key}" is given twice`);
    query.set(key, equals < 0 ? '1' : decode(text, pair.slice(equals + 1)));
  }
  const target = match[2]!.startsWith('//') ? match[2]!.slice(2) : match[2]!;
  return new DeviceAddress(text.trim(), match[1]!.toLowerCase(), decode(text, target), query);
}

/** Refuses a query key that the scheme does not know, and suggests the one that was probably meant. */
export function checkQuery(address: ParsedAddress, known: readonly string[]): void {
  for (const key of address.query.keys()) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known);
    const list = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
    throw new OpuError('INVALID_ADDRESS', `"${key}" is no option of a ${address.scheme}: address (${list}).${hint}`, {
      details: { address: address.text, key },
    });
  }
}
