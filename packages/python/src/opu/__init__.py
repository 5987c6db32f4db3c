"""Optical processing units from Python: `connect` for devices, `OPU` for random projections."""

from ._version import __version__
from .device import Configuration, Device, Frames, Identity, Limits, Readout, Timeouts, connect
from .errors import OpuAlreadyUsed, OpuError

__all__ = [
    "Configuration",
    "Device",
    "Frames",
    "Identity",
    "Limits",
    "OpuAlreadyUsed",
    "OpuError",
    "Readout",
    "Timeouts",
    "__version__",
    "connect",
]
