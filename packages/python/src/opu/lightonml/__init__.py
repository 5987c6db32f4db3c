"""
The module layout that code of 2018 to 2022 imports. `import opu.lightonml` registers it under the old name, so that `from lightonml
import OPU` and its like find it. A real `lightonml` that is imported already is left alone.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Dict

from .. import context as _context
from .. import encoding as _encoding
from .._opu import OPU
from ..encoding import base as _base
from . import datasets
from ._simulated import SimulatedOpuDevice

__version__ = "1.4.1"


def _module(name: str, **content: Any) -> ModuleType:
    module = ModuleType(f"lightonml.{name}", f"`{name}` of the old layout, on opu-sdk.")
    for key, value in content.items():
        setattr(module, key, value)
    module.__path__ = []
    return module


class _Lazy(ModuleType):
    """A module whose class needs a library that may be missing: looked for when it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name != "OPUMap":
            raise AttributeError(f"module {self.__name__} has no attribute {name}")
        import importlib

        return importlib.import_module("opu." + self.__name__.rpartition(".")[2]).OPUMap


def _layout() -> Dict[str, ModuleType]:
    projections = _module("projections")
    for name in ("sklearn", "torch"):
        setattr(projections, name, _Lazy(f"lightonml.projections.{name}"))
    modules = {
        "opu": _module("opu", OPU=OPU),
        "context": _context,
        "datasets": datasets,
        "encoding": _encoding,
        "encoding.base": _base,
        "internal": _module("internal"),
        "internal.simulated_device": _module("internal.simulated_device", SimulatedOpuDevice=SimulatedOpuDevice),
        "projections": projections,
        "projections.sklearn": getattr(projections, "sklearn"),
        "projections.torch": getattr(projections, "torch"),
        "types": _module("types", InputRoiStrategy=_Names("full", "small", "auto"), OutputRescaling=_Names("variance", "norm", "none")),
    }
    return modules


class _Names:
    """Names as attributes: `InputRoiStrategy.full`."""

    def __init__(self, *names: str) -> None:
        for name in names:
            setattr(self, name, name)


def register() -> None:
    """Makes the old names importable."""
    if "lightonml" in sys.modules:
        return
    this = sys.modules[__name__]
    sys.modules["lightonml"] = this
    for name, module in _layout().items():
        sys.modules.setdefault(f"lightonml.{name}", module)
        if "." not in name:
            setattr(this, name, module)




register()

__all__ = ["OPU", "SimulatedOpuDevice", "datasets", "register"]
