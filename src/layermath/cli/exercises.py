"""``layermath exercises`` and ``layermath mark``"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from layermath.cli import options as opt
from layermath.cli.language import spoken, stop
from layermath.cli.models import network_of
from layermath.cli.output import as_json, text_options, write
from layermath.messages import Code, _

if TYPE_CHECKING:
    from layermath.questions.records import Marking, Settings

EXERCISES_EXAMPLES = """Examples:

  layermath exercises --seed 7                        ten questions, easy ones

  layermath exercises --seed 7 --solutions            the key, with what wrong numbers mean

  layermath exercises --seed 7 --difficulty hard --topics params,macs --number 4

  layermath exercises --seed 7 --format latex -o exam.tex

  layermath exercises --seed 7 --format json -o answers.json    to fill in, for mark

The same seed gives the same questions, on every machine.
"""

MARK_EXAMPLES = """Examples:

  layermath mark cnn.py --layer conv2d_1 --answer params=9216

  layermath mark cnn.py --layer conv2d_1 --answer output=11,11,64 --answer receptive_field=8

  layermath mark cnn.py --answer params=113386 --answer macs=1,413,504

  layermath mark cnn.py --input H,W,3 --layer conv2d --answer 'output.H=H - 2'

  layermath mark answers.json                         what exercises --format json wrote, filled in

  layermath mark --seed 7 --answer 3=448              the third of its questions

The exit status is 0 where every answer is right, 1 where one is wrong, 2 for a wrong call.
"""


def _difficulty(text: str) -> str:
    """``easy``, or its number."""
    lowered = text.lower()
    if lowered in opt.DIFFICULTIES:
        return lowered
    if lowered in ("1", "2", "3"):
        return opt.DIFFICULTIES[int(lowered) - 1]
    raise typer.BadParameter(f"{text!r} is not one of {', '.join(opt.DIFFICULTIES)}, or 1, 2, 3.")


Seed = Annotated[int, typer.Option("--seed", help="Which questions: a whole number.")]
Difficulty = Annotated[
    str,
    typer.Option(
        "--difficulty",
        metavar="easy|medium|hard",
        parser=_difficulty,
        help="How hard the questions are; 1, 2 and 3 are the same.",
    ),
]
Number = Annotated[int, typer.Option("--number", min=1, max=200, help="How many questions.")]
Topics = Annotated[
    str,
    typer.Option(
        "--topics",
        metavar="TOPICS",
        help="What they are about, in turn: shape, params, macs, receptive-field, inverse.",
    ),
]
ALL_TOPICS = "shape,params,macs,receptive-field,inverse"


def exercises(
    seed: Seed = 1,
    difficulty: Difficulty = "easy",
    number: Number = 10,
    topics: Topics = ALL_TOPICS,
    solutions: Annotated[
        bool,
        typer.Option(
            "--solutions",
            help="The key: each answer with its derivation, and the mistake behind each wrong "
            "number.",
        ),
    ] = False,
    format_: Annotated[
        opt.ExercisesFormat,
        typer.Option("--format", help="How they are written; latex is an exam."),
    ] = opt.ExercisesFormat.text,
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """Questions whose numbers tell the usual mistakes apart; their solutions are derivations."""
    from layermath.questions.exercises import exercises as drawn

    sheet = drawn(_settings(seed, difficulty, number, topics))
    if format_ is opt.ExercisesFormat.json:
        from layermath.formats.json.exercises import to_exercises_dict

        write(as_json(to_exercises_dict(sheet, solutions=solutions, language=spoken())), output)
    elif format_ is opt.ExercisesFormat.latex:
        from layermath.formats.latex import LatexOptions
        from layermath.formats.latex.exercises import render_exercises as render_exam

        write(render_exam(sheet, LatexOptions(language=spoken()), solutions=solutions), output)
    else:
        from layermath.formats.text.exercises import render_exercises

        options = text_options(output=output, ascii_=ascii_)
        write(render_exercises(sheet, options, solutions=solutions), output)


def _settings(seed: int, difficulty: str, number: int, topics: str) -> Settings:
    from layermath.questions.records import settings_of

    names = tuple(name.strip() for name in topics.split(",") if name.strip())
    return settings_of(seed, difficulty, number, names)


def mark(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[MODEL]",
            help=opt.MODEL_HELP + " Or answers to exercises: what exercises --format json wrote, "
            "filled in.",
        ),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="WHAT=ANSWER",
            help="An answer; again and again. WHAT is output, output.H, params, trainable_params, "
            "macs or receptive_field; of exercises the number of the question.",
        ),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option("--layer", metavar="NAME", help="Of this layer, not of the whole model."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Answers to the exercises of this seed.")
    ] = None,
    difficulty: Difficulty = "easy",
    number: Number = 10,
    topics: Topics = ALL_TOPICS,
    set_: opt.Set = None,
    input_: opt.Input = None,
    model_name: opt.ModelName = None,
    call: opt.CallText = None,
    format_: Annotated[opt.AnswerFormat, opt.WRITTEN] = opt.AnswerFormat.text,
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """Mark answers: which are right, and which mistake leads to a wrong one."""
    from layermath.questions.marking import Asked, mark_model

    answers = _answers(answer or ())
    if model is None and seed is None:
        stop(_("a model, a file of answers or {option} is needed", option=Code("--seed")))
    if model is not None and seed is not None:
        stop(_("{option}: it goes with no model and no file", option=Code("--seed")))
    sheet = None if model is None else _answer_sheet(model)
    if model is None and seed is not None:
        marking = _mark_sheet(_settings(seed, difficulty, number, topics), {}, answers)
    elif sheet is not None:
        marking = _mark_sheet(sheet[0], sheet[1], answers)
    else:
        assert model is not None
        if not answers:
            stop(_("{option} is needed: what is to be marked", option=Code("--answer")))
        network = network_of(model, set_, input_, model_name, call)
        marking = mark_model(network, layer, [Asked(*each) for each in answers])
    if format_ is opt.AnswerFormat.json:
        from layermath.formats.json.exercises import to_marking_dict

        write(as_json(to_marking_dict(marking, spoken())), output)
    else:
        from layermath.formats.text.exercises import render_marking

        write(render_marking(marking, text_options(output=output, ascii_=ascii_)), output)
    if not marking.all_right:
        raise typer.Exit(1)


def _answers(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        name, equals, written = text.partition("=")
        if not equals or not name.strip() or not written.strip():
            stop(
                _(
                    "{option}: it must be {form}, as {example}",
                    option=Code(f"--answer {text}"),
                    form=Code("WHAT=ANSWER"),
                    example=Code("params=9216"),
                )
            )
        found.append((name.strip(), written.strip()))
    return found


def _answer_sheet(model: str) -> tuple[Settings, dict[int, str | None]] | None:
    """The settings and the answers of a filled-in sheet; None where it is a model."""
    from layermath.questions.answer_sheets import is_sheet, read_sheet
    from layermath.sources import find

    if not model.lower().endswith(".json"):
        return None
    text = find(model).text
    return read_sheet(text, model) if is_sheet(text) else None


def _mark_sheet(
    settings: Settings, written: dict[int, str | None], answers: Sequence[tuple[str, str]]
) -> Marking:
    from layermath.questions.marking import mark_sheet

    for name, text in answers:
        if not name.isascii() or not name.isdecimal():
            stop(
                _(
                    "{option}: an exercise has a number, as in {example}",
                    option=Code(f"--answer {name}={text}"),
                    example=Code("3=9216"),
                )
            )
        written[int(name[:9])] = text
    if not written:
        stop(_("{option} is needed: what is to be marked", option=Code("--answer")))
    return mark_sheet(settings, written)
