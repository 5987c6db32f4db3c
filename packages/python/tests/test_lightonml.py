"""Code in the style of 2020 runs with one import line in front."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = """
import opu.lightonml
import numpy as np, torch
from lightonml import OPU
from lightonml.opu import OPU as Same
from lightonml.encoding.base import BinaryThresholdEncoder, SeparatedBitPlanEncoder, MixingBitPlanDecoder
from lightonml.projections.sklearn import OPUMap
from lightonml.projections.torch import OPUMap as TorchMap
from lightonml.internal.simulated_device import SimulatedOpuDevice
from lightonml.types import InputRoiStrategy
assert OPU is Same
X = np.random.RandomState(0).randint(0, 2, (40, 100), dtype=np.uint8)
opu = OPU(n_components=200, max_n_features=100, simulated=True, opu_device=SimulatedOpuDevice(), input_roi_strategy=InputRoiStrategy.full)
try:
    opu.transform(X)
except AssertionError as error:
    print(error)
opu.fit1d(X)
y = opu.transform(X)
print(y.shape, y.dtype, sorted(y.context.as_dict()))
opu.fit1d(n_features=100, online=True)
print(opu.transform(X[0]).astype('float32').shape)
planes = opu.transform(X * 3, encoder_cls=SeparatedBitPlanEncoder(n_bits=2), decoder_cls=MixingBitPlanDecoder(n_bits=2))
print(planes.shape)
mapping = OPUMap(opu=opu, n_components=50)
print(mapping.fit_transform(X).shape, mapping.fitted)
print(TorchMap(n_components=60, opu=opu)(torch.from_numpy(X)).shape)
opu.close()
"""

DATA = """
import opu.lightonml
from lightonml.datasets import MNIST
import os, struct
import numpy as np
folder = os.path.join(os.environ['LIGHTONML_DATA_DIR'], 'mnist'); os.mkdir(folder)
for name, count in (('train', 3), ('t10k', 2)):
    with open(f'{folder}/{name}-images-idx3-ubyte', 'wb') as f:
        f.write(struct.pack('>IIII', 0x803, count, 28, 28) + bytes(range(count)) * 784)
    with open(f'{folder}/{name}-labels-idx1-ubyte', 'wb') as f:
        f.write(struct.pack('>II', 0x801, count) + bytes(count))
(a, b), (c, d) = MNIST()
print(a.shape, b.shape, c.shape, d.shape)
os.remove(f'{folder}/t10k-labels-idx1-ubyte')
try:
    MNIST()
except opu.OpuError as error:
    print(error.code)
"""


def run(program: str, **environment: str) -> str:
    options = ["-X", "dev", "-W", "error::ResourceWarning", "-c", program]
    done = subprocess.run([sys.executable, *options], env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "ResourceWarning" not in done.stderr, done.stderr
    return done.stdout


class OldCode(unittest.TestCase):
    def test_runs_with_only_the_import_line_added(self) -> None:
        said = run(PROGRAM)
        self.assertRegex(said, "Call fit1d or fit2d before transform")
        self.assertRegex(said, r"\(40, 200\) uint8 \[.*'exposure_us', 'fmt_factor', 'fmt_type', 'frametime_us'.*'n_ones'")
        self.assertRegex(said, r"\(200,\)\n\(40, 200\)\n\(40, 50\) True\ntorch.Size\(\[40, 60\]\)")

    def test_data_sets_are_local_files(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(DATA, LIGHTONML_DATA_DIR=folder), "(3, 28, 28) (3,) (2, 28, 28) (2,)\nINVALID_FILE\n")


if __name__ == "__main__":
    unittest.main()
