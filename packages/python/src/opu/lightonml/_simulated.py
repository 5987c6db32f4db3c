"""The simulated device of old code: it says that an emulated device is meant, as it is by default."""

from __future__ import annotations

from typing import Any


class SimulatedOpuDevice:
    def __init__(self, *_: Any, **__: Any) -> None:
        pass
