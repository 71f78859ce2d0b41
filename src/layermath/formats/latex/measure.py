r"""How wide LaTeX sets mathematics and words, about, and where a formula may be broken.

TeX alone knows exactly; but what is broken with ``\\`` must be broken before TeX sees it. Widths
are in em of Computer Modern, and rather too large than too small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(r"\\[A-Za-z]+\s?|\\.|\s+|.", re.DOTALL)
_SCRIPT = 0.72
_BOLD = 1.16

_SIGNS = {
    "+": 1.22,
    "-": 1.22,
    "=": 1.34,
    "<": 1.34,
    ">": 1.34,
    ",": 0.45,
    ".": 0.28,
    "/": 0.5,
    "(": 0.39,
    ")": 0.39,
    "?": 0.48,
}
_COMMANDS = {
    "cdot": 0.73,
    "times": 1.22,
    "geq": 1.34,
    "leq": 1.34,
    "neq": 1.34,
    "to": 1.6,
    "lfloor": 0.5,
    "rfloor": 0.5,
    "lceil": 0.5,
    "rceil": 0.5,
    "max": 1.9,
    "min": 1.8,
    "bmod": 2.7,
    "ldots": 1.3,
    "left": 0.12,
    "right": 0.12,
    "quad": 1.0,
    "qquad": 2.0,
}
_SIZES = {
    "mathbf": _BOLD,
    "boldsymbol": _BOLD,
    "result": _BOLD,
    "layermathresult": _BOLD,
}
_TALL = re.compile(r"\\(?:left|right)(?![A-Za-z])\s?")
_NESTING = {"(": 1, ")": -1, r"\lfloor": 1, r"\rfloor": -1, r"\lceil": 1, r"\rceil": -1}
_BEYOND = 1.6
_WORDS = {"mathrm", "mathit", "text", "textit", "textrm", "texttt", "operatorname"}


def width(mathematics: str) -> float:
    """The width of mathematics in display style, in em."""
    return _Width(mathematics).all()


def is_tall(mathematics: str) -> bool:
    """Whether a line needs the height of a fraction."""
    return r"\frac" in mathematics


class _Width:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def all(self) -> float:
        total = 0.0
        while self.place < len(self.text):
            total += self._next()
        return total

    def _next(self) -> float:
        found = _TOKEN.match(self.text, self.place)
        if found is None:
            return 0.0
        token = found[0]
        if token == "{":
            return width(self._group())
        self.place = found.end()
        if token[0] == "\\" and len(token) > 1:
            return self._command(token[1:].strip())
        if token in "_^":
            return _SCRIPT * (width(self._group()) if self._opens() else self._next())
        if token.isspace() or token == "}":
            return 0.0
        if token in _SIGNS:
            return _SIGNS[token]
        if token.isdigit():
            return 0.5
        return 0.85 if token.isupper() or not token.isascii() else 0.58

    def _opens(self) -> bool:
        return self.text[self.place : self.place + 1] == "{"

    def _group(self) -> str:
        """What is inside the braces that open here."""
        depth, start = 0, self.place
        for found in _TOKEN.finditer(self.text, start):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if not depth:
                self.place = found.end()
                return self.text[start + 1 : found.start()]
        self.place = len(self.text)
        return self.text[start + 1 :]

    def _command(self, name: str) -> float:
        if name == "frac":
            return max(width(self._group()), width(self._group())) + 0.3
        if name in _SIZES and self._opens():
            return _SIZES[name] * width(self._group())
        if name in _WORDS and self._opens():
            return prose_width(self._group(), 0.53)
        return _COMMANDS.get(name, 0.6)


_VISIBLE = re.compile(r"\\(?:text\w+|emph|mbox)\b|\{\}|[{}]")
_TYPED = re.compile(r"\\texttt\{((?:[^{}\\]|\\[^A-Za-z]|\\[A-Za-z]+\{\})*)\}")
_ESCAPED = re.compile(r"\\[^A-Za-z]|\\(?:text[a-z]+|ldots|char34)\{\}")
_MATHEMATICS = re.compile(r"(?<!\\)\$([^$]*)\$")


def prose_width(text: str, letter: float = 0.46) -> float:
    """The width of words with mathematics between dollars, in em; ``letter`` is that of one of
    their letters."""
    parts = _MATHEMATICS.split(text.replace(r"\allowbreak{}", ""))
    words = _TYPED.sub(lambda typed: typed[1] + typed[1][::5], "".join(parts[::2]))
    seen = _VISIBLE.sub("", _ESCAPED.sub("x", words))
    wide = sum(1 for sign in seen if ord(sign) >= 0x1100)
    tall = 0.22 * sum(map(str.isupper, seen))
    return (len(seen) - wide) * letter + tall + wide * 0.95 + sum(map(width, parts[1::2]))


def broken(mathematics: str, room: float) -> list[str]:
    """A formula in lines that are not wider than ``room``, as far as it can be broken: before an
    operator, best of all before one that stands in no parentheses. A fraction, and what stands
    between tall brackets, cannot be broken: what is much too wide is written on one line first."""
    if width(mathematics) <= room:
        return [mathematics]
    pieces = [
        flat
        for bad, piece in _pieces(mathematics)
        for flat in (
            _pieces(_on_one_line(piece), bad) if width(piece) > _BEYOND * room else [(bad, piece)]
        )
    ]
    return list(_filled(pieces, room))


def _on_one_line(mathematics: str) -> str:
    """The formula with a slash for the bar of each fraction, and brackets that do not grow."""
    flat = _TALL.sub("", mathematics)
    while (place := flat.find(r"\frac{")) >= 0:
        over = _Width(flat)
        over.place = place + len(r"\frac")
        parts = [_whole(over._group()), _whole(over._group())]
        flat = flat[:place] + " / ".join(parts) + flat[over.place :]
    return flat


def _whole(part: str) -> str:
    """What stood over or under a bar, in parentheses where it is not one thing."""
    return f"({part})" if len(_pieces(part)) > 1 else part


def _pieces(mathematics: str, bad: int = 0) -> list[tuple[int, str]]:
    """The formula cut before each operator that may begin a line; with each piece how bad it is to
    break there (``bad`` before the first): products are worse than sums, and parentheses than what
    is around them."""
    pieces: list[tuple[int, str]] = []
    start, braces, parentheses = 0, 0, 0
    for found in _TOKEN.finditer(mathematics):
        token = found[0].strip()
        braces += {"{": 1, r"\left": 1, "}": -1, r"\right": -1}.get(token, 0)
        parentheses += _NESTING.get(token, 0) if not braces else 0
        if braces or token not in ("+", "-", "=", r"\cdot", r"\times") or not found.start():
            continue
        if mathematics[found.start() - 1] != " ":
            continue  # a sign, not an operation
        pieces.append((bad, mathematics[start : found.start()].rstrip()))
        start = found.start()
        bad = 4 * parentheses + {"=": 0, r"\cdot": 2, r"\times": 2}.get(token, 1)
    return [*pieces, (bad, mathematics[start:])]


def _filled(pieces: Sequence[tuple[int, str]], room: float) -> Iterator[str]:
    line: list[tuple[int, str]] = []
    for piece in pieces:
        line.append(piece)
        while len(line) > 1 and width(_joined(line)) > room:
            # the last of the least bad places, but not so early that little stands on the line
            places = [
                place
                for place in range(1, len(line))
                if width(_joined(line[:place])) > room / 3 or place == len(line) - 1
            ]
            cut = min(reversed(places), key=lambda place: line[place][0])
            yield _joined(line[:cut])
            line = line[cut:]
    yield _joined(line)


def _joined(pieces: Sequence[tuple[int, str]]) -> str:
    return " ".join(text for _bad, text in pieces)
