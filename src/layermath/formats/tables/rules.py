"""The formula sheet: the general rules of layer types, as a page of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layermath.formats.text.formula import is_other_axis, same_label, together
from layermath.messages import Message, Name, Piece, _
from layermath.page.table import Cell, Column, Table, TablePage
from layermath.rules.equations import Equation
from layermath.setting.notation import LAYERMATH, Notation
from layermath.setting.styles import SYMPY

Sheet = tuple[str, Sequence[Equation]]
"""The name of a layer type, with its rules."""


def rules_pages(
    sheets: Sequence[Sheet], notation: Notation = LAYERMATH
) -> Iterator[tuple[TablePage, Notation]]:
    """A page for each layer type, with the notation that no letter of it stands for two things in.
    Types that have the same rules share a page; those that have none are left out."""
    shared: dict[tuple[object, ...], list[Sheet]] = {}
    for name, rules in sheets:
        if rules:
            shared.setdefault(tuple(map(_key, rules)), []).append((name, rules))
    for same in shared.values():
        names: Piece = tuple(Name(name) for name, _rules in same)
        rows, spelled = _rows(same[0][1], notation)
        yield TablePage(_("{layers}", layers=names), (Table(_COLUMNS, tuple(rows)),)), spelled


def _key(rule: Equation) -> tuple[object, ...]:
    """What is equal for two rules that read the same."""
    written = SYMPY.write(rule.symbol), SYMPY.write(rule.expression)
    return (rule.quantity, *written, *map(repr, (rule.label, rule.when, rule.reason)))


_COLUMNS = (
    Column("quantity", _("quantity")),
    Column("rule", _("rule")),
    Column("reason", _("where, and why")),
)


def _rows(rules: Sequence[Equation], notation: Notation) -> tuple[list[tuple[Cell, ...]], Notation]:
    kept = together(rules)
    shown = [(rule, rule) for rule in kept]
    if notation != LAYERMATH:
        from layermath.notations.restating import restated_rules

        shown, notation = restated_rules(kept, notation)
    rows: list[tuple[Cell, ...]] = []
    said: list[Equation] = []
    for rule, new in shown:
        label = None if any(same_label(rule, other) for other in said) else rule.label
        if not any(is_other_axis(rule, other) for other in said):
            rows.append((label, _equation(new), _why(new)))
        elif label is not None:
            rows.append((label, new.symbol, _("in the same way")))
        said.append(rule)
    return rows, notation


def _equation(rule: Equation) -> Message:
    return _("{letter} = {value}", letter=rule.symbol, value=rule.expression)


def _why(rule: Equation) -> Cell:
    if rule.when is not None and rule.reason is not None:
        return _("{when}; {reason}", when=rule.when, reason=rule.reason)
    return rule.when or rule.reason
