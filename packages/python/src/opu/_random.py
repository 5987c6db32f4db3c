"""Seeded random numbers, the same as those of the TypeScript packages: Philox4x32-10 (Salmon et al., SC 2011)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


def stream_of(name: str) -> int:
    """A stream's number from its name: FNV-1a of 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def random_bits(seed: int, stream: int, count: int) -> npt.NDArray[np.uint32]:
    """The first `count` draws of 32 bits of a stream."""
    blocks = -(-count // 4)
    counter = np.arange(blocks, dtype=np.uint64)
    x = [
        counter & _LOW,
        counter >> _32,
        np.full(blocks, stream & 0xFFFFFFFF, np.uint64),
        np.full(blocks, stream >> 32, np.uint64),
    ]
    keys = [seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF]
    for _ in range(10):
        first, second = x[0] * np.uint64(0xD2511F53), x[2] * np.uint64(0xCD9E8D57)
        x = [
            (second >> _32) ^ x[1] ^ np.uint64(keys[0]),
            second & _LOW,
            (first >> _32) ^ x[3] ^ np.uint64(keys[1]),
            first & _LOW,
        ]
        keys = [(keys[0] + 0x9E3779B9) & 0xFFFFFFFF, (keys[1] + 0xBB67AE85) & 0xFFFFFFFF]
    bits: npt.NDArray[np.uint32] = np.stack(x, axis=1).astype(np.uint32).reshape(-1)[:count]
    return bits


def uniform(seed: int, name: str, member: int, count: int, low: float, high: float) -> npt.NDArray[np.float32]:
    """Uniform draws of the stream (name, member)."""
    bits = random_bits(seed, stream_of(name) + member * 2**32, count)
    return (low + (high - low) * ((bits + 0.5) / 2**32)).astype(np.float32)


def dither_draws(seed: int, step: int, count: int) -> npt.NDArray[np.float64]:
    """Draws of 16 bits, two from each of 32."""
    bits = random_bits(seed, stream_of("dither") + (step % 2**21) * 2**32, -(-count // 2))
    halves = np.stack([bits & np.uint32(0xFFFF), bits >> np.uint32(16)], axis=1)
    draws: npt.NDArray[np.float64] = halves.reshape(-1)[:count].astype(np.float64)
    return draws
