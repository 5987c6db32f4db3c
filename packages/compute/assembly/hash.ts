/** 32 random bits for each of four counters under two keys (plain twin: hash32 in src/random/hash.ts). */
// @ts-ignore: decorator
@inline
export function hash4(counter: v128, key0: v128, key1: v128): v128 {
  let h = i32x4.mul(v128.xor(counter, key0), i32x4.splat(0x9e3779b1));
  h = v128.xor(h, i32x4.shr_u(h, 15));
  h = i32x4.mul(i32x4.add(h, key1), i32x4.splat(0x85ebca6b));
  h = v128.xor(h, i32x4.shr_u(h, 13));
  h = i32x4.mul(h, i32x4.splat(0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}
