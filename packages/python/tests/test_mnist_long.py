"""MNIST 784-1024-1024-10 by light: 5 epochs, SGD 0.02 with momentum 0.9, batches of 128, dithered error."""

from __future__ import annotations

import os
import unittest

import torch
import torch.nn as nn
from opu.lightonml.datasets import MNIST
from opu.torch import DirectFeedback


def accuracy(mode: str, epochs: int) -> float:
    (x, y), (test_x, test_y) = MNIST()
    images, test = (torch.from_numpy((part.reshape(-1, 784) / 255.0 - 0.1307) / 0.3081).float() for part in (x, test_x))
    labels, test_labels = torch.from_numpy(y).long(), torch.from_numpy(test_y).long()
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Sequential(nn.Linear(784, 1024), nn.Tanh()), nn.Sequential(nn.Linear(1024, 1024), nn.Tanh()), nn.Linear(1024, 10)
    )
    optimiser = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    with DirectFeedback(model, [model[0], model[1]], mode=mode, threshold="dithered") as feedback:
        for _ in range(epochs):
            for rows in torch.randperm(len(images)).split(128):
                out = model(images[rows])
                loss = nn.functional.cross_entropy(out, labels[rows])
                optimiser.zero_grad()
                feedback.backward(loss, out)
                optimiser.step()
    model.eval()
    with torch.no_grad():
        return 100 * float((model(test).argmax(1) == test_labels).float().mean())


@unittest.skipUnless(os.environ.get("OPU_DATA_DIR"), "needs the MNIST files: set OPU_DATA_DIR to the folder that holds mnist/")
class Mnist(unittest.TestCase):
    def test_light_reaches_95_5_percent_in_5_epochs(self) -> None:
        self.assertGreaterEqual(accuracy("optical", 5), 95.5)


if __name__ == "__main__":
    unittest.main()
