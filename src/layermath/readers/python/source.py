"""The text of a source: parsed, and quoted again where a message needs it."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from layermath.messages import _
from layermath.problems import CallProblem
from layermath.readers.python.limits import NESTING, SOURCE_CHARACTERS

QUOTED = 200
"""How much of an expression a message quotes."""


@dataclass(frozen=True)
class Written:
    """An expression of the source, as it was written."""

    source: Source
    node: ast.expr | ast.stmt | None

    @property
    def line(self) -> int | None:
        """Its first line, from 1."""
        return None if self.node is None else self.node.lineno

    @property
    def text(self) -> str:
        """The expression in one line."""
        return "" if self.node is None else self.source.segment(self.node)


class Source:
    """A source text with its syntax tree."""

    def __init__(self, text: str) -> None:
        """Parse. Raises `CallProblem` for text that is not Python, or too much of it."""
        try:
            self.tree = parse(text)
        except CallProblem:
            without = _without_magics(text)
            if without == text:
                raise
            self.tree, text = parse(without), without
        self.text = text
        self._too_deep = too_deep(self.tree)

    @cached_property
    def _lines(self) -> list[bytes]:
        # The parser counts columns in UTF-8 bytes, and lines as universal newlines.
        return self.text.replace("\r\n", "\n").replace("\r", "\n").encode().split(b"\n")

    def written(self, node: ast.expr | ast.stmt | None) -> Written:
        """The node, to be quoted later."""
        return Written(self, node)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """What stands in the source at this node, in one line, cut where it is very long."""
        if node.end_lineno is None or node.end_col_offset is None:
            return ""
        lines = self._lines[node.lineno - 1 : min(node.end_lineno, node.lineno + 40)]
        if not lines:
            return ""
        if len(lines) == node.end_lineno - node.lineno + 1:
            lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        text = " ".join(_without_comment(line.decode(errors="replace")) for line in lines)
        text = " ".join(text.split())
        for bracket in "([":
            text = text.replace(f"{bracket} ", bracket)
        for bracket in ")]":
            text = text.replace(f", {bracket}", bracket).replace(f" {bracket}", bracket)
        return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"

    def is_too_deep(self, statement: ast.stmt) -> bool:
        """Whether the statement nests deeper than is followed."""
        return id(statement) in self._too_deep


def _without_magics(text: str) -> str:
    """The text with ``pass`` for the lines of a notebook that are none of Python's: ``%matplotlib
    inline``, ``!pip install flowers``."""
    return re.sub(r"^([ \t]*)[%!][^\r\n]*", r"\1pass", text, flags=re.MULTILINE)


def _without_comment(line: str) -> str:
    quote = ""
    for place, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            return line[:place]
    return line


def parse(text: str) -> ast.Module:
    """The syntax tree. Raises `CallProblem` for text that is not Python, or too much of it."""
    if len(text) > SOURCE_CHARACTERS:
        raise CallProblem(
            _(
                "this source has {length} characters; at most {most} are read",
                length=len(text),
                most=SOURCE_CHARACTERS,
            )
        )
    if "\0" in text:
        raise CallProblem(_("this is not Python source: it has zero bytes in it"))
    try:
        with warnings.catch_warnings():
            # Python warns of escapes and literals that it will refuse one day: not our business.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise CallProblem(
            _("this is not Python: {reason}", reason=str(error.msg)), line=error.lineno
        ) from None
    except (RecursionError, MemoryError):
        raise CallProblem(_("this source nests too deep to be read")) from None
    except ValueError:  # surrogates that no encoding takes
        raise CallProblem(_("this is not Python source: it is not text")) from None


def parse_expression(text: str) -> tuple[Source, ast.expr]:
    """An expression of its own (``--call``). Raises `CallProblem` where it is none."""
    source = Source(text)
    if len(source.tree.body) != 1 or not isinstance(source.tree.body[0], ast.Expr):
        raise CallProblem(_("this is not one Python expression"))
    statement = source.tree.body[0]
    if source.is_too_deep(statement):
        raise CallProblem(_("this expression nests too deep to be read"))
    return source, statement.value


def too_deep(tree: ast.Module) -> frozenset[int]:
    """The ids of the statements that nest deeper than `NESTING`."""
    found: set[int] = set()
    waiting: list[tuple[ast.AST, int, ast.stmt | None]] = [(tree, 0, None)]
    while waiting:
        node, depth, statement = waiting.pop()
        if depth > NESTING and statement is not None:
            found.add(id(statement))
            continue
        if isinstance(node, ast.stmt):
            statement = node
        # A chain of elif is not nested for who runs through it, though the tree has it so.
        chain = node.orelse if isinstance(node, ast.If) and _is_elif(node) else []
        for child in ast.iter_child_nodes(node):
            waiting.append((child, depth if child in chain else depth + 1, statement))
    return frozenset(found)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """The names that imports anywhere in the source bind, each with its module."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.asname or one.name.split(".")[0]: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: node.module or "" for one in node.names}
    return found


def names_with_values(tree: ast.Module) -> frozenset[str]:
    """The names that the source reads or gives a value: no letter of an axis may be one of them.

    A name that is only ever None is no value (``H, W = None, None``), nor is a parameter.
    """
    loaded: set[str] = set()
    stored: set[str] = set()
    parameters: set[str] = set()
    none: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loaded.add(node.id)
        elif isinstance(node, ast.Name):
            stored.add(node.id)
            times[node.id] += 1
        elif isinstance(node, ast.arg):
            parameters.add(node.arg)
        elif isinstance(node, ast.Assign):
            none.update(name for one in node.targets for name in _set_to_none(one, node.value))
    nothing = {name for name, number in none.items() if number == times[name]}
    return frozenset((loaded - parameters | stored) - nothing)


def _set_to_none(target: ast.expr, value: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        is_none = isinstance(value, ast.Constant) and value.value is None
        return [target.id] if is_none else []
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=False)
        return [name for one, other in pairs for name in _set_to_none(one, other)]
    return []


def _is_elif(node: ast.If) -> bool:
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)


def stored_names(nodes: list[ast.stmt] | list[ast.expr]) -> Iterator[str]:
    """Every name that these statements assign, nested functions left out."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
            continue
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, ast.Lambda):
            continue
        waiting.extend(ast.iter_child_nodes(node))


def own_nodes(statements: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every node in these statements but those of functions defined in them."""
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
