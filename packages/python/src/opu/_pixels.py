"""Pixels of readouts as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import _protocol as protocol
from .errors import OpuError

Array = npt.NDArray[Any]

_FORMATS = {8: 0, 10: 1, 12: 2, 16: 3, 32: 4}
FORMAT_OF_DEPTH = dict(_FORMATS)
DEPTH_OF_FORMAT = {code: depth for depth, code in _FORMATS.items()}


def pixel_type(pixel_format: int) -> Any:
    """uint8 for 8 bit, uint16 for 10, 12 and 16 bit, float32 for the float read-out."""
    if pixel_format == protocol.PixelFormat.MONO8:
        return np.uint8
    return np.float32 if pixel_format == protocol.PixelFormat.FLOAT32 else np.uint16


def decode_pixels(data: "protocol.Bytes", image_bytes: int, count: int, pixel_format: int, pixels: int) -> Array:
    """Images one after the other, shape (count, pixels); views of `data` where the format allows."""
    if len(data) < image_bytes * count:
        raise OpuError("PROTOCOL_VIOLATION", f"{count} images of {image_bytes} bytes do not fit in {len(data)} bytes.")
    raw = np.frombuffer(data, dtype=np.uint8, count=image_bytes * count).reshape(count, image_bytes)
    if pixel_format == protocol.PixelFormat.MONO8:
        return raw[:, :pixels]
    if pixel_format == protocol.PixelFormat.MONO16:
        return raw.view("<u2")[:, :pixels]
    if pixel_format == protocol.PixelFormat.FLOAT32:
        return raw.view("<f4")[:, :pixels]
    if pixel_format not in (protocol.PixelFormat.MONO10_PACKED, protocol.PixelFormat.MONO12_PACKED):
        raise OpuError("PROTOCOL_VIOLATION", f"The device sends pixels in format {pixel_format}, which is not known here.")
    bits = 10 if pixel_format == protocol.PixelFormat.MONO10_PACKED else 12
    group, per = (5, 4) if bits == 10 else (3, 2)
    groups = -(-pixels // per)
    padded = np.zeros((count, groups * group), dtype=np.uint16)
    padded[:, : min(image_bytes, groups * group)] = raw[:, : groups * group]
    bytes_ = padded.reshape(count, groups, group)
    out = np.empty((count, groups, per), dtype=np.uint16)
    for i in range(per):
        byte, shift = divmod(i * bits, 8)
        out[:, :, i] = ((bytes_[:, :, byte] >> shift) | (bytes_[:, :, byte + 1] << (8 - shift))) & ((1 << bits) - 1)
    unpacked: Array = out.reshape(count, groups * per)[:, :pixels]
    return unpacked
