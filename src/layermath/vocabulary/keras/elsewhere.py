"""Keras's layers whose inside is a function, or comes from PyTorch, JAX, Flax or TensorFlow.

Sources: Keras, *Lambda layer*, *Backend-specific layers*. A function is never run: where a source
holds it, the reader goes through it as through the rest; else all that is known is the
``output_shape`` that was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layermath.algebra.floors import Size, as_size, letter
from layermath.algebra.unknown import is_known, unknown
from layermath.messages import Code, _
from layermath.problems import ModelProblem
from layermath.rules.axes import axes_of
from layermath.rules.equations import Applied, Equation, Filled
from layermath.rules.stated import stated
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import Unfollowed, anything, argument, is_size, shown, wrong
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer import Layer, Shape
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def _written_shape(value: object, name: str, rank: int = 0) -> tuple[Size, ...] | None:
    """A shape without its batch axis; a function, or nothing, leaves it unknown."""
    if isinstance(value, (tuple, list)) and all(map(is_size, value)):
        return tuple(as_size(item) for item in value)
    return None


def module(value: object, name: str, rank: int = 0) -> Unfollowed:
    """A module of PyTorch, as it is written."""
    if value is None or isinstance(value, (bool, int, float, str, tuple, list, dict, Layer)):
        raise wrong(name, value, _("it must be a module of PyTorch"))
    return value if isinstance(value, Unfollowed) else Unfollowed(str(value))


def batched(value: object, name: str, rank: int = 0) -> object:
    """A shape with its batch axis; an axis that is left open is None."""
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or not all(
        item is None or is_size(item) for item in value
    ):
        raise wrong(name, value, _("it must be a tuple of whole numbers, the batch first"))
    return tuple(None if item is None else as_size(item) for item in value)


@dataclass(frozen=True)
class TorchModuleWrapper(Layer):
    """A module of PyTorch. What comes out is known only where ``output_shape`` says so; the
    parameters, where the modules are written in place and are well known."""

    takes_one = False

    module: Unfollowed = argument(module)
    output_shape: object = argument(batched, None)

    def apply(self, *inputs: Any) -> Applied:
        """Apply to one tensor or several. Raises `ModelProblem` where nothing says what comes
        out."""
        if not isinstance(self.output_shape, tuple):
            raise ModelProblem(
                _("nothing says what shape comes out of a module of PyTorch"),
                _("Give the layer {argument}, the batch first.", argument=Code("output_shape=…")),
            )
        output: Shape = tuple(
            unknown(f"{self.module.text} {place}") if size is None else size
            for place, size in enumerate(self.output_shape[1:])
        )
        from layermath.vocabulary.torch import parameters_of

        params = parameters_of(self.module.text)
        known = is_known(params if params is not None else unknown("params"))
        return Applied(
            (output,),
            (*_sizes(output), *stated(params, params, None)),
            view="unknown",
            sentences=(
                _(
                    "{module} is a module of PyTorch: what comes out is what {argument} says.",
                    module=shown(self.module),
                    argument=Code("output_shape"),
                ),
                *(
                    (_("Its parameters are those of the modules that stand there."),)
                    if known
                    else (_("Its parameters are unknown here."),)
                ),
            ),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There is no rule for what is inside."""
        return (nothing_to_learn(_("beside those of the module inside")),)


def _sizes(output: Shape) -> tuple[Filled, ...]:
    """The sizes, as they are written."""
    axes = axes_of(len(output)) if output else ()
    return tuple(
        Filled(
            Equation(
                axis.quantity,
                axis.size_out,
                "given-size",
                axis.label,
                letter(f"{axis.letter}_given"),
                _("what {argument} says", argument=Code("output_shape")),
            ),
            {letter(f"{axis.letter}_given"): size},
        )
        for axis, size in zip(axes, output, strict=True)
    )


TYPES = (
    TorchModuleWrapper,
    LayerType(
        "Lambda",
        "unread.Function",
        parameters(
            checked("function", anything),
            Parameter("output_shape", _written_shape, None, to="output"),
            passed_over("mask arguments"),
        ),
        spelling=KERAS,
    ),
    LayerType(
        "JaxLayer",
        "unread.Unread",
        parameters(
            checked("call_fn", anything),
            passed_over("init_fn params state seed native_serialization_platforms"),
        ),
        spelling=KERAS,
        fixed={
            "says": _(
                "What a function of JAX makes of its input, and what it learns, is unknown here."
            )
        },
    ),
    LayerType(
        "FlaxLayer",
        "unread.Unread",
        parameters(
            checked("module", anything),
            passed_over("method variables"),
            passed_over("native_serialization_platforms", keyword_only=True),
        ),
        spelling=KERAS,
        fixed={
            "says": _(
                "What a module of Flax makes of its input, and what it learns, is unknown here."
            )
        },
    ),
    LayerType(
        "TFSMLayer",
        "unread.Unread",
        parameters(
            checked("filepath", anything), passed_over("call_endpoint call_training_endpoint")
        ),
        spelling=KERAS,
        fixed={
            "says": _(
                "What a saved model makes of its input, and what it has learned, is in its file."
            )
        },
    ),
)
