"""Exercises and marked answers as text."""

from __future__ import annotations

from collections.abc import Iterator

from layermath.formats.text.grid import INDENT, Grid
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, painted
from layermath.formats.text.quantities import rows
from layermath.messages import Name, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.page.exercises import DIFFICULTIES, VERDICTS, also
from layermath.page.outline import Derived, in_the_same_way, lines_of
from layermath.page.steps import shown_symbol
from layermath.questions.records import Deduction, Mark, Marking, Question, Sheet, Solved
from layermath.setting.measure import left, width, wrap

_FURTHER = 2 * INDENT


def render_exercises(sheet: Sheet, options: TextOptions, *, solutions: bool = False) -> str:
    """The questions of a sheet; with ``solutions``, the key: each answer with its derivation and
    the wrong numbers that mistakes lead to."""
    page = _Page(options)
    lines: list[Line] = [*page.heading(sheet, solutions)]
    for question in sheet.questions:
        lines += [BLANK, *page.question(question)]
        if solutions:
            lines += [BLANK, *page.solution(question)]
    return painted(lines, options.colour)


def render_marking(marking: Marking, options: TextOptions) -> str:
    """The marked answers, a line each, and how many of them are right."""
    page = _Page(options)
    lines: list[Line] = []
    marks = marking.marks
    labels = max((width(page.name(mark.label)) for mark in marks), default=0)
    verdicts = {mark.verdict: page.say(VERDICTS[mark.verdict]) for mark in marks}
    column = max((width(text) for text in verdicts.values()), default=0)
    for mark in marks:
        lines += page.mark(mark, labels, verdicts[mark.verdict], column)
    if len(marks) > 1:
        lines += [BLANK, line(page.sentence(marking.summary))]
    return painted(lines, options.colour)


class _Page:
    """Makes the lines, with one set of options."""

    def __init__(self, options: TextOptions) -> None:
        self.options = options
        self.columns = options.columns
        self.say = options.setter.to_wrap
        self.sentence = options.setter.sentence
        self.name = options.setter.name

    def heading(self, sheet: Sheet, solutions: bool) -> Iterator[Line]:
        """What makes the sheet, and what it is worth."""
        settings = sheet.settings
        parts = (
            _("Solutions") if solutions else _("Exercises"),
            _("seed {seed}", seed=str(settings.seed)),
            DIFFICULTIES[settings.difficulty],
            ngettext("{number} question", "{number} questions", len(sheet.questions)),
            ngettext("{number} point", "{number} points", sheet.points),
        )
        for text in wrap(f" {self.options.signs.dot} ".join(map(self.say, parts)), self.columns):
            yield line(text)

    def question(self, question: Question) -> Iterator[Line]:
        """The question, with its number and its points."""
        head = left(str(question.number), INDENT)
        points = ngettext("{number} point", "{number} points", question.points)
        asked = _("{question} ({points})", question=question.text, points=points)
        if question.given is not None:
            asked = _("{given} {question}", given=question.given, question=asked)
        texts = wrap(self.sentence(asked), self.columns - INDENT)
        for index, text in enumerate(texts):
            yield line((" " * INDENT if index else head) + text)
        if question.code:
            yield BLANK
        for code in question.code:
            yield line(" " * _FURTHER + self.options.setter.code(code))

    def solution(self, question: Question) -> Iterator[Line]:
        """The answer, its derivation, and the wrong numbers with their mistakes."""
        yield from self._answer(question)
        grid = Grid.fitting(self.columns)
        for solved in question.solved:
            if len(question.solved) > 1:
                yield from self._layer(solved)
            sizes = {size.name: size for size in solved.sizes}
            shown = {one.quantity for one in solved.quantities}
            for quantity in solved.quantities:
                symbol = shown_symbol(solved.layer, quantity, sizes)
                if quantity.like in shown:
                    derived = in_the_same_way(quantity, symbol)
                else:
                    derived = Derived(quantity, symbol, lines_of(quantity, self.options.detail))
                yield from grid.lay(rows(derived, self.options, grid))
        for one in question.lines:
            yield from self._line(one)
        if question.wrong:
            yield BLANK
            yield from self._wrong(question)

    def _answer(self, question: Question) -> Iterator[Line]:
        answer = question.answer.piece
        said = (
            _("Answer: {answer}", answer=answer)
            if question.unknown is None
            else _("Answer: {letter} = {answer}", letter=question.unknown, answer=answer)
        )
        yield line(" " * INDENT + self.say(said), Role.RESULT)

    def _layer(self, solved: Solved) -> Iterator[Line]:
        layer = solved.layer
        said = _(
            "{name}: {inputs} {arrow} {outputs}",
            name=Name(layer.name),
            inputs=tuple(map(ShapePiece, layer.shown_inputs)),
            arrow=self.options.signs.arrow,
            outputs=tuple(map(ShapePiece, layer.shown_outputs)),
        )
        for text in wrap(self.say(said), self.columns - INDENT):
            yield line(" " * INDENT + text)

    def _line(self, one: Deduction) -> Iterator[Line]:
        statement = self.say(one.statement)
        reason = "" if one.reason is None else self.say(one.reason)
        column = max(_FURTHER + width(statement) + 2, self.columns // 2)
        if column + width(reason) <= self.columns:
            head = (
                left(" " * _FURTHER + statement, column) if reason else " " * _FURTHER + statement
            )
            yield (head, Role.PLAIN), (reason, Role.REASON)
            return
        for text in wrap(statement, self.columns - _FURTHER):
            yield line(" " * _FURTHER + text)
        for text in wrap(reason, self.columns - 2 * _FURTHER):
            yield line(" " * 2 * _FURTHER + text, Role.REASON)

    def _wrong(self, question: Question) -> Iterator[Line]:
        yield line(" " * INDENT + self.sentence(_("wrong numbers, and their mistakes")))
        numbers = [self.say(_("{value}", value=one.value.piece)) for one in question.wrong]
        column = _FURTHER + max(map(width, numbers)) + 2
        for number, one in zip(numbers, question.wrong, strict=True):
            texts = wrap(self.say(one.message), max(20, self.columns - column))
            for index, text in enumerate(texts):
                head = "" if index else " " * _FURTHER + number
                yield (left(head, column), Role.PLAIN), (text, Role.REASON)

    def mark(self, mark: Mark, labels: int, verdict: str, column: int) -> Iterator[Line]:
        """``3  wrong  9,216 leaves out the biases: 32 more``"""
        head = left(self.name(mark.label), labels + 2) + left(verdict, column + 2)
        role = Role.LOST if mark.verdict == "wrong" else Role.PLAIN
        texts = [self.say(mark.said), *map(self.say, also(mark))]
        if mark.verdict == "unanswered":
            texts = []
        room = max(20, self.columns - width(head))
        said = [part for text in texts for part in wrap(text, room)]
        yield (head, role), (said[0] if said else "", Role.PLAIN)
        for text in said[1:]:
            yield line(" " * width(head) + text)
