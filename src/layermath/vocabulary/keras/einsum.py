"""Keras's dense layer whose sums an equation writes out.

Source: Keras, *EinsumDense*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sympy import Symbol

from layermath.algebra.floors import Size, as_size
from layermath.messages import Code, _
from layermath.problems import ModelProblem
from layermath.rules.einsum import Subscripts
from layermath.vocabulary.arguments import Unfollowed, is_size, wrong
from layermath.vocabulary.keras import low_rank
from layermath.vocabulary.keras.convolutions import ACTIVATION
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over

_FORMS = (
    re.compile("([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)"),
    re.compile("0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)"),
    re.compile("([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0"),
)


def subscripts(value: object, name: str, rank: int = 0) -> Subscripts:
    """An equation as ``"abc,cd->abd"``, at times with ``...`` on the left or on the right."""
    if isinstance(value, Subscripts):
        return value
    if not isinstance(value, str):
        raise wrong(name, value, _("it must be a text such as {form}", form=Code("'ab,bc->ac'")))
    for form, dots in zip(_FORMS, ("", "left", "right"), strict=True):
        found = form.match(value.replace("...", "0"))
        if found:
            read, kernel, made = found.groups()
            return _known_letters(Subscripts(read, kernel, made, dots), name, value)
    raise wrong(
        name,
        value,
        _(
            "it must have one of the forms {plain}, {left} and {right}, without spaces",
            plain=Code("'ab,bc->ac'"),
            left=Code("'...a,ab->...b'"),
            right=Code("'ab...,bc->ac...'"),
        ),
    )


def _known_letters(found: Subscripts, name: str, value: str) -> Subscripts:
    for one in found.outputs:
        if one not in found.inputs + found.kernel:
            raise wrong(
                name,
                value,
                _(
                    "the output has {letter}, which neither the input nor the kernel has",
                    letter=Code(one),
                ),
            )
    for one in found.kernel:
        if one not in found.inputs + found.outputs:
            raise wrong(
                name,
                value,
                _(
                    "the kernel has {letter}, which neither the input nor the output has: its size "
                    "stands nowhere",
                    letter=Code(one),
                ),
            )
    return found


def partial_shape(value: object, name: str, rank: int = 0) -> tuple[Size | None, ...]:
    """The sizes of the output behind the batch, None for one that the input gives."""
    items = (value,) if is_size(value) else value
    if not isinstance(items, (tuple, list)) or not all(
        item is None or is_size(item) for item in items
    ):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them and None"))
    found = tuple(None if item is None else as_size(item) for item in items)
    if any(isinstance(size, int) and size < 0 for size in found):
        raise wrong(name, value, _("no size may be negative"))
    return found


def bias_letters(value: object, name: str, rank: int = 0) -> str | None:
    """The letters of the output along which there is a bias."""
    if value is None:
        return None
    if isinstance(value, (Unfollowed, Symbol)):
        raise wrong(name, value, _("it must be letters of the output"))
    items = list(value) if isinstance(value, (str, tuple, list)) else []
    if not items or not all(isinstance(item, str) for item in items):
        raise wrong(name, value, _("it must be letters of the output"))
    return "".join(dict.fromkeys("".join(items)))


def _along_the_output(given: Mapping[str, Any]) -> None:
    """The letters of the bias are letters of the output."""
    low_rank.check("kernel_constraint")(given)
    for one in given["bias_axes"] or "":
        if one not in given["equation"].outputs:
            raise ModelProblem(
                _(
                    "{argument} has {letter}, which is no letter of the output, {output}",
                    argument=Code("bias_axes"),
                    letter=Code(one),
                    output=Code(given["equation"].outputs),
                )
            )


TYPES = (
    LayerType(
        "EinsumDense",
        "einsum.Einsum",
        parameters(
            Parameter("equation", subscripts),
            Parameter("output_shape", partial_shape, to="sizes"),
            ACTIVATION,
            Parameter("bias_axes", bias_letters, None, to="bias"),
            passed_over("kernel_initializer bias_initializer kernel_regularizer bias_regularizer"),
            low_rank.constrained("kernel_constraint"),
            passed_over("bias_constraint"),
            low_rank.rank(),
            passed_over("lora_alpha gptq_unpacked_column_size quantization_config"),
        ),
        spelling=KERAS,
        checks=_along_the_output,
    ),
)
