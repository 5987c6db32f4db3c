/** A value of Python's that a header may hold. */
export type PythonLiteral = string | number | boolean | null | readonly PythonLiteral[];

/** Says where a text is no literal, and what was found there. */
export class LiteralError extends Error {}

/**
 * Reads a dictionary of Python literals as `ast.literal_eval` does, as far as headers of `.npy` files use them: texts in either kind
 * of quotes, whole numbers, with the `L` of Python 2 too, True, False, None, tuples and lists. Of a key that is there twice the last
 * one counts.
 * @throws LiteralError
 */
export function readDictionary(text: string): Map<string, PythonLiteral> {
  return new LiteralReader(text).dictionary();
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  dictionary(): Map<string, PythonLiteral> {
    const entries = new Map<string, PythonLiteral>();
    this.#expect('{');
    while (!this.#takes('}')) {
      const key = this.#value();
      if (typeof key !== 'string') throw this.#wrong('a key in quotes');
      this.#expect(':');
      entries.set(key, this.#value());
      if (!this.#takes(',')) {
        this.#expect('}');
        break;
      }
    }
    this.#skip();
    if (this.#at < this.#text.length) throw this.#wrong('its end');
    return entries;
  }

  #value(): PythonLiteral {
    this.#skip();
    const rest = this.#text.slice(this.#at);
    const text = /^(['"])((?:\\.|(?!\1)[^\\\n])*)\1/.exec(rest);
    if (text !== null) {
      this.#at += text[0].length;
      return text[2]!.replace(/\\(['"\\])/g, '$1');
    }
    const word = /^(True|False|None)\b/.exec(rest)?.[1];
    if (word !== undefined) {
      this.#at += word.length;
      return word === 'None' ? null : word === 'True';
    }
    const number = /^([+-]?\d+)[lL]?(?![\w.])/.exec(rest);
    if (number !== null) {
      this.#at += number[0].length;
      return Number(number[1]);
    }
    if (rest[0] === '(' || rest[0] === '[') return this.#list(rest[0] === '(' ? ')' : ']');
    throw this.#wrong('a value');
  }

  #list(end: string): PythonLiteral[] {
    this.#at++;
    const values: PythonLiteral[] = [];
    while (!this.#takes(end)) {
      values.push(this.#value());
      if (!this.#takes(',')) {
        this.#expect(end);
        break;
      }
    }
    return values;
  }

  #skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #takes(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) throw this.#wrong(`"${character}"`);
  }

  #wrong(expected: string): LiteralError {
    const found = this.#text.slice(this.#at, this.#at + 20).trim();
    return new LiteralError(`expected ${expected} at character ${this.#at}, found ${found === '' ? 'its end' : found}`);
  }
}
