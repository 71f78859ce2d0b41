"""A filled-in sheet of exercises: the JSON that ``layermath exercises --format json`` wrote."""

from __future__ import annotations

import json
from typing import Any

from layermath.messages import Code, Message, Name, _
from layermath.problems import CallProblem
from layermath.questions.records import GENERATOR, TOPICS, Settings, settings_of
from layermath.readers import json_text

_MOST_ANSWERS = 200


def is_sheet(text: str) -> bool:
    """Whether it is a sheet, and not a model's configuration."""
    found = _object(text)
    return found is not None and "answers" in found and "seed" in found


def read_sheet(text: str, file: str) -> tuple[Settings, dict[int, str | None]]:
    """The settings of the exercises, and the answer to each question, None where there is none.

    Raises `CallProblem` where the file does not say which exercises, or is of another version of
    the generator.
    """
    found = _object(text) or {}

    def wrong(message: Message) -> CallProblem:
        return CallProblem(_("{file}: {message}", file=Name(file), message=message))

    version = found.get("generator", GENERATOR)
    if version != GENERATOR:
        raise wrong(
            _(
                "its exercises are of version {version} of the generator; this is {own}",
                version=str(version)[:20],
                own=GENERATOR,
            )
        )
    seed, number = found["seed"], found.get("number", 10)
    for name, value in (("seed", seed), ("number", number)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong(_("{name} must be a whole number", name=Code(name)))
    topics = found.get("topics", list(TOPICS))
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise wrong(_("{name} must be a list of words", name=Code("topics")))
    difficulty = found.get("difficulty", "easy")
    settings = settings_of(seed, str(difficulty), number, tuple(topics))
    answers = found["answers"]
    if not isinstance(answers, dict) or len(answers) > _MOST_ANSWERS:
        raise wrong(_("{name} must have an answer for each question", name=Code("answers")))
    return settings, {_number(key, wrong): _written(item) for key, item in answers.items()}


def _number(key: str, wrong: Any) -> int:
    if not key.isascii() or not key.isdecimal() or len(key) > 9:
        raise wrong(_("{key} is not the number of a question", key=Code(key[:40])))
    return int(key)


def _written(item: object) -> str | None:
    """The answer as text: a number, a list of the sizes of a shape, or what was written."""
    if item is None:
        return None
    if isinstance(item, list):
        return ",".join(str(one) for one in item)
    return str(item)


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json_text.parse(text) if json_text.is_json(text) else None
    except (CallProblem, json.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None
