"""scikit-learn: random features by light as a transformer."""

from __future__ import annotations

from typing import Any, Dict, Optional

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin  # type: ignore[import]
from sklearn.utils.validation import check_array, check_is_fitted  # type: ignore[import]

from ._opu import DEFAULT_ADDRESS, OPU
from .encoding.base import BinaryThresholdEncoder


class OPUMap(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """
    Random features |Bx|^2 (or Bx) by light, for `Pipeline`, `GridSearchCV` and `clone`.

    n_components: features that it gives
    opu: an `OPU` to use, which clones share; else one is made for `address`
    ndims: 1, or 2 for samples that are matrices, of the shape `n_2d_features` where X holds them as rows
    encoder: "auto" leaves data of 0 and 1 as it is and cuts other data at the median of each feature that `fit` saw; None refuses
        other data; or an encoder of `opu.encoding`, which gets fitted
    linear: Bx instead of |Bx|^2
    """

    def __init__(
        self,
        n_components: int = 1000,
        opu: Optional[OPU] = None,
        ndims: int = 1,
        n_2d_features: Any = None,
        packed: bool = False,
        simulated: bool = False,
        max_n_features: Optional[int] = None,
        verbose_level: Optional[int] = None,
        address: str = DEFAULT_ADDRESS,
        encoder: Any = "auto",
        linear: bool = False,
    ) -> None:
        self.n_components = n_components
        self.opu = opu
        self.ndims = ndims
        self.n_2d_features = n_2d_features
        self.packed = packed
        self.simulated = simulated
        self.max_n_features = max_n_features
        self.verbose_level = verbose_level
        self.address = address
        self.encoder = encoder
        self.linear = linear

    def _light(self) -> OPU:
        if self.opu is not None:
            return self.opu
        if getattr(self, "opu_", None) is None:
            self.opu_: Optional[OPU] = OPU(n_components=self.n_components, address=self.address)
        assert self.opu_ is not None
        return self.opu_

    def _checked(self, X: Any, reset: bool) -> Any:
        if type(X).__module__.split(".")[0] == "torch":
            X = X.detach().cpu().numpy()
        if np.ndim(X) != 2:
            return check_array(X, allow_nd=True)
        return self._validate_data(X, reset=reset)

    def fit(self, X: Any, y: Any = None) -> OPUMap:
        X = self._checked(X, True)
        self.encoder_: Any = None
        if isinstance(self.encoder, str):
            if not _is_binary(X) and not self.packed:
                self.encoder_ = BinaryThresholdEncoder().fit(X)
        elif self.encoder is not None:
            encoder = self.encoder() if isinstance(self.encoder, type) else self.encoder
            self.encoder_ = encoder.fit(X)
        self._fit_light(self._bits(X))
        return self

    def _fit_light(self, bits: Any) -> None:
        light = self._light()
        if light.n_components != self.n_components:
            light.n_components = self.n_components
        if self.ndims == 2:
            light.fit2d(bits, packed=self.packed)
        elif self.packed:
            light.fit1d(bits, n_features=8 * bits.shape[-1], packed=True)
        else:
            light.fit1d(bits)
        self._fit_of_light = (light._shape, light.n_components)

    def _bits(self, X: Any) -> Any:
        if self.encoder_ is not None:
            X = self.encoder_.transform(X)
        elif X.dtype.kind == "f" and _is_binary(X):
            X = X.astype(np.uint8)
        if self.ndims == 2 and self.n_2d_features is not None and X.ndim == 2:
            X = X.reshape(len(X), *self.n_2d_features)
        return X

    def transform(self, X: Any) -> Any:
        if not hasattr(self, "encoder_"):
            if self.opu is None or not self.opu.fitted:
                check_is_fitted(self, "encoder_")
            self.fit(X)
        bits = self._bits(self._checked(X, False))
        light = self._light()
        # Others may have used the same light for something else meanwhile.
        if (light._shape, light.n_components) != self._fit_of_light:
            self._fit_light(bits)
        return np.asarray(light.linear_transform(bits) if self.linear else light.transform(bits))

    @property
    def fitted(self) -> bool:
        return hasattr(self, "encoder_")

    def open(self) -> OPUMap:
        self._light().open()
        return self

    def close(self) -> None:
        """Gives the device back; the next transform opens it again."""
        light = self.opu if self.opu is not None else getattr(self, "opu_", None)
        if light is not None:
            light.close()

    def __enter__(self) -> OPUMap:
        return self.open()

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _more_tags(self) -> Dict[str, Any]:
        return {
            "non_deterministic": True,
            # What comes out is what the camera counts: uint8 for data of any kind.
            "preserves_dtype": [],
            "_xfail_checks": {
                "check_transformer_general": "a camera has noise: two transforms differ by a grey value here and there",
                "check_transformer_data_not_an_array": "as check_transformer_general",
                "check_estimators_pickle": "as check_transformer_general",
                "check_fit_idempotent": "as check_transformer_general",
                "check_methods_subset_invariance": "as check_transformer_general",
                "check_methods_sample_order_invariance": "as check_transformer_general",
            },
        }


def _is_binary(X: Any) -> bool:
    return bool(X.dtype == np.bool_ or (X.dtype.kind in "uif" and ((X == 0) | (X == 1)).all()))
