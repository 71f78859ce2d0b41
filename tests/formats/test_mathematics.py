"""The printers: order, parentheses, signs, and that SymPy reads back what is written for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Eq,
    Expr,
    Ge,
    Integer,
    Max,
    Min,
    Mod,
    Pow,
    Rational,
    Symbol,
    ceiling,
    floor,
    sympify,
)

from layermath.algebra.floors import CeilDiv, FloorDiv, Maximum, letter, symbol
from layermath.algebra.written import add, mul, written
from layermath.setting.notation import Notation
from layermath.setting.styles import ASCII, LATEX, SYMPY, UNICODE, Latex, Linear

H, W, K, S, P, D, F, C, G = (symbol(name) for name in ["H", "W", "K", "S", "P", "D", "F", "C", "G"])
H_IN = symbol("H_in")


@written
def window(n: Expr, p: Expr, d: Expr, k: Expr, s: Expr) -> Expr:
    return FloorDiv(n + p - d * (k - 1) - 1, s) + 1


@written
def parameters(k: Expr, c: Expr, g: Expr, f: Expr) -> Expr:
    return (k * k * c / g + 1) * f


CASES = [
    (
        window(H_IN, P, D, K, S),
        "⌊(H_in + P − D·(K − 1) − 1)/S⌋ + 1",
        "floor((H_in + P - D*(K - 1) - 1)/S) + 1",
        r"\left\lfloor \frac{H_{\mathrm{in}} + P - D \cdot (K - 1) - 1}{S} \right\rfloor + 1",
    ),
    (
        parameters(K, C, G, F),
        "(K·K·C/G + 1)·F",
        "(K*K*C/G + 1)*F",
        r"\left(K \cdot K \cdot \frac{C}{G} + 1\right) \cdot F",
    ),
    (
        mul(add(mul(Integer(3), Integer(3), Integer(32)), Integer(1)), Integer(32)),
        "(3·3·32 + 1)·32",
        "(3*3*32 + 1)*32",
        r"(3 \cdot 3 \cdot 32 + 1) \cdot 32",
    ),
    (mul(H, mul(K, K, C), F), "H·(K·K·C)·F", "H*(K*K*C)*F", r"H \cdot (K \cdot K \cdot C) \cdot F"),
    (mul(K, Pow(G, -1), F), "(K/G)·F", "(K/G)*F", r"\frac{K}{G} \cdot F"),
    (Rational(3, 2) * H, "3·H/2", "3*H/2", r"\frac{3 \cdot H}{2}"),
    (add(H, Integer(-6)), "H − 6", "H - 6", "H - 6"),
    (mul(Integer(-1), H), "−H", "-H", "-H"),
    (add(mul(Integer(-2), H), K), "−2·H + K", "-2*H + K", r"-2 \cdot H + K"),
    (add(H, mul(Integer(-1), add(K, Integer(-1)))), "H − (K − 1)", "H - (K - 1)", "H - (K - 1)"),
    (mul(Integer(3), Integer(-2)), "3·(−2)", "3*(-2)", r"3 \cdot (-2)"),
    (mul(K, K), "K·K", "K*K", r"K \cdot K"),
    (K**2, "K²", "K^2", "K^{2}"),
    (Pow(add(K, Integer(1)), 2, evaluate=False), "(K + 1)²", "(K + 1)^2", "(K + 1)^{2}"),
    (Pow(2, H, evaluate=False), "2^H", "2^H", "2^{H}"),
    (
        FloorDiv(add(H, Integer(-1)), mul(Integer(2), K), evaluate=False),
        "⌊(H − 1)/(2·K)⌋",
        "floor((H - 1)/(2*K))",
        r"\left\lfloor \frac{H - 1}{2 \cdot K} \right\rfloor",
    ),
    (CeilDiv(H, Integer(2)), "⌈H/2⌉", "ceil(H/2)", r"\left\lceil \frac{H}{2} \right\rceil"),
    (
        floor(Rational(9, 2), evaluate=False),
        "⌊4.5⌋",
        "floor(4.5)",
        r"\left\lfloor 4.5 \right\rfloor",
    ),
    (
        floor(Rational(22, 3), evaluate=False),
        "⌊7.33…⌋",
        "floor(7.33...)",
        r"\left\lfloor 7.33\ldots \right\rfloor",
    ),
    (
        floor(Rational(1, 8), evaluate=False),
        "⌊0.125⌋",
        "floor(0.125)",
        r"\left\lfloor 0.125 \right\rfloor",
    ),
    (
        ceiling(Rational(-1, 2), evaluate=False),
        "⌈−0.5⌉",
        "ceil(-0.5)",
        r"\left\lceil -0.5 \right\rceil",
    ),
    (
        Maximum(add(H, mul(Integer(-1), K)), Integer(0), evaluate=False),
        "max(H − K, 0)",
        "max(H - K, 0)",
        r"\max(H - K, 0)",
    ),
    (
        mul(Integer(2), Mod(H, 4, evaluate=False)),
        "2·(H mod 4)",
        "2*(H mod 4)",
        r"2 \cdot (H \bmod 4)",
    ),
    (
        Eq(Mod(H, 16, evaluate=False), 0, evaluate=False),
        "H mod 16 = 0",
        "H mod 16 = 0",
        r"H \bmod 16 = 0",
    ),
    (Ge(H, 10), "H ≥ 10", "H >= 10", r"H \geq 10"),
]


@pytest.mark.parametrize(("expression", "text", "plain", "latex"), CASES)
def test_each_style(expression: Expr, text: str, plain: str, latex: str) -> None:
    assert UNICODE.write(expression) == text
    assert ASCII.write(expression) == plain
    assert LATEX.write(expression) == latex


def test_thousands_are_separated_in_counts_only() -> None:
    expression = add(mul(Integer(9216), H), Integer(999), Integer(1000))
    assert UNICODE.write(expression, thousands=True) == "9,216·H + 999 + 1,000"
    assert LATEX.write(expression, thousands=True) == r"9{,}216 \cdot H + 999 + 1{,}000"
    assert UNICODE.write(expression) == "9216·H + 999 + 1000"


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("H_1", "H₁", "H_{1}"),
        ("F1", "F₁", "F_{1}"),
        ("H_in", "H_in", r"H_{\mathrm{in}}"),
        ("K_h", "K_h", "K_{h}"),
        ("C_in_1", "C_in_1", r"C_{\mathrm{in},1}"),
        ("num_filters", "num_filters", r"\textit{num\_filters}"),
        ("units", "units", r"\mathit{units}"),
        ("α", "α", r"\alpha"),
        ("Γ_1", "Γ₁", r"\Gamma_{1}"),
        ("_", "_", r"\textit{\_}"),
        (r"x}\input{y", r"x}\input{y", r"\textit{x\}\textbackslash{}input\{y}"),
        ("a\x1b[31m", r"a\x1b[31m", r"\textit{a\textbackslash{}x1b[31m}"),
    ],
)
def test_names_are_set_and_made_harmless(name: str, text: str, latex: str) -> None:
    assert UNICODE.write(Symbol(name)) == text
    assert LATEX.write(Symbol(name)) == latex


def test_a_notation_changes_letters() -> None:
    notation = Notation("other", letters={"K": "F", "H_in": "i"})
    rule = add(letter("H_in"), mul(Integer(-1), letter("K")))
    assert Linear(notation).write(rule) == "i − F"
    assert Latex(notation).write(rule) == "i - F"
    # a symbol of the model is not a letter of the rule
    assert Linear(notation).write(add(H_IN, mul(Integer(-1), K))) == "H_in − K"


SYMBOLS = {name: symbol(name) for name in ["H", "W", "S", "N", "E", "I", "Q", "H_in"]}


def expressions() -> st.SearchStrategy[Expr]:
    """Unevaluated expressions over integers and letters that SymPy's parser knows otherwise."""
    atoms = st.one_of(
        st.integers(-9, 9999).map(Integer),
        st.sampled_from(sorted(SYMBOLS.values(), key=str)),
        st.builds(Rational, st.integers(-9, 9), st.integers(1, 9)),
    )

    def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        several = st.lists(inner, min_size=2, max_size=4)
        positive = st.integers(1, 9).map(Integer)
        return st.one_of(
            several.map(lambda args: add(*args)),
            several.map(lambda args: mul(*args)),
            inner.map(lambda arg: mul(Integer(-1), arg)),
            st.tuples(inner, positive).map(lambda a: mul(a[0], Pow(a[1], -1, evaluate=False))),
            st.tuples(inner, positive, inner).map(
                lambda a: mul(a[0], Pow(a[1], -1, evaluate=False), a[2])
            ),
            st.tuples(inner, st.integers(0, 3)).map(lambda a: Pow(*a, evaluate=False)),
            st.tuples(inner, positive).map(lambda a: FloorDiv(*a, evaluate=False)),
            st.tuples(inner, positive).map(lambda a: CeilDiv(*a, evaluate=False)),
            inner.map(lambda arg: floor(arg, evaluate=False)),
            st.tuples(inner, positive).map(lambda a: Mod(*a, evaluate=False)),
            st.tuples(inner, inner).map(lambda a: Maximum(*a, evaluate=False)),
            st.tuples(inner, inner).map(lambda a: Min(*a, evaluate=False)),
            st.tuples(inner, inner).map(lambda a: Max(*a, evaluate=False)),
        )

    return st.recursive(atoms, grow, max_leaves=8)


def worth(expression: Expr, values: dict[Symbol, int]) -> Rational:
    """What an unevaluated expression comes to, by exact arithmetic."""
    if isinstance(expression, Symbol):
        return Integer(values[expression])
    if not expression.args:
        return expression
    arguments = [worth(argument, values) for argument in expression.args]
    if isinstance(expression, FloorDiv):
        return floor(arguments[0] / arguments[1])
    if isinstance(expression, CeilDiv):
        return ceiling(arguments[0] / arguments[1])
    if isinstance(expression, Maximum):
        return Max(*arguments)
    return expression.func(*arguments)


@given(expressions(), st.lists(st.integers(1, 60), min_size=8, max_size=8))
def test_sympy_reads_back_what_is_written_for_it(expression: Expr, numbers: list[int]) -> None:
    values = dict(zip(SYMBOLS.values(), numbers, strict=True))
    read = sympify(SYMPY.write(expression), locals=SYMBOLS)
    assert read.xreplace({name: Integer(value) for name, value in values.items()}) == worth(
        expression, values
    )


@given(expressions(), st.lists(st.integers(1, 60), min_size=8, max_size=8))
def test_the_text_means_what_the_expression_means(expression: Expr, numbers: list[int]) -> None:
    """The parentheses are right: ASCII text with ``^`` for powers is read as an expression."""
    values = dict(zip(SYMBOLS.values(), numbers, strict=True))
    text = ASCII.write(expression)
    if "..." in text or " mod " in text:
        return
    text = text.replace("^", "**").replace("ceil(", "ceiling(")
    text = text.replace("max(", "Max(").replace("min(", "Min(")
    read = sympify(text, locals=SYMBOLS, rational=True)
    assert read.xreplace({name: Integer(value) for name, value in values.items()}) == worth(
        expression, values
    )
