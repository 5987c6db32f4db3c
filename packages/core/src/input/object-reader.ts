import { OpuError } from '../errors/opu-error.js';
import { didYouMean } from './nearest.js';

export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** True when `min` itself is not allowed. */
  readonly above?: boolean;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * Reads an object of foreign origin (a JSON file) field by field. Every error is an INVALID_FILE that names the file,
 * the field's path, the value found and what is allowed; `end()` refuses keys that nobody asked for and suggests the
 * nearest known one.
 */
export class ObjectReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();
  readonly #path: string;
  readonly #origin: string;

  /** @param origin what the object came from, for messages: a file's path */
  constructor(value: unknown, origin: string, path = '') {
    this.#origin = origin;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new OpuError('INVALID_FILE', `${origin}: ${path || 'the whole'} must be an object; found ${shown(value)}.`);
    }
    this.#fields = value as Record<string, unknown>;
  }

  has(key: string): boolean {
    this.#known.add(key);
    return Object.hasOwn(this.#fields, key) && this.#fields[key] !== undefined;
  }

  keys(): string[] {
    return Object.keys(this.#fields);
  }

  raw(key: string): unknown {
    this.#known.add(key);
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined;
  }

  string(key: string): string {
    const value = this.raw(key);
    if (typeof value !== 'string') throw this.error(key, 'must be a string', value);
    return value;
  }

  boolean(key: string): boolean {
    const value = this.raw(key);
    if (typeof value !== 'boolean') throw this.error(key, 'must be true or false', value);
    return value;
  }

  number(key: string, bounds: NumberBounds = {}): number {
    const value = this.raw(key);
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer = false, above = false } = bounds;
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (above ? value > min : value >= min) &&
      value <= max &&
      (!integer || Number.isSafeInteger(value));
    if (!fits) throw this.error(key, `must be ${describeBounds(bounds)}`, value);
    return value;
  }

  optionalNumber(key: string, bounds: NumberBounds = {}): number | undefined {
    return this.has(key) ? this.number(key, bounds) : undefined;
  }

  oneOf<T extends string | number>(key: string, allowed: readonly T[]): T {
    const value = this.raw(key);
    if (!(allowed as readonly unknown[]).includes(value)) {
      const hint = typeof value === 'string' ? didYouMean(value, allowed.map(String)) : '';
      throw this.error(key, `must be one of ${allowed.map(shown).join(', ')}`, value, hint);
    }
    return value as T;
  }

  /** A list that is not empty, each entry one of `allowed`, none twice. */
  listOf<T extends string | number>(key: string, allowed: readonly T[]): T[] {
    const value = this.raw(key);
    const fits =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((entry) => (allowed as readonly unknown[]).includes(entry)) &&
      new Set(value).size === value.length;
    if (!fits) throw this.error(key, `must be a list of some of ${allowed.map(shown).join(', ')}`, value);
    return value as T[];
  }

  object(key: string): ObjectReader {
    return new ObjectReader(this.raw(key), this.#origin, this.#pathOf(key));
  }

  /** Refuses every key that was not asked for. */
  end(): void {
    for (const key of Object.keys(this.#fields)) {
      if (this.#known.has(key)) continue;
      const known = [...this.#known];
      throw new OpuError(
        'INVALID_FILE',
        `${this.#origin}: unknown key '${this.#pathOf(key)}'.${didYouMean(key, known)} Known here: ${known.join(', ')}.`,
        { details: { key: this.#pathOf(key) } },
      );
    }
  }

  /** The error for a field of this object: "file: path must be ...; found ...". */
  error(key: string, rule: string, value: unknown, hint = ''): OpuError {
    const found = value === undefined ? 'it is missing' : `found ${shown(value)}`;
    return new OpuError('INVALID_FILE', `${this.#origin}: ${this.#pathOf(key)} ${rule}; ${found}.${hint}`, {
      details: { key: this.#pathOf(key) },
    });
  }

  #pathOf(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}

function describeBounds({ min, max, integer = false, above = false }: NumberBounds): string {
  const kind = integer ? 'an integer' : 'a number';
  const low = min === undefined ? '' : above ? ` above ${min}` : `, ${min} or more`;
  const high = max === undefined ? '' : `, at most ${max}`;
  return `${kind}${low}${high}`;
}
