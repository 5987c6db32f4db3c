"""Where inputs are on the modulator, and which pixels are read."""

from __future__ import annotations

from typing import Any, NamedTuple, Tuple

import numpy as np
import numpy.typing as npt

from ._facts import Region
from .device import Device
from .errors import OpuError


class Layout(NamedTuple):
    """A grid of equal cells, row by row: those of the inputs, then those of the anchor. What is left stays dark."""

    inputs: int
    columns: int
    rows: int
    anchor: int


def grid(width: int, height: int, cells: int) -> Tuple[int, int]:
    """Columns and rows of the grid of at least `cells` cells whose first `cells` ones cover the most mirrors."""
    best, most = (width, height), 0
    for columns in range(-(-cells // height), min(cells, width) + 1):
        rows = -(-cells // columns)
        covered = cells * (width // columns) * (height // rows)
        if covered > most:
            best, most = (columns, rows), covered
    return best


def cell_layout(device: Device, inputs: int, with_anchor: bool) -> Layout:
    """
    Cells for `inputs` values and, if asked for, an anchor, which gets half of the cells: at that share the signal
    `2 Re[(Tx)(Ta)*]` is within 3 % of its best against shot noise and against noise that does not depend on the light.
    """
    width, height = device.limits.modulator
    available = width * height
    largest = int(available * 0.95) if with_anchor else available
    if not 1 <= inputs <= largest:
        share = ", 5 % of them for the anchor" if with_anchor else ""
        text = f"{inputs} features do not fit: this modulator takes 1 to {largest} ({width} x {height} mirrors{share})."
        raise OpuError("INVALID_ARGUMENT", text, details={"inputs": inputs, "largest": largest})
    wanted = min(available, 2 * inputs if with_anchor else inputs)
    columns, rows = grid(width, height, wanted)
    anchor = min(columns * rows, max(wanted, inputs + 1)) - inputs if with_anchor else 0
    return Layout(inputs, columns, rows, anchor)


def pixel_window(device: Device, pixels: int) -> Region:
    """The smallest region of whole sensor rows with at least so many pixels; a row costs time whatever its width."""
    (width, height), (x_step, y_step) = device.limits.sensor, device.limits.region_steps
    columns = min(width, -(-pixels // x_step) * x_step)
    rows = -(-(-(-pixels // columns)) // y_step) * y_step
    if pixels < 1 or rows > height:
        text = f"{pixels} components do not fit: the sensor has {width} x {height} pixels, {width * height} in all."
        raise OpuError("INVALID_ARGUMENT", text, details={"pixels": pixels, "largest": width * height})
    return (0, 0, columns, rows)


def place(layout: Layout, bits: npt.NDArray[Any], anchor: bool) -> npt.NDArray[np.uint8]:
    """Patterns of bits, shape (n, inputs), with or without the anchor; packed, shape (n, pattern_bytes)."""
    cells = np.zeros((len(bits), layout.columns * layout.rows), dtype=np.uint8)
    cells[:, : layout.inputs] = bits
    if anchor:
        cells[:, layout.inputs : layout.inputs + layout.anchor] = 1
    return np.packbits(cells, axis=1)
