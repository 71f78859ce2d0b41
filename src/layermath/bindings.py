"""Values for symbols and shapes for inputs, as they come from outside.

On the command line: ``--set F=32``, ``--set F=2*G``, ``--input H,W,3``, ``--input image=28,28,1``.
In Python: ``{"F": 32}``, ``{"F": "2*G"}``, ``(28, 28, 1)``, ``{"image": ("H", "W", 3)}``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from operator import index

from sympy import Expr, Float, Integer, Symbol

from layermath.algebra.floors import Size, symbol
from layermath.algebra.typed import MOST_BITS, SIGNS, Unreadable, arithmetic, floored, parsed
from layermath.messages import Code, Message, _
from layermath.problems import CallProblem

LONGEST = 1000
"""Characters of one value, at most."""

SHOWN = 60
"""Characters of a wrong value that its message repeats, at most."""


def bindings(values: Iterable[str]) -> dict[str, Size]:
    """``NAME=VALUE``, again and again. Raises `CallProblem` for what is not a positive integer or
    an expression in symbols."""
    found: dict[str, Size] = {}
    for text in values:
        name, sign, written = text.partition("=")
        option = f"--set {_short(text)}"
        name = name.strip()
        if not sign or not name.isidentifier():
            raise wrong(option, _("it must be NAME=VALUE, as in {example}", example=Code("F=32")))
        if name in found:
            raise wrong(option, _("{name} is set twice", name=Code(name)))
        found[name] = size(written, option)
    return found


def shapes(values: Iterable[str]) -> dict[str | None, tuple[Size, ...]]:
    """``SHAPE`` for the only input, ``NAME=SHAPE`` for one of several. Raises `CallProblem`."""
    found: dict[str | None, tuple[Size, ...]] = {}
    for text in values:
        option = f"--input {_short(text)}"
        name, sign, written = text.rpartition("=")
        key = name.strip() if sign else None
        if key in found:
            raise wrong(option, _("this input is given twice"))
        items = written.strip().removeprefix("(").removesuffix(")").split(",")
        if items and not items[-1].strip():
            items = items[:-1]
        found[key] = tuple(size(item, option) for item in items)
    return found


def python_bindings(values: object) -> dict[str, Size]:
    """A mapping of names to sizes, from a caller in Python. Raises `CallProblem`."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise wrong(
            _short(values), _("bindings are a dict, as {example}", example=Code('{"F": 3}'))
        )
    found: dict[str, Size] = {}
    for name, value in values.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise wrong(_short(name), _("it is not the name of a symbol"))
        found[name] = size(value, f"{name}={_short(value)}")
    return found


def python_shapes(values: object) -> dict[str | None, tuple[Size, ...]]:
    """A shape, or a mapping of the names of inputs to their shapes, from a caller in Python. Raises
    `CallProblem`."""
    if values is None:
        return {}
    given = values if isinstance(values, Mapping) else {None: values}
    found: dict[str | None, tuple[Size, ...]] = {}
    for name, shape in given.items():
        option = f"inputs={_short(shape)}"
        if isinstance(shape, str) or not isinstance(shape, Sequence):
            raise wrong(
                option, _("a shape is a tuple, as {example}", example=Code('("H", "W", 3)'))
            )
        if name is not None and not isinstance(name, str):
            raise wrong(_short(name), _("it is not the name of an input"))
        found[name] = tuple(size(item, option) for item in shape)
    return found


def size(value: object, option: str) -> Size:
    """A positive whole number, or an expression that may be one, in the model's symbols. Raises
    `CallProblem`, which names the ``option``."""
    if isinstance(value, str):
        value = expression(value, option)
    if isinstance(value, Expr) and not value.is_Integer:
        # a caller's Symbol("G") is the model's G, whatever it is assumed to be
        value = value.xreplace({one: symbol(one.name) for one in value.atoms(Symbol)})
    if isinstance(value, Expr) and not value.is_Integer:
        if value.has(Float) or value.is_integer is False or value.is_positive is False:
            raise wrong(option, _("it must be a positive whole number"))
        for number in value.atoms(Integer):
            _small_enough(int(number), option)
        return value
    try:
        if isinstance(value, bool):
            raise TypeError
        number = int(value) if isinstance(value, Expr) else index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if number < 1:
        raise wrong(option, _("it must be a positive whole number"))
    _small_enough(number, option)
    return number


def _small_enough(number: int, option: str) -> None:
    if number.bit_length() > MOST_BITS:
        raise wrong(option, _("it is too large"))


def _short(value: object) -> str:
    try:
        text = str(value)
    except ValueError:  # an integer of more digits than Python writes
        return "…"
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def wrong(option: str, message: Message) -> CallProblem:
    """A problem with one option of the call."""
    return CallProblem(_("{option}: {message}", option=Code(option), message=message))


def expression(text: str, option: str) -> Size:
    """Arithmetic in whole numbers and names: ``+``, ``-``, ``*``, ``//`` and small powers."""
    try:
        return arithmetic(parsed(text, LONGEST), _named, {**SIGNS, ast.FloorDiv: floored})
    except (Unreadable, RecursionError):
        raise wrong(
            option,
            _(
                "{value} is not a positive whole number, nor an expression in letters",
                value=Code(_short(text.strip()) or "''"),
            ),
        ) from None


def _named(node: ast.expr) -> Size | None:
    return symbol(node.id) if isinstance(node, ast.Name) else None
