"""PyTorch: random features by light, and direct feedback alignment of any network."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
import torch.nn as nn

from ._connect import connect
from ._linear import LinearProjection
from ._opu import DEFAULT_ADDRESS, OPU
from ._random import dither_draws, uniform
from .device import Device
from .errors import OpuError

MODES = ("optical", "dfa", "dfa-ternary", "bp", "shallow")
Threshold = Union[float, str]


class OPUMap(nn.Module):
    """
    Random features of 0 and 1 by light, as a module. What it gives is detached from the graph: light has no gradient here.

    n_components: features that it gives
    ndims: 1 for vectors, 2 for matrices
    linear: Bx instead of |Bx|^2
    opu: an `OPU` to use; else one is made with the keywords that are left (`address`, ...)
    """

    def __init__(
        self,
        n_components: int,
        opu: Optional[OPU] = None,
        ndims: int = 1,
        n_2d_features: Optional[Tuple[int, int]] = None,
        packed: bool = False,
        linear: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        if ndims not in (1, 2):
            raise OpuError("INVALID_ARGUMENT", f"ndims is {ndims}; it must be 1 or 2.")
        self.opu = opu if opu is not None else OPU(n_components=n_components, n_2d_features=n_2d_features, **options)
        self.opu.n_components = n_components
        self.ndims, self.packed, self.linear = ndims, packed, linear

    @property
    def n_components(self) -> int:
        return self.opu.n_components

    @n_components.setter
    def n_components(self, value: int) -> None:
        self.opu.n_components = value

    @property
    def fitted(self) -> bool:
        return self.opu.fitted

    def fit(self, X: Any = None, n_features: Any = None, packed: bool = False, online: bool = False) -> OPUMap:
        fit: Any = self.opu.fit1d if self.ndims == 1 else self.opu.fit2d
        fit(X, n_features=n_features, packed=packed or self.packed, online=online)
        return self

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.fitted:
            self.fit(input)
        with torch.no_grad():
            made: Any = self.opu.linear_transform(input) if self.linear else self.opu.transform(input)
        result: torch.Tensor = made
        return result.detach().to(input.device)

    def transform(self, input: torch.Tensor) -> torch.Tensor:
        return self.forward(input)

    def reset(self) -> None:
        """Forgets the fit."""
        self.opu._shape = None

    def close(self) -> None:
        self.opu.close()


class DirectFeedback:
    """
    Trains the blocks of a network by direct feedback alignment (Nokland 2016; by light: Launay et al. 2020, 2006.01475).

    The graph is cut behind each of `blocks`. `backward(loss, output)` takes the place of `loss.backward()`: what stands behind the last
    block gets true gradients, and each block, in place of what back-propagation would bring to its output, its slice of one random
    projection of the error at the network's output. Inside a block autograd works as usual. Optimiser, data and loop stay the user's.

    blocks: modules of `model`, in the order of the forward pass, each called once a pass and giving one tensor
    mode: "optical" (the ternary error is projected by a device), "dfa" (float matrices U(-1, 1) / sqrt(width)), "dfa-ternary" (these,
        of the ternary error), "bp" (plain back-propagation) and "shallow" (only what is behind the last block learns)
    device: of "optical": an address or a `Device`
    threshold: of the ternary error, of which "optical" and "dfa-ternary" send +1 above it, -1 below its negative and 0 between: a number,
        "adaptive" (half the root mean square of a batch's errors), or "dithered" (the sign, with a probability of the error's size)
    seed: of the matrices and of the dithering; the same as in the TypeScript trainer
    sharing: "independent", a slice a block, or "shared", one for all blocks of a width
    through_norm: feedback goes back through a norm of the block's output, for blocks that write on a residual stream
    per_position: in a block whose output is (batch, positions, width) every position gets its sample's signal; else each has its own
    """

    def __init__(
        self,
        model: nn.Module,
        blocks: Sequence[nn.Module],
        *,
        device: Union[str, Device, None] = None,
        mode: str = "optical",
        threshold: Threshold = 0.1,
        seed: int = 0,
        sharing: str = "independent",
        linear_mode: str = "anchor",
        through_norm: bool = False,
        per_position: bool = True,
    ) -> None:
        _one_of("mode", mode, MODES)
        _one_of("sharing", sharing, ("independent", "shared"))
        if isinstance(threshold, str):
            _one_of("threshold", threshold, ("adaptive", "dithered"))
        elif not threshold >= 0:
            raise OpuError("INVALID_ARGUMENT", f"threshold is {threshold}; it must be 0 or more, adaptive or dithered.")
        modules = {id(module): name for name, module in model.named_modules()}
        for block in blocks:
            if id(block) not in modules:
                raise OpuError("INVALID_ARGUMENT", f"{block} is no module of the model.")
        if len({id(block) for block in blocks}) != len(blocks) or not blocks:
            raise OpuError("INVALID_ARGUMENT", "blocks must be one or more modules, each named once.")
        self.model, self.blocks, self.mode, self.threshold, self.seed = model, list(blocks), mode, threshold, seed
        self.names = [modules[id(block)] for block in blocks]
        self.sharing, self.linear_mode, self.through_norm, self.per_position = sharing, linear_mode, through_norm, per_position
        self.step = 0
        self.alignment: Dict[str, float] = {}
        """Cosine between feedback and back-propagated signal, by block, of the last `backward` that was asked for it."""
        self.signals: List[torch.Tensor] = []
        """What the last `backward` brought to each block."""
        self._address = device if device is not None else DEFAULT_ADDRESS
        self._device: Optional[Device] = None
        self._projection: Optional[LinearProjection] = None
        self._matrices: Optional[List[torch.Tensor]] = None
        self._border: Dict[int, Tuple[torch.Tensor, torch.Tensor]] = {}
        self._hooks = [
            block.register_forward_hook(self._hook(i)) for i, block in enumerate(blocks)
        ]

    def _hook(self, index: int) -> Any:
        return lambda _module, _input, output: self._cut(index, output)

    def _cut(self, index: int, output: Any) -> Any:
        if self.mode == "bp" or not torch.is_grad_enabled() or not self.model.training:
            return output
        if not isinstance(output, torch.Tensor):
            text = f"Block {self.names[index]} gives {type(output).__name__}; direct feedback needs blocks that give one tensor."
            raise OpuError("INVALID_ARGUMENT", text)
        behind = output.detach().requires_grad_()
        self._border[index] = (output, behind)
        return behind

    def backward(self, loss: torch.Tensor, output: torch.Tensor, *, alignment: bool = False) -> None:
        """
        Adds gradients to the parameters of the model, as `loss.backward()` would.

        loss: a mean over the rows of `output`
        output: of the model, shape (batch, classes) or (batch, positions, classes)
        alignment: also measure `alignment`, at the cost of a back-propagation
        """
        if self.mode == "bp":
            loss.backward()  # type: ignore[no-untyped-call]
            return
        missing = [name for i, name in enumerate(self.names) if i not in self._border]
        if missing:
            text = f"The blocks {missing} did not take part in the forward pass."
            raise OpuError("INVALID_STATE", text, remedy="Call model.train() and the model before backward.")
        borders = [self._border[i] for i in range(len(self.blocks))]
        self._border = {}
        rows = output.numel() // output.shape[-1]
        try:
            (gradient,) = torch.autograd.grad(loss, output, retain_graph=True)
            loss.backward(retain_graph=alignment)  # type: ignore[no-untyped-call]
            if self.mode == "shallow":
                return
            error = (gradient.detach() * rows).reshape(rows, output.shape[-1])
            raw = self._returned(error, [out.shape for out, _ in borders], output.shape)
            self.signals = [self._bordered(out, signal) for (out, _), signal in zip(borders, raw)]
            if alignment:
                self._align(borders)
            for (out, _), signal in zip(borders, self.signals):
                if out.requires_grad:
                    out.backward(signal)  # type: ignore[no-untyped-call]
        finally:
            self.step += 1

    def _bordered(self, output: torch.Tensor, signal: torch.Tensor) -> torch.Tensor:
        if not self.through_norm:
            return signal
        with torch.enable_grad():
            leaf = output.detach().requires_grad_()
            normed = nn.functional.layer_norm(leaf, (leaf.shape[-1],))
            return torch.autograd.grad(normed, leaf, signal)[0]

    def _align(self, borders: List[Tuple[torch.Tensor, torch.Tensor]]) -> None:
        true = borders[-1][1].grad
        for i in range(len(borders) - 1, -1, -1):
            assert true is not None
            cosine = nn.functional.cosine_similarity(true.flatten(1), self.signals[i].flatten(1), dim=1)
            self.alignment[self.names[i]] = float(cosine.mean())
            if i > 0:
                before = torch.autograd.grad(borders[i][0], borders[i - 1][1], true, retain_graph=True, allow_unused=True)[0]
                direct = borders[i - 1][1].grad
                true = before if direct is None else direct if before is None else before + direct

    # Feedback.

    def _returned(self, error: torch.Tensor, shapes: List[torch.Size], out: torch.Size) -> List[torch.Tensor]:
        """What comes back to each block: (B_i e) / rows, in the shape of the block's output."""
        plans = [self._plan(shape, out, name) for shape, name in zip(shapes, self.names)]
        widths = [width for width, _ in plans]
        if self.sharing == "shared":
            slices = sorted(set(widths), key=widths.index)
            place = [slices.index(width) for width in widths]
        else:
            slices, place = widths, list(range(len(widths)))
        rows = len(error)
        if self.mode == "optical":
            parts = self._by_light(error, slices)
        else:
            if self._matrices is None or [m.shape[1] for m in self._matrices] != slices:
                self._matrices = [self._matrix(i, error.shape[1], width) for i, width in enumerate(slices)]
            sent = error if self.mode == "dfa" else torch.from_numpy(self.ternary(error)).to(error)
            parts = [(sent / rows) @ matrix.to(error) for matrix in self._matrices]
        signals = []
        for shape, (width, spread), slot in zip(shapes, plans, place):
            signal = parts[slot]
            if spread:
                signal = signal.reshape(shape[0], *([1] * (len(shape) - 2)), width).expand(shape)
            signals.append(signal.reshape(shape))
        return signals

    def _plan(self, shape: torch.Size, out: torch.Size, name: str) -> Tuple[int, bool]:
        """Width of a block's slice, and whether every position gets that of its sample."""
        if shape[:-1] == out[:-1]:
            return shape[-1], False
        if shape[0] == out[0] and len(out) == 2:
            if len(shape) == 3 and self.per_position:
                return shape[-1], True
            return math.prod(shape[1:]), False
        text = f"Block {name} gives {tuple(shape)} and the network {tuple(out)}: which rows belong together is not clear."
        raise OpuError("INVALID_ARGUMENT", text)

    def _matrix(self, index: int, classes: int, width: int) -> torch.Tensor:
        bound = 1 / math.sqrt(width)
        return torch.from_numpy(uniform(self.seed, "feedback", index, classes * width, -bound, bound)).reshape(classes, width)

    def ternary(self, error: torch.Tensor) -> "np.ndarray[Any, np.dtype[np.int8]]":
        """The error as -1, 0 and 1; shape (rows, classes)."""
        values = error.detach().cpu().to(torch.float32).numpy()
        if self.threshold == "dithered":
            draws = dither_draws(self.seed, self.step, values.size).reshape(values.shape)
            sent = draws + 0.5 < np.abs(values.astype(np.float64)) * 65536
            dithered: np.ndarray[Any, np.dtype[np.int8]] = np.where(sent, np.sign(values), 0).astype(np.int8)
            return dithered
        bound = self.threshold
        if bound == "adaptive":
            bound = 0.5 * math.sqrt(float((values.astype(np.float64) ** 2).mean()))
        limit = np.float32(bound)
        cut: np.ndarray[Any, np.dtype[np.int8]] = (values > limit).astype(np.int8) - (values < -limit).astype(np.int8)
        return cut

    def _by_light(self, error: torch.Tensor, slices: List[int]) -> List[torch.Tensor]:
        """One projection serves all blocks. A row of zeros alone is not shown: what it gives is known."""
        rows, classes = error.shape
        if self._projection is None or (self._projection.inputs, self._projection.outputs) != (
            classes,
            _pixels(slices, self.linear_mode),
        ):
            if self._device is None:
                self._device = self._address if isinstance(self._address, Device) else connect(self._address)
            self._projection = LinearProjection(self._device, self.linear_mode, classes, _pixels(slices, self.linear_mode))
        ternary = self.ternary(error)
        sent = np.flatnonzero(ternary.any(axis=1))
        projected = np.zeros((rows, sum(slices)), dtype=np.float32)
        if len(sent) > 0:
            got = self._projection.project(ternary[sent])
            if self.linear_mode != "anchor":
                got = np.ascontiguousarray(got).view(np.float32)[:, : sum(slices)]
            projected[sent] = got
        parts, at = [], 0
        for width in slices:
            gain = 1 / rows / math.sqrt(3 * width)
            parts.append(torch.from_numpy(projected[:, at : at + width] * np.float32(gain)).to(error))
            at += width
        return parts

    @property
    def frames(self) -> int:
        """Frames that the device has made for this training."""
        return 0 if self._projection is None else self._projection.frames_made

    def close(self) -> None:
        """Takes the cuts out of the model and gives a device back that was opened for it."""
        for hook in self._hooks:
            hook.remove()
        self._hooks = []
        device, self._device, self._projection = self._device, None, None
        if device is not None and not isinstance(self._address, Device):
            device.close()

    def __enter__(self) -> DirectFeedback:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _pixels(slices: List[int], linear_mode: str) -> int:
    """Camera pixels for the slices side by side: a pixel gives one real number by the anchor, and two by phases."""
    return sum(slices) if linear_mode == "anchor" else -(-sum(slices) // 2)


def _one_of(what: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise OpuError("INVALID_ARGUMENT", f'{what} is "{value}"; it must be one of {", ".join(allowed)}.')


__all__ = ["DirectFeedback", "OPUMap", "MODES"]
