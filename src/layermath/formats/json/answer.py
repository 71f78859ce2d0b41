"""An answer as plain data, ready for ``json.dumps``: ``layermath.solve/1``."""

from __future__ import annotations

from sympy.core.relational import Relational

from layermath.algebra.solutions import Solutions
from layermath.formats.json.plain import Json, plain
from layermath.questions.records import Answer, Deduction
from layermath.setting.language import ENGLISH, Language

MOST_LISTED = 1000
"""Members of a finite set that are listed one by one, at most."""


def to_answer_dict(answer: Answer, language: Language = ENGLISH) -> Json:
    """The answer; every set of solutions as intervals on residue classes, which is all of it."""
    condition = answer.family_condition
    data = {
        "schema": "layermath.solve/1",
        "unknowns": [name.name for name in answer.unknowns],
        "given": answer.wishes,
        "answer": answer.headline,
        "solutions": {name.name: _solutions(found) for name, found in answer.solutions.items()},
        "combinations": answer.listing,
        "family": answer.family,
        "family_condition": condition if isinstance(condition, Relational) else None,
        "steps": [deduction_dict(one) for one in answer.lines],
        "notes": answer.notes,
    }
    return plain(data, language)


def deduction_dict(line: Deduction) -> Json:
    """What holds, and why."""
    return {"text": line.statement, "reason": line.reason or ""}


def _solutions(found: Solutions) -> Json:
    """``modulus`` and, for each residue with solutions, the intervals of solutions ≡ it; ``null``
    is without end. ``values`` lists a finite set, if it is not too large."""
    size = (
        sum(last - first + 1 for first, last in found.runs(MOST_LISTED)) if found.finite else None
    )
    listed = size is not None and size <= MOST_LISTED
    return {
        "finite": found.finite,
        "modulus": found.modulus,
        "classes": [
            {"residue": residue, "intervals": intervals}
            for residue, intervals in enumerate(found.classes)
            if intervals
        ],
        "values": list(found.members(MOST_LISTED)) if listed else None,
    }
