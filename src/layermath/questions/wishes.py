"""Wishes: ``output.H == 5``, read into relations between sizes and counts of a network."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sympy import Expr, Mod, S, Symbol

from layermath.algebra.floors import Size, floor_div, minus, plus, symbol, times
from layermath.algebra.solutions import Comparator
from layermath.algebra.typed import SIGNS, Unreadable, arithmetic, parsed
from layermath.derivation.records import Field, LayerDerivation, NetworkDerivation
from layermath.messages import Code, Message, Name, _
from layermath.problems import CallProblem, did_you_mean
from layermath.rules.axes import SPATIAL, axes_of

LONGEST_WISH = 2000
"""Characters of a wish."""

_COMPARISONS: Mapping[type[ast.cmpop], Comparator] = {
    ast.Eq: "==",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.Gt: ">",
}


def _floored(left: Size, right: Size) -> Size | None:
    return None if right == 0 else floor_div(left, right)


def _remainder(left: Size, right: Size) -> Size | None:
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    return minus(left, times((right, floor_div(left, right))))


_OPERATIONS = {**SIGNS, ast.FloorDiv: _floored, ast.Mod: _remainder}


@dataclass(frozen=True)
class Wish:
    """One relation that is to hold: ``left comparison right``, as it was written in ``text``."""

    text: str
    left: Size
    comparison: Comparator
    right: Size

    @property
    def difference(self) -> Size:
        return minus(self.left, self.right)

    @property
    def symbols(self) -> frozenset[Symbol]:
        return frozenset(
            name
            for side in (self.left, self.right)
            for name in S(side).free_symbols
            if isinstance(name, Symbol)
        )


def read_wish(text: str, derivation: NetworkDerivation) -> Wish:
    """Read ``text`` as a relation over the names of a derived network.

    Names are ``output.H``, ``LAYER.W``, ``LAYER.axis0``, ``LAYER.receptive_field``, ``params``,
    ``macs``, ``LAYER.params``, ``LAYER.macs`` and the model's symbols; a layer name that is no
    Python name stands in quotes. Raises `CallProblem` for anything else.
    """
    try:
        body: ast.expr | None = parsed(text, LONGEST_WISH)
    except Unreadable:
        body = None
    if (
        not isinstance(body, ast.Compare)
        or len(body.ops) != 1
        or type(body.ops[0]) not in _COMPARISONS
    ):
        raise CallProblem(
            _(
                "{option}: it must be one relation with ==, <=, >=, < or >",
                option=Code(f"--given {text!r}"),
            ),
            _("For example: {example}", example=Code("--given 'output.H == 5'")),
        )
    reader = _Reader(text, derivation)
    return Wish(
        text.strip(),
        reader.size(body.left),
        _COMPARISONS[type(body.ops[0])],
        reader.size(body.comparators[0]),
    )


@dataclass(frozen=True)
class _Reader:
    text: str
    derivation: NetworkDerivation

    def wrong(self, message: Message, *details: Message) -> CallProblem:
        return CallProblem(
            _("{option}: {message}", option=Code(f"--given {self.text!r}"), message=message),
            *details,
        )

    def size(self, node: ast.expr) -> Size:
        try:
            return arithmetic(node, self.named, _OPERATIONS)
        except Unreadable as error:
            part = Code(ast.unparse(error.part or node)[:80])
            raise self.wrong(
                _("{part} cannot be read", part=part),
                _("It may hold whole numbers, names, +, −, *, //, % and **."),
            ) from None

    def named(self, node: ast.expr) -> Size | None:
        match node:
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=ast.Name(id=layer), attr=attribute):
                return self.attribute(layer, attribute)
            case ast.Attribute(value=ast.Constant(value=str(layer)), attr=attribute):
                return self.attribute(layer, attribute)
        return None

    def name(self, name: str) -> Size:
        if symbol(name) in self.derivation.symbols:
            return symbol(name)
        totals = self.derivation.totals
        if name == "params":
            return totals.params
        if name == "macs":
            return totals.macs
        raise self.unknown(name)

    def attribute(self, layer: str, attribute: str) -> Size:
        if layer == "output":
            if len(self.derivation.outputs) != 1:
                raise self.wrong(
                    _(
                        "the model has {number} outputs: name the layer",
                        number=len(self.derivation.outputs),
                    )
                )
            last = _layer_of_output(self.derivation)
            return self.of_shape(self.derivation.outputs[0], attribute, last)
        found = next((one for one in self.derivation.layers if one.name == layer), None)
        if found is None:
            raise self.unknown(layer)
        if attribute == "params":
            return found.params
        if attribute == "macs" and found.macs is not None:
            return found.macs
        return self.of_shape(found.output_shapes[0], attribute, found)

    def of_shape(
        self, shape: tuple[Size, ...], attribute: str, layer: LayerDerivation | None
    ) -> Size:
        letters = [axis.letter for axis in axes_of(len(shape))]
        if attribute in letters:
            return shape[letters.index(attribute)]
        if attribute == "C" and shape:
            return shape[-1]
        number = attribute.removeprefix("axis")
        if attribute.startswith("axis") and number.isdecimal() and int(number) < len(shape):
            return shape[int(number)]
        if attribute.startswith("receptive_field") and layer is not None:
            return self.receptive_field(layer, attribute)
        raise self.wrong(
            _(
                "{shape} has no {attribute}; it has {letters}",
                shape=Code(str(shape)),
                attribute=Name(attribute),
                letters=tuple(
                    Name(name)
                    for name in (*letters, *(f"axis{index}" for index in range(len(shape))))
                ),
            )
        )

    def receptive_field(self, layer: LayerDerivation, attribute: str) -> Size:
        fields: tuple[Field, ...] = layer.receptive_field or ()
        letter = attribute.removeprefix("receptive_field").lstrip("_")
        letters = [axis.letter for axis in SPATIAL.get(len(fields), ())]
        if letter in ("", *letters) and fields:
            size = fields[letters.index(letter) if letter else 0].size
            if size is not None:
                return size
        raise self.wrong(
            _("{layer} has no single receptive field along this axis", layer=Name(layer.name))
        )

    def unknown(self, name: str) -> CallProblem:
        names = [
            "params",
            "macs",
            "output",
            *(one.name for one in self.derivation.symbols),
            *(one.name for one in self.derivation.layers),
        ]
        known = _("It has {names}.", names=tuple(Name(one) for one in names))
        message = _("the model has no {name}", name=Name(name))
        return self.wrong(message, *did_you_mean(name, names, known))


def _layer_of_output(derivation: NetworkDerivation) -> LayerDerivation | None:
    """The last layer that makes the output's shape, for its receptive field."""
    return derivation.layers[-1] if derivation.layers else None


def without_mod(size: Size) -> Size:
    """``a mod m`` written ``a − m·⌊a/m⌋``."""
    if isinstance(size, int):
        return size
    opened = {
        part: minus(part.args[0], times((part.args[1], floor_div(part.args[0], part.args[1]))))
        for part in cast(Expr, size).atoms(Mod)
    }
    return plus((size.xreplace({part: S(value) for part, value in opened.items()}),))
