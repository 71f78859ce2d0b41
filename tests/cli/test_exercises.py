"""``layermath exercises`` and ``layermath mark`` as programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import EXAMPLES, Run

Example = Callable[[str], Path]
SCHEMAS = {
    name: json.loads((EXAMPLES.parent / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("exercises", "mark")
}


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_a_page_of_questions(run: Run, difficulty: str) -> None:
    done = run("exercises", "--seed", 7, "--difficulty", difficulty)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Exercises · seed 7 · {difficulty} · 10 questions · ")
    assert "Answer" not in done.out
    assert "mistake" not in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    assert run("exercises", "--seed", 7, "--difficulty", difficulty).out == done.out


def test_the_key(run: Run) -> None:
    done = run("exercises", "--seed", 7, "--difficulty", 2, "--number", 5, "--solutions")
    assert done.out.count("Answer: ") == 5
    assert done.out.count("Wrong numbers, and their mistakes") == 5
    assert "leaves out the biases" in done.out
    assert "= ⌊(H_in − K)/S⌋ + 1" in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_in_ascii(run: Run) -> None:
    assert run("exercises", "--solutions", "--ascii", "--difficulty", "hard").out.isascii()


@pytest.mark.parametrize("options", [(), ("--solutions",)])
def test_an_exam(run: Run, options: tuple[str, ...]) -> None:
    done = run("exercises", "--seed", 7, "--format", "latex", "--number", 5, *options)
    assert (done.status, done.err) == (0, "")
    assert done.out.count(r"\question{") == 5
    assert (r"\solutionstrue" in done.out) == bool(options)
    assert ("its mistake" in done.out) == bool(options)


@pytest.mark.parametrize("difficulty", [1, 2, 3])
@pytest.mark.parametrize("options", [(), ("--solutions",)])
def test_the_json_is_as_its_schema_says(
    run: Run, difficulty: int, options: tuple[str, ...]
) -> None:
    done = run("exercises", "--difficulty", difficulty, "--format", "json", *options)
    data = json.loads(done.out)
    jsonschema.validate(data, SCHEMAS["exercises"])
    assert all(("answer" in one) == bool(options) for one in data["questions"])


def test_a_sheet_that_is_filled_in_is_marked(run: Run, tmp_path: Path) -> None:
    options = ("--seed", 9, "--difficulty", "medium", "--topics", "params,shape", "--number", 4)
    sheet, key = tmp_path / "answers.json", tmp_path / "key.json"
    run("exercises", *options, "--format", "json", "-o", sheet)
    run("exercises", *options, "--format", "json", "--solutions", "-o", key)
    data = json.loads(sheet.read_text(encoding="utf-8"))
    solved = json.loads(key.read_text(encoding="utf-8"))["questions"]
    data["answers"] = {one["id"]: one["answer"] for one in solved}
    sheet.write_text(json.dumps(data), encoding="utf-8")
    done = run("mark", sheet)
    assert done.status == 0
    assert done.out.endswith("4 of 4 are right\n")
    wrong = solved[0]["wrong"][0]
    done = run("mark", sheet, "--answer", f"1={wrong['value']}", "--format", "json")
    assert done.status == 1
    marked = json.loads(done.out)
    jsonschema.validate(marked, SCHEMAS["mark"])
    assert marked["marks"][0]["mistakes"][0]["mistake"] == wrong["mistake"]
    assert wrong["message"] in marked["marks"][0]["said"]


def test_an_empty_sheet_is_not_right(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "answers.json"
    run("exercises", "--format", "json", "--number", 3, "-o", sheet)
    done = run("mark", sheet)
    assert done.status == 1
    assert done.out.count("no answer") == 3


def test_marking_by_the_seed(run: Run) -> None:
    key = run("exercises", "--seed", 4, "--number", 2, "--format", "json", "--solutions").out
    answer = json.loads(key)["questions"][1]["answer"]
    assert run("mark", "--seed", 4, "--number", 2, "--answer", f"2={answer}").status == 0


def test_answers_about_a_model(run: Run, example: Example) -> None:
    layer = ("--layer", "conv2d_1")
    done = run("mark", example("mnist_cnn"), *layer, "--answer", "params=9216")
    assert done.status == 1
    assert re.search(r"9,216 leaves out the biases: 32 more", done.out)
    done = run("mark", example("mnist_cnn"), *layer, "--answer", "params=9248")
    assert (done.status, done.err) == (0, "")
    done = run(
        "mark", example("mnist_cnn"), "--answer", "params=113386", "--answer", "output=10,10",
        "--format", "json",
    )  # fmt: skip
    assert done.status == 1
    marked = json.loads(done.out)
    jsonschema.validate(marked, SCHEMAS["mark"])
    assert [one["verdict"] for one in marked["marks"]] == ["right", "wrong"]


def test_answers_in_letters(run: Run, example: Example) -> None:
    model = (example("mnist_cnn"), "--input", "H,W,1", "--layer", "conv2d")
    assert run("mark", *model, "--answer", "output=H-2,W-2,32").status == 0
    assert run("mark", *model, "--answer", "output.H=H").status == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--seed is needed"),
        (("MODEL",), "--answer is needed"),
        (("MODEL", "--seed", "3"), "goes with no model"),
        (("--seed", "3"), "--answer is needed"),
        (("MODEL", "--answer", "params"), "it must be WHAT=ANSWER, as params=9216"),
        (("MODEL", "--answer", "params=what"), "the model has no what"),
        (("MODEL", "--answer", "size=3"), "there is no such quantity"),
        (("MODEL", "--layer", "conv", "--answer", "params=3"), "Did you mean conv2d?"),
        (("--seed", "3", "--answer", "params=3"), "an exercise has a number"),
        (("--seed", "3", "--answer", "99=3"), "there are 10 questions"),
        (("--seed", "3", "--topics", "none", "--answer", "1=3"), "it must be one of"),
        (("none.py", "--answer", "params=3"), "none.py"),
    ],
)
def test_wrong_calls(run: Run, example: Example, options: tuple[str, ...], said: str) -> None:
    model = str(example("mnist_cnn"))
    done = run("mark", *(model if one == "MODEL" else one for one in options))
    assert (done.status, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"generator": 0}, "version 0 of the generator"),
        ({"seed": "one"}, "seed must be a whole number"),
        ({"number": 10**6}, "from 1 to 200"),
        ({"topics": "shape"}, "topics must be a list"),
        ({"difficulty": None}, "--difficulty"),
        ({"answers": []}, "answers must have an answer for each question"),
        ({"answers": {"first": 3}}, "first is not the number of a question"),
    ],
)
def test_sheets_that_are_none(
    run: Run, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    sheet = tmp_path / "answers.json"
    run("exercises", "--format", "json", "--number", 2, "-o", sheet)
    data = json.loads(sheet.read_text(encoding="utf-8"))
    sheet.write_text(json.dumps({**data, **change}), encoding="utf-8")
    done = run("mark", sheet)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_a_difficulty_that_there_is_not(run: Run) -> None:
    assert run("exercises", "--difficulty", "4").status == 2
    assert run("exercises", "--number", "0").status == 2
