"""Layers without a rule, and layers behind them.

A class of which nothing is known but its name keeps its place in the network. What it makes of its
input is unknown, unless its arguments say so; the layers behind it are derived as far as they go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE, is_known, unknown
from layermath.messages import Code, Message, _
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation
from layermath.rules.stated import stated
from layermath.vocabulary.layer import Layer, Shape

MOST_AXES = 5
"""Behind an unknown shape, a layer is tried on every number of axes up to this one."""


@dataclass(frozen=True)
class Opaque(Layer, abstract=True):
    """A class that has no rule. ``shapes`` are its output shapes, where they are known, and
    ``own_params`` its parameters; ``module`` is where it comes from, ``inside`` the class within it
    that it has no rule for."""

    class_name: str
    shapes: tuple[Shape, ...] | None = None
    own_params: Size | None = None
    own_trainable: Size | None = None
    module: str | None = None
    inside: str | None = None

    takes_one = False

    @classmethod
    def bind(cls, arguments: Sequence[object], keywords: Mapping[str, object]) -> Self:
        """Make the layer from what is known of it. There is no rule that could check anything."""
        return cls(*arguments, **keywords)  # type: ignore[arg-type]  # the fields, as they came

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Whatever it is called on, what is known of its output comes out."""
        params, trainable = self.own_params, self.own_trainable
        if trainable is None:
            trainable = params
        return Applied(
            self.shapes or (UNKNOWN_SHAPE,),
            stated(params, trainable, None),
            view="unknown",
            sentences=(
                _no_rule(self.inside or self.class_name, self.module, shape=self.knows_its_output),
            ),
            nest=0 if self.shapes is None or len(self.shapes) == 1 else [*range(len(self.shapes))],
        )

    @property
    def knows_its_output(self) -> bool:
        """Whether something says what shape comes out."""
        return self.shapes is not None and UNKNOWN_SHAPE not in self.shapes

    @property
    def shown_type(self) -> str:
        """The class's name."""
        return self.class_name

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There are none."""
        return ()


def applied(
    layer: Layer, name: str, arguments: Sequence[Any], options: Mapping[str, Any]
) -> Applied:
    """Apply a layer to shapes of which some may be unknown.

    ``arguments`` and ``options`` are as in ``layer(*arguments, **options)``. Where the number of
    axes is unknown, the layer is tried on each: what comes out of all that it takes is known.
    """
    if isinstance(layer, Opaque) or not _holds_unknown([*arguments, *options.values()]):
        return layer(*arguments, **options)
    tried = []
    for rank in range(MOST_AXES):
        shape = tuple(unknown(f"{name}.{rank}.{axis}") for axis in range(rank))
        put = _in_place(list(arguments), shape), _in_place(dict(options), shape)
        try:
            tried.append(layer(*put[0], **put[1]))
        except ModelProblem:
            continue
    return _agreed(tried, name)


def _agreed(tried: Sequence[Applied], name: str) -> Applied:
    """What several answers have in common."""
    if len(tried) == 1:
        return replace(tried[0], view="unknown")
    alike = tried and all(len(one.outputs) == len(tried[0].outputs) for one in tried)
    shapes: tuple[Shape, ...] = (UNKNOWN_SHAPE,)
    if alike:
        shapes = tuple(
            _common(several, f"{name}.out{place}")
            for place, several in enumerate(zip(*(one.outputs for one in tried), strict=True))
        )
    return Applied(
        shapes,
        stated(
            _same([one.params for one in tried]),
            _same([one.trainable_params for one in tried]),
            _same([one.macs for one in tried]),
        ),
        view="unknown",
        nest=tried[0].nest if alike else 0,
    )


def _common(shapes: Sequence[Shape], name: str) -> Shape:
    if UNKNOWN_SHAPE in shapes or len({len(shape) for shape in shapes}) != 1:
        return UNKNOWN_SHAPE
    sizes = [_same(several) for several in zip(*shapes, strict=True)]
    return tuple(
        unknown(f"{name}.{axis}") if size is None else size for axis, size in enumerate(sizes)
    )


def _same(sizes: Sequence[Size]) -> Size | None:
    """The one size that all of them are, if it is known."""
    first = sizes[0] if sizes else None
    return first if first is not None and is_known(first) and set(sizes) == {first} else None


def _holds_unknown(argument: object) -> bool:
    if argument == UNKNOWN_SHAPE:
        return True
    if isinstance(argument, dict):
        return any(map(_holds_unknown, argument.values()))
    return isinstance(argument, list) and any(map(_holds_unknown, argument))


def _in_place(argument: Any, shape: Shape) -> Any:
    """The argument with ``shape`` in place of each unknown one."""
    if argument == UNKNOWN_SHAPE:
        return shape
    if isinstance(argument, dict):
        return {key: _in_place(item, shape) for key, item in argument.items()}
    return [_in_place(item, shape) for item in argument] if isinstance(argument, list) else argument


def _no_rule(class_name: str, module: str | None, *, shape: bool) -> Message:
    known = (
        _("its output shape is the one that is written there")
        if shape
        else _("what it makes of its input is unknown")
    )
    if module is None:
        return _("{type} has no rule here: {known}.", type=Code(class_name), known=known)
    return _(
        "{type} of {module} has no rule here: {known}.",
        type=Code(class_name),
        module=Code(module),
        known=known,
    )
