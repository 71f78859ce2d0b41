"""What is wrong, raised where it is found and given its place on the way up.

A `Problem` is data, as a derivation is: a message, where it happened, and what to do. The outermost
layer (`layermath.errors`) turns it into a `LayermathError` with finished text.
"""

from __future__ import annotations

from collections.abc import Iterable

from layermath.messages import Code, Message, _


class Problem(Exception):
    """A model or a call that cannot be followed.

    ``message`` says what is wrong, in one sentence; ``details`` are the lines below it: the rule
    with its numbers, and what would work. ``exit_code`` is 1 where the model is wrong, 2 where the
    call is. ``partial`` is the network up to the call that failed, where there is one: from it the
    inputs that would have worked are told. ``cell`` is the number of a notebook's cell, from 1:
    then ``line`` is a line in it.
    """

    exit_code = 1

    def __init__(
        self,
        message: Message,
        *details: Message,
        line: int | None = None,
        layer: str | None = None,
    ) -> None:
        super().__init__(message.id)
        self.message = message
        self.details = details
        self.line = line
        self.cell: int | None = None
        self.layer = layer
        self.partial: object = None

    def at(self, *, line: int | None = None, layer: str | None = None) -> Problem:
        """Say where it happened, unless that is known more precisely already."""
        if self.line is None:
            self.line = line
        if self.layer is None:
            self.layer = layer
        return self


class ModelProblem(Problem):
    """The model is wrong: a layer cannot take its input, an argument is not one it has."""

    exit_code = 1


class CallProblem(Problem):
    """The call is wrong: an unknown file, option or symbol, source that builds no model."""

    exit_code = 2


def did_you_mean(
    word: str, known: Iterable[str], otherwise: Message | None = None
) -> tuple[Message, ...]:
    """The line below a problem with a word that is not known: the one that is nearest to it, or
    what is said ``otherwise``."""
    from difflib import get_close_matches

    lowered = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), lowered, 1)
    if near:
        return (_("Did you mean {name}?", name=Code(lowered[near[0]])),)
    return () if otherwise is None else (otherwise,)
