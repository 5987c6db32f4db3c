import type { Draws } from '../../random/draws.js';

/** How strongly handwriting varies; lengths in the glyph's units (100 is the box) unless said. */
export interface Handwriting {
  /** Rotation, tangent of half the angle: 0.1 is 11 degrees. */
  readonly halfAngleTangent: number;
  readonly shear: number;
  readonly scaleMinimum: number;
  readonly scaleMaximum: number;
  readonly translation: number;
  /** Displacement of a curve's own points. */
  readonly jitter: number;
  /** Displacement at the nodes of the smooth elastic field. */
  readonly elastic: number;
  /** Half the stroke width, pixels. */
  readonly radiusMinimum: number;
  readonly radiusMaximum: number;
  /** Standard deviation of the noise on the grey values, up to. */
  readonly noise: number;
}

const NODES = 4;

/** A random smooth map of the plane: affine, then a bicubic elastic field. Only + - * /: the same on every machine. */
export class Warp {
  readonly #a: number;
  readonly #b: number;
  readonly #c: number;
  readonly #d: number;
  readonly #x: number;
  readonly #y: number;
  readonly #fieldX = new Float64Array(NODES * NODES);
  readonly #fieldY = new Float64Array(NODES * NODES);
  readonly #weightsX = new Float64Array(NODES);
  readonly #weightsY = new Float64Array(NODES);

  constructor(hand: Handwriting, draws: Draws) {
    const t = hand.halfAngleTangent * draws.signed();
    const cosine = (1 - t * t) / (1 + t * t);
    const sine = (2 * t) / (1 + t * t);
    const shear = hand.shear * draws.signed();
    const span = hand.scaleMaximum - hand.scaleMinimum;
    const scaleX = hand.scaleMinimum + span * draws.uniform();
    const scaleY = hand.scaleMinimum + span * draws.uniform();
    this.#a = cosine * scaleX;
    this.#b = (cosine * shear - sine) * scaleY;
    this.#c = sine * scaleX;
    this.#d = (sine * shear + cosine) * scaleY;
    this.#x = 50 + hand.translation * draws.signed();
    this.#y = 50 + hand.translation * draws.signed();
    for (let i = 0; i < NODES * NODES; i++) {
      this.#fieldX[i] = hand.elastic * draws.bell();
      this.#fieldY[i] = hand.elastic * draws.bell();
    }
  }

  /** Moves the point at `points[at]`, `points[at + 1]`. */
  apply(points: Float64Array, at: number): void {
    const x = points[at]! - 50;
    const y = points[at + 1]! - 50;
    const u = this.#a * x + this.#b * y + this.#x;
    const v = this.#c * x + this.#d * y + this.#y;
    splineWeights(u / 100, this.#weightsX);
    splineWeights(v / 100, this.#weightsY);
    let dx = 0;
    let dy = 0;
    for (let j = 0; j < NODES; j++) {
      for (let i = 0; i < NODES; i++) {
        const weight = this.#weightsX[i]! * this.#weightsY[j]!;
        dx += weight * this.#fieldX[j * NODES + i]!;
        dy += weight * this.#fieldY[j * NODES + i]!;
      }
    }
    points[at] = u + dx;
    points[at + 1] = v + dy;
  }
}

/** Bernstein polynomials of third degree, scaled so that a node moves its neighbourhood by about its own amount. */
function splineWeights(position: number, weights: Float64Array): void {
  const t = Math.min(1, Math.max(0, position));
  const s = 1 - t;
  weights[0] = s * s * s;
  weights[1] = 3 * s * s * t;
  weights[2] = 3 * s * t * t;
  weights[3] = t * t * t;
}
