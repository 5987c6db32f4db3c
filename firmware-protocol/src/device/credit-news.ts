/**
 * When a host hears that its patterns were taken or left. News of one turn are gathered to one message; in lockstep each is told at
 * once, because there it takes a turn.
 */
export class CreditNews {
  readonly #say: () => void;
  readonly #isLockstep: () => boolean;
  #isInTurn = false;
  #isDue = false;
  /** Whether what is due has no other news than patterns that were taken. */
  #canWait = false;
  #hasSentReadouts = false;

  constructor(say: () => void, isLockstep: () => boolean) {
    this.#say = say;
    this.#isLockstep = isLockstep;
  }

  beginTurn(): void {
    this.#isInTurn = true;
  }

  /**
   * News that a few patterns were taken wait while READOUTS go out: a message of its own costs some links as much as a readout,
   * and a host that gets readouts does not miss it.
   * @param goesOn whether another turn follows by itself
   * @param isFull whether the link takes nothing before that, because READOUTS are waiting for it
   */
  endTurn(goesOn: boolean, isFull: boolean): void {
    const readoutsFlow = goesOn && (isFull || this.#hasSentReadouts);
    this.#isInTurn = false;
    this.#hasSentReadouts = false;
    if (this.#isDue && !(this.#canWait && readoutsFlow)) this.sayNow();
  }

  announce(canWait = false): void {
    if (this.#isInTurn && !this.#isLockstep()) {
      this.#canWait = canWait && (this.#canWait || !this.#isDue);
      this.#isDue = true;
    } else this.sayNow();
  }

  /** Readouts are about to go out. The slots were free before: a host that hears of them first sends patterns meanwhile. */
  beforeReadouts(): void {
    this.#hasSentReadouts = true;
    if (this.#isDue && !this.#canWait) this.sayNow();
  }

  /** A run is about to be told to be over: what is due is not held back any longer. */
  beforeRunEnded(): void {
    if (this.#isDue) this.sayNow();
  }

  sayNow(): void {
    this.#isDue = false;
    this.#say();
  }
}
