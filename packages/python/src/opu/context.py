"""What is known of the light that a result came from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Dict, Optional, Tuple

import numpy as np
import numpy.typing as npt

Roi = Tuple[Tuple[int, int], Tuple[int, int]]


@dataclass
class Context:
    """Settings of a transform. Regions are ((x, y), (width, height)); input in mirrors, output in pixels."""

    exposure_us: float
    frametime_us: float
    input_roi: Roi
    output_roi: Roi
    start: datetime
    end: datetime
    gain_dB: float
    n_ones: int
    """Mirrors that are on, on average."""
    fmt_type: str
    """lined, macro_2d or small."""
    fmt_factor: int
    """Mirrors a feature."""
    device: str
    """Vendor, model and serial number."""

    def as_dict(self) -> Dict[str, Any]:
        return asdict(self)


class ContextArray(np.ndarray):  # type: ignore[type-arg]
    """An ndarray with `.context`; `np.array` of it is a plain one."""

    context: Optional[Context] = None

    def __new__(cls, values: npt.NDArray[Any], context: Optional[Context]) -> ContextArray:
        array = np.asarray(values).view(cls)
        array.context = context
        return array

    def __array_finalize__(self, other: Any) -> None:
        self.context = getattr(other, "context", None)

    def __reduce__(self) -> Any:
        return ContextArray, (np.asarray(self), self.context)
