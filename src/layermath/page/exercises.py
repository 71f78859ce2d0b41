"""What is said of exercises and of marked answers in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from layermath.messages import Message, Name, _
from layermath.questions.records import Difficulty, Mark, Verdict

DIFFICULTIES: Mapping[Difficulty, Message] = MappingProxyType(
    {"easy": _("easy"), "medium": _("medium"), "hard": _("hard")}
)
"""The words for how hard a sheet is."""

VERDICTS: Mapping[Verdict, Message] = MappingProxyType(
    {"right": _("right"), "wrong": _("wrong"), "unanswered": _("no answer")}
)


def also(mark: Mark) -> Iterator[Message]:
    """The other mistakes that lead to the same number."""
    for one in mark.mistakes[1:]:
        if one.layer is None:
            yield _("or: {mistake}", mistake=one.message)
        else:
            yield _("or, in {layer}: {mistake}", layer=Name(one.layer), mistake=one.message)
