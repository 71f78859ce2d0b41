"""How a framework spells what rules say in words of none: ``padding="valid"``, no padding.

A rule says how a layer is set with `layermath.messages.Setting`; here each is put into the words of
a framework, wherever it stands in a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from layermath.messages import FRAMEWORK, Code, Message, Name, Piece, Setting
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation, Filled, Requirement


class Spelling:
    """The words of one framework: by the name of a setting, the argument as it is written there,
    and where that is not its value, the word for it alone."""

    def __init__(self, written: Mapping[str, str], words: Mapping[str, str]) -> None:
        self._written = written
        self._words = words

    def of(self, setting: Setting) -> str:
        """How the framework has it."""
        words = self._words if setting.word else self._written
        word = words.get(setting.name, setting.name)
        return word if setting.value is None else f"{word}={setting.value}"

    def message(self, message: Message) -> Message:
        """A sentence in the framework's words."""
        pieces = {name: self.piece(piece) for name, piece in message.pieces.items()}
        if all(pieces[name] is piece for name, piece in message.pieces.items()):
            return message
        return replace(message, pieces=MappingProxyType(pieces))

    def maybe(self, message: Message | None) -> Message | None:
        """As `message`, where there is one."""
        return None if message is None else self.message(message)

    def piece(self, piece: Piece) -> Piece:
        """A piece of a sentence."""
        if isinstance(piece, Setting):
            return (Name if piece == FRAMEWORK else Code)(self.of(piece))
        if isinstance(piece, Message):
            return self.message(piece)
        if isinstance(piece, tuple) and any(isinstance(one, (Setting, Message)) for one in piece):
            return tuple(map(self.piece, piece))
        return piece

    def title(self, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """What stands in a heading, where a setting is a word among others."""
        return tuple(
            Name(self.of(one)) if isinstance(one, Setting) and one.word else self.piece(one)
            for one in pieces
        )

    @cache  # noqa: B019 - a framework has one spelling, which lives as long as the program
    def equation(self, equation: Equation) -> Equation:
        """An equation, the sentences beside it in the framework's words."""
        return replace(equation, reason=self.maybe(equation.reason), when=self.maybe(equation.when))

    def filled(self, filled: Filled) -> Filled:
        """As `equation`, with its values."""
        return replace(
            filled,
            equation=self.equation(filled.equation),
            drops=tuple(
                one if one.why is None else replace(one, why=self.piece(one.why))
                for one in filled.drops
            ),
            says={stage: self.message(said) for stage, said in filled.says.items()},
        )

    def requirement(self, one: Requirement) -> Requirement:
        """What a layer asks, in the framework's words."""
        return replace(one, reason=self.message(one.reason))

    def applied(self, done: Applied) -> Applied:
        """All that a rule says of given shapes."""
        return replace(
            done,
            quantities=tuple(map(self.filled, done.quantities)),
            requirements=tuple(map(self.requirement, done.requirements)),
            sentences=tuple(map(self.message, done.sentences)),
            additions=None if done.additions is None else self.filled(done.additions),
        )

    def problem(self, problem: ModelProblem) -> ModelProblem:
        """What is wrong, in the framework's words: the same problem, with its place."""
        problem.message = self.message(problem.message)
        problem.details = tuple(map(self.message, problem.details))
        return problem
