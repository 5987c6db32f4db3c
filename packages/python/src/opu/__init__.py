"""Optical processing units from Python: `connect` for devices, `OPU` for random projections."""

from ._connect import connect
from ._opu import OPU
from ._session import Timeouts
from ._version import __version__
from .context import Context, ContextArray
from .device import Configuration, Device, Frames, Identity, Limits, Readout
from .errors import OpuAlreadyUsed, OpuError

__all__ = [
    "Configuration",
    "Context",
    "ContextArray",
    "Device",
    "Frames",
    "Identity",
    "Limits",
    "OPU",
    "OpuAlreadyUsed",
    "OpuError",
    "Readout",
    "Timeouts",
    "__version__",
    "connect",
]
