"""
Data sets from local files; nothing is downloaded. They are looked for in the folder that LIGHTONML_DATA_DIR, then OPU_DATA_DIR
names, else in the present one.
"""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path
from typing import Any, Tuple

import numpy as np
import numpy.typing as npt

from ..errors import OpuError

Split = Tuple[Tuple[npt.NDArray[Any], npt.NDArray[Any]], Tuple[npt.NDArray[Any], npt.NDArray[Any]]]


def data_folder() -> Path:
    return Path(os.environ.get("LIGHTONML_DATA_DIR") or os.environ.get("OPU_DATA_DIR") or ".")


def read_idx(path: Path) -> npt.NDArray[Any]:
    """An IDX file of bytes, plain or gzip."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        raise OpuError("INVALID_FILE", f"{path} is no IDX file of bytes.")
    axes = data[3]
    shape = struct.unpack_from(f">{axes}I", data, 4)
    if len(data) != 4 + 4 * axes + int(np.prod(shape)):
        raise OpuError("INVALID_FILE", f"{path} has {len(data)} bytes, which its shape {shape} does not need.")
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()


def _find(folder: str, name: str) -> Path:
    root = data_folder()
    for candidate in (root / folder / name, root / name):
        for path in (candidate, candidate.with_name(candidate.name + ".gz")):
            if path.exists():
                return path
    raise OpuError(
        "INVALID_FILE",
        f"There is no {name} in {root / folder} or {root}.",
        remedy="Put the data set there, or name its folder by LIGHTONML_DATA_DIR.",
    )


def _digits(folder: str) -> Split:
    names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    a, b, c, d = (read_idx(_find(folder, name)) for name in names)
    return (a, b), (c, d)


def MNIST() -> Split:
    """((train images, labels), (test images, labels)): uint8 of the shapes (60000, 28, 28) and (10000, 28, 28)."""
    return _digits("mnist")


def FashionMNIST() -> Split:
    """As `MNIST`, of clothes."""
    return _digits("fashion-mnist")


__all__ = ["FashionMNIST", "MNIST", "data_folder", "read_idx"]
