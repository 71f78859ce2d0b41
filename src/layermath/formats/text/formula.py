"""The general rules of a layer type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Symbol

from layermath.formats.text.grid import Grid, Row
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, line, painted
from layermath.messages import _
from layermath.rules.equations import Equation
from layermath.setting.notation import LAYERMATH
from layermath.setting.styles import renamed


def render_formula(type_name: str, equations: Sequence[Equation], options: TextOptions) -> str:
    """The general rules of the layer type ``type_name``: one line each, with where it holds.

    A rule that is another one in the letters of another axis is said once.
    """
    rules = together(equations)
    shown = [(rule, rule) for rule in rules]
    if options.notation != LAYERMATH:
        from layermath.notations.restating import restated_rules

        shown, notation = restated_rules(rules, options.notation)
        options = replace(options, notation=notation)
    say, write = options.setter.to_wrap, options.style.write
    grid = Grid.fitting(options.columns, [write(new.symbol) for _rule, new in shown])
    page: list[Line] = [line(options.setter.name(type_name)), BLANK]
    said: list[Equation] = []
    for rule, new in shown:
        label, symbol = say(rule.label), write(new.symbol)
        if any(same_label(rule, other) for other in said):
            label = ""
        if any(is_other_axis(rule, other) for other in said):
            if label:
                page += grid.lay(
                    [Row(options.signs.ellipsis, say(_("in the same way")), label, symbol)]
                )
            said.append(rule)
            continue
        said.append(rule)
        reason = "; ".join(say(part) for part in (new.when, new.reason) if part)
        page += grid.lay([Row(write(new.expression), reason, label, symbol)])
    return painted(page, options.colour)


def together(equations: Sequence[Equation]) -> list[Equation]:
    """Rules of one quantity that read the same, once, with all that they hold for."""
    kept: list[Equation] = []
    for equation in equations:
        last = kept[-1] if kept else None
        if (
            last is not None
            and same_label(equation, last)
            and last.when is not None
            and equation.when is not None
            and renamed(last.expression, {}) == renamed(equation.expression, {})
        ):
            kept[-1] = replace(last, when=_("{one} or {other}", one=last.when, other=equation.when))
        else:
            kept.append(equation)
    return kept


def same_label(one: Equation, other: Equation) -> bool:
    return one.label == other.label and one.quantity == other.quantity


def is_other_axis(one: Equation, other: Equation) -> bool:
    """Whether ``one`` is ``other`` with the letter of another axis in place of its own."""
    old, new = (rule.symbol.name.partition("_")[0] for rule in (other, one))
    if old == new or one.rule != other.rule or one.when != other.when:
        return False
    letters = {
        letter.name: new + letter.name[len(old) :]
        for letter in other.expression.free_symbols
        if isinstance(letter, Symbol) and letter.name.startswith(f"{old}_")
    }
    return renamed(other.expression, letters) == renamed(one.expression, {})
