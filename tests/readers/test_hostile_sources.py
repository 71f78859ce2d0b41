"""Whatever the source is, the reader comes back: with a network or with a `Problem`, at a limit
that counts steps and sizes, never by the clock."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layermath.problems import CallProblem, Problem
from layermath.readers.keras import read
from tests.drawing import tried_on

MODEL = "m = Sequential([Input((8,)), Dense(3)])\n"
LARGE = {
    "power": "x = 9**9**9",
    "list": "x = [0] * 10**12",
    "string": "x = 'a' * 10**10",
    "shift": "x = 1 << 10**9",
    "range": "x = list(range(10**10))",
    "width": "x = f'{1:1000000000}'",
    "percent": "x = '%1000000000d' % 1",
    "fill": "x = 'a'.zfill(10**10)",
    "replace": "s = 'a' * 90000\nx = s.replace('a', s)",
    "shared lists": "a = [1]\nb = [1]\nfor i in range(60):\n  a = [a, a]\n  b = [b, b]\nx = a == b",
    "shared tuples": "t = (1,)\nfor i in range(60): t = (t, t)\nd = {t: 1}",
    "sums squared": "x = F + G\nfor i in range(30): x = x * x",
    "dict that grows": "d = {1: 1}\nx = [d.update({i + 1: 1}) for i in d]",
    "list that grows": "l = [1]\nfor x in l: l.append(x)",
    "itself": "a = []\na.append(a)\nb = []\nb.append(b)\nx = a == b",
    "object": "x = ().__class__.__bases__",
    "format": "x = '{0.__class__}'.format(layers)",
    "import": "x = __import__('os').system('false')",
    "nothing unpacked": "[] = {'a': 1}",
}
ENDLESS = {
    "loop": "while True: pass",
    "lists": "l = []\nwhile True: l.append([0] * 99999)",
    "string": "s = 'a'\nwhile True: s = s + 'a'",
    "layers": "x = Input((8,))\nwhile True: x = Dense(3)(x)",
    "symbolic layers": "x = Input((H, W, 3))\nwhile True: x = Conv2D(F, 3, strides=2)(x)",
    "model that grows": "m = Sequential([Input((8,))])\nwhile True: m.add(Dense(3))",
    "recursion": "f = lambda f: f(f)\nf(f)",
    "constructor": "class A:\n  def __init__(self): self.a = A()\nA()",
}
NOT_PYTHON = {
    "brackets": "(" * 10_000 + ")" * 10_000,
    "signs": "x = " + "-" * 10_000 + "1",
    "attributes": "x = a" + ".b" * 10_000,
    "zero byte": "a\0b",
    "surrogate": "x = '\ud800'",
    "too long": "x = 1\n" * 300_000,
    "binary": "\x7fELF\x01\x02",
    "syntax": "def f(:",
    "empty": "",
}


@pytest.mark.parametrize("source", LARGE.values(), ids=LARGE)
def test_a_value_that_is_too_large_is_passed_over(source: str) -> None:
    assert read(f"{source}\n{MODEL}").name == "sequential"


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_builds_no_model(source: str) -> None:
    with pytest.raises(CallProblem) as caught:
        read(source)
    assert caught.value.line is not None


@pytest.mark.parametrize("name", [name for name in ENDLESS if name != "model that grows"])
def test_what_does_not_end_after_a_model_ends_the_reading(name: str) -> None:
    network = read(MODEL + ENDLESS[name])
    assert network.name == "sequential"
    assert len(network.notes) == 1


@pytest.mark.parametrize("source", NOT_PYTHON.values(), ids=NOT_PYTHON)
def test_what_is_not_python_builds_no_model(source: str) -> None:
    with pytest.raises(CallProblem):
        read(source)


@pytest.mark.parametrize(
    "source",
    [
        "m = Sequential([Input((8,)), Dense(3)])\nm.add(m)",
        "a = Sequential()\nb = Sequential([a])\na.add(b)",
        "s = Sequential([Input((8, 8, 3)), Flatten()])\ni = Input((88, 3))\nm = Model(i, s(i))",
        "a = Input((3,))\nb = Input((3,))\ns = Model([a, b], Add()([a, b]))\nm = Model(a, s(a))",
        "a = Dense(3)\nb = Dense(4)\nm = Sequential([Input((8,)), a, b])\nb._name = 'dense'",
        "i = Input((8,))\nm = Model(i, Dense(3)([i]))",
        "i = Input((8,))\nm = Model(i, Add()(i, i))",
        "i = Input((8,))\nm = Model(i, Dense(3)(i, wrong=3))",
    ],
)
def test_a_wrong_model_is_a_problem(source: str) -> None:
    with pytest.raises(Problem) as caught:
        read(source)
    assert caught.value.exit_code == 1


SOURCES = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent.parent / "data" / "keras_sources").glob("*.py"))
]
WORDS = [
    "None",
    "-1",
    "0",
    "[]",
    "{}",
    "()",
    "F",
    "(H,W)",
    "x",
    "1.5",
    "'a'",
    "1e400",
    "(F/2)",
    "(F-G)",
    "range(N)",
    "[x]",
    "(x,)",
    "{1:2}",
    "(1,)*9",
    "Dense",
    "Input",
    "Model",
    "Sequential",
    "Flatten()",
    "x.shape",
    "(lambda:0)",
    "max(F,3)",
    "(F%2)",
    "(-F)",
    "F**2",
    "foo.bar",
]


@tried_on(450)
@given(st.data())
def test_changed_sources_give_a_network_or_a_problem(data: st.DataObject) -> None:
    pieces = re.findall(r"\w+|\s+|.", data.draw(st.sampled_from(SOURCES)))
    words = [place for place, piece in enumerate(pieces) if re.match(r"\w", piece)]
    for _change in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(words))
        other = pieces[data.draw(st.sampled_from(words))]
        pieces[place] = data.draw(st.sampled_from([*WORDS, other]))
    with contextlib.suppress(Problem):
        read("".join(pieces))
