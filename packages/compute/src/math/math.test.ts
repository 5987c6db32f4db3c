import { expect } from 'chai';
import { expF32, tanhF32 } from './approximations.js';
import { normalQuantile } from './normal.js';
import { portableExp, portableLog, portablePower, portableSinCosTurns } from './portable.js';

function worst(low: number, high: number, error: (x: number) => number): number {
  let greatest = 0;
  for (let i = 0; i <= 20_000; i++) greatest = Math.max(greatest, error(low + ((high - low) * i) / 20_000));
  return greatest;
}

describe('portable functions', () => {
  it('log: absolute error below 1e-15 + 2e-16 |ln x|', () => {
    for (const [low, high] of [
      [1e-12, 2],
      [0.5, 1.5],
      [2, 1e9],
    ] as const) {
      const error = worst(
        low,
        high,
        (x) => Math.abs(portableLog(x) - Math.log(x)) / (1e-15 + 2e-16 * Math.abs(Math.log(x))),
      );
      expect(error).to.be.below(1);
    }
  });

  it('exp: relative error below 1e-15', () => {
    expect(worst(-30, 30, (x) => Math.abs(portableExp(x) / Math.exp(x) - 1))).to.be.below(1e-15);
  });

  it('sin and cos of turns: absolute error below 1e-15', () => {
    const error = worst(-2, 2, (x) => {
      const { sin, cos } = portableSinCosTurns(x);
      const quarter = Math.round(4 * x);
      const rest = (x - quarter / 4) * 2 * Math.PI;
      const exactSin = [Math.sin(rest), Math.cos(rest), -Math.sin(rest), -Math.cos(rest)][((quarter % 4) + 4) % 4]!;
      return Math.max(Math.abs(sin - exactSin), Math.abs(sin * sin + cos * cos - 1) / 2);
    });
    expect(error).to.be.below(1e-15);
  });

  it('integer powers: relative error below 1e-12 at 0.999^10000', () => {
    expect(Math.abs(portablePower(0.999, 10_000) / 0.999 ** 10_000 - 1)).to.be.below(1e-12);
  });

  it('normal quantile: published values to 1e-14', () => {
    for (const [p, z] of [
      [0.975, 1.959963984540054],
      [0.9, 1.2815515655446004],
      [1e-3, -3.090232306167813],
      [1e-9, -5.9978070150076865],
      [1e-12, -7.034483825301131],
    ] as const) {
      expect(Math.abs(normalQuantile(p) / z - 1)).to.be.below(1e-14);
    }
  });
});

describe('f32 approximations of the kernels', () => {
  it('tanh: relative error below 4e-7, odd, and 1 beyond 9.1', () => {
    expect(worst(1e-6, 12, (x) => Math.abs(tanhF32(Math.fround(x)) / Math.tanh(Math.fround(x)) - 1))).to.be.below(4e-7);
    expect(tanhF32(-0.5)).to.equal(-tanhF32(0.5));
    expect(tanhF32(1e30)).to.equal(1);
  });

  it('exp: relative error below 3e-7 from -86 to 88', () => {
    expect(worst(-86, 88, (x) => Math.abs(expF32(Math.fround(x)) / Math.exp(Math.fround(x)) - 1))).to.be.below(3e-7);
    expect(expF32(-100)).to.equal(0);
  });
});
