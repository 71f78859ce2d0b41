"""A notation of one's own, from a TOML file; and the names of those that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from layermath.cli.options import _notations, _two_notations
from layermath.notations import files
from layermath.notations.files import PRESETS, named
from layermath.problems import CallProblem
from layermath.setting.sentences import TextSetter
from tests.formats.test_notation import CONV, EXAMPLES, derived, formulas

pytestmark = pytest.mark.quick

OWN = """\
title = "My course"
based-on = "cs231n"
must-divide = false
one = "inside"
order = "HWC"

[letters]
K = "R"
H_in = "h"
H_out = "h′"

[meanings]
K = "receptor"
"""


def test_a_notation_of_one_s_own_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text(OWN, encoding="utf-8")
    assert "h′ = ⌊(h − R + 2·P)/S + 1⌋" in formulas("Conv2D", str(file))["output.H"]
    text = derived(CONV.format(c=1, f=8, k=3, more=""), str(file))
    assert "R receptor" in text


def test_the_example_in_the_documentation_is_one() -> None:
    mine = named(str(EXAMPLES / "my_notation.toml"))
    assert mine.title == "My course"
    assert (
        "h′ = ⌊(h + 2·p − k)/s + 1⌋"
        in formulas("Conv2D", str(EXAMPLES / "my_notation.toml"))["output.H"]
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("title = ", None, "is not TOML"),
        ('titel = "x"', 1, "there is no such key"),
        ('\none = "both"', 2, "it must be one of"),
        ('[letters]\nK = "\\u001b[31m"', 2, "it must be a letter or a word"),
        ('[letters]\nK = "\\\\input{x}"', 2, "it must be a letter or a word"),
        ('[letters]\nK = "$x$"', 2, "it must be a letter or a word"),
        ("[letters]\nK = 3", 2, "it must be a letter or a word"),
        ('[letters]\nK = "k"\nS = "k"', 3, "k stands for K"),
        ('based-on = "dumoulin"\n[letters]\nK = "s"', 3, "s stands for S"),
        ('[letters]\n"K-1" = "x"', 2, "a letter of a rule is written as"),
        ("must-divide = 1", 1, "it must be true or false"),
        ('absent = ["K"]', 1, "it must be a list of"),
        ('absent = ["P"]', 1, "P is absent where"),
        ('numerator = "np"', 1, "in some order"),
        ('weights = "kkf"', 1, "in some order"),
        ('axes = ["a"]', 1, "two or three marks"),
        ('based-on = "nobody"', 1, "it must be one of"),
        ("notes = 3", 1, "it must be a list"),
        ('title = "' + "x" * 50 + '"', 1, "40 characters at most"),
        ("letters = 3", 1, "it must be a table"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    text: str, line: int | None, said: str
) -> None:
    with pytest.raises(CallProblem) as raised:
        files.parsed(text, "my.toml")
    assert raised.value.line == line
    assert said in TextSetter().say(raised.value.message)


def test_a_file_that_is_too_large_or_missing_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (files.LARGEST + 1))
    for file in (large, tmp_path / "none.toml"):
        with pytest.raises(CallProblem):
            named(str(file))


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(CallProblem) as raised:
        named("pytroch")
    assert TextSetter().say(raised.value.details[0]) == "Did you mean pytorch?"


def test_the_command_line_knows_every_notation() -> None:
    assert _notations("") == ["layermath", *PRESETS]
    assert _notations("cs") == ["cs230", "cs231n"]
    assert _two_notations("ng,py") == ["ng,pytorch"]
