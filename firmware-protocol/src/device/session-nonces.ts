/**
 * The device's halves of session ids: none comes twice between two power-ons, and after the next one they are others, because `bootId`
 * is. They are mixed without a CRC, because a session id is one of both halves, and CRCs of CRCs cancel each other.
 */
export class SessionNonces {
  readonly #boot: number;
  #drawn = 0;

  constructor(bootId: number) {
    this.#boot = mixed((bootId % 2 ** 32) ^ mixed(Math.floor(bootId / 2 ** 32)));
  }

  /** A number other than 0. */
  draw(): number {
    return mixed(this.#boot + ++this.#drawn) || 1;
  }
}

/** The last step of MurmurHash3 (Austin Appleby, public domain): each bit of a number of 32 bits changes half of those of the result. */
function mixed(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
