"""The table of a large network: what repeats has one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from sympy import Expr, Pow, S, Symbol

from layermath.algebra.floors import CeilDiv, FloorDiv, ceil_div, floor_div, symbol, total
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order, value
from layermath.derivation.records import (
    DIVISIBLE,
    Derivation,
    Field,
    LayerDerivation,
    NamedSize,
    Row,
)
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import Line, Role, line
from layermath.formats.text.table import Column, table
from layermath.messages import Code, Extent, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.setting.measure import left, plain, width, wrap, wrap_formula
from layermath.setting.sentences import HARD_SPACE

_WIDEST_FIELD = 12
_WIDE = 72
_ROOM_FOR_MACS = 100
_LEAST = 12
_RULE = 25
"""How narrow a rule may become: a name may be cut in its middle sooner than ``5 × 10 layers``."""
_ACTIVATION = "Activation"
_J = Symbol("j", integer=True)


def folded(derivation: Derivation, options: TextOptions) -> list[Line]:
    """The rows, and under them what is summed up."""
    say = options.setter.to_wrap
    layers = {layer.name: layer for layer in derivation.layers}
    cells = [_cells(row, layers, options) for row in derivation.rows]
    heads = [say(_("output")), say(_("parameters"))]
    both = max(width(one) + 2 + width(other) for one, other in [heads, *(c[2:4] for c in cells)])
    taken = [max(map(width, column)) for column in zip(*cells, strict=True)]
    wide = options.columns >= _WIDE
    least = min(_RULE if wide else _LEAST, taken[1])
    columns = [
        Column(say(_("layer")), least=_LEAST if wide else 8),
        Column(say(_("rule")), least=least, optional=1),
    ]
    sees = Column(say(_("sees")), rightward=True, formula=True, least=4, optional=2)
    if INDENT + _LEAST + least + both + max(4, taken[4]) + 6 <= options.columns:
        # a long shape may stand above the place of a long count, in another row
        columns.append(Column(_apart(heads[0], heads[1], both), formula=True, least=both))
        rows = [[*cell[:2], _apart(cell[2], cell[3], both), cell[4]] for cell in cells]
    else:
        columns.append(Column(heads[0], formula=True, least=12))
        columns.append(Column(heads[1], rightward=True, formula=True, least=10))
        rows = [list(cell) for cell in cells]
    if options.columns >= _ROOM_FOR_MACS:
        columns.append(Column(say(_("MACs")), rightward=True, formula=True, least=9, optional=3))
        macs = [_macs(row.layers, options) for row in derivation.rows]
        rows = [[*row[:-1], count, row[-1]] for row, count in zip(rows, macs, strict=True)]
    if any(row[-1] for row in rows):
        columns.append(sees)
    else:
        rows = [row[:-1] for row in rows]
    page = table(columns, rows, options.columns, signs=options.signs)
    return [*page, *_counted(derivation, options), *_summed_up(derivation, options)]


def _apart(one: str, other: str, room: int) -> str:
    return one + HARD_SPACE * (room - width(one) - width(other)) + other


def name_of(row: Row, options: TextOptions) -> str:
    """``conv4_block2–6``; ``conv2d_5 …`` where the names have nothing in common."""
    if not row.name:
        return f"{options.setter.name(row.layers[0].name)} {options.signs.ellipsis}"
    name = options.setter.name(row.name)
    return name if options.unicode else name.replace("–", "-")


def _cells(
    row: Row, layers: Mapping[str, LayerDerivation], options: TextOptions
) -> tuple[str, str, str, str, str]:
    last = row.layers[-1]
    outputs = ", ".join(options.setter.shape(ShapePiece(shape)) for shape in last.shown_outputs)
    return (
        name_of(row, options),
        plain(options.setter.to_wrap(_rule(row, layers, options))),
        plain(outputs),
        _parameters(row.layers, options),
        _sees(last.receptive_field, options),
    )


def _parameters(layers: Sequence[LayerDerivation], options: TextOptions) -> str:
    count = in_order(S(total(layer.shown_params for layer in layers)))
    return options.style.write(count, thousands=True)


def _macs(layers: Sequence[LayerDerivation], options: TextOptions) -> str:
    counts = [layer.shown_macs for layer in layers if layer.shown_macs is not None]
    count = in_order(S(total(value(one) for one in counts)))
    if len(counts) < len(layers) or not is_known(count):
        return "?"
    return options.signs.none if count == 0 else options.style.write(count, thousands=True)


def _rule(row: Row, layers: Mapping[str, LayerDerivation], options: TextOptions) -> Message:
    """``Conv2D 64, 7×7, /2``, ``12 layers, to 512, /2``, ``5 × 10 layers, 1,121,792``."""
    block = row.blocks[0]
    parts = [_what(row, options)]
    if len(row.blocks) > 1:
        times = "×" if options.unicode else "x"
        parts = [_("{times} {sign} {what}", times=len(row.blocks), sign=times, what=parts[0])]
        if any(layer.params != 0 for layer in block):
            parts.append(_("{number}", number=_parameters(block, options)))
    elif len(block) > 1 and not row.joined:
        parts += _changes(block, layers)
    return _("{parts}", parts=tuple(parts))


def _what(row: Row, options: TextOptions) -> Message:
    block = row.blocks[0]
    if row.joined:
        one, other = block
        behind = other.title if other.type == _ACTIVATION else (Name(other.type),)
        return _("{layer}, {activation}", layer=_call(one), activation=behind)
    if len(block) == 1:
        return _call(block[0])
    return ngettext("{number} layer", "{number} layers", len(block))


def _call(layer: LayerDerivation) -> Message:
    """``Conv2D 64, 7×7, /2``"""
    if layer.type == "InputLayer":
        return _("{nothing}", nothing="")
    if layer.layers:
        inside = ngettext("{number} layer", "{number} layers", len(layer.layers))
        return _("{type}, {inside}", type=Name(layer.type), inside=inside)
    if not layer.title:
        return _("{type}", type=Name(layer.type))
    return _("{type} {arguments}", type=Name(layer.type), arguments=layer.title)


def _changes(
    block: Sequence[LayerDerivation], layers: Mapping[str, LayerDerivation]
) -> Iterator[Message]:
    """What a block does to the shape: its new channels, and by how much it is smaller."""
    first, last = block[0], block[-1]
    if not first.input_shapes or not last.output_shapes:
        return
    before, after = first.input_shapes[0], last.output_shapes[0]
    if before[-1:] != after[-1:] and len(before) == len(after) and isinstance(after[-1], int):
        yield _("to {channels}", channels=after[-1])
    jumps = [
        _jump(layer) for layer in (layers.get(name) for name in (*first.inputs[:1], last.name))
    ]
    if len(jumps) == 2 and jumps[0] and jumps[1] and jumps[1] % jumps[0] == 0:
        stride = jumps[1] // jumps[0]
        if stride > 1:
            yield _("/{stride}", stride=stride)


def _jump(layer: LayerDerivation | None) -> int | None:
    """How far apart two neighbours look, where that is the same on every axis."""
    fields = layer.receptive_field if layer is not None else None
    jumps = {field.jump for field in fields or ()}
    (jump,) = jumps if len(jumps) == 1 else (None,)
    return jump if isinstance(jump, int) else None


def _sees(fields: Sequence[Field] | None, options: TextOptions) -> str:
    """``7`` where it is that on every axis, else ``7×5``; ``all`` behind Flatten, or a pool over
    all."""
    sizes = [field.size for field in fields or ()]
    if not sizes or any(size is None for size in sizes):
        return ""
    if all(field.jump is None for field in fields or ()):
        return options.setter.say(_("all"))
    extents = tuple(size for size in sizes if size is not None)
    if len(set(extents)) == 1:
        extents = extents[:1]
    text = plain(options.setter.extent(Extent(extents)))
    return text if width(text) <= _WIDEST_FIELD else options.signs.ellipsis


# Under the rows ------------------------------------------------------------------------------


def _counted(derivation: Derivation, options: TextOptions) -> Iterator[Line]:
    """``177 layers in 16 rows (--detail full shows each)``"""
    said = _(
        "{layers} in {rows} ({option} shows each)",
        layers=ngettext("{number} layer", "{number} layers", len(derivation.layers)),
        rows=ngettext("{number} row", "{number} rows", len(derivation.rows)),
        option=Code("--detail full"),
    )
    for text in wrap(options.setter.to_wrap(said), options.columns - INDENT):
        yield line(" " * INDENT + text)


def _summed_up(derivation: Derivation, options: TextOptions) -> Iterator[Line]:
    """Labels, each with its lines, which go on under their first character."""
    entries = [*_sums(derivation, options)]
    column = max(width(options.setter.to_wrap(label)) for label, _wrapped in entries) + 2
    room, before = options.columns - INDENT - column, _("")
    for label, wrapped in entries:
        shown = "" if label == before else options.setter.to_wrap(label)
        head, before = " " * INDENT + left(shown, column), label
        for part in wrapped(room):
            yield ((head, Role.PLAIN), (part, Role.FORMULA))
            head = " " * (INDENT + column)


def _sums(
    derivation: Derivation, options: TextOptions
) -> Iterator[tuple[Message, Callable[[int], list[str]]]]:
    """Labels, and what breaks the text into lines: prose between its words, a formula before its
    operators."""
    totals, style, say = derivation.totals, options.style, options.setter.to_wrap
    params = style.write(totals.params_in_sizes, thousands=True)
    wrapped = partial(wrap_formula, params)
    if totals.non_trainable_params != 0:
        trainable = style.size(totals.trainable_params, thousands=True)
        said = _("{params}, of them {trainable} trainable", params=params, trainable=trainable)
        wrapped = partial(wrap, say(said))
    yield _("parameters"), wrapped
    if totals.macs != 0:
        macs = style.write(totals.macs_in_sizes, thousands=True)
        yield _("MACs"), partial(wrap_formula, macs)
        for where, count in _divided(derivation):
            yield _("MACs"), partial(wrap, say(_("{where} {count}", where=where, count=count)))
    pattern = halved(derivation.sizes)
    if pattern:
        rules = [f"{style.write(name)} = {style.write(size)}" for name, size in pattern]
        yield _("sizes"), partial(wrap, ", ".join(rules))


def _divided(derivation: Derivation) -> Iterator[tuple[Message, Piece]]:
    """Where every stride divides, and how many MACs there are then."""
    for statement in derivation.whole if derivation.symbols else ():
        if statement.label == DIVISIBLE:
            where, *counts = statement.lines
            for count in counts:
                if count.pieces["label"] == _("MACs"):
                    yield where, count.pieces["total"]


def halved(sizes: Sequence[NamedSize]) -> list[tuple[Symbol, Expr]]:
    """``H_j = ⌈H/2^j⌉``, for each letter, where that is what all named sizes are; else nothing."""
    letters = list(dict.fromkeys(size.letter for size in sizes))
    found = []
    for letter in letters:
        own = [size for size in sizes if size.letter == letter]
        rule = _power_rule(symbol(letter), own)
        if len(own) < 2 or rule is None:
            return []
        found.append((Symbol(f"{letter}_j"), rule))
    return found


def _power_rule(size: Symbol, own: Sequence[NamedSize]) -> Expr | None:
    """One rule in j for the j-th of the sizes: each is the size over the same power, rounded."""
    closed = [value(one.closed_form) for one in own]
    for base in (2, 3, 4):
        for cut, rounded in ((CeilDiv, ceil_div), (FloorDiv, floor_div)):
            if all(
                one == rounded(size, base**number) for number, one in enumerate(closed, start=1)
            ) and all(
                one.name.name == f"{one.letter}_{number}" for number, one in enumerate(own, start=1)
            ):
                power = Pow(base, _J, evaluate=False)
                return cut(size, power, evaluate=False)
    return None
