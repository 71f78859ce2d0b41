"""Exercises and marked answers as plain data: ``layermath.exercises/1``, ``layermath.mark/1``."""

from __future__ import annotations

from layermath.formats.json.answer import deduction_dict
from layermath.formats.json.derivation import quantity_dict
from layermath.formats.json.plain import Json, plain, taken
from layermath.questions.records import (
    GENERATOR,
    Mark,
    Marking,
    Question,
    Settings,
    Sheet,
    Value,
    WrongValue,
)
from layermath.setting.language import ENGLISH, Language


def to_exercises_dict(
    sheet: Sheet, *, solutions: bool = False, language: Language = ENGLISH
) -> Json:
    """The questions, with room for the answers: filled in, it is what ``mark`` reads. With
    ``solutions``, each question has its answer, its derivation and the wrong values."""
    data = {
        "schema": "layermath.exercises/1",
        **_settings(sheet.settings),
        "points": sheet.points,
        "questions": [_question(one, solutions) for one in sheet.questions],
        "answers": {str(one.number): None for one in sheet.questions},
    }
    return plain(data, language)


def to_marking_dict(marking: Marking, language: Language = ENGLISH) -> Json:
    """The marked answers."""
    data = {
        "schema": "layermath.mark/1",
        "exercises": None if marking.settings is None else _settings(marking.settings),
        "all_right": marking.all_right,
        "summary": marking.summary,
        "marks": [_mark(one) for one in marking.marks],
    }
    return plain(data, language)


def _settings(settings: Settings) -> Json:
    return {"generator": GENERATOR, **taken(settings, "seed", "difficulty", "number", "topics")}


def _question(question: Question, solutions: bool) -> Json:
    asked: Json = {
        "id": str(question.number),
        "topic": question.topic,
        "given": question.given or "",
        "question": question.text,
        "code": question.code,
        "points": question.points,
        "kind": "shape" if question.answer.is_shape else "number",
        "letter": None if question.unknown is None else question.unknown.name,
    }
    if not solutions:
        return asked
    return {
        **asked,
        "answer": _value(question.answer),
        "derivation": [
            {
                "layer": solved.layer.name,
                "quantities": [quantity_dict(one, solved.sizes) for one in solved.quantities],
            }
            for solved in question.solved
        ],
        "steps": [deduction_dict(one) for one in question.lines],
        "wrong": [_wrong(one) for one in question.wrong],
    }


def _mark(mark: Mark) -> Json:
    return {
        "id": mark.label,
        **taken(mark, "answer", "verdict", "said"),
        "mistakes": [_wrong(one) for one in mark.mistakes],
        "points": mark.points if mark.verdict == "right" else 0,
    }


def _wrong(wrong: WrongValue) -> Json:
    return {
        **taken(wrong, "mistake", "message"),
        "value": _value(wrong.value),
        "layer": wrong.layer,
    }


def _value(value: Value) -> object:
    """A number, or a list of them for a shape."""
    return value.sizes if value.is_shape else value.sizes[0]
