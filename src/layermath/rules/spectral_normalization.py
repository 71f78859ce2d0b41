"""The weights of another layer, divided by how much they can stretch.

Sources: Keras, ``SpectralNormalization``; Miyato et al., *Spectral normalization for generative
adversarial networks* (2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Expr, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.unknown import unknown
from layermath.algebra.written import written
from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.convolution import Convolution
from layermath.rules.dense import Dense
from layermath.rules.depthwise import ChannelByChannel
from layermath.rules.einsum import Einsum
from layermath.rules.embedding import Embedding
from layermath.rules.equations import PARAMS, TRAINABLE, Applied, Equation, Filled, Weight
from layermath.rules.rule import Applicable, Rule, Shape
from layermath.rules.stated import STATED
from layermath.rules.transposed import TransposedConvolution

N_LAYER = letter("N_layer")
N_LAYER_TRAINED = letter("N_layer,trainable")
COLUMNS = letter("u")


@written
def with_vector(layer: Expr, columns: Expr) -> Expr:
    """What the layer has, and the vector."""
    return layer + columns


@dataclass(frozen=True)
class SpectralNormalization(Rule):
    """``layer`` with its kernel divided by its largest stretch, which a vector keeps track of.

    Shapes and MACs are those of ``layer``. Raises `ModelProblem` where it has no kernel and no
    embeddings.
    """

    layer: Applicable

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        inner = self.layer(shape)
        columns = last_axis(self.layer.rule, inner)
        if columns is None:
            raise ModelProblem(
                _(
                    "{type} has neither a kernel nor embeddings, so that there is nothing to "
                    "normalise",
                    type=Code(self.layer.shown_type),
                )
            )
        return replace(
            inner,
            quantities=tuple(self._quantities(inner, columns)),
            sentences=(*inner.sentences, self._said(columns)),
            weights=(
                *inner.weights[:1],
                Weight("vector_u", (1, columns), trainable=False),
                *inner.weights[1:],
            )
            if inner.weights
            else (),
        )

    def _quantities(self, inner: Applied, columns: Size) -> list[Filled]:
        found = []
        for filled in inner.quantities:
            found.append(_of_the_layer(filled))
            if filled.equation.quantity == "params":
                where = {N_LAYER: inner.params, COLUMNS: columns}
                found.append(Filled(vector_equation(), where))
        trained = {N_LAYER_TRAINED: inner.trainable_params}
        return [*found, Filled(trained_equation(), trained)]

    def _said(self, columns: Size) -> Message:
        return _(
            "A vector of {columns} numbers, one for each place along the last axis of the kernel, "
            "estimates how much the kernel can stretch an input; it is kept, not trained.",
            columns=columns,
        )

    def title(self) -> tuple[Piece, ...]:
        """``Conv2D(8, 3×3)``"""
        return (Name(self.layer.shown_type), *self.layer.title())

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, whatever the layer is."""
        return (vector_equation(), trained_equation())


def _of_the_layer(filled: Filled) -> Filled:
    """The counts of the parameters of the layer inside go by names of their own."""
    names: Mapping[str, tuple[str, Symbol]] = {
        "params": ("layer_params", N_LAYER),
        "trainable_params": ("layer_trainable_params", N_LAYER_TRAINED),
    }
    quantity = filled.equation.quantity
    if quantity not in names:
        return filled
    name, symbol = names[quantity]
    return replace(filled, equation=replace(filled.equation, quantity=name, symbol=symbol))


@cache
def vector_equation() -> Equation:
    """The vector has the shape ``(1, columns)``."""
    return Equation(
        "params",
        PARAMS,
        "spectral-normalization-parameters",
        _("parameters"),
        with_vector(N_LAYER, COLUMNS),
        _("those of the layer, and a vector as long as the last axis of its kernel"),
    )


@cache
def trained_equation() -> Equation:
    """The vector is not trained."""
    return Equation(
        "trainable_params",
        TRAINABLE,
        "spectral-normalization-trainable-parameters",
        _("trainable"),
        N_LAYER_TRAINED,
        _("those of the layer: the vector is not trained by the gradient"),
    )


def last_axis(rule: Rule, done: Applied) -> Size | None:
    """The size of the last axis of the layer's one kernel, or of its table; None where it has none
    of its own."""
    if isinstance(rule, _WITH_A_KERNEL):
        kernels = (one for one in done.weights if one.name in ("kernel", "embeddings"))
        return next((one.shape[-1] for one in kernels), None)
    known = {one.equation.quantity: one for one in done.quantities}
    without_rule = "params" in known and known["params"].equation.rule == STATED
    return unknown("kernel") if without_rule and done.params != 0 else None


_WITH_A_KERNEL = (
    Dense,
    Einsum,
    Embedding,
    Convolution,
    TransposedConvolution,
    ChannelByChannel,
    SpectralNormalization,
)
