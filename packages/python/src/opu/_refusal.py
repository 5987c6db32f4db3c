"""Refusals of a device as errors."""

from __future__ import annotations

from typing import Any, Dict

from . import _protocol as protocol
from .errors import OpuAlreadyUsed, OpuError

_R = protocol.ResultCode
_CODES: Dict[int, str] = {
    _R.NOT_SUPPORTED: "NOT_SUPPORTED",
    _R.MALFORMED: "PROTOCOL_VIOLATION",
    _R.VERSION_MISMATCH: "VERSION_MISMATCH",
    _R.NO_HANDSHAKE: "PROTOCOL_VIOLATION",
    _R.NOT_IN_CONTROL: "NOT_IN_CONTROL",
    _R.CONTROL_TAKEN: "DEVICE_BUSY",
    _R.OUT_OF_RANGE: "INVALID_ARGUMENT",
    _R.PERIOD_TOO_SHORT: "CONFIGURATION_REFUSED",
    _R.WRONG_STATE: "INVALID_STATE",
    _R.BUSY: "DEVICE_BUSY",
    _R.NO_ROOM: "INVALID_ARGUMENT",
    _R.NO_CREDIT: "BUG",
    _R.UNKNOWN_SEQUENCE: "INVALID_ARGUMENT",
    _R.TRIGGER_IGNORED: "INVALID_STATE",
    _R.REPLY_GONE: "PROTOCOL_VIOLATION",
    _R.DEVICE_FAULT: "DEVICE_FAULT",
    _R.ABORTED: "ABORTED",
}


def refusal_error(refusal: protocol.Refused, request: str) -> OpuError:
    """`details` holds result_code, and field, value and bound where a value is to blame."""
    try:
        name = protocol.ResultCode(refusal.result_code).name
    except ValueError:
        name = f"result code {refusal.result_code}"
    if refusal.result_code == _R.CONTROL_TAKEN:
        return OpuAlreadyUsed(f"The device is in use: {refusal.text or name}.")
    code = _CODES.get(refusal.result_code, "DEVICE_FAULT")
    details: Dict[str, Any] = {"result_code": name}
    blame = ""
    if refusal.field:
        if request == "CONFIGURE":
            code = "CONFIGURATION_REFUSED"
        blame = f" ({refusal.field} = {refusal.value:g}, allowed: {refusal.bound:g})"
        details.update(field=refusal.field, value=refusal.value, bound=refusal.bound)
    if refusal.limiting_term:
        details["limiting_term"] = refusal.limiting_term
    return OpuError(code, f"The device refuses {request}: {refusal.text or name}{blame}.", details=details)
