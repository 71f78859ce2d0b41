"""z3 proves the closed forms for all integers at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import z3
from sympy import Add, Eq, Expr, Ge, Integer, Le, Mod, Mul, Pow, S, Symbol

from layermath.algebra.conditions import together
from layermath.algebra.floors import CeilDiv, FloorDiv, Maximum, floor_div, minus, plus, symbol
from layermath.algebra.windows import Window
from layermath.network.walk import Walk, walk
from tests.network.by_hand import Link
from tests.network.test_closed_forms import lettered
from tests.network.test_graphs import CROPS, u_net
from tests.provers.chains import CHAINS, walked

pytestmark = pytest.mark.prover

Letters = Mapping[Symbol, Any]


def proved(claim: Any) -> bool:
    """Whether no integers refute it."""
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    solver.add(z3.Not(claim))
    return bool(solver.check() == z3.unsat)


def in_z3(expression: Expr | int, letters: Letters) -> Any:
    """The expression as z3 has it. Its ``/`` of integers rounds down for a positive divisor."""
    if isinstance(expression, (int, Integer)):
        return z3.IntVal(int(expression))
    if isinstance(expression, Symbol):
        return letters[expression]
    if isinstance(expression, Pow):
        base = in_z3(expression.base, letters)
        return z3.Product(*(base,) * int(expression.exp))
    parts = [in_z3(argument, letters) for argument in expression.args]
    if isinstance(expression, Add):
        return z3.Sum(parts)
    if isinstance(expression, Mul):
        return z3.Product(parts)
    if isinstance(expression, FloorDiv):
        return parts[0] / parts[1]
    if isinstance(expression, CeilDiv):
        return -(-parts[0] / parts[1])
    if isinstance(expression, Mod):
        return parts[0] % parts[1]
    assert isinstance(expression, Maximum)
    return z3.If(parts[0] >= parts[1], *parts)


def conditions_in_z3(done: Walk, letters: Letters) -> Any:
    """All conditions of a network together."""
    signs = {Eq: lambda a, b: a == b, Ge: lambda a, b: a >= b, Le: lambda a, b: a <= b}
    return z3.And(
        *(
            signs[type(one)](in_z3(one.lhs, letters), in_z3(one.rhs, letters))
            for one in together(done.conditions)
        )
    )


def behind(link: Link, size: Any) -> tuple[Any, Any]:
    """The size behind a layer, and what the layer needs, as the layer's own rule says."""
    if link.kind in ("conv", "pool"):
        if link.padding == "same":
            return -(-size / link.stride), True
        return (size - link.extent) / link.stride + 1, size >= link.extent
    if link.kind == "pad":
        return size + link.before + link.after, True
    if link.kind == "crop":
        left = size - link.before - link.after
        return left, left >= 1
    if link.kind == "up" or link.padding == "same":
        return size * link.stride, True
    return (size - 1) * link.stride + max(link.extent, link.stride), True


length = z3.Int("L")
LENGTH = {symbol("L"): length}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_the_merged_form_is_the_nested_form(chain: list[Link]) -> None:
    """For every integer, and not only for lengths."""
    done = walked(chain)
    nested: Any = length
    for link, step in zip(chain, done.steps[1:], strict=True):
        nested, _needs = behind(link, nested)
        assert proved(nested == in_z3(S(step.outputs[0][0]), LENGTH))


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_the_conditions_are_what_every_layer_needs(chain: list[Link]) -> None:
    nested: Any = length
    needs = []
    for link in chain:
        nested, need = behind(link, nested)
        needs.append(need)
    conditions = conditions_in_z3(walked(chain), LENGTH)
    assert proved(z3.Implies(length >= 1, conditions == z3.And(*needs)))


def test_nested_floors_merge_for_all_strides() -> None:
    """T1, with letters for both divisors."""
    x, n, s, t = z3.Ints("x n s t")
    letters = {symbol("x"): x, symbol("s"): s, symbol("t"): t, symbol("n"): n}
    merged = floor_div(floor_div(symbol("x"), symbol("s")), symbol("t"))
    assert proved(z3.Implies(z3.And(s > 0, t > 0), (x / s) / t == in_z3(merged, letters)))
    shifted = floor_div(plus((floor_div(symbol("x"), 6), symbol("n"))), 4)
    assert proved((x / 6 + n) / 4 == in_z3(shifted, letters))


def test_letters_for_kernel_padding_and_dilation() -> None:
    """T4: strides in numbers, all else in letters."""
    names = {name: symbol(name) for name in "LKPD"}
    model = lettered(**names, C=1, F=1, S=2).network()
    letters = {symbol(name): z3.Int(name) for name in "LKPD"}
    size, kernel, padding, dilation = letters.values()
    for _ in range(2):
        size = size + 2 * padding
        size = (size - kernel) / 2 + 1
        size = size - dilation * (kernel - 1)
    size = (size - 2) / 2 + 1
    closed = walk(model).outputs[0][0]
    assert proved(size == in_z3(closed, letters))


@pytest.mark.parametrize(
    "window", [Window(10, 4), Window(483, 32, 241, 241), Window(7, 3, 2, 1), Window(1, 1)], ids=str
)
def test_a_preimage_is_one_interval(window: Window) -> None:
    """T9: n comes from J·(n − 1) + R − P … J·n + R − P − 1, for every n."""
    n = z3.Int("n")
    size = in_z3(S(window.places(symbol("L"))), LENGTH)
    shift = window.size - window.before - window.after
    low, high = window.jump * (n - 1) + shift, window.jump * n + shift - 1
    assert proved((size == n) == z3.And(low <= length, length <= high))


def u_net_by_hand(height: Any, levels: int, border: int, crops: tuple[int, ...]) -> Any:
    """Where every layer of a U-Net can be: ``border`` rows are lost to two convolutions."""
    needs, skips, size = [], [], height
    for _ in range(levels):
        size = size - border
        needs.append(size >= 1)
        skips.append(size)
        needs.append(size >= 2)
        size = size / 2
    size = size - border
    needs.append(size >= 1)
    for level in reversed(range(levels)):
        size = size * 2
        skip = skips[level] - 2 * (crops[level] if crops else 0)
        needs += [skip >= 1, skip == size, size - border >= 1]
        size = size - border
    return z3.And(*needs)


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_the_conditions_of_a_u_net(levels: int) -> None:
    """T12: ``2^levels | H``, no less and no more."""
    height = z3.Int("H")
    found = conditions_in_z3(u_net(symbol("H"), levels), {symbol("H"): height})
    wanted = u_net_by_hand(height, levels, 0, ())
    assert proved(z3.Implies(height >= 1, found == wanted))
    assert proved(z3.Implies(height >= 1, found == (height % 2**levels == 0)))


def test_the_conditions_of_the_u_net_of_2015() -> None:
    height = z3.Int("H")
    done = u_net(symbol("H"), 4, valid=True, crops=CROPS)
    found = conditions_in_z3(done, {symbol("H"): height})
    wanted = u_net_by_hand(height, 4, 4, CROPS)
    assert proved(z3.Implies(height >= 1, found == wanted))
    assert proved(z3.Implies(found, in_z3(S(done.outputs[0][0]), {symbol("H"): height}) % 16 == 4))


def test_what_is_left_over_are_digits_of_one_remainder() -> None:
    """T8: (H + P − R) mod J = r₁ + s₁·r₂ + s₁·s₂·r₃."""
    layers = [(5, 2, 1), (3, 3, 0), (4, 2, 2)]
    window, size, digits, weight = Window(), length, z3.IntVal(0), 1
    for extent, stride, padding in layers:
        window = window.then(extent, stride, padding, padding)
        digits = digits + weight * ((size + 2 * padding - extent) % stride)
        size = (size + 2 * padding - extent) / stride + 1
        weight *= stride
    rest = (length + window.before + window.after - window.size) % window.jump
    assert proved(rest == digits)


def test_a_wrong_form_is_refuted() -> None:
    assert not proved((length / 2 - 2) / 2 == in_z3(floor_div(minus(symbol("L"), 5), 4), LENGTH))
