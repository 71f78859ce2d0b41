"""SpectralNormalization: the weights of another layer, divided by how much they can stretch.

Sources: Keras, *SpectralNormalization*; Miyato et al., *Spectral normalization for generative
adversarial networks* (2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from sympy import Expr, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.unknown import unknown
from layermath.algebra.written import written
from layermath.layers.einsum_dense import EinsumDense, of
from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.equations import PARAMS, TRAINABLE, Applied, Equation, Filled, Weight
from layermath.vocabulary.arguments import Unfollowed, argument, wrong
from layermath.vocabulary.layer import Layer, Shape
from layermath.vocabulary.opaque import Opaque

N_LAYER = letter("N_layer")
N_LAYER_TRAINED = letter("N_layer,trainable")
COLUMNS = letter("u")


@written
def with_vector(layer: Expr, columns: Expr) -> Expr:
    """What the layer has, and the vector."""
    return layer + columns


def inner_layer(value: object, name: str, rank: int = 0) -> Layer:
    """The layer that is wrapped."""
    if not isinstance(value, Layer):
        raise wrong(name, value, _("it must be a layer"))
    return value


def iterations(value: object, name: str, rank: int = 0) -> object:
    """How often the stretch is estimated anew; it changes no shape."""
    if isinstance(value, (Expr, Unfollowed)):
        return value
    if not isinstance(value, (int, float)):
        raise wrong(name, value, _("it must be a number"))
    if value <= 0:
        raise wrong(name, value, _("it must be above 0"))
    return value


@dataclass(frozen=True)
class SpectralNormalization(Layer):
    """``layer`` with its kernel divided by its largest stretch, which a vector keeps track of.

    Shapes and MACs are those of ``layer``. Raises `ModelProblem` where it has no kernel and no
    embeddings.
    """

    layer: Layer = argument(inner_layer)
    power_iterations: object = argument(iterations, 1)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        inner = self.layer(shape)
        columns = last_axis(self.layer, shape, inner)
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

    def built_inside(self) -> tuple[str, ...]:
        """What the first call of the layer inside makes."""
        return self.layer.built_inside()

    def title(self) -> tuple[Piece, ...]:
        """``Conv2D(8, 3×3)``"""
        return (Name(self.layer.shown_type), *self.layer.title())

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
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
    """Keras: the vector has the shape ``(1, kernel.shape[-1])``."""
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


def last_axis(layer: Layer, shape: Shape, done: Applied) -> Size | None:
    """The size of the last axis of the layer's kernel, None where it has none."""
    for weight in done.weights:
        if weight.name in ("kernel", "embeddings"):
            return weight.shape[-1]
    match layer:
        case EinsumDense(equation=equation):
            last = of(equation.kernel[-1])
            return next(one.where[last] for one in done.quantities if last in one.where)
        case SpectralNormalization(layer=inner):
            return last_axis(inner, shape, done)
        case Opaque():
            return unknown("kernel")
    return None
