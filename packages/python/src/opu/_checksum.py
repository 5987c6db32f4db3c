"""CRC-32C of large blocks: a C extension where there is one, else numpy on many lanes at once."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any, Callable, Optional

import numpy as np
import numpy.typing as npt

from . import _protocol

Words = npt.NDArray[np.uint32]

_SMALL = 1500
"""Below so many bytes the table of the codec is as fast."""
_MOST_LANE_BYTES = 256
_POLYNOMIAL = 0x82F63B78


def _word_table() -> Words:
    """What 16 bits at once do to a CRC."""
    crc = np.arange(65536, dtype=np.uint32)
    for _ in range(16):
        crc = (crc >> np.uint32(1)) ^ np.where(crc & np.uint32(1), np.uint32(_POLYNOMIAL), np.uint32(0))
    return crc


_table16 = _word_table()


@lru_cache(maxsize=None)
def _shift_tables(zeros: int) -> Words:
    """
    Four tables of 256 words: what `zeros` bytes of zero (a power of two) behind it make of each byte of a CRC register. The
    register is linear in its bits, so what the tables give is joined by XOR.
    """
    if zeros == 1:
        table = _table16[np.arange(256) << 8]
        crc = np.arange(256, dtype=np.uint32)[None, :] << (np.arange(4, dtype=np.uint32)[:, None] * np.uint32(8))
        first: Words = (table[crc & np.uint32(255)] ^ (crc >> np.uint32(8))).astype(np.uint32)
        return first
    half = _shift_tables(zeros // 2)
    return _shifted(half, half)


def _shifted(crc: Words, tables: Words) -> Words:
    byte = np.uint32(255)
    shifted: Words = tables[0][crc & byte]
    for i in (1, 2, 3):
        shifted = shifted ^ tables[i][(crc >> np.uint32(8 * i)) & byte]
    return shifted


def crc32c_numpy(data: Any, previous: int = 0) -> int:
    """
    CRC-32C of bytes, going on from that of the bytes before them. The bytes are cut into lanes of equal length whose registers
    run side by side, two bytes a step, and are joined in pairs.
    """
    view = memoryview(data).cast("B")
    length = len(view)
    if length < _SMALL:
        return _protocol.crc32c(view, previous)
    lane = _MOST_LANE_BYTES
    while lane > 16 and length < lane * lane:
        lane //= 2
    count = length // lane
    # Lanes are joined in pairs: their number is cut to a power of two, and zeros in front of everything change nothing.
    filled = 1 << (count - 1).bit_length()
    body = count * lane
    words = np.frombuffer(view[:body], dtype="<u2").reshape(count, lane // 2).T
    first = np.uint32(previous ^ 0xFFFFFFFF)
    crc = np.zeros(count, dtype=np.uint32)
    crc[0] = first
    mask, sixteen = np.uint32(0xFFFF), np.uint32(16)
    for row in np.ascontiguousarray(words):
        crc = _table16[(crc ^ row) & mask] ^ (crc >> sixteen)
    if filled != count:
        crc = np.concatenate([np.zeros(filled - count, dtype=np.uint32), crc])
    zeros = lane
    while len(crc) > 1:
        pairs = crc.reshape(-1, 2)
        crc = _shifted(pairs[:, 0], _shift_tables(zeros)) ^ pairs[:, 1]
        zeros *= 2
    value = int(crc[0]) ^ 0xFFFFFFFF
    return _protocol.crc32c(view[body:], value) if body < length else value


def _extension() -> Optional[Callable[[Any, int], int]]:
    """`crc32c` or `google_crc32c`, if one is installed and computes in C."""
    try:
        found = importlib.import_module("crc32c").crc32c
        if found(b"123456789", 0) == 0xE3069283:
            return lambda data, previous: int(found(data, previous))
    except (ImportError, AttributeError, TypeError):
        pass
    try:
        module = importlib.import_module("google_crc32c")
        if module.implementation == "c" and module.extend(0, b"123456789") == 0xE3069283:
            return lambda data, previous: int(module.extend(previous, bytes(data)))
    except (ImportError, AttributeError, TypeError):
        pass
    return None


_found = _extension()
IMPLEMENTATION = "numpy" if _found is None else "extension"


def crc32c(data: Any, previous: int = 0) -> int:
    """CRC-32C by the fastest way that is installed."""
    return crc32c_numpy(data, previous) if _found is None else _found(data, previous)
