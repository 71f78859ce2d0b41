"""Exercises as a printed exam: what the exam's frame needs of a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from layermath.algebra.written import same_form
from layermath.derivation.records import Detail, Quantity
from layermath.formats.latex import exam
from layermath.formats.latex.options import LatexOptions
from layermath.messages import Code, Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.page.exercises import DIFFICULTIES
from layermath.page.outline import Derived, Line
from layermath.page.steps import from_the_numbers, shown_symbol, visible
from layermath.questions.records import Deduction, Question, Sheet

_SWITCH = r"\solutionsfalse"


def render_exercises(sheet: Sheet, options: LatexOptions, *, solutions: bool = False) -> str:
    """The document. The solutions are in it, behind its one switch, which ``solutions`` turns."""
    page = exam.render_questions(exam_of(sheet, solutions=solutions), options)
    return page.replace(_SWITCH, r"\solutionstrue", 1) if solutions else page


def exam_of(sheet: Sheet, *, solutions: bool = False) -> exam.Exam:
    """The exam of a sheet. What wrong numbers mean is in the key alone: an exam leaves as much room
    for an answer as its solution takes."""
    settings = sheet.settings
    return exam.Exam(
        _("Exercises"),
        tuple(_question(one, solutions) for one in sheet.questions),
        foot=_(
            "layermath exercises, seed {seed}, {difficulty}",
            seed=str(settings.seed),
            difficulty=DIFFICULTIES[settings.difficulty],
        ),
    )


def _question(question: Question, solutions: bool) -> exam.Question:
    wrong = tuple(exam.Wrong(one.value.piece, one.message) for one in question.wrong)
    part = exam.Part(
        question.text,
        question.points,
        tuple(_derived(question)),
        tuple(_remarks(question)),
        wrong if solutions else (),
        lines=question.points,
    )
    return exam.Question(_given(question), (part,))


def _given(question: Question) -> Message:
    if question.network is None:
        return question.given or _("")
    shape, layers = question.network
    return _(
        "A network with the input {shape} and these layers: {layers}.",
        shape=ShapePiece(shape),
        layers=tuple(map(Code, layers)),
    )


def _derived(question: Question) -> Iterator[Derived]:
    """The derivation; of a network, a line for each quantity, with its layer beside it."""
    several = len(question.solved) > 1
    for solved in question.solved:
        sizes = {size.name: size for size in solved.sizes}
        shown = {one.quantity for one in solved.quantities}
        for place, quantity in enumerate(solved.quantities):
            symbol = shown_symbol(solved.layer, quantity, sizes)
            if several:
                reasons = () if place else (_("{layer}", layer=Name(solved.layer.name)),)
                lines: tuple[Line, ...] = (_in_one_line(quantity, reasons),)
            elif quantity.like in shown:
                result = quantity.steps[-1].expression
                lines = (Line((result,), (_("in the same way"),), result=True),)
            else:
                lines = tuple(_lines(quantity))
            yield Derived(quantity, symbol, lines)


def _in_one_line(quantity: Quantity, reasons: tuple[Message, ...]) -> Line:
    """``⌊(75 − 3)/2⌋ + 1 = 37``"""
    steps = from_the_numbers(quantity.steps)
    ends = [steps[0].expression, steps[-1].expression]
    chain = ends[:1] if same_form(*ends) else ends
    return Line(tuple(chain), reasons, result=True)


def _lines(quantity: Quantity) -> Iterator[Line]:
    steps = visible(quantity.steps, Detail.NORMAL)
    said: set[Message] = set()
    for step in steps:
        reasons = () if step.reason is None or step.reason in said else (step.reason,)
        said.update(reasons)
        yield Line((step.expression,), reasons, result=step is steps[-1])


def _remarks(question: Question) -> Iterator[Message]:
    for line in question.lines:
        yield _remark(line)
    answer: Piece = question.answer.piece
    if question.unknown is None:
        yield _("Answer: {answer}.", answer=answer)
    else:
        yield _("Answer: {letter} = {answer}.", letter=question.unknown, answer=answer)


def _remark(line: Deduction) -> Message:
    if line.reason is None:
        return _("{statement}.", statement=line.statement)
    return _("{statement}: {reason}.", statement=line.statement, reason=line.reason)
