"""Input, Dense, and the layers that act on each value by itself.

Source: Keras, *Core layers* and *Activation layers*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import Expr, Mul, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers import lora
from layermath.messages import Code, Message, Piece, _
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import CHANNELS, axes_of
from layermath.rules.biases import additions
from layermath.rules.equations import (
    MACS,
    PARAMS,
    TRAINABLE,
    Applied,
    Equation,
    Filled,
    Stage,
)
from layermath.vocabulary.arguments import (
    activation,
    anything,
    argument,
    count,
    flag,
    sizes,
)
from layermath.vocabulary.layer import Layer, Shape

U = letter("U")
"""The rank of a low-rank adaptation (LoRA)."""


@dataclass(frozen=True)
class InputLayer(Layer):
    """Where data enters: its shape, batch left out."""

    shape: tuple[Size, ...] = argument(sizes)

    def apply(self) -> Applied:
        """The input's own shape."""
        return Applied((self.shape,))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        return ()


@written
def parameters(d: Expr, u: Expr, bias: bool) -> Expr:
    """A weight for each value that a neuron sees, with one bias for each neuron."""
    return (d + 1) * u if bias else d * u


@written
def lora_trainable(d: Expr, u: Expr, rank: Expr, bias: bool) -> Expr:
    """Two thin matrices, (D, r) and (r, U), are trained in place of the weights."""
    return rank * (d + u) + u if bias else rank * (d + u)


@written
def lora_parameters(d: Expr, u: Expr, rank: Expr, bias: bool) -> Expr:
    """The weights, which stay as they are, with the two thin matrices."""
    return (d + 1) * u + rank * (d + u) if bias else d * u + rank * (d + u)


@written
def multiplications(positions: tuple[Expr, ...], d: Expr, u: Expr) -> Expr:
    """One product for each weight, at every position."""
    return Mul(*positions, d) * u


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected on the last axis: ``(…, D)`` to ``(…, units)``."""

    units: Size = argument(count)
    activation: str | None = argument(activation, None)
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: bool = argument(lora.constraint, None)
    bias_constraint: object = argument(anything, None)
    lora_rank: Size | None = argument(lora.lora_rank, None)
    lora_alpha: object = argument(anything, None)
    quantization_config: object = argument(anything, None)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor of at least one axis. Raises `ModelProblem` for a scalar."""
        if not shape:
            raise ModelProblem(_("it takes an input of at least one axis, and is given a scalar"))
        lora.no_lora_with_constraint(self.lora_rank, self.kernel_constraint)
        axis = axes_of(len(shape))[-1]
        spatial = axes_of(len(shape))[:-1]
        where = {
            axis.size_in: shape[-1],
            U: self.units,
            **{one.size_in: size for one, size in zip(spatial, shape[:-1], strict=True)},
        }
        features = axis.size_in
        return Applied(
            ((*shape[:-1], self.units),),
            (
                Filled(
                    Equation(
                        axis.quantity,
                        axis.size_out,
                        "dense-units",
                        axis.label,
                        U,
                        _("one value for each neuron"),
                    ),
                    {U: self.units},
                ),
                *self._parameters(features, where),
                Filled(
                    macs_equation(tuple(one.size_in for one in spatial), features),
                    where,
                    says={Stage.FILLED: _("one product for each weight")},
                ),
            ),
            view="everything" if len(shape) == 1 else "windows",
            sentences=self._sentences(shape[-1]),
            additions=additions([*(one.size_in for one in spatial), U], where, self.use_bias),
        )

    def _parameters(self, features: Symbol, where: dict[Symbol, Size]) -> tuple[Filled, ...]:
        if self.lora_rank is not None:
            ranked = where | {lora.RANK: self.lora_rank}
            equations = lora_equations(features, self.use_bias)
            return tuple(Filled(equation, ranked) for equation in equations)
        equation = parameters_equation(features, self.use_bias)
        return (Filled(equation, where, says=self._parameter_reasons(where[features])),)

    def _parameter_reasons(self, features: Size) -> dict[Stage, Message]:
        if not self.use_bias:
            return {
                Stage.GENERAL: _(
                    "fully connected: a neuron has a weight for each value that "
                    "comes in, and no bias"
                )
            }
        each = features + 1 if isinstance(features, int) else None
        if each is None:
            return {
                Stage.GENERAL: _(
                    "fully connected: a neuron has a weight for each value that "
                    "comes in, and one bias"
                )
            }
        return {
            Stage.GENERAL: _(
                "fully connected: a neuron has a weight for each value that comes "
                "in, and one bias: {each}",
                each=each,
            )
        }

    def _sentences(self, features: Size) -> tuple[Message, ...]:
        summed = (
            _(
                "Each neuron sums its {number} products and its bias before the activation acts.",
                number=features,
            )
            if self.use_bias
            else _(
                "Each neuron sums its {number} products before the activation acts.",
                number=features,
            )
        )
        said = activations.sentence(self.activation, self.units)
        return () if said is None else (summed, said)

    def title(self) -> tuple[Piece, ...]:
        """``128, relu``"""
        return (self.units, *activations.title(self.activation))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        features: Symbol = CHANNELS.size_in
        return (
            Equation(
                "output.C",
                CHANNELS.size_out,
                "dense-units",
                CHANNELS.label,
                U,
                _("one value for each neuron"),
            ),
            *(parameters_equation(features, bias) for bias in (True, False)),
            macs_equation((), features),
        )


@cache
def parameters_equation(features: Symbol, bias: bool) -> Equation:
    """Keras: the kernel has the shape ``(D, U)``, the bias ``(U,)``."""
    return Equation(
        "params",
        PARAMS,
        "dense-parameters",
        _("parameters"),
        parameters(features, U, bias),
        when=_("with a bias for each neuron")
        if bias
        else _("with {argument}", argument=Code("use_bias=False")),
    )


@cache
def lora_equations(features: Symbol, bias: bool) -> tuple[Equation, ...]:
    """Keras, ``lora_rank``; Hu et al., *LoRA* (2021)."""
    when = _("with {argument}", argument=Code("lora_rank"))
    return (
        Equation(
            "params",
            PARAMS,
            "lora-parameters",
            _("parameters"),
            lora_parameters(features, U, lora.RANK, bias),
            _("beside the weights stand two thin matrices of rank {rank}", rank=lora.RANK),
            when=when,
        ),
        Equation(
            "trainable_params",
            TRAINABLE,
            "lora-trainable-parameters",
            _("trainable"),
            lora_trainable(features, U, lora.RANK, bias),
            _("the weights are frozen; the two thin matrices are trained"),
            when=when,
        ),
    )


def macs_equation(positions: tuple[Symbol, ...], features: Symbol) -> Equation:
    """Products only: the bias is not counted."""
    return Equation(
        "macs",
        MACS,
        "dense-macs",
        _("MACs"),
        multiplications(positions, features, U),
        _("one product for each weight"),
    )
