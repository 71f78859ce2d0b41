"""Operations that act on each value by itself.

Source: Keras, *NumPy ops*, *NN ops*, *Core ops* and *Activations*.
"""

from __future__ import annotations

from dataclasses import dataclass

from layermath.messages import Message
from layermath.operations.operation import Operation, alike, one_tensor
from layermath.rules import activations
from layermath.rules.equations import Applied
from layermath.vocabulary.arguments import anything, argument, sizes
from layermath.vocabulary.layer import Shape


class OneByOne(Operation, abstract=True):
    """Each value by itself: the shape stays."""

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor."""
        shape = one_tensor(x)
        return Applied((shape,), sentences=self._sentences(shape))

    def _sentences(self, shape: Shape) -> tuple[Message, ...]:
        """What it does to the values."""
        return ()


class ActivationOperation(OneByOne, abstract=True):
    """An activation that acts on each value by itself."""

    def _sentences(self, shape: Shape) -> tuple[Message, ...]:
        said = activations.sentence(_ACTIVATIONS[self.type_name()], 1)
        return () if said is None else (said,)


_ACTIVATIONS = {
    "Gelu": "gelu",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "HardTanh": "hard_tanh",
    "LogSigmoid": "log_sigmoid",
    "Mish": "mish",
    "ReLU": "relu",
    "Relu": "relu",
    "Relu6": "relu6",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "Silu": "silu",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "SparsePlus": "sparse_plus",
    "SparseSigmoid": "sparse_sigmoid",
    "Tanh": "tanh",
    "TanhShrink": "tanh_shrink",
    "LeakyRelu": "leaky_relu",
    "Elu": "elu",
    "Celu": "celu",
    "Squareplus": "squareplus",
    "SoftShrink": "soft_shrink",
    "HardShrink": "hard_shrink",
    "Threshold": "threshold",
}
"""The name in ``keras.activations`` of each operation that is one."""


@dataclass(frozen=True)
class ReLU(ActivationOperation):
    """``keras.activations.relu(x)``."""

    negative_slope: object = argument(anything, 0.0, alias="alpha")
    max_value: object = argument(anything, None)
    threshold: object = argument(anything, 0.0)


@dataclass(frozen=True)
class LeakyRelu(ActivationOperation):
    """What is below 0 keeps a part of its value."""

    negative_slope: object = argument(anything, 0.2, alias="alpha")


@dataclass(frozen=True)
class Elu(ActivationOperation):
    """What is below 0 bends towards a bound."""

    alpha: object = argument(anything, 1.0)


@dataclass(frozen=True)
class Celu(ActivationOperation):
    """What is below 0 bends towards a bound, without a corner."""

    alpha: object = argument(anything, 1.0)


@dataclass(frozen=True)
class Gelu(ActivationOperation):
    """Each value times the share of a normal distribution below it."""

    approximate: object = argument(anything, True)


@dataclass(frozen=True)
class Squareplus(ActivationOperation):
    """A smooth bend at 0, made of a square root."""

    b: object = argument(anything, 4)


@dataclass(frozen=True)
class SoftShrink(ActivationOperation):
    """Values near 0 become 0, the others come nearer to it."""

    threshold: object = argument(anything, 0.5)


@dataclass(frozen=True)
class HardShrink(ActivationOperation):
    """Values near 0 become 0, the others stay."""

    threshold: object = argument(anything, 0.5)


@dataclass(frozen=True)
class Threshold(ActivationOperation):
    """Values up to the threshold become another one."""

    threshold: object = argument(anything, None)
    default_value: object = argument(anything, None)


@dataclass(frozen=True)
class Clip(OneByOne):
    """Values beyond a bound become the bound."""

    x_min: object = argument(anything, None)
    x_max: object = argument(anything, None)


@dataclass(frozen=True)
class Cast(OneByOne):
    """The same values as another type of number."""

    dtype: object = argument(anything, None)


@dataclass(frozen=True)
class SaturateCast(OneByOne):
    """The same values as another type of number, held within its bounds."""

    dtype: object = argument(anything, None)


@dataclass(frozen=True)
class ZerosLike(OneByOne):
    """Zeros in the shape of the tensor."""

    dtype: object = argument(anything, None)


@dataclass(frozen=True)
class OnesLike(OneByOne):
    """Ones in the shape of the tensor."""

    dtype: object = argument(anything, None)


@dataclass(frozen=True)
class FullLike(OneByOne):
    """One value, again and again, in the shape of the tensor."""

    dtype: object = argument(anything, None)
    fill_value: object = argument(anything, None)


@dataclass(frozen=True)
class Round(OneByOne):
    """The nearest numbers with so many decimals."""

    decimals: object = argument(anything, 0)


@dataclass(frozen=True)
class NanToNum(OneByOne):
    """What is no number becomes one."""

    nan: object = argument(anything, 0.0)
    posinf: object = argument(anything, None)
    neginf: object = argument(anything, None)


@dataclass(frozen=True)
class ConvertToTensor(OneByOne):
    """The tensor as it is."""

    dtype: object = argument(anything, None)
    sparse: object = argument(anything, None)
    ragged: object = argument(anything, None)


@dataclass(frozen=True)
class Triangle(OneByOne, abstract=True):
    """The values of each matrix on one side of a diagonal, and zeros on the other."""

    k: object = argument(anything, 0)


@dataclass(frozen=True)
class Constant(Operation):
    """A constant of the source that a layer is called on, as an example of its own."""

    shape: Shape = argument(sizes)

    def apply(self) -> Applied:
        """Its shape."""
        return Applied((self.shape,), view="unknown")


TYPES = (
    *alike(Triangle, ("Tril", "Triu")),
    *alike(
        OneByOne,
        (
            "Abs",
            "Absolute",
            "Angle",
            "Arccos",
            "Arccosh",
            "Arcsin",
            "Arcsinh",
            "Arctan",
            "Arctanh",
            "BitwiseInvert",
            "BitwiseNot",
            "Cbrt",
            "Ceil",
            "Conj",
            "Conjugate",
            "Copy",
            "Cos",
            "Cosh",
            "Deg2rad",
            "Erf",
            "Erfc",
            "Erfinv",
            "Exp",
            "Exp2",
            "Expm1",
            "Fabs",
            "Floor",
            "I0",
            "Imag",
            "Isfinite",
            "Isinf",
            "Isnan",
            "Isneginf",
            "Isposinf",
            "Isreal",
            "Log",
            "Log10",
            "Log1p",
            "Log2",
            "LogicalNot",
            "Negative",
            "Rad2deg",
            "Real",
            "Reciprocal",
            "Rsqrt",
            "Sign",
            "Signbit",
            "Sin",
            "Sinc",
            "Sinh",
            "Sqrt",
            "Square",
            "StopGradient",
            "Tan",
            "Trunc",
        ),
    ),
    *alike(
        ActivationOperation,
        (
            "HardSigmoid",
            "HardSilu",
            "HardTanh",
            "LogSigmoid",
            "Mish",
            "Relu",
            "Relu6",
            "Selu",
            "Sigmoid",
            "Silu",
            "Softplus",
            "Softsign",
            "SparsePlus",
            "SparseSigmoid",
            "Tanh",
            "TanhShrink",
        ),
    ),
)
"""The functions that have no arguments but their tensor."""
