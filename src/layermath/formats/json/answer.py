"""An answer as plain data, ready for ``json.dumps``: ``layermath.solve/1``."""

from __future__ import annotations

from typing import Any

from layermath.algebra.solutions import Solutions
from layermath.questions.records import Answer
from layermath.setting.language import ENGLISH, Language
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import SYMPY

MOST_LISTED = 1000
"""Members of a finite set that are listed one by one, at most."""


def to_answer_dict(answer: Answer, language: Language = ENGLISH) -> dict[str, Any]:
    """The answer; every set of solutions as intervals on residue classes, which is all of it."""
    say = TextSetter(language=language).say
    condition = answer.family_condition
    return {
        "schema": "layermath.solve/1",
        "unknowns": [name.name for name in answer.unknowns],
        "given": list(answer.wishes),
        "answer": say(answer.headline),
        "solutions": {name.name: _solutions(found) for name, found in answer.solutions.items()},
        "combinations": None if answer.listing is None else [list(one) for one in answer.listing],
        "family": None if answer.family is None else SYMPY.write(answer.family),
        "family_condition": None if isinstance(condition, bool) else SYMPY.condition(condition),
        "steps": [
            {"text": say(one.statement), "reason": say(one.reason) if one.reason else ""}
            for one in answer.lines
        ],
        "notes": [say(note) for note in answer.notes],
    }


def _solutions(found: Solutions) -> dict[str, Any]:
    """``modulus`` and, for each residue with solutions, the intervals of solutions ≡ it; ``null``
    is without end. ``values`` lists a finite set, if it is not too large."""
    size = (
        sum(last - first + 1 for first, last in found.runs(MOST_LISTED)) if found.finite else None
    )
    return {
        "finite": found.finite,
        "modulus": found.modulus,
        "classes": [
            {"residue": residue, "intervals": [list(one) for one in intervals]}
            for residue, intervals in enumerate(found.classes)
            if intervals
        ],
        "values": list(found.members(MOST_LISTED))
        if size is not None and size <= MOST_LISTED
        else None,
    }
