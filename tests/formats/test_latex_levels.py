"""LaTeX at its five levels: its structure is read strictly, and each level has its own commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import layermath as lm
from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex import LatexOptions, Level, render
from layermath.formats.latex.exam import Exam, Part, Question, Wrong, render_questions
from layermath.formats.latex.included import Labels
from layermath.formats.latex.measure import broken, prose_width, width
from layermath.messages import Code, Count, _
from tests.formats.latex_source import Broken, body_of, check, read

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NAMES = ("mnist_cnn", "two_convs_free", "unet", "conv1d", "resnet50")
EVIL = r"""
keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(8, 3, name="block_1-conv%"),
    layers.Conv2D(8, 3, name="\\input{x}"),
    layers.Conv2D(8, 3, name="<script>$a^2$ & #1 ~ {"),
    layers.MaxPooling2D(2, name="\\label{eq}\\\\"),
    layers.Flatten(name="\\end{document}"),
    layers.Dense(10, name="}\\end{frame}"),
], name="]}\\def\\x{%")
"""


def _commands(*lines: str) -> set[str]:
    return {name for line in lines for name in line.split()}


FRAGMENT = _commands(
    "\\ _ % { } $ & #",
    "textbackslash textasciicircum textasciitilde textless textgreater textbar",
    "frac lfloor rfloor lceil rceil cdot times geq leq neq max min bmod to ldots quad",
    "mathbf boldsymbol mathrm mathit text textit textrm texttt operatorname",
)
"""amsmath and nothing else, as far as KaTeX and MathJax know it."""
INPUT = FRAGMENT | _commands(
    "allowbreak char label notag displaystyle displaybreak toprule midrule bottomrule",
    "endhead bfseries boldmath textbf footnotesize sloppy noindent par medskip hspace hfill",
    "layermathlayer layermathreason layermathtable layermathpicture",
)
PLAIN = LatexOptions()


def derived(name: str) -> NetworkDerivation:
    return lm.derive(lm.load(EXAMPLES / f"{name}.py")).data


@pytest.fixture(scope="module", params=NAMES)
def example(request: pytest.FixtureRequest) -> NetworkDerivation:
    return derived(request.param)


def body(derivation: NetworkDerivation, level: Level, options: LatexOptions = PLAIN) -> str:
    text = render(derivation, options, level)
    if level is Level.FRAGMENT:
        return text
    if level is Level.INPUT:
        return re.sub(r"\\providecommand.*\n(?:  .*\n)?", "", text)
    return body_of(text)


def test_a_fragment_needs_amsmath_alone(example: NetworkDerivation) -> None:
    found = check(body(example, Level.FRAGMENT), FRAGMENT)
    assert found.environments == {"align*"}
    assert not found.letters


def test_an_input_needs_little(example: NetworkDerivation) -> None:
    found = check(body(example, Level.INPUT), INPUT)
    assert found.environments <= {"align", "tabular*", "longtable", "center"}
    assert len(found.labels) == len(set(found.labels)) > 5
    assert all(re.fullmatch(r"eq:[\w.-]+:[\w.-]+", label) for label in found.labels)
    head = render(example, LatexOptions(), Level.INPUT).partition("\n\n")[0]
    packages = set(re.findall(r"%   \\usepackage\{(\w+)\}", head))
    assert {"amsmath", "booktabs"} <= packages <= {"amsmath", "booktabs", "longtable", "tikz"}


@pytest.mark.parametrize("level", [Level.ARTICLE, Level.BEAMER, Level.EXAM])
def test_a_document_is_whole(example: NetworkDerivation, level: Level) -> None:
    found = read(body(example, level))
    assert not found.labels
    assert "derived" in found.commands


@pytest.mark.parametrize("level", list(Level))
def test_names_are_text(level: Level) -> None:
    derivation = lm.derive(lm.loads(EVIL)).data
    found = read(body(derivation, level))
    assert not found.commands & {"input", "def", "x"}
    assert all("\\" not in label for label in found.labels)
    text = render(derivation, LatexOptions(), level)
    head, begin, _body = text.partition("\\begin{document}")
    code = re.sub(r"(?<!\\)%.*", "", head if begin else text)
    assert "\\input" not in code
    assert "\\def\\x" not in code
    if level is Level.INPUT:
        assert "eq:block_1-conv-:params" in found.labels


@pytest.mark.parametrize("level", list(Level))
def test_the_chosen_layers_alone(level: Level) -> None:
    options = LatexOptions(layers=frozenset({"conv2d_1"}))
    text = body(derived("mnist_cnn"), level, options)
    assert "9{,}248" in text
    assert "102{,}528" not in text


def test_repeats_are_left_out_of_slides() -> None:
    text = render(derived("resnet50"), LatexOptions(), Level.BEAMER)
    overlays = len(re.findall(r"\\uncover<\d+->\{\\lhs", text))
    assert overlays < 400
    assert r"conv4\_\allowbreak{}block2\_\allowbreak{}1\_\allowbreak{}bn}" not in text


def test_a_slide_has_six_lines_at_most(example: NetworkDerivation) -> None:
    for frame in render(example, LatexOptions(), Level.BEAMER).split("\\begin{frame}")[1:]:
        assert frame.count("\\lhs{") <= 6
        assert len(re.findall(r"\\lhs\{[^{}]", frame)) <= 3


def test_labels_are_safe_and_never_given_twice() -> None:
    labels = Labels()
    assert labels.label("conv2d_1", "output.H") == "eq:conv2d_1:output.H"
    assert labels.label("a%b", "params") == "eq:a-b:params"
    assert labels.label("a$b", "params") == "eq:a-b:params-2"


def test_an_exam_has_its_sum_and_its_wrong_numbers() -> None:
    mistake = Wrong(Count(9216), _("the biases are left out"), 1)
    part = Part(_("How many parameters has it?"), 3, wrong=(mistake,))
    given = _("{call} gets {size} maps.", call=Code("Conv2D(32, 3)"), size=32)
    exam = Exam(_("Counts"), (Question(given, (part, part)),))
    text = render_questions(exam, LatexOptions())
    read(body_of(text))
    assert "$6$ points" in text
    assert r"$9{,}216$ & the biases are left out & 1" in text
    assert text.count("\\solutionsfalse\n") == 1


def test_long_formulas_are_broken_before_an_operator() -> None:
    sum_ = " + ".join(f"{number} \\cdot H_{{{number}}}" for number in range(1, 30))
    lines = broken(sum_, 20)
    assert len(lines) > 3
    assert all(width(line) <= 20 for line in lines)
    assert all(line.startswith("+ ") for line in lines[1:])
    assert " ".join(lines) == sum_


@pytest.mark.parametrize(
    ("mathematics", "points"),
    [
        (
            r"\left\lfloor \frac{H_{\mathrm{in}} + P - D \cdot (K - 1) - 1}{S} \right\rfloor + 1",
            146,
        ),
        (r"\max((H_{\mathrm{out}} - 1) \cdot S + D \cdot (K - 1) + 1 - H_{\mathrm{in}}, 0)", 202),
        (r"\mathbf{9{,}248}", 26),
    ],
)
def test_widths_are_about_those_of_tex(mathematics: str, points: float) -> None:
    assert 0.97 * points <= 10 * width(mathematics) <= 1.2 * points


def test_words_are_measured_as_they_are_seen() -> None:
    assert prose_width(r"\texttt{max\_\allowbreak{}pooling}") == prose_width(
        r"\texttt{max-pooling}"
    )


@pytest.mark.parametrize(
    "text", ["{", "}", "$x", "a_b", "a & b", r"\begin{align*}", r"\left( x", "$\n\n$", "#1"]
)
def test_the_reader_is_strict(text: str) -> None:
    with pytest.raises(Broken):
        read(text)
