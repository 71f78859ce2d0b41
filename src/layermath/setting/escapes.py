"""Text from outside (names, source, paths) made harmless for where it will stand."""

from __future__ import annotations

import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that move a cursor, colour a terminal or turn the writing direction."""

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",  # \textquotedbl is not in the OT1 fonts
    "·": r"$\cdot$",
    "×": r"$\times$",
    "−": "$-$",
    "–": "--",
    "→": r"$\to$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\neq$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
    "…": r"\ldots{}",
    "≈": r"$\approx$",
    "⇔": r"$\Leftrightarrow$",
    "’": "'",
    "“": "``",
    "”": "''",
    "—": "---",
    "′": "$'$",
    **{chr(0x2080 + digit): f"$_{digit}$" for digit in range(10)},
    "\u00a0": "~",
}

GREEK = {
    letter: f"\\{unicodedata.name(letter).split()[-1].lower()}"
    for letter in "αβγδεζηθικμνξπρστυφχψω" + "ΓΔΘΞΠΣΥΦΨΩ"
}
"""Greek letters and their commands in LaTeX's mathematics."""
for _letter in "ΓΔΘΞΠΣΥΦΨΩ":
    GREEK[_letter] = "\\" + GREEK[_letter][1:].capitalize()

_ASCII = {
    "·": "*",
    "×": "x",
    "−": "-",
    "–": "-",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "…": "...",
    "’": "'",
    "“": '"',
    "”": '"',
    **{chr(0x2080 + digit): str(digit) for digit in range(10)},
}


def harmless(text: str) -> str:
    """``text`` without the characters that do something to a terminal: those are written out.

    ``"\\x1b[31m"`` becomes the visible ``\\x1b[31m``. Letters of any script stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _HARMFUL
        else character
        for character in text
    )


def ascii_signs(text: str) -> str:
    """``text`` with the signs of mathematics in ASCII: ``->`` for ``→``. Letters stay."""
    return text if text.isascii() else "".join(_ASCII.get(sign, sign) for sign in text)


def latex(text: str) -> str:
    """``text`` as LaTeX sets it letter by letter, outside mathematics.

    A letter that pdflatex has in no font is told by its number: ``U+1F600``. Hangul stays: it needs
    kotex.
    """
    return "".join(_latex_letter(letter) for letter in harmless(text))


def _latex_letter(letter: str) -> str:
    if letter in _LATEX:
        return _LATEX[letter]
    if letter in GREEK:
        return f"${GREEK[letter]}$"
    if letter.isascii() or "\u00a1" <= letter <= "\u017e" or is_hangul(letter):
        return letter
    return f"U+{ord(letter):04X}"


def is_hangul(letter: str) -> bool:
    """Whether it is a Korean letter or syllable."""
    return "\uac00" <= letter <= "\ud7a3" or "\u3131" <= letter <= "\u318e"
