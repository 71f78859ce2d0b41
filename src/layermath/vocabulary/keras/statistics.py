"""Keras's normalisation by the statistics of the data.

Source: Keras, *Normalization layer*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from layermath.messages import Name, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import Unfollowed, axis_or_axes, wrong
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


@dataclass(frozen=True)
class Given:
    """A mean or variance that is given, with its shape; None where that cannot be followed."""

    shape: tuple[int, ...] | None


def given(value: object, name: str, rank: int = 0) -> Given | None:
    """A number, or a list of numbers, of lists of them, and so on."""
    if value is None or isinstance(value, Given):
        return value
    if isinstance(value, (Unfollowed, Expr)):
        return Given(None)
    return Given(_shape_of(value, value, name))


def _shape_of(value: object, whole: object, name: str) -> tuple[int, ...]:
    if isinstance(value, (int, float)):
        return ()
    if not isinstance(value, (tuple, list)):
        raise wrong(name, whole, _("it must be a number, or a list of numbers"))
    inner = {_shape_of(item, whole, name) for item in value}
    if len(inner) > 1:
        raise wrong(name, whole, _("its rows must be as long as each other"))
    return (len(value), *(inner.pop() if inner else ()))


def axes_or_none(value: object, name: str, rank: int = 0) -> tuple[int, ...]:
    """One axis, or several; None and () are one mean for all values."""
    return () if value is None else axis_or_axes(value, name, rank)


_NAMES = {"mean": Name("mean"), "variance": Name("variance")}


def _go_together(given: Mapping[str, Any]) -> None:
    """Mean and variance have one shape, with no more axes than there are places for."""
    mean, variance = given["mean"], given["variance"]
    if (mean is None) != (variance is None):
        raise ModelProblem(_("{mean} and {variance} go together: one of them is missing", **_NAMES))
    if mean is None or variance is None:
        return
    shapes = (mean.shape, variance.shape)
    if None not in shapes and shapes[0] != shapes[1]:
        raise ModelProblem(_("{mean} and {variance} must have the same shape", **_NAMES))
    if mean.shape is not None and len(mean.shape) > len(given["axis"]):
        raise ModelProblem(
            _(
                "{mean} has {number} axes, more than the {axes} of {argument}",
                mean=_NAMES["mean"],
                number=len(mean.shape),
                axes=len(given["axis"]),
                argument=Name("axis"),
            )
        )


def _sizes(mean: Given | None) -> tuple[int, ...] | None:
    return None if mean is None else mean.shape or ()


TYPES = (
    LayerType(
        "Normalization",
        "statistics.Standardization",
        parameters(
            Parameter("axis", axes_or_none, -1, to="axes"),
            Parameter("mean", given, None, to="given", neutral=_sizes),
            Parameter("variance", given, None, to=None),
            passed_over("invert"),
        ),
        spelling=KERAS,
        checks=_go_together,
    ),
)
