"""An answer as text: the solutions first, then the way to them."""

from __future__ import annotations

from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, painted
from layermath.questions.records import Answer
from layermath.setting.measure import left, width, wrap

_REASONS = 36
"""Where reasons begin, unless the statements are longer."""


def render_answer(answer: Answer, options: TextOptions) -> str:
    """All solutions in one line, then the lines that lead to them, each with its reason."""
    say = options.setter.say
    page: list[Line] = [
        line(text, Role.RESULT)
        for text in wrap(options.setter.sentence(answer.headline), options.columns)
    ]
    rows = [(say(one.statement), say(one.reason) if one.reason else "") for one in answer.lines]
    if rows:
        page.append(BLANK)
    short = [
        width(statement) for statement, _reason in rows if width(statement) < options.columns // 2
    ]
    column = min(max([_REASONS, *(INDENT + size + 2 for size in short)]), options.columns // 2 + 4)
    for statement, reason in rows:
        page += _row(statement, reason, column, options)
    for note in answer.notes:
        page += [
            BLANK,
            *(
                line(" " * INDENT + text)
                for text in wrap(options.setter.sentence(note), options.columns - INDENT)
            ),
        ]
    return painted(page, options.colour)


def _row(statement: str, reason: str, column: int, options: TextOptions) -> list[Line]:
    said = wrap(statement, options.columns - INDENT)
    reasons = wrap(reason, options.columns - column)
    page: list[Line] = []
    for text in said[:-1]:
        page.append(line(" " * INDENT + text))
    last = " " * INDENT + said[-1] if said else ""
    if reasons and width(last) + 2 <= column:
        page.append(((left(last, column), Role.PLAIN), (reasons.pop(0), Role.REASON)))
    else:
        page.append(line(last))
    page += [((" " * column, Role.PLAIN), (text, Role.REASON)) for text in reasons]
    return page
