"""Sentences: a message and its typed pieces, set for where they will stand."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from sympy import Basic, Expr
from sympy.core.relational import Relational

from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.algebra.written import in_order
from layermath.messages import Code, Count, Extent, Message, Name, Piece, Setting, Shape
from layermath.setting import escapes
from layermath.setting.language import ENGLISH, Language
from layermath.setting.mathematics import Style
from layermath.setting.particles import fitting, may_fit
from layermath.setting.styles import LATEX, UNICODE

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")

OPEN, CLOSE = "\ue000", "\ue001"
"""Around mathematics until a sentence is finished; no name can hold them (`escapes.harmless`)."""
_SIGN = rf"(?:([=+])|{OPEN}([^{OPEN}{CLOSE} \w]|\\[a-z]+){CLOSE})"
_JOINED = re.compile(rf"{CLOSE} {_SIGN} {OPEN}")
_SIGNED = re.compile(rf"(?<= ){_SIGN} {OPEN}")
_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)\$")
_MATHEMATICS = re.compile(rf"{OPEN}(.*?){CLOSE}")

HARD_SPACE = "\u00a0"
"""Stands inside formulas and shapes, which a line must not break without need."""


@dataclass(frozen=True)
class Setter(ABC):
    """Sets messages in one language and one style of mathematics."""

    style: Style = UNICODE
    language: Language = ENGLISH

    def say(self, message: Message) -> str:
        """The message. A brace may hold the name of a piece and nothing else."""
        return self.to_wrap(message).replace(HARD_SPACE, " ")

    def to_wrap(self, message: Message) -> str:
        """The message as it goes to what breaks it into lines: with hard spaces in formulas."""
        return self.finished(self._said(message))

    def finished(self, text: str) -> str:
        """The last touch to a whole message."""
        return text

    def _said(self, message: Message) -> str:
        template = self.language.template(message)
        parts, end = [], 0
        before: Piece = ""
        for brace in _BRACES.finditer(template):
            parts.append(self._words(template[end : brace.start()], before))
            parts.append(self._brace(brace, message))
            before, end = message.pieces.get(brace[1] or "", ""), brace.end()
        return "".join([*parts, self._words(template[end:], before)])

    def _words(self, text: str, before: Piece) -> str:
        """Words of the template, which may have to fit the piece before them."""
        if may_fit(text):
            style = replace(UNICODE, notation=self.style.notation)
            text = fitting(TextSetter(style, self.language).say(_alone(before)), text)
        return self.prose(text)

    def sentence(self, message: Message) -> str:
        """As `to_wrap`, with a capital where it begins with words that stand in a brace."""
        text = self.to_wrap(message)
        return text[:1].upper() + text[1:] if self._begins_with_words(message) else text

    def _begins_with_words(self, piece: Piece) -> bool:
        """Whether the first thing in ``piece`` is prose: names and formulas take no capital."""
        if isinstance(piece, tuple):
            return bool(piece) and self._begins_with_words(piece[0])
        if isinstance(piece, Message):
            first = _BRACES.match(self.language.template(piece))
            name = first[1] if first else None
            return name is None or self._begins_with_words(piece.pieces.get(name, ""))
        return isinstance(piece, str)

    def _brace(self, brace: re.Match[str], message: Message) -> str:
        name = brace[1]
        if name in message.pieces:
            return self.piece(message.pieces[name])
        return self.prose(brace[0][0] if name is None else brace[0])

    def piece(self, piece: Piece) -> str:
        """One piece, each type in its own way."""
        match piece:
            case Message():
                return self._said(piece)
            case str():
                return self.prose(piece)
            case Setting():
                return self.prose(piece.name)
            case Name():
                return self.name(piece.text)
            case Code():
                return self.code(piece.text)
            case Count():
                count = piece.value if piece.kept else _arranged(piece.value)
                return self.mathematics(self.style.write(count, thousands=True))
            case Shape():
                return self.mathematics(self.shape(piece))
            case Extent():
                return self.mathematics(self.extent(piece))
            case tuple():
                return ", ".join(self.piece(item) for item in piece)
            case Relational():
                return self.mathematics(self.style.condition(piece))
            case Basic() | int():
                return self.mathematics(self.style.write(piece))
            case _:
                raise TypeError(f"no way to set {piece!r}")

    def shape(self, shape: Shape) -> str:
        """``(26, 26, 32)``, in mathematics; ``?`` where even the number of axes is unknown."""
        if shape.sizes == UNKNOWN_SHAPE:
            return "?"
        return f"({', '.join(self._ordered(size) for size in shape.sizes)})"

    def extent(self, extent: Extent) -> str:
        """``3×3``, in mathematics."""
        return self.times().join(
            self._ordered(size)
            if isinstance(size, int) or size.is_Atom
            else self.style.parentheses(self._ordered(size))
            for size in extent.sizes
        )

    def _ordered(self, size: int | Basic) -> str:
        return self.style.write(_arranged(size))

    @abstractmethod
    def times(self) -> str:
        """The sign between the sides of an extent."""

    @abstractmethod
    def prose(self, text: str) -> str:
        """Words."""

    @abstractmethod
    def name(self, text: str) -> str:
        """The name of a layer, model or file."""

    @abstractmethod
    def code(self, text: str) -> str:
        """A piece of source."""

    @abstractmethod
    def mathematics(self, text: str) -> str:
        """What a style of mathematics has set, inside prose."""


def _arranged(size: int | Basic) -> int | Basic:
    """A size in the order in which a person writes it. One that its author wrote out, so that
    evaluating it would change it, keeps its form."""
    if not isinstance(size, Expr) or not size.args:
        return size
    evaluated = size.func(*size.args)
    same = evaluated.func is size.func and set(evaluated.args) == set(size.args)
    return in_order(size) if same else size


def _alone(piece: Piece) -> Message:
    """A message of one piece, to hear how that ends."""
    return Message("{piece}", {"piece": piece})


@dataclass(frozen=True)
class TextSetter(Setter):
    """For a terminal. ``unicode`` off: signs in ASCII."""

    unicode: bool = True

    def times(self) -> str:
        return "×" if self.unicode else "x"

    def prose(self, text: str) -> str:
        return text if self.unicode else escapes.ascii_signs(text)

    def name(self, text: str) -> str:
        return self.prose(escapes.harmless(text))

    def code(self, text: str) -> str:
        return escapes.harmless(text)

    def mathematics(self, text: str) -> str:
        return text.replace(" ", HARD_SPACE)

    def piece(self, piece: Piece) -> str:
        return (
            escapes.harmless(super().piece(piece))
            if isinstance(piece, str)
            else super().piece(piece)
        )


@dataclass(frozen=True)
class LatexSetter(Setter):
    r"""For LaTeX's text mode: inside ``\text{…}`` or a paragraph."""

    style: Style = LATEX

    def times(self) -> str:
        return r" \times "

    def prose(self, text: str) -> str:
        return _DOLLARS.sub(rf"{OPEN}\1{CLOSE}", escapes.latex(text))

    def name(self, text: str) -> str:
        return escapes.latex(text)

    def code(self, text: str) -> str:
        return rf"\texttt{{{escapes.latex(text)}}}".replace(" ", HARD_SPACE)

    def mathematics(self, text: str) -> str:
        return f"{OPEN}{text}{CLOSE}"

    def finished(self, text: str) -> str:
        """Mathematics that stands together is set together: ``$K = 3$``, not ``$K$ = $3$``."""
        text = _JOINED.sub(lambda sign: f" {sign[1] or sign[2]} ", text)
        text = _SIGNED.sub(lambda sign: f"{OPEN}{sign[1] or sign[2]} ", text)
        parts = _MATHEMATICS.split(text.replace(f"{CLOSE}{OPEN}", " "))
        parts[1::2] = [f"${part.replace(' ', HARD_SPACE)}$" for part in parts[1::2]]
        return "".join(parts)
