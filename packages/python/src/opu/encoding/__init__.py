"""Encoders: numbers to bits before the light, and decoders: what belongs together after it."""

from .base import (
    BaseTransformer,
    BinaryThresholdEncoder,
    ConcatenatedBitPlanDecoder,
    ConcatenatedBitPlanEncoder,
    ConcatenatedFloat32Encoder,
    Float32Encoder,
    MixingBitPlanDecoder,
    MultiThresholdEncoder,
    NoDecoding,
    NoEncoding,
    SeparatedBitPlanDecoder,
    SeparatedBitPlanEncoder,
    SequentialBaseTwoEncoder,
)

__all__ = [
    "BaseTransformer",
    "BinaryThresholdEncoder",
    "ConcatenatedBitPlanDecoder",
    "ConcatenatedBitPlanEncoder",
    "ConcatenatedFloat32Encoder",
    "Float32Encoder",
    "MixingBitPlanDecoder",
    "MultiThresholdEncoder",
    "NoDecoding",
    "NoEncoding",
    "SeparatedBitPlanDecoder",
    "SeparatedBitPlanEncoder",
    "SequentialBaseTwoEncoder",
]
