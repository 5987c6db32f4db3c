/** The three factors of the hash, each four times. */
export const FACTORS: usize = memory.data<u32>(
  [
    0x9e3779b1, 0x9e3779b1, 0x9e3779b1, 0x9e3779b1, 0x85ebca6b, 0x85ebca6b, 0x85ebca6b, 0x85ebca6b, 0xc2b2ae35, 0xc2b2ae35,
    0xc2b2ae35, 0xc2b2ae35,
  ],
  16,
);

/**
 * 32 random bits for each of four counters under two keys (plain twin: hash32 in src/random/hash.ts). A loop loads the factors
 * before it begins: V8 makes constants that stand in a loop anew in every round.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function hash4By(counter: v128, key0: v128, key1: v128, factor0: v128, factor1: v128, factor2: v128): v128 {
  let h = i32x4.mul(v128.xor(counter, key0), factor0);
  h = v128.xor(h, i32x4.shr_u(h, 15));
  h = i32x4.mul(i32x4.add(h, key1), factor1);
  h = v128.xor(h, i32x4.shr_u(h, 13));
  h = i32x4.mul(h, factor2);
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** The same where there is no loop, or too much in it to keep the factors at hand. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function hash4(counter: v128, key0: v128, key1: v128): v128 {
  return hash4By(counter, key0, key1, i32x4.splat(0x9e3779b1), i32x4.splat(0x85ebca6b), i32x4.splat(0xc2b2ae35));
}
