"""
Encoders of numbers as bits. `fit` learns from data and `transform` changes nothing of what it learned, so that the same sample
gets the same bits in training and afterwards. Arrays in, uint8 arrays of 0 and 1 out; torch tensors in, torch tensors out.
"""

from __future__ import annotations

import inspect
from typing import Any, Dict, List, Optional, Sequence, TypeVar, Union

import numpy as np
import numpy.typing as npt

from ..errors import OpuError

Array = npt.NDArray[Any]
T = TypeVar("T", bound="BaseTransformer")


def is_tensor(X: Any) -> bool:
    return type(X).__module__.split(".")[0] == "torch"


def to_array(X: Any) -> Array:
    return np.asarray(X.detach().cpu().numpy()) if is_tensor(X) else np.asarray(X)


def like(result: Array, X: Any) -> Any:
    """The result as X is: an array or a tensor."""
    if not is_tensor(X):
        return result
    import torch

    return torch.from_numpy(np.ascontiguousarray(result))


def _bits(values: Array, count: int, first: int = 0) -> Array:
    """Bits of whole numbers, least significant first, on a new last axis."""
    shifted = values[..., None].astype(np.int64) >> np.arange(first, first + count)
    bits: Array = (shifted & 1).astype(np.uint8)
    return bits


class BaseTransformer:
    """What encoders and decoders share: `fit`, `transform`, `fit_transform`, and parameters as scikit-learn wants them."""

    def fit(self: T, X: Any, y: Any = None) -> T:
        return self

    def transform(self, X: Any) -> Any:
        return like(self._transform(to_array(X)), X)

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        return self.fit(X, y).transform(X)

    def _transform(self, X: Array) -> Array:
        raise NotImplementedError

    def get_params(self, deep: bool = True) -> Dict[str, Any]:
        names = [name for name in inspect.signature(type(self).__init__).parameters if name != "self"]
        return {name: getattr(self, name) for name in names if hasattr(self, name)}

    def set_params(self: T, **params: Any) -> T:
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise OpuError("INVALID_ARGUMENT", f"{type(self).__name__} has no parameter {name}; it has {sorted(known)}.")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({inside})"

    def _fitted(self, name: str) -> Any:
        value = getattr(self, name, None)
        if value is None:
            raise OpuError("INVALID_STATE", f"{type(self).__name__} has not learned from data.", remedy="Call fit first.")
        return value


class NoEncoding(BaseTransformer):
    """Leaves X as it is."""

    def transform(self, X: Any) -> Any:
        return X


class NoDecoding(NoEncoding):
    """Leaves what came as it is."""


class BinaryThresholdEncoder(BaseTransformer):
    """
    One bit a feature: above the threshold or not.

    threshold_enc: a number, or "auto" for the median of each feature
    """

    def __init__(self, threshold_enc: Union[str, float] = "auto", greater_is_one: bool = True) -> None:
        self.threshold_enc = threshold_enc
        self.greater_is_one = greater_is_one
        self.thresholds_: Any = None

    def fit(self, X: Any, y: Any = None) -> BinaryThresholdEncoder:
        if isinstance(self.threshold_enc, str) and self.threshold_enc != "auto":
            raise OpuError("INVALID_ARGUMENT", f'threshold_enc is "{self.threshold_enc}"; it must be a number or "auto".')
        self.thresholds_ = np.median(to_array(X), axis=0) if self.threshold_enc == "auto" else self.threshold_enc
        return self

    def _transform(self, X: Array) -> Array:
        thresholds = self._fitted("thresholds_") if self.threshold_enc == "auto" else self.threshold_enc
        above = X > thresholds
        bits: Array = (above if self.greater_is_one else ~above).astype(np.uint8)
        return bits


class MultiThresholdEncoder(BaseTransformer):
    """
    A thermometer: a bit for each of some thresholds, side by side; (n, d) becomes (n, d x thresholds).

    thresholds: "linspace" (evenly from the least to the largest value), "quantiles", or the numbers themselves
    n_bins: one more than the number of thresholds
    columnwise: thresholds of each feature for itself
    """

    def __init__(
        self, thresholds: Union[str, Sequence[float], Array] = "linspace", n_bins: int = 8, columnwise: bool = False
    ) -> None:
        self.thresholds = thresholds
        self.n_bins = n_bins
        self.columnwise = columnwise
        self.thresholds_: Any = None

    def fit(self, X: Any, y: Any = None) -> MultiThresholdEncoder:
        values = to_array(X)
        if not isinstance(self.thresholds, str):
            self.thresholds_ = np.asarray(self.thresholds, dtype=float)
            return self
        if self.n_bins < 2:
            raise OpuError("INVALID_ARGUMENT", f"n_bins is {self.n_bins}; it must be 2 or more.")
        axis = 0 if self.columnwise else None
        if self.thresholds == "linspace":
            found = np.linspace(values.min(axis=axis), values.max(axis=axis), self.n_bins + 1)[1:-1]
        elif self.thresholds == "quantiles":
            found = np.quantile(values, np.linspace(0, 1, self.n_bins + 1)[1:-1], axis=axis)
        else:
            text = f'thresholds is "{self.thresholds}"; it must be linspace, quantiles, or numbers.'
            raise OpuError("INVALID_ARGUMENT", text)
        self.thresholds_ = found.T if self.columnwise else found
        return self

    def _transform(self, X: Array) -> Array:
        above: Array = (X[..., None] > self._fitted("thresholds_")).astype(np.uint8)
        return above.reshape(*X.shape[:-1], -1)


class SequentialBaseTwoEncoder(BaseTransformer):
    """
    Values as levels between the least and the largest that `fit` saw, each written in base two; (n, d) becomes (n, d x bits).
    """

    def __init__(self, n_gray_levels: int = 16) -> None:
        self.n_gray_levels = n_gray_levels
        self.range_: Any = None

    @property
    def n_bits(self) -> int:
        return max(1, int(self.n_gray_levels - 1).bit_length())

    def fit(self, X: Any, y: Any = None) -> SequentialBaseTwoEncoder:
        values = to_array(X)
        self.range_ = (float(values.min()), float(values.max()))
        return self

    def _transform(self, X: Array) -> Array:
        low, high = self._fitted("range_")
        share = (X.astype(float) - low) / ((high - low) or 1.0)
        levels = np.clip(np.floor(share * self.n_gray_levels), 0, self.n_gray_levels - 1)
        return _bits(levels, self.n_bits).reshape(*X.shape[:-1], -1)


def _whole(X: Array, name: str) -> Array:
    if X.dtype.kind not in "uib":
        raise OpuError("INVALID_ARGUMENT", f"{name} takes whole numbers; these are {X.dtype}.")
    return X


class ConcatenatedBitPlanEncoder(BaseTransformer):
    """Bit planes of whole numbers side by side, least significant first; (n, d) becomes (n, bits x d)."""

    def __init__(self, n_bits: int = 8, starting_bit: int = 0) -> None:
        self.n_bits = n_bits
        self.starting_bit = starting_bit

    def _transform(self, X: Array) -> Array:
        planes = np.swapaxes(_bits(_whole(X, type(self).__name__), self.n_bits - self.starting_bit, self.starting_bit), -1, -2)
        return planes.reshape(*X.shape[:-1], -1)


class ConcatenatedBitPlanDecoder(BaseTransformer):
    """Sums what came of each of `n_bits` planes side by side, each weighing `decoding_decay` of the one above it."""

    def __init__(self, n_bits: int = 8, decoding_decay: float = 0.5) -> None:
        self.n_bits = n_bits
        self.decoding_decay = decoding_decay

    def _transform(self, X: Array) -> Array:
        if X.shape[-1] % self.n_bits:
            raise OpuError("INVALID_ARGUMENT", f"{X.shape[-1]} features are no {self.n_bits} planes of equal size.")
        planes = X.reshape(*X.shape[:-1], self.n_bits, -1)
        weights = float(self.decoding_decay) ** np.arange(self.n_bits - 1, -1, -1)
        decoded: Array = np.einsum("...pd,p->...d", planes, weights)
        return decoded


class Float32Encoder(BaseTransformer):
    """
    Bits of float32 numbers: sign, exponent, and the first bits of the mantissa; (n, d) becomes (n x bits, d), the bits of a sample
    being rows that follow each other.
    """

    def __init__(self, sign_bit: bool = True, exp_bits: int = 8, mantissa_bits: int = 23) -> None:
        self.sign_bit = sign_bit
        self.exp_bits = exp_bits
        self.mantissa_bits = mantissa_bits

    @property
    def n_bits(self) -> int:
        return int(self.sign_bit) + self.exp_bits + self.mantissa_bits

    def _planes(self, X: Array) -> Array:
        """Shape (n, bits, d)."""
        if not 0 <= self.exp_bits <= 8 or not 0 <= self.mantissa_bits <= 23:
            text = f"exp_bits is {self.exp_bits} and mantissa_bits {self.mantissa_bits}; at most 8 and 23 are there."
            raise OpuError("INVALID_ARGUMENT", text)
        words = np.ascontiguousarray(X, dtype="<f4").view("<u4")
        places = ([31] if self.sign_bit else []) + [30 - i for i in range(self.exp_bits)]
        places += [22 - i for i in range(self.mantissa_bits)]
        planes = (words[:, None, :] >> np.array(places, dtype=np.uint32)[:, None]) & np.uint32(1)
        bits: Array = planes.astype(np.uint8)
        return bits

    def _transform(self, X: Array) -> Array:
        rows: Array = self._planes(X).reshape(-1, X.shape[-1])
        return rows


class ConcatenatedFloat32Encoder(Float32Encoder):
    """Like `Float32Encoder`, with the bits of a sample side by side; (n, d) becomes (n, bits x d)."""

    def _transform(self, X: Array) -> Array:
        planes = self._planes(X)
        return planes.reshape(len(X), -1)


class SeparatedBitPlanEncoder(BaseTransformer):
    """
    Bit planes of numbers as samples of their own; (n, d) becomes (n x planes, d), the planes of a sample being rows that follow
    each other, least significant first. Whole numbers of 0 and more keep their bits. Others are cut to `n_bits` bits of the
    largest magnitude that `fit` saw, and the planes of their negative parts follow those of the positive ones: `SeparatedBitPlanDecoder`
    puts the linear projections of them together again.
    """

    def __init__(self, n_bits: int = 8, starting_bit: int = 0, precision: Optional[int] = None) -> None:
        self.n_bits = n_bits if precision is None else precision
        self.starting_bit = starting_bit
        self.precision = precision
        self.magnitude_: Optional[float] = None
        self.signed_ = False

    def fit(self, X: Any, y: Any = None) -> SeparatedBitPlanEncoder:
        values = to_array(X)
        self.signed_ = bool(values.size and values.min() < 0)
        whole = values.dtype.kind in "uib" and not self.signed_
        self.magnitude_ = None if whole else float(np.abs(values).max(initial=0.0)) or 1.0
        return self

    @property
    def weights_(self) -> Array:
        """What a plane is worth, in the order of the planes."""
        powers = 2.0 ** np.arange(self.starting_bit, self.n_bits)
        scale = 1.0 if self.magnitude_ is None else self.magnitude_ / (2**self.n_bits - 1)
        weights: Array = np.concatenate([powers, -powers] if self.signed_ else [powers]) * scale
        return weights

    def _transform(self, X: Array) -> Array:
        if X.dtype.kind not in "uib" and self.magnitude_ is None:
            self._fitted("magnitude_")
        levels: Array = X
        if self.magnitude_ is not None:
            levels = np.rint(np.clip(X / self.magnitude_, -1, 1) * (2**self.n_bits - 1)).astype(np.int64)
        count = self.n_bits - self.starting_bit
        parts = [np.maximum(levels, 0), np.maximum(-levels, 0)] if self.signed_ else [levels]
        planes: Array = np.concatenate([np.moveaxis(_bits(part, count, self.starting_bit), -1, -2) for part in parts], axis=-2)
        return planes.reshape(-1, X.shape[-1])


class SeparatedBitPlanDecoder(BaseTransformer):
    """
    Sums the rows that belong to one sample. With the `encoder` that made them each weighs what its plane is worth, so linear
    projections come out as those of the numbers. Without, `n_bits` rows, each weighing `decoding_decay` of the one above it.
    """

    def __init__(
        self,
        n_bits: int = 8,
        decoding_decay: float = 0.5,
        encoder: Optional[SeparatedBitPlanEncoder] = None,
        precision: Optional[int] = None,
    ) -> None:
        self.n_bits = n_bits if precision is None else precision
        self.decoding_decay = decoding_decay
        self.encoder = encoder
        self.precision = precision

    def _transform(self, X: Array) -> Array:
        weights = float(self.decoding_decay) ** np.arange(self.n_bits - 1, -1, -1)
        if self.encoder is not None:
            weights = self.encoder.weights_
        if len(X) % len(weights):
            raise OpuError("INVALID_ARGUMENT", f"{len(X)} rows are no samples of {len(weights)} planes.")
        decoded: Array = np.einsum("npd,p->nd", X.reshape(-1, len(weights), X.shape[-1]), weights)
        return decoded


MixingBitPlanDecoder = SeparatedBitPlanDecoder


def made(transformer: Any) -> Any:
    """An encoder or decoder that was given as a class or as an object."""
    return transformer() if isinstance(transformer, type) else transformer


__all__: List[str] = [name for name in dir() if name.endswith(("Encoder", "Decoder", "Encoding", "Decoding", "Transformer"))]
