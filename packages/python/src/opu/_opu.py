"""`OPU`: random projections by light under the names that its users know."""

from __future__ import annotations

import warnings
from datetime import datetime
from types import TracebackType
from typing import Any, Callable, Dict, Optional, Sequence, Tuple, Type, Union

import numpy as np
import numpy.typing as npt

from ._connect import connect
from ._layout import Layout, cell_layout, pixel_window, place
from ._linear import LinearProjection
from ._version import __version__
from .context import Context, ContextArray
from .device import Device
from .encoding.base import NoDecoding, NoEncoding, SeparatedBitPlanDecoder, SeparatedBitPlanEncoder, like, made, to_array
from .errors import OpuError

DEFAULT_ADDRESS = "emulator:opu-1m-300k"
_STRATEGIES = ("full", "small", "auto")
_RESCALE = ("variance", "norm", "none")
_CHUNK_BYTES = 64 << 20


class NotFittedError(OpuError, AssertionError):
    """`transform` before `fit`."""


class OPU:
    """
    A random projection by light. `transform` gives |Bx|^2 as a camera sees it, `linear_transform` gives Bx; B is fixed by the
    device and the number of features.

    n_components: numbers a projection has; may be set again later
    address: a device as `connect` takes it, or a `Device`; an emulated one of a million mirrors by default
    input_roi_strategy: "full" spreads the features over all mirrors, "small" gives each one mirror, "auto" is "full"
    rescale: of `linear_transform`: "variance" (an output has the variance |x|^2), "norm" (|Bx| is about |x|) or "none" (grey values)
    linear_mode: "anchor" (real outputs, any device) or "phase-shifting" (complex ones, needs a reference beam)
    n_2d_features: shape of a sample for `fit2d` without data
    simulated, opu_device, max_n_features and the other keywords of older code are accepted

    It opens its device when it is first needed. It can be pickled; what
    is loaded opens the device again. `copy.deepcopy`, and so scikit-learn's `clone`, share it. One that is forgotten closes its device.
    """

    def __init__(
        self,
        n_components: int = 200_000,
        opu_device: Any = None,
        max_n_features: Optional[int] = None,
        *,
        address: Union[str, Device, None] = None,
        simulated: bool = False,
        input_roi_strategy: Any = "full",
        rescale: Any = "variance",
        linear_mode: str = "anchor",
        n_2d_features: Optional[Tuple[int, int]] = None,
        verbose_level: int = -1,
        disable_pbar: bool = False,
        open_at_init: bool = False,
        **ignored: Any,
    ) -> None:
        unknown = set(ignored) - {"config_file", "config_override", "no_config"}
        if unknown:
            raise TypeError(f"OPU() got unexpected arguments {sorted(unknown)}")
        self._n_components = 0
        self._device: Optional[Device] = address if isinstance(address, Device) else None
        self._owns_device = not isinstance(address, Device)
        self.address = address.address if isinstance(address, Device) else address or DEFAULT_ADDRESS
        self.max_n_features = max_n_features
        self.input_roi_strategy = _word("input_roi_strategy", input_roi_strategy, _STRATEGIES)
        self.rescale = _word("rescale", rescale, _RESCALE)
        self.linear_mode = linear_mode
        self.n_2d_features = n_2d_features
        self.packed = False
        self.online = False
        self._shape: Optional[Tuple[int, ...]] = None
        self._exposure: Optional[float] = None
        self._applied: Any = None
        self._linear: Optional[LinearProjection] = None
        self.n_components = n_components
        if open_at_init:
            self.open()

    # Settings.

    @property
    def n_components(self) -> int:
        return self._n_components

    @n_components.setter
    def n_components(self, value: int) -> None:
        if int(value) != value or value < 1:
            raise OpuError("INVALID_ARGUMENT", f"n_components is {value}; it must be a whole number of 1 or more.")
        self._n_components = int(value)
        self._applied = self._linear = None

    @property
    def device(self) -> Device:
        """The device, opened."""
        if self._device is None:
            self._device = connect(self.address)
        return self._device

    @property
    def fitted(self) -> bool:
        return self._shape is not None

    @property
    def n_features(self) -> Optional[int]:
        return None if self._shape is None else int(np.prod(self._shape))

    @property
    def max_n_components(self) -> int:
        return self.device.limits.sensor[0] * self.device.limits.sensor[1]

    def version(self) -> str:
        """Of this package, and who the device is."""
        i = self.device.identity
        return f"opu-sdk {__version__}; {i.vendor} {i.model} {i.serial}, firmware {i.firmware_version}"

    # Fit and transform.

    def fit1d(
        self, X: Any = None, n_features: Optional[int] = None, packed: bool = False, online: bool = False, **override: Any
    ) -> OPU:
        """
        Prepares for vectors.

        X: shape (..., n_features) of 0 and 1, from which the exposure is chosen; or
        n_features: their number, and the exposure is chosen at the first transform
        packed: X has eight features a byte, the first in the most significant bit; then n_features is needed
        online: one sample at a time
        """
        if n_features is None:
            if X is None or packed:
                raise OpuError("INVALID_ARGUMENT", "fit1d needs X, or n_features where X is packed or left out.")
            n_features = int(X.shape[-1])
        return self._fit((int(n_features),), X, packed, online)

    def fit2d(
        self,
        X: Any = None,
        n_features: Optional[Tuple[int, int]] = None,
        packed: bool = False,
        online: bool = False,
        **override: Any,
    ) -> OPU:
        """Prepares for matrices: X has the shape (..., height, width), each value on a square of mirrors in its place."""
        shape = n_features or (None if X is None or packed else X.shape[-2:]) or self.n_2d_features
        if shape is None or len(shape) != 2:
            raise OpuError("INVALID_ARGUMENT", "fit2d needs X, or n_features=(height, width) where X is packed or left out.")
        return self._fit((int(shape[0]), int(shape[1])), X, packed, online)

    def _fit(self, shape: Tuple[int, ...], X: Any, packed: bool, online: bool) -> OPU:
        width, height = self.device.limits.modulator
        if len(shape) == 2 and (shape[0] > height or shape[1] > width):
            text = f"Samples of {shape[0]} x {shape[1]} do not fit on {height} rows of {width} mirrors."
            raise OpuError("INVALID_ARGUMENT", text)
        self._layout(int(np.prod(shape)), shape)
        pixel_window(self.device, self.n_components)
        self._shape, self.packed, self.online = shape, packed, online
        self._exposure = self._applied = self._linear = None
        if X is not None:
            bits = self._flat(to_array(X))
            if _is_binary(bits):
                self._configure(bits)
        return self

    def transform(self, X: Any, encoder_cls: Any = NoEncoding, decoder_cls: Any = NoDecoding) -> Any:
        """
        |Bx|^2 of each sample as the camera sees it: shape X.shape[:-1] + (n_components,), or X.shape[:-2] + ... after `fit2d`; uint8
        where the camera has 8 bits.

        X: 0 and 1, uint8 or bool, or whatever the encoder takes; an array gives an array with `.context`, a tensor a tensor
        encoder_cls, decoder_cls: classes or objects of `opu.encoding`
        """
        bits, leading = self._encoded(X, made(encoder_cls))
        self._require_binary(bits)
        self._configure(bits)
        start = datetime.now()
        out = self._shown(bits)
        context = self._context(start, bits)
        result = made(decoder_cls).transform(out)
        return self._finished(result, X, leading if len(result) == int(np.prod(leading)) else (len(result),), context)

    def linear_transform(self, X: Any, encoder_cls: Any = None, decoder_cls: Any = None) -> Any:
        """
        Bx of each sample: float32 for the linear mode "anchor", complex64 for "phase-shifting", of the same shape as `transform`.

        X: -1, 0 and 1; other numbers go through a `SeparatedBitPlanEncoder` of 8 bits unless an encoder is given
        """
        encoder, decoder = made(encoder_cls), made(decoder_cls)
        values = to_array(X)
        if encoder is None:
            whole = bool(np.isin(values, (-1, 0, 1)).all())
            encoder = NoEncoding() if whole or self.packed else SeparatedBitPlanEncoder().fit(values)
        if isinstance(encoder, SeparatedBitPlanEncoder) and decoder is None:
            decoder = SeparatedBitPlanDecoder(encoder=encoder)
        vectors, leading = self._encoded(X, encoder)
        start = datetime.now()
        if self._linear is None or self._linear.inputs != vectors.shape[1]:
            self._applied = None
            self._linear = LinearProjection(self.device, self.linear_mode, vectors.shape[1], self.n_components)
        out = self._linear.project(vectors)
        if self.rescale == "norm":
            out = out / np.float32(np.sqrt(self.n_components))
        elif self.rescale == "none":
            out = out / np.float32(self._linear._scale)
        context = self._context(start, vectors)
        result = decoder.transform(out) if decoder is not None else out
        if result.dtype == np.float64:
            result = result.astype(np.float32)
        elif result.dtype == np.complex128:
            result = result.astype(np.complex64)
        return self._finished(result, X, leading if len(result) == int(np.prod(leading)) else (len(result),), context)

    def fit_transform1d(self, X: Any, packed: bool = False, **override: Any) -> Any:
        return self.fit1d(X, packed=packed, **override).transform(X)

    def fit_transform2d(self, X: Any, packed: bool = False, **override: Any) -> Any:
        return self.fit2d(X, packed=packed, **override).transform(X)

    def transform1d(self, X: Any) -> Any:
        """Fits to the shape of X when that is new, then transforms."""
        if self._shape != (X.shape[-1],):
            self.fit1d(X)
        return self.transform(X)

    def transform2d(self, X: Any) -> Any:
        """Fits to the shape of X when that is new, then transforms."""
        if self._shape != tuple(X.shape[-2:]):
            self.fit2d(X)
        return self.transform(X)

    # Inside.

    def _flat(self, X: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Samples as rows of features."""
        assert self._shape is not None
        features = int(np.prod(self._shape))
        if self.packed:
            return np.unpackbits(X.reshape(-1, X.shape[-1]), axis=-1)[:, :features]
        axes = len(self._shape)
        if X.shape[-axes:] != self._shape:
            text = f"Samples have the shape {X.shape[-axes:]}; fitted was {self._shape}."
            raise OpuError("INVALID_ARGUMENT", text, remedy="Fit to this data first.")
        return X.reshape(-1, features)

    def _encoded(self, X: Any, encoder: Any) -> Tuple[npt.NDArray[Any], Tuple[int, ...]]:
        if self._shape is None:
            raise NotFittedError("INVALID_STATE", "Call fit1d or fit2d before transform.")
        values = to_array(encoder.transform(X))
        original = to_array(X)
        axes = 1 if self.packed else len(self._shape)
        return self._flat(values), tuple(original.shape[:-axes])

    def _require_binary(self, bits: npt.NDArray[Any]) -> None:
        if _is_binary(bits):
            return
        text = f"transform takes 0 and 1; here are values of {bits.dtype} from {bits.min()} to {bits.max()}."
        raise OpuError("INVALID_ARGUMENT", text, remedy="Use an encoder of opu.encoding.")

    def _layout(self, features: int, shape: Tuple[int, ...]) -> Layout:
        if len(shape) == 2:
            return Layout(features, shape[1], shape[0], 0)
        return cell_layout(self.device, features, False)

    def _configure(self, bits: npt.NDArray[Any]) -> None:
        """Brings the device into the state that was fitted, and chooses the exposure if that was not done."""
        assert self._shape is not None
        if self._applied is not None and self._applied == self.device.configuration.hash:
            return
        self._linear = None
        layout = self._layout(int(np.prod(self._shape)), self._shape)
        small = self.input_roi_strategy == "small"
        self.device.configure(
            region=pixel_window(self.device, self.n_components),
            macro_pixels=(0, 0) if small else (layout.columns, layout.rows),
            reference={"on": False, "phase_steps": 1},
            exposure_us=self._exposure,
            period_us="shortest",
        )
        if self._exposure is None and len(bits) > 0 and self.device.configuration.bit_depth != 32:
            self._expose(bits[:: max(1, len(bits) // 16)][:16])
        self._applied = self.device.configuration.hash

    def _expose(self, sample: npt.NDArray[Any]) -> None:
        """The longest exposure at which at most 0.5 % of the pixels are saturated, to within a few percent."""
        device = self.device
        largest = 2**device.configuration.bit_depth - 1
        shortest, longest = device.limits.exposure_us
        good: Optional[float] = None
        bad: Optional[float] = None
        exposure = device.configuration.exposure_us
        mean = saturated = 0.0
        for _ in range(12):
            device.configure(exposure_us=exposure, period_us="shortest")
            seen = self._shown(sample)
            saturated, mean = float((seen >= largest).mean()), float(seen.mean())
            if saturated <= 0.005:
                good = exposure
                bright = float(np.quantile(seen, 0.995)) or 1.0
                proposal = exposure * min(8.0, 0.97 * largest / bright)
            else:
                bad = exposure
                proposal = exposure * 0.6
            if good is not None and bad is not None:
                proposal = float(np.sqrt(good * bad)) if not good < proposal < bad else proposal
            proposal = min(max(proposal, shortest), longest)
            if abs(proposal / exposure - 1) < 0.03 or (good and bad and bad / good < 1.05):
                break
            exposure = proposal
        chosen = good if good is not None else exposure
        device.configure(exposure_us=chosen, period_us="shortest")
        self._exposure = device.configuration.exposure_us
        if chosen != exposure or good is None:
            seen = self._shown(sample)
            saturated, mean = float((seen >= largest).mean()), float(seen.mean())
        if saturated > 0.005:
            warnings.warn(f"{100 * saturated:.1f} % of the pixels are saturated at the shortest exposure; light fewer mirrors.")
        elif mean * 255 / largest < 11 and sample.any():
            warnings.warn(f"The mean is {mean:.1f} of {largest} at the longest useful exposure; light more mirrors.")

    def _small(self, bits: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        """A mirror a feature, in a square in the middle of the modulator."""
        assert self._shape is not None
        width, height = self.device.limits.modulator
        columns = self._shape[1] if len(self._shape) == 2 else min(width, int(np.ceil(np.sqrt(bits.shape[1]))))
        rows = -(-bits.shape[1] // columns)
        if rows > height:
            columns, rows = width, -(-bits.shape[1] // width)
        index = np.arange(bits.shape[1])
        place_of = (index // columns + (height - rows) // 2) * width + index % columns + (width - columns) // 2
        mirrors = np.zeros((len(bits), width * height), dtype=np.uint8)
        mirrors[:, place_of] = bits
        return np.packbits(mirrors, axis=1)

    def _shown(self, bits: npt.NDArray[Any]) -> npt.NDArray[Any]:
        assert self._shape is not None
        layout = self._layout(bits.shape[1], self._shape)
        make: Callable[[npt.NDArray[Any]], npt.NDArray[np.uint8]] = lambda part: place(layout, part, False)
        bytes_a_row = layout.columns * layout.rows + self.n_components
        if self.input_roi_strategy == "small":
            make = self._small
            bytes_a_row = self.device.limits.modulator[0] * self.device.limits.modulator[1]
        chunk = max(1, _CHUNK_BYTES // bytes_a_row)
        parts = [
            self.device.project(make(bits[i : i + chunk] != 0), packed=True).reshape(len(bits[i : i + chunk]), -1)
            for i in range(0, max(1, len(bits)), chunk)
        ]
        out: npt.NDArray[Any] = np.concatenate([part[:, : self.n_components] for part in parts])
        return out

    def _context(self, start: datetime, bits: npt.NDArray[Any]) -> Context:
        assert self._shape is not None
        c, i = self.device.configuration, self.device.identity
        width, height = self.device.limits.modulator
        columns, rows = c.macro_pixels if c.macro_pixels != (0, 0) else (width, height)
        factor = (width // columns) * (height // rows)
        kind = "small" if self.input_roi_strategy == "small" else "macro_2d" if len(self._shape) == 2 else "lined"
        lit = float((bits != 0).mean()) * bits.shape[1] * factor if bits.size else 0.0
        return Context(
            exposure_us=c.exposure_us,
            frametime_us=c.period_us,
            input_roi=((0, 0), (columns * (width // columns), rows * (height // rows))),
            output_roi=((c.region[0], c.region[1]), (c.region[2], c.region[3])),
            start=start,
            end=datetime.now(),
            gain_dB=0.0,
            n_ones=round(lit),
            fmt_type=kind,
            fmt_factor=factor,
            device=f"{i.vendor} {i.model} {i.serial}",
        )

    def _finished(self, result: Any, X: Any, leading: Sequence[int], context: Context) -> Any:
        result = to_array(result).reshape(*leading, result.shape[-1])
        tensor = like(result, X)
        return ContextArray(result, context) if tensor is result else tensor

    # The end.

    def open(self) -> OPU:
        self.device  # noqa: B018
        return self

    def close(self) -> None:
        """Gives the device back. The next transform opens it again."""
        device, self._device = self._device, None
        self._applied = self._linear = None
        if device is not None and self._owns_device:
            device.close()

    def __enter__(self) -> OPU:
        return self.open()

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_device", None) is not None:
            self.close()

    def __deepcopy__(self, memo: Any) -> OPU:
        # There is one light: clones of an estimator share it.
        return self

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_device": None, "_linear": None, "_applied": None, "_owns_device": True}


def _word(what: str, value: Any, allowed: Sequence[str]) -> str:
    word = str(getattr(value, "name", value)).lower()
    if word not in allowed:
        raise OpuError("INVALID_ARGUMENT", f"{what} is {value!r}; it must be {', '.join(allowed)}.")
    return word


def _is_binary(values: npt.NDArray[Any]) -> bool:
    if values.dtype == np.bool_:
        return True
    return values.dtype.kind in "ui" and (values.size == 0 or bool(values.max() <= 1 and values.min() >= 0))
