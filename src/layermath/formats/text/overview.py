"""What stands around the layers: heading, tables, the network as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import Add, Expr, Pow, S

from layermath.algebra.floors import Size, total
from layermath.algebra.written import in_order, value
from layermath.derivation.records import Derivation, Field, LayerDerivation, NamedSize
from layermath.formats.counted import formula_of
from layermath.formats.text import rows as repeated
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, lines
from layermath.formats.text.table import Column, table
from layermath.messages import Code, Count, Extent, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.setting.measure import left, plain, width, wrap, wrap_formula
from layermath.setting.notation import AXES, Order
from layermath.setting.styles import renamed

_WIDEST_FIELD = 19
_WIDEST_TOTAL = 16
_WIDE = 100
"""In so many columns there is room for the formulas of the parameters."""
_MOST_FORMULAS = 100
"""Each formula asks for its derivation: a longer table does without."""
_LETTERS = {2: ("L",), 3: ("H", "W"), 4: ("Z", "H", "W")}


def heading(derivation: Derivation, options: TextOptions) -> list[Line]:
    """``mnist_cnn · 7 layers · input (28, 28, 1): height, width, channels``"""
    say, dot = options.setter.to_wrap, f" {options.signs.dot} "
    number = len(derivation.layers)
    parts = [
        options.setter.name(derivation.name),
        say(ngettext("{number} layer", "{number} layers", number)),
        say(_inputs(derivation, options)),
    ]
    if derivation.conditions:
        parts.append(say(_("{conditions}", conditions=tuple(derivation.conditions))))
    first, *rest = wrap(dot.join(parts), options.columns)
    return lines(
        [
            first,
            *(" " * INDENT + text for text in wrap(" ".join(rest), options.columns - INDENT)),
        ]
    )


def _inputs(derivation: Derivation, options: TextOptions) -> Message:
    inputs = derivation.inputs
    if len(inputs) == 1:
        shape = ShapePiece(inputs[0].shape)
        words = AXES[options.notation.order].get(len(inputs[0].shape))
        if words is None or derivation.symbols or not derivation.channels_last:
            return _("input {shape}", shape=shape)
        return _("input {shape}: {axes}", shape=shape, axes=words)
    named: tuple[Piece, ...] = tuple(
        _("{name} {shape}", name=Name(one.name), shape=ShapePiece(one.shape)) for one in inputs
    )
    return _("inputs {inputs}", inputs=named)


# The named sizes -----------------------------------------------------------------------------


def sizes(derivation: Derivation, options: TextOptions) -> list[Line]:
    """The named sizes: from the layer before, and from the input."""
    if not derivation.sizes or (
        is_folded(derivation, options) and repeated.halved(derivation.sizes)
    ):
        return []
    say, write = options.setter.to_wrap, options.style.write
    shown, folded = _folded(derivation.sizes)
    columns = [
        Column(say(_("size")), formula=True, least=4),
        Column(say(_("after")), least=6),
        Column(say(_("from the layer before")), formula=True),
        Column(say(_("from the input")), formula=True),
    ]
    rows = [
        (
            write(size.name),
            options.setter.name(size.layer),
            write(size.definition),
            write(size.closed_form),
        )
        for size in shown
    ]
    page = table(columns, rows, options.columns, signs=options.signs)
    for letter, group in folded:
        first, last = write(group[0].name), write(group[-1].name)
        between = ", " if len(group) == 2 else f" {options.signs.ellipsis} "
        names = first if len(group) == 1 else first + between + last
        text = say(
            ngettext(
                "{names} comes from {letter} in the same way",
                "{names} come from {letter} in the same way",
                len(group),
                names=names,
                letter=letter,
            )
        )
        page += lines(" " * INDENT + part for part in wrap(text, options.columns - INDENT))
    return [*page, BLANK]


def _folded(
    every: Sequence[NamedSize],
) -> tuple[list[NamedSize], list[tuple[str, list[NamedSize]]]]:
    """The sizes of the first axis, and the axes that follow from it by another letter."""
    groups: dict[str, list[NamedSize]] = {}
    for size in every:
        groups.setdefault(size.letter, []).append(size)
    first_letter, first = next(iter(groups.items()))
    shown, folded = list(first), []
    for letter, group in groups.items():
        if letter == first_letter:
            continue
        if _is_renamed(first, first_letter, group, letter):
            folded.append((letter, group))
        else:
            shown += group
    return shown, folded


def _is_renamed(
    first: Sequence[NamedSize], one: str, second: Sequence[NamedSize], other: str
) -> bool:
    if len(first) != len(second):
        return False
    letters = {one: other}
    letters |= {a.name.name: b.name.name for a, b in zip(first, second, strict=True)}
    return all(
        renamed(a.definition, letters) == renamed(b.definition, {})
        and renamed(a.closed_form, letters) == renamed(b.closed_form, {})
        for a, b in zip(first, second, strict=True)
    )


def is_folded(derivation: Derivation, options: TextOptions) -> bool:
    """Whether what repeats has one row."""
    return options.detail < options.detail.FULL and bool(derivation.rows)


# The layers ----------------------------------------------------------------------------------


def layers(derivation: Derivation, options: TextOptions) -> list[Line]:
    """The table of layers with the totals under it."""
    if is_folded(derivation, options):
        return repeated.folded(derivation, options)
    say = options.setter.to_wrap
    columns = [
        Column(say(_("layer")), least=10),
        Column(say(_("output")), formula=True, least=12),
        Column(say(_("parameters")), rightward=True, formula=True, least=10),
        Column(say(_("MACs")), rightward=True, formula=True, least=9, optional=1),
        Column(say(_("sees")), rightward=True, formula=True, least=4, optional=2),
    ]
    rows = [_layer_row(layer, options) for layer in derivation.layers]
    rows += _operations(derivation, options)
    if not any(row[4] for row in rows):
        columns, rows = columns[:4], [row[:4] for row in rows]
    counts = _total_counts(derivation, rows, options)
    formulas_of = _formulas(derivation, options)
    if any(formulas_of):
        longest = max(map(width, formulas_of))
        columns.insert(2, Column("", rightward=True, formula=True, least=longest, optional=3))
        rest = [""] * (len(rows) - len(formulas_of))
        rows = [[*r[:2], f, *r[2:]] for r, f in zip(rows, [*formulas_of, *rest], strict=True)]
    if any(width(text) > _WIDEST_TOTAL for _label, *texts in counts for text in texts):
        page = table(columns, rows, options.columns, signs=options.signs)
        below = [(say(_("parameters")), counts[0][1]), (say(_("MACs")), counts[0][2])]
        below += [(label, params) for label, params, _macs in counts[1:]]
        return [*page, *formulas(below, options)]
    gap = [""] if any(formulas_of) else []
    totals = [[label, "", *gap, params, macs, ""][: len(columns)] for label, params, macs in counts]
    return table(columns, rows, options.columns, signs=options.signs, totals=totals)


def _formulas(derivation: Derivation, options: TextOptions) -> list[str]:
    """Beside each number of parameters the rule with the numbers put in, where there is room."""
    layers = derivation.layers
    if options.columns < _WIDE or len(layers) > _MOST_FORMULAS:
        return []
    found = map(formula_of, layers)
    return ["" if one is None else options.style.write(one, thousands=True) for one in found]


def _operations(derivation: Derivation, options: TextOptions) -> list[list[str]]:
    """A row for the MACs between the layers, where there are any: ``x @ y``."""
    known = [one.shown_macs for one in derivation.operations if one.shown_macs is not None]
    macs = in_order(S(total(value(one) for one in known)))
    if macs == 0:
        return []
    label = options.setter.to_wrap(_("operations"))
    return [[label, "", "", options.style.write(macs, thousands=True), ""]]


def _total_counts(
    derivation: Derivation, rows: Sequence[Sequence[str]], options: TextOptions
) -> list[tuple[str, str, str]]:
    """Label, parameters, MACs: of all layers, and where some are not trained, of those that are."""
    totals, style, say = derivation.totals, options.style, options.setter.to_wrap
    macs = style.write(totals.macs_in_sizes, thousands=True)
    params = style.write(totals.params_in_sizes, thousands=True)
    if len(rows) == 1:  # the total of one layer reads as the layer does
        params, macs = rows[0][2], rows[0][3]
    counts = [(say(_("total")), params, macs)]
    if totals.non_trainable_params != 0:
        trainable, other = totals.trainable_params, totals.non_trainable_params
        counts.append((say(_("trainable")), style.size(trainable, thousands=True), ""))
        counts.append((say(_("not trainable")), style.size(other, thousands=True), ""))
    return counts


def formulas(entries: Sequence[tuple[str, str]], options: TextOptions) -> Iterator[Line]:
    """Labels, each with a formula that goes on under its first character."""
    if not entries:
        return
    column = max(width(label) for label, _text in entries) + 2
    for label, text in entries:
        head = " " * INDENT + left(label, column)
        for part in wrap_formula(text, options.columns - INDENT - column):
            yield ((head, Role.PLAIN), (part, Role.FORMULA))
            head = " " * (INDENT + column)


def _count(layer: LayerDerivation, quantity: str, shown: Expr, options: TextOptions) -> str:
    """A count as its derivation ends, ``(K²·F₁ + 1)·F₂``, unless the normal form is shorter."""
    text = options.style.write(shown, thousands=True)
    for one in layer.quantities:
        if one.quantity == quantity and one.result == getattr(layer, quantity):
            derived = options.style.write(one.steps[-1].expression, thousands=True)
            return derived if width(derived) <= width(text) else text
    return text


def _layer_row(layer: LayerDerivation, options: TextOptions) -> list[str]:
    none = options.signs.none
    outputs = ", ".join(options.setter.shape(ShapePiece(shape)) for shape in layer.shown_outputs)
    if layer.shown_macs is None:
        macs = "?"
    else:
        macs = none if layer.macs == 0 else _count(layer, "macs", layer.shown_macs, options)
    return [
        options.setter.name(layer.name),
        outputs,
        _count(layer, "params", layer.shown_params, options),
        macs,
        _sees(layer.receptive_field, options),
    ]


def _sees(fields: tuple[Field, ...] | None, options: TextOptions) -> str:
    """``3×3``; nothing where it has no one value, an ellipsis where that would fill the table."""
    if not fields:
        return ""
    extents = [_largest(field) for field in fields]
    if any(size is None for size in extents):
        return ""
    text = plain(options.setter.extent(Extent(tuple(one for one in extents if one is not None))))
    if any(field.size is None for field in fields):
        text = options.signs.at_most + text
    if len(extents) > 1 and len(set(extents)) == 1 and isinstance(extents[0], Add):
        # (3·K + 1)² stands for 3·K + 1 rows and columns, where × between them would read badly
        text = options.style.write(Pow(in_order(extents[0]), len(extents), evaluate=False))
    if width(text) <= _WIDEST_FIELD:
        return text
    # behind Flatten and Dense, or a global pool, a value sees whatever is seen at all
    together = all(field.jump is None for field in fields)
    return options.setter.say(_("all")) if together else options.signs.ellipsis


def _largest(field: Field) -> Size | None:
    """The size of a field; where outputs take turns, that of the largest."""
    if field.size is None and field.phases:
        return max(last - first + 1 for first, last in field.phases)
    return field.size


# The network as a whole ----------------------------------------------------------------------


def whole(derivation: Derivation, options: TextOptions) -> list[Line]:
    """What is true of the network as a whole, and what else the program can show."""
    say = options.setter.to_wrap
    page: list[Line] = []
    statements = [one for one in derivation.whole if one.lines]
    if statements:
        page += [BLANK, line(say(_("The network as a whole")))]
        labels = [say(statement.label) for statement in statements]
        column = INDENT + max(10, *map(width, labels)) + 2
        if column > options.columns // 2:
            column = 2 * INDENT
        for label, statement in zip(labels, statements, strict=True):
            texts = [
                part
                for sentence in statement.lines
                for part in wrap(say(sentence), options.columns - column)
            ]
            head = " " * INDENT + label
            if width(head) + 2 > column:
                page.append(line(head))
                head = ""
            for text in texts:
                page.append(line(left(head, column) + text))
                head = ""
    for note in derivation.notes:
        page += [
            BLANK,
            *lines(" " * INDENT + part for part in wrap(say(note), options.columns - INDENT)),
        ]
    return page


def hints(derivation: Derivation, options: TextOptions) -> list[Line]:
    """What to type to see more."""
    if not options.hints:
        return []
    offers: list[Message] = []
    if derivation.symbols:
        setting = f"--set {derivation.symbols[0].name}={options.signs.ellipsis}"
        offers.append(_("Put numbers in: {option}", option=Code(setting)))
    elif len(derivation.inputs) == 1 and derivation.channels_last:
        shape = derivation.inputs[0].shape
        letters = _LETTERS.get(len(shape))
        if letters:
            first = options.notation.order is Order.CHANNELS_FIRST
            free = ",".join([*letters, str(shape[0] if first else shape[-1])])
            offers.append(_("With the size left open: {option}", option=Code(f"--input {free}")))
    if options.detail < options.detail.FULL:
        offers.append(_("Every step: {option}", option=Code("--detail full")))
    if not offers:
        return []
    texts = [plain(options.setter.to_wrap(offer)) for offer in offers]
    together = (" " * 8).join(texts)
    if width(together) + INDENT > options.columns:
        return [
            BLANK,
            *lines(
                " " * INDENT + part
                for text in texts
                for part in wrap(text, options.columns - INDENT)
            ),
        ]
    return [BLANK, line(" " * INDENT + together, Role.REASON)]


def totals_line(derivation: Derivation, options: TextOptions) -> list[Line]:
    """The totals in one sentence, where only some layers are shown."""
    totals = derivation.totals
    said = ngettext(
        "In its one layer: {params} parameters, {macs} MACs.",
        "In all {number} layers: {params} parameters, {macs} MACs.",
        len(derivation.layers),
        params=Count(in_order(S(totals.params_in_sizes))),
        macs=Count(in_order(S(totals.macs_in_sizes))),
    )
    text = wrap(options.setter.to_wrap(said), options.columns - INDENT)
    return [BLANK, *lines(" " * INDENT + part for part in text)]
