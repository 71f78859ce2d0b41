"""Changed sources: tokens deleted, doubled, swapped, and statements at random. Whatever comes out
is read to a network or refused with a `Problem`."""

from __future__ import annotations

import contextlib
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layermath.problems import Problem
from layermath.readers.keras import read
from tests.drawing import tried_on

DATA = Path(__file__).parent.parent / "data"
SOURCES = [
    path.read_text(encoding="utf-8")
    for folder in ("keras_styles", "keras_sources")
    for path in sorted((DATA / folder).glob("*.py"))
]
TOKEN = re.compile(r"\w+|[ \t]+|\n[ \t]*|[^\w\s]")
WORDS = [
    *("None", "True", "-1", "0", "1.5", "'a'", "''", "b''", "...", "1e400", "10**9", "2j"),
    *("[]", "{}", "()", "{1: 2}", "[x]", "(x,)", "{x}", "x[0]", "x[:]", "x.shape", "x.y", "x()"),
    *("F", "(F/2)", "(F-G)", "F**2", "F%2", "(-F)", "range(N)", "max(F, 3)", "F > 2", "F == G"),
    *("Dense", "Dense(3)", "Input", "Input((8,))", "Model", "Sequential", "Sequential()", "Add"),
    *("Flatten()", "layers", "self", "model", "lambda: 0", "lambda *a: a", "print", "super()"),
    *("not", "and", "or", "in", "is", "if", "else", "for", "while", "def", "return", "class"),
    *("*", "**", "+", "-", "/", "//", "%", "@", "==", "<", "=", "+=", ":", ",", ".", "(", ")"),
]
LEAF = st.sampled_from(WORDS[:50])
EXPRESSION = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%|&<"), inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{} for x in {} if {}]".format, inner, inner, inner),
        st.builds("{}({}, *{}, k={})".format, LEAF, inner, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("{{{}: {}, **{}}}".format, inner, inner, inner),
        st.builds("(y := {}, *{})".format, inner, inner),
        st.builds("f'{{{}!r:>{{{}}}}}'".format, st.just("x"), st.just("x")),
    ),
    max_leaves=6,
)
STATEMENT = st.one_of(
    st.builds("x = {}".format, EXPRESSION),
    st.builds("x, *y = {}".format, EXPRESSION),
    st.builds("x[{}] = {}".format, EXPRESSION, EXPRESSION),
    st.builds("x.{} = {}".format, st.sampled_from(["name", "_name", "trainable"]), EXPRESSION),
    st.builds("x += {}".format, EXPRESSION),
    st.builds("del x[{}]".format, EXPRESSION),
    st.builds("for x in {}: y = {}".format, EXPRESSION, EXPRESSION),
    st.builds("while {}: x = {}".format, EXPRESSION, EXPRESSION),
    st.builds("if {}: x = {}".format, EXPRESSION, EXPRESSION),
    st.builds("def f(a, b={}, *c, d={}, **e): return {}".format, *[EXPRESSION] * 3),
    st.builds("x = f({}, {})".format, EXPRESSION, EXPRESSION),
    st.builds("class A({}): x = {}".format, LEAF, EXPRESSION),
    st.builds("x = {}({})({})".format, LEAF, EXPRESSION, EXPRESSION),
    st.builds("x = Conv2D({}, {})(Input((8, {}, 3)))".format, *[EXPRESSION] * 3),
    st.builds("x = Sequential([Input((8,)), {}, Dense({})])".format, EXPRESSION, EXPRESSION),
    st.builds("x = Model({}, Dense(3)({}))".format, EXPRESSION, EXPRESSION),
)


def attempt(text: str) -> None:
    with contextlib.suppress(Problem):
        read(text)


def changed(text: str, chance: random.Random) -> str:
    """The source with some of its tokens deleted, doubled, swapped or replaced."""
    tokens = TOKEN.findall(text)
    for _change in range(chance.randint(1, 4)):
        place, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        how = chance.randrange(4)
        if how == 0:
            tokens[place] = ""
        elif how == 1:
            tokens[place] *= 2
        elif how == 2:
            tokens[place], tokens[other] = tokens[other], tokens[place]
        else:
            tokens[place] = chance.choice(WORDS)
    return "".join(tokens)


@pytest.mark.parametrize("part", range(4))
def test_changed_sources(part: int) -> None:
    chance = random.Random(part)
    for _source in range(40):
        attempt(changed(chance.choice(SOURCES), chance))


@tried_on(600)
@given(st.lists(STATEMENT, min_size=1, max_size=6))
def test_random_statements(statements: list[str]) -> None:
    attempt("\n".join(statements))
