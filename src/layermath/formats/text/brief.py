"""``--detail brief``: one line a layer."""

from __future__ import annotations

from collections.abc import Sequence

from layermath.derivation.records import LayerDerivation, NetworkDerivation, Quantity
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import Line, Role, line
from layermath.messages import Shape as ShapePiece
from layermath.messages import _
from layermath.page.outline import in_order_of_flow
from layermath.page.steps import is_count
from layermath.setting.measure import left, plain, shortened, width, wrap_formula


def brief(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """Each layer in a line: the arithmetic of its size, what it drops, that of its parameters."""
    rows: list[tuple[str, str, str, str, str]] = []
    _collect(derivation, "", options, rows)
    total = options.style.write(derivation.totals.params_in_sizes, thousands=True)
    numbers, names, sizes, drops = (
        max((width(row[i]) for row in rows), default=0) for i in range(4)
    )
    names = min(names, max(10, options.columns // 4))
    start = numbers + 2 + names + 2
    room = options.columns - start
    params = max([width(total), *(width(row[4]) for row in rows)])
    gap = 2 if drops else 0
    if sizes + gap + drops + 3 + params > room:
        return _stacked(rows, total, options, numbers)
    page: list[Line] = []
    for number, name, size, drop, count in rows:
        name = shortened(name, names, options.signs.ellipsis)
        head = f"{left(number, numbers)}  {left(name, names)}  "
        page.append(
            (
                (head, Role.PLAIN),
                (left(size, sizes + gap), Role.FORMULA),
                (left(drop, drops + 3), Role.LOST),
                (count, Role.FORMULA),
            )
        )
    indent = " " * (start + sizes + gap + drops + 3)
    page.append(line(indent + options.signs.rule * params, Role.REASON))
    page.append(((indent, Role.PLAIN), (total, Role.RESULT)))
    return page


def _stacked(
    rows: Sequence[tuple[str, str, str, str, str]], total: str, options: TextOptions, numbers: int
) -> list[Line]:
    """A window too narrow for columns: the formulas stand under the name."""
    page: list[Line] = []
    indent = " " * (numbers + 2)
    room = options.columns - len(indent)
    for number, name, size, drop, count in rows:
        page.append(line(left(number, numbers + 2) + shortened(name, room, options.signs.ellipsis)))
        for text, role in ((size, Role.FORMULA), (drop, Role.LOST), (count, Role.FORMULA)):
            if text:
                page += [((indent, Role.PLAIN), (part, role)) for part in wrap_formula(text, room)]
    page.append(line(options.signs.rule * options.columns, Role.REASON))
    return page + [
        ((indent, Role.PLAIN), (part, Role.RESULT)) for part in wrap_formula(total, room)
    ]


def _collect(
    whole: NetworkDerivation | LayerDerivation,
    prefix: str,
    options: TextOptions,
    rows: list[tuple[str, str, str, str, str]],
) -> None:
    for layer in in_order_of_flow(whole):
        number = f"{prefix}{layer.order}"
        if options.layers is None or layer.name in options.layers:
            rows.append(
                (
                    number,
                    options.setter.name(layer.name),
                    _size(layer, options),
                    _drops(layer, options),
                    _params(layer, options),
                )
            )
        _collect(layer, f"{number}.", options, rows)


def _size(layer: LayerDerivation, options: TextOptions) -> str:
    """The first axis, and those that differ from it; the shape where no rule leads to it."""
    outputs = [q for q in layer.quantities if q.quantity.startswith("output.") and q.like is None]
    spatial = [q for q in outputs if q.quantity != "output.C"]
    if not outputs:
        return ", ".join(plain(options.setter.shape(ShapePiece(s))) for s in layer.shown_outputs)
    return ", ".join(_arithmetic(quantity, options) for quantity in spatial or outputs)


def _drops(layer: LayerDerivation, options: TextOptions) -> str:
    lost = list(dict.fromkeys(len(axis.lost) for axis in layer.tapes if axis.lost))
    if not lost:
        return ""
    times = "×" if options.unicode else "x"
    return options.setter.to_wrap(_("drops {number}", number=times.join(map(str, lost))))


def _params(layer: LayerDerivation, options: TextOptions) -> str:
    for quantity in layer.quantities:
        if quantity.quantity == "params":
            return _arithmetic(quantity, options)
    return options.style.write(layer.shown_params, thousands=True)


def _arithmetic(quantity: Quantity, options: TextOptions) -> str:
    """The numbers put in, and the result."""
    thousands = is_count(quantity)
    result = options.style.write(quantity.steps[-1].expression, thousands=thousands)
    for step in quantity.steps:
        if step.kind == "substituted":
            numbers = options.style.write(step.expression, thousands=thousands)
            return numbers if numbers == result else f"{numbers} = {result}"
    return result
