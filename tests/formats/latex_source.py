r"""A strict reader of LaTeX's structure, without TeX: what TeX would stumble over is an error.

It follows groups, environments, mathematics and ``\left … \right``, knows where ``&``, ``_``, ``^``
and ``#`` may stand, and collects the commands, environments and labels that occur.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|%[^\n]*\n?|\s+|.", re.DOTALL)
MATHEMATICS = {"align", "align*", "aligned", "$"}
TABLES = {"tabular", "tabular*", "longtable"}
ALIGNED = {"align", "align*", "aligned", "cells", *TABLES}

ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("text", "textbf", "textit", "textrm", "texttt", "mbox"), ("words",)),
    "layermathreason": ("words",),
    "lhs": ("$",),
    "derived": ("words", "cells", "words"),
    **dict.fromkeys(("layerheading", "layerline", "layermathlayer"), ("words",) * 3 + ("$",)),
    **dict.fromkeys(("twosides", "heading", "statement"), ("words", "words")),
    **dict.fromkeys(("note", "drawing", "apart"), ("words",)),
    **dict.fromkeys(("layermathtable", "layermathpicture"), ("words",)),
    **dict.fromkeys(("asked", "alone"), ("words", "words", "words")),
    "question": ("words", "words"),
    "answer": ("words", "words"),
}
"""What stands in the arguments of a command; the others pass on what is around them."""


class Broken(AssertionError):
    """The source is not what TeX takes."""


@dataclass
class Open:
    """Something that is open: a group, an environment, dollars, or ``\\left``."""

    closes: str
    kind: str
    waiting: tuple[str, ...] = ()


@dataclass
class Source:
    """What was found."""

    commands: set[str] = field(default_factory=set)
    environments: set[str] = field(default_factory=set)
    labels: list[str] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)


def read(text: str) -> Source:
    """Read what stands between ``\\begin{document}`` and its end, or a fragment."""
    reader = _Reader(_without_pictures(text))
    reader.run()
    return reader.found


def body_of(document: str) -> str:
    """The body of a whole document, which must have one."""
    head, begin, rest = document.partition("\\begin{document}\n")
    body, end, behind = rest.rpartition("\\end{document}\n")
    if not (head and begin and end) or behind:
        raise Broken("not one document")
    if "\\end{document}" in body:
        raise Broken("it ends twice")
    return body


def _without_pictures(text: str) -> str:
    """TikZ has a grammar of its own; its labels are read as LaTeX."""
    parts = re.split(r"(\\begin\{tikzpicture\}.*?\\end\{tikzpicture\})", text, flags=re.DOTALL)
    for place in range(1, len(parts), 2):
        parts[place] = "".join(
            f"{{{label}}}" for label in re.findall(r"at \([^)]*\) \{(.*)\};", parts[place])
        )
    return "".join(parts)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Source()
        self.stack: list[Open] = [Open("", "words")]
        self.waiting: tuple[str, ...] = ()
        self.place = 0

    def run(self) -> None:
        while self.place < len(self.text):
            match = TOKEN.match(self.text, self.place)
            assert match is not None
            self.place = match.end()
            self.token(match[0])
        if len(self.stack) > 1:
            raise Broken(f"{self.stack[-1].closes} is missing")

    def fail(self, why: str) -> None:
        raise Broken(f"{why}: {self.text[max(0, self.place - 60) : self.place]!r}")

    @property
    def mathematics(self) -> bool:
        return self.stack[-1].kind in {*MATHEMATICS, "cells"}

    def token(self, token: str) -> None:
        if token.startswith("%"):
            return
        if token.isspace():
            if token.count("\n") > 1:
                self.waiting = ()
                if self.mathematics:
                    self.fail("a paragraph ends in mathematics")
            return
        if token == "{":
            kind, *rest = self.waiting or (self.stack[-1].kind,)
            inherited = not self.waiting
            self.stack.append(Open("}", self._inside(kind) if inherited else kind, tuple(rest)))
            self.waiting = ()
            return
        if token == "}":
            self.waiting = self.close("}")
            return
        self.waiting = ()
        if token.startswith("\\"):
            self.command(token[1:])
        elif token == "$":
            if self.stack[-1].closes == "$":
                self.close("$")
            elif self.mathematics:
                self.fail("dollars in mathematics")
            else:
                self.stack.append(Open("$", "$"))
        elif token == "&":
            if self.stack[-1].kind not in ALIGNED or self.stack[-1].closes == "}" * (
                self.stack[-1].kind != "cells"
            ):
                self.fail("& outside columns")
        elif token in "_^":
            if not self.mathematics:
                self.fail(f"{token} in words")
        elif token == "#":
            self.fail("# is for definitions")
        elif not token.isascii():
            self.found.letters.add(token)

    def _inside(self, kind: str) -> str:
        """A group in a column or a formula is still mathematics, and no column."""
        if kind in TABLES:
            return "words"
        return "$" if kind in {*MATHEMATICS, "cells"} else kind

    def close(self, sign: str) -> tuple[str, ...]:
        last = self.stack.pop()
        if last.closes != sign:
            self.fail(f"{sign} where {last.closes or 'nothing'} is open")
        return last.waiting

    def command(self, name: str) -> None:
        if name in ("begin", "end"):
            self.environment(name)
        elif name == "left":
            self.stack.append(Open("right", self._inside(self.stack[-1].kind)))
            self.delimiter()
        elif name == "right":
            self.close("right")
            self.delimiter()
        elif name == "label":
            self.found.commands.add(name)
            self.found.labels.append(self.argument())
        else:
            self.found.commands.add(name.rstrip("*") if name[0].isalpha() else name)
            self.waiting = ARGUMENTS.get(name, ())

    def delimiter(self) -> None:
        match = re.compile(r"\\[lr](?:floor|ceil)\b|[()]").match(self.text, self.place)
        if match is None:
            self.fail("no delimiter")
        else:
            self.place = match.end()

    def argument(self) -> str:
        match = re.compile(r"\{([^{}]*)\}").match(self.text, self.place)
        if match is None:
            self.fail("no argument")
            return ""
        self.place = match.end()
        return match[1]

    def skip(self) -> None:
        """Pass over one argument: the columns of a table are no text."""
        depth, start = 0, self.place
        for sign in self.text[start:]:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            self.place += 1
            if not depth:
                break
        if self.text[start] != "{" or depth:
            self.fail("no argument")

    def environment(self, which: str) -> None:
        name = self.argument()
        if which == "end":
            self.close(f"end {name}")
            return
        self.found.environments.add(name)
        if name in TABLES:
            for _argument in range(2 if name == "tabular*" else 1):
                self.skip()
        self.stack.append(Open(f"end {name}", name if name in ALIGNED else "words"))


def check(text: str, commands: Sequence[str]) -> Source:
    """Read ``text``, in which only these commands may occur."""
    found = read(text)
    strange = found.commands - set(commands)
    if strange:
        raise Broken(f"not allowed here: {sorted(strange)}")
    return found
