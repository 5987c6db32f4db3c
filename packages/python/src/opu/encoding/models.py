"""An auto-encoder that learns binary codes: what it calls a code goes on the mirrors. Needs torch."""

from __future__ import annotations

from typing import Any, List

import torch
import torch.nn as nn

from ..errors import OpuError


class BinaryAutoEncoder(nn.Module):
    """
    Learns codes of bits from which the data can be built again: a linear encoder, a step, and a linear decoder. The step passes
    gradients as a hyperbolic tangent does, whose slope grows while it trains.

    n_bits: length of a code
    """

    def __init__(self, n_bits: int, epochs: int = 20, learning_rate: float = 1e-3, batch_size: int = 64, seed: int = 0) -> None:
        super().__init__()
        if n_bits < 1:
            raise OpuError("INVALID_ARGUMENT", f"n_bits is {n_bits}; it must be 1 or more.")
        self.n_bits, self.epochs, self.learning_rate = n_bits, epochs, learning_rate
        self.batch_size, self.seed = batch_size, seed
        self.encoder: Any = None
        self.decoder: Any = None
        self.losses: List[float] = []

    def fit(self, X: Any, y: Any = None) -> BinaryAutoEncoder:
        data = torch.as_tensor(X, dtype=torch.float32).reshape(len(X), -1)
        generator = torch.Generator().manual_seed(self.seed)
        self.encoder, self.decoder = nn.Linear(data.shape[1], self.n_bits), nn.Linear(self.n_bits, data.shape[1])
        with torch.no_grad():
            for layer in (self.encoder, self.decoder):
                bound = layer.in_features**-0.5
                layer.weight.uniform_(-bound, bound, generator=generator)
                layer.bias.zero_()
        optimiser = torch.optim.Adam(self.parameters(), lr=self.learning_rate)
        self.losses = []
        for epoch in range(self.epochs):
            slope = 1.0 + 4.0 * epoch / max(1, self.epochs - 1)
            total = 0.0
            for rows in torch.randperm(len(data), generator=generator).split(self.batch_size):  # type: ignore[no-untyped-call]
                pre = self.encoder(data[rows])
                soft = torch.tanh(slope * pre)
                code = soft + (torch.where(pre > 0, 1.0, -1.0) - soft).detach()
                loss = nn.functional.mse_loss(self.decoder(code), data[rows])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                total += float(loss.detach()) * len(rows)
            self.losses.append(total / len(data))
        return self

    def _needs_fit(self) -> None:
        if self.encoder is None:
            raise OpuError("INVALID_STATE", "The auto-encoder has not learned from data.", remedy="Call fit first.")

    def transform(self, X: Any) -> Any:
        """Codes: uint8 of 0 and 1, shape (n, n_bits); a tensor for a tensor, else an array."""
        self._needs_fit()
        with torch.no_grad():
            data = torch.as_tensor(X, dtype=torch.float32).reshape(len(X), -1)
            code: torch.Tensor = (self.encoder(data) > 0).to(torch.uint8)
        return code if isinstance(X, torch.Tensor) else code.numpy()

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        return self.fit(X).transform(X)

    def inverse_transform(self, code: Any) -> torch.Tensor:
        """The data that a code stands for."""
        self._needs_fit()
        with torch.no_grad():
            data: torch.Tensor = self.decoder(2 * torch.as_tensor(code, dtype=torch.float32) - 1)
        return data


__all__ = ["BinaryAutoEncoder"]
