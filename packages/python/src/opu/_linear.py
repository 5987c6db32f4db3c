"""Linear projections: Bx from |Bx|^2, with an anchor pattern or with a reference beam that is stepped in phase."""

from __future__ import annotations

from typing import Any, Tuple

import numpy as np
import numpy.typing as npt

from ._layout import cell_layout, pixel_window, place
from .device import Device
from .errors import OpuError

MODES = ("anchor", "phase-shifting")
_SCALE_PATTERNS = 16
_CHUNK_BYTES = 32 << 20


class LinearProjection:
    """
    A linear projection that a device is configured for. The matrix follows from the device's medium and the number of inputs;
    scales are measured with light alone.

    `anchor`: real outputs, one a pixel, from `|T(x+a)|^2 - |Tx|^2 - |Ta|^2`; two frames a binary pattern, and two once.
    `phase-shifting`: complex outputs, one a pixel, from `sum_k |Tx + r e^{i p_k}|^2 e^{i p_k}`; four frames a binary pattern.
    A real output, or a part of a complex one, has the variance |x|^2 over random media.
    """

    def __init__(self, device: Device, mode: str, inputs: int, outputs: int) -> None:
        if mode not in MODES:
            raise OpuError("INVALID_ARGUMENT", f'The linear mode is "{mode}"; it must be {" or ".join(MODES)}.')
        if mode == "phase-shifting" and "reference-beam" not in device.limits.features:
            raise OpuError("NOT_SUPPORTED", "This device has no reference beam; the linear mode anchor works without.")
        self.device, self.mode, self.inputs, self.outputs = device, mode, inputs, outputs
        self.frames_made = 0
        self._layout = cell_layout(device, inputs, mode == "anchor")
        self._window = pixel_window(device, outputs)
        self._offset = np.zeros(outputs)
        self._scale = 0.0
        if mode == "anchor":
            self._prepare_anchor()
        else:
            self._prepare_phases()
        self._hash = device.configuration.hash

    def _configure(self, **reference: Any) -> None:
        layout = self._layout
        self.device.configure(
            region=self._window, macro_pixels=(layout.columns, layout.rows), reference=reference, period_us="shortest"
        )

    def _show(self, patterns: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        self.frames_made += len(patterns)
        images = self.device.project(patterns, packed=True)
        return images.reshape(len(patterns), -1)[:, : self.outputs]

    def _require(self, what: str, grey: float) -> None:
        if grey >= 1 or (self.device.configuration.bit_depth == 32 and grey > 0):
            return
        text = f"{what} gives {grey:.2f} grey values above the dark frame on average; at least 1 is needed."
        raise OpuError("INVALID_STATE", text, remedy="Raise the exposure or the light.", details={"grey": grey})

    def _prepare_anchor(self) -> None:
        self._configure(on=False, phase_steps=1)
        none = np.zeros((1, self.inputs), np.uint8)
        lit = self._show(np.concatenate([place(self._layout, none, True), place(self._layout, none, False)])).astype(float)
        self._offset = lit[0] - lit[1]
        grey = float(self._offset.mean())
        self._require("The anchor", grey)
        # E|Tx|^2 E|Ta|^2 is the mean square of (Tx)(Ta)*, half of it that of its real part.
        self._scale = float(np.sqrt(self._layout.anchor / 2)) / grey

    def _prepare_phases(self) -> None:
        self._configure(on=False, phase_steps=1)
        count = min(self.inputs, _SCALE_PATTERNS)
        bits = np.zeros((count + 1, self.inputs), np.uint8)
        for k in range(count):
            bits[k + 1, k::count] = 1
        lit = self._show(place(self._layout, bits, False)).astype(float).mean(axis=1)
        black = lit[0]
        inputs_grey = float((lit[1:] - black).sum())
        self._configure(on=True, amplitude=0.7, phase_steps=4)
        reference_grey = float(self._show(place(self._layout, bits[:1], False)).mean() - black)
        self._require("All inputs together", inputs_grey)
        self._require("The reference beam", reference_grey)
        self._scale = float(np.sqrt(2) / (4 * np.sqrt(reference_grey * inputs_grey / self.inputs)))

    def project(self, vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """
        vectors: shape (n, inputs) of -1, 0 and 1; what is negative costs a second pattern
        Returns shape (n, outputs), float32 or complex64.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.inputs:
            raise OpuError("INVALID_ARGUMENT", f"Vectors have the shape {vectors.shape}; wanted is (n, {self.inputs}).")
        if self.device.configuration.hash != self._hash:
            text = "The device was configured for something else since this projection was opened."
            raise OpuError("INVALID_STATE", text, remedy="Open the projection again.")
        signed = bool((vectors < 0).any())
        frames = (4 if self.mode == "phase-shifting" else 2) * (1 + signed)
        chunk = max(1, _CHUNK_BYTES // max(1, self.outputs * frames * 4))
        kind: Any = np.complex64 if self.mode == "phase-shifting" else np.float32
        out = np.empty((len(vectors), self.outputs), dtype=kind)
        for first in range(0, len(vectors), chunk):
            part = vectors[first : first + chunk]
            result = self._binary(part > 0, part < 0 if signed else None)
            out[first : first + chunk] = result
        return out

    def _binary(self, plus: npt.NDArray[Any], minus: Any) -> npt.NDArray[Any]:
        halves: Tuple[Any, ...] = (plus,) if minus is None else (plus, minus)
        patterns = []
        for half in halves:
            alone = place(self._layout, half, False)
            if self.mode == "anchor":
                patterns.append(np.stack([place(self._layout, half, True), alone], axis=1))
            else:
                patterns.append(np.repeat(alone[:, None], 4, axis=1))
        # A vector's patterns follow each other, so that the two halves see the same medium.
        shown = np.stack(patterns, axis=1)
        count, shots = len(plus), shown.shape[2]
        images = self._show(shown.reshape(-1, shown.shape[-1]))
        grey = images.reshape(count, len(halves), shots, self.outputs).astype(np.float32)
        if self.mode == "anchor":
            decoded = (grey[:, :, 0] - grey[:, :, 1] - self._offset) * self._scale
        else:
            assert self.device.frames is not None
            phases = self.device.frames.reference_phase.reshape(count, len(halves), shots)
            decoded = np.einsum("nhsm,nhs->nhm", grey, np.exp(1j * phases)) * self._scale
        difference: npt.NDArray[Any] = decoded[:, 0] if minus is None else decoded[:, 0] - decoded[:, 1]
        return difference
