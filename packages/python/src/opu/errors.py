"""Errors: one class, stable codes, and who has to act so that it goes away."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

BLAME: Dict[str, str] = {
    "INVALID_ARGUMENT": "caller",
    "INVALID_FILE": "caller",
    "INVALID_ADDRESS": "caller",
    "INVALID_STATE": "caller",
    "NOT_SUPPORTED": "caller",
    "PERMISSION_DENIED": "caller",
    "ABORTED": "caller",
    "CONFIGURATION_REFUSED": "caller",
    "NOT_IN_CONTROL": "caller",
    "DIVERGED": "caller",
    "DEVICE_FAULT": "device",
    "DEVICE_BUSY": "device",
    "PROTOCOL_VIOLATION": "device",
    "VERSION_MISMATCH": "device",
    "FRAMES_LOST": "device",
    "LINK_UNAVAILABLE": "link",
    "LINK_LOST": "link",
    "LINK_CORRUPT": "link",
    "TIMEOUT": "link",
    "BUG": "bug",
}

_REMEDIES: Dict[str, str] = {
    "INVALID_ARGUMENT": "Pass a value that the message allows.",
    "INVALID_FILE": "Check the file.",
    "INVALID_ADDRESS": "Use emulator:<profile>, tcp://host:port, serial:/dev/ttyACM0 or replay:file.mcap.",
    "INVALID_STATE": "Open the device again.",
    "NOT_SUPPORTED": "Use another device, or do without.",
    "PERMISSION_DENIED": "Give this user access to the device.",
    "ABORTED": "Start the operation again if it was not meant to end.",
    "CONFIGURATION_REFUSED": "Use the value that the message calls allowed.",
    "NOT_IN_CONTROL": "Open the device again to get control of it.",
    "DIVERGED": "Lower the learning rate.",
    "DEVICE_FAULT": "Look at the device, and open it again.",
    "DEVICE_BUSY": "Wait until the other program has closed the device.",
    "PROTOCOL_VIOLATION": "Report it to the maker of the device.",
    "VERSION_MISMATCH": "Bring firmware and opu-sdk to the same major version.",
    "FRAMES_LOST": "Repeat the operation.",
    "LINK_UNAVAILABLE": "Check that the device is on and that its address is right.",
    "LINK_LOST": "Check the cable or the network, and open the device again.",
    "LINK_CORRUPT": "Check the cable and the baud rate.",
    "TIMEOUT": "Check that the device is on, or allow more time.",
    "BUG": "Report it, with the message, to the authors of opu-sdk.",
}


class OpuError(Exception):
    """
    The one error class of the package. The text says what was wrong, with which value and what is allowed.

    `code` is stable: programs may branch on it. `blame` is caller, device, link or bug. `remedy` is what to do. `details` has facts
    for programs: `field`, `value` and `bound` of a refusal, for instance.
    """

    def __init__(
        self, code: str, message: str, *, remedy: Optional[str] = None, details: Optional[Mapping[str, Any]] = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.blame = BLAME[code]
        self.remedy = remedy if remedy is not None else _REMEDIES[code]
        self.details: Dict[str, Any] = dict(details or {})

    def __str__(self) -> str:
        return f"{super().__str__()} {self.remedy} [{self.code}]"

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), self.code, self.args[0], self.remedy, self.details)


def _rebuild(kind: Any, code: str, message: str, remedy: str, details: Dict[str, Any]) -> OpuError:
    error: OpuError = kind.__new__(kind)
    OpuError.__init__(error, code, message, remedy=remedy, details=details)
    return error


class OpuAlreadyUsed(OpuError):
    """Another host controls the device."""

    def __init__(self, message: str) -> None:
        super().__init__("DEVICE_BUSY", message)
