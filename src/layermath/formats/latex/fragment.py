r"""A derivation as a LaTeX fragment: formulas only, which need amsmath and nothing else.

One ``align*`` a layer. Whatever the model's author wrote is escaped, in formulas and in comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.pages import comment
from layermath.formats.latex.setting import Row, cells, cut, narrowed, phrase, rows_of, spread
from layermath.messages import Message, Name, _
from layermath.messages import Shape as ShapePiece
from layermath.page.headings import call_of
from layermath.page.outline import Derived, Section
from layermath.page.page import Page
from layermath.page.whole import totals

_LINE = 34.5
"""How wide a line is, in em: that of LaTeX's own ``article``."""
_EXPRESSION, _BESIDE = 19.0, 16.5
"""An expression that is wider would leave no room for the reasons; two on a line, too little."""


def fragment(page: Page, options: LatexOptions) -> str:
    """The page as a fragment to paste or ``\\input`` where amsmath is loaded."""
    derivation = page.derivation
    made = _("{name}, derived by layermath", name=Name(derivation.name))
    parts = [_comments(options, made)]
    if derivation.sizes and options.layers is None:
        parts.append(_comments(options, _("the sizes")) + _align([*_sizes(derivation, options)]))
    for section in page.sections:
        parts.append(_section(section, options))
    said = _comments(options, _("the network as a whole"))
    parts.append(said + _derived([*totals(derivation)], options))
    return "\n".join(parts)


def _comments(options: LatexOptions, *messages: Message) -> str:
    return "".join(f"% {comment(one, options.language)}\n" for one in messages)


def _section(section: Section, options: LatexOptions) -> str:
    """The heading, and what is said in place of a formula, in comments."""
    layer = section.layer
    heading = _(
        "{number}  {name}, {call}: {inputs} -> {outputs}",
        number=section.number,
        name=Name(layer.name),
        call=call_of(layer),
        inputs=tuple(ShapePiece(shape) for shape in layer.shown_inputs),
        outputs=tuple(ShapePiece(shape) for shape in layer.shown_outputs),
    )
    before = [] if section.before is None else [_("As {layer}.", layer=Name(section.before))]
    said = _comments(options, heading, *before)
    below = _comments(options, *section.sentences, *section.behind)
    return said + _derived(section.derived, options) + below


def _derived(every: Sequence[Derived], options: LatexOptions) -> str:
    room = narrowed(_EXPRESSION, (options.style.write(one.symbol) for one in every), _LINE)
    beside = min(room, _BESIDE)
    return _align(
        [row for one in every for row in rows_of(one, options.setter, options.style, room, beside)]
    )


def _sizes(derivation: NetworkDerivation, options: LatexOptions) -> Iterator[Row]:
    room = narrowed(_EXPRESSION, (options.style.write(one.name) for one in derivation.sizes), _LINE)
    for size in derivation.sizes:
        forms = list(dict.fromkeys(map(options.style.write, (size.definition, size.closed_form))))
        reason = phrase(options.setter, _("after {layer}", layer=Name(size.layer)))
        yield from cut(" = ".join(forms), reason, room, options.style.write(size.name))


def _align(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    body = " \\\\\n".join(f"  {cells(row)}" for row in spread(rows, _LINE))
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"
