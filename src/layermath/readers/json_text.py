"""JSON from anywhere, read bounded: its length, its depth, how many values it has, its numbers."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from layermath.messages import Message, _
from layermath.problems import CallProblem

CHARACTERS = 64 * 1024 * 1024
"""The longest text that is parsed."""

VALUES = 4_000_000
"""How many values it may have: lists, dicts, numbers, strings, at most."""

NESTING = 200
"""How deep lists and dicts may nest. A model inside a model takes four levels."""

DIGITS = 18
"""The longest whole number: every size, and every product of a few, stays quick to compute."""


def is_json(text: str) -> bool:
    """Whether a text can only be a JSON object: no model in Python begins with a brace."""
    return text.lstrip()[:1] == "{"


def parse(text: str) -> Any:
    """The value of a JSON text. Raises `CallProblem` for what is not JSON, or too large."""
    if len(text) > CHARACTERS:
        raise CallProblem(_("it has more than {most} characters", most=CHARACTERS))
    # each value but the last of a list has a comma behind it, and each list a bracket
    if text.count(",") + text.count("[") + text.count("{") > VALUES:
        raise CallProblem(_("it has more than {most} values", most=VALUES))
    try:
        value = json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise _not_json(_("{reason}", reason=error.msg), error.lineno) from None
    except RecursionError:
        raise _too_deep() from None
    _check_depth(value)
    return value


def _whole(digits: str) -> int:
    if len(digits) > DIGITS + 1:
        raise CallProblem(_("the number {digits}… is too large", digits=digits[:DIGITS]))
    return int(digits)


def _check_depth(value: object) -> None:
    """Level by level, so that nothing is called deeper than a few frames."""
    level = [value]
    for _depth in range(NESTING):
        level = [*chain.from_iterable(map(_inside, level))]
        if not level:
            return
    raise _too_deep()


def _inside(value: object) -> list[Any]:
    """The lists and dicts in a value."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, (dict, list))]


def _not_json(reason: Message, line: int) -> CallProblem:
    return CallProblem(_("this is not JSON: {reason}", reason=reason), line=line)


def _too_deep() -> CallProblem:
    return CallProblem(_("it nests deeper than {most} levels", most=NESTING))
