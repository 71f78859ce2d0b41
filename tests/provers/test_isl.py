"""The integer set library proves the same from the other side: maps of whole layers, composed."""

from __future__ import annotations

import islpy
import pytest
from sympy import Add, Expr, Integer, Mul, S, Symbol

from layermath.algebra.conditions import together
from layermath.algebra.floors import CeilDiv, FloorDiv, symbol
from layermath.algebra.solutions import Solutions
from layermath.derivation.compose import compose
from layermath.questions.solve import ask
from tests.network.by_hand import Link, network
from tests.provers.chains import CHAINS, L, walked

pytestmark = pytest.mark.prover


def in_isl(expression: Expr | int) -> str:
    """The expression as isl writes it."""
    if isinstance(expression, (int, Integer, Symbol)):
        return str(expression)
    if isinstance(expression, Add):
        return "(" + " + ".join(map(in_isl, expression.args)) + ")"
    if isinstance(expression, Mul):
        return "(" + " * ".join(map(in_isl, expression.args)) + ")"
    numerator, denominator = expression.args
    assert isinstance(denominator, Integer)
    kind = "floor" if isinstance(expression, FloorDiv) else "ceil"
    assert isinstance(expression, (FloorDiv, CeilDiv))
    return f"{kind}({in_isl(numerator)}/{denominator})"


def layer(link: Link) -> islpy.Map:
    """A layer as a map from the sizes that it can take to those that it gives."""
    n, s, e = "n", link.stride, link.extent
    if link.kind in ("conv", "pool"):
        if link.padding == "same":
            text = f"m = ceil({n}/{s}) and n >= 1"
        else:
            text = f"m = floor(({n} - {e})/{s}) + 1 and n >= {e}"
    elif link.kind == "pad":
        text = f"m = {n} + {link.before + link.after} and n >= 1"
    elif link.kind == "crop":
        text = f"m = {n} - {link.before + link.after} and m >= 1 and n >= 1"
    elif link.kind == "up" or link.padding == "same":
        text = f"m = {s} * {n} and n >= 1"
    else:
        text = f"m = {s} * {n} + {max(e - s, 0)} and n >= 1"
    return islpy.Map(f"{{ [n] -> [m] : {text} }}")


def composed(chain: list[Link]) -> islpy.Map:
    whole = islpy.Map("{ [n] -> [m] : m = n and n >= 1 }")
    for link in chain:
        whole = whole.apply_range(layer(link))
    return whole


def of_solutions(found: Solutions) -> islpy.Set:
    """The set that an answer describes: what settles late one by one, then the residues."""
    early = [n for n in range(1, found.settles) if n in found]
    runs = [n for n in early if n - 1 not in found]
    ends = [n for n in early if n + 1 not in found or n + 1 == found.settles]
    parts = [f"{low} <= n <= {high}" for low, high in zip(runs, ends, strict=True)]
    if len(found.tail) == found.modulus:
        parts.append(f"n >= {found.settles}")
    else:
        parts += [
            f"n >= {found.settles} and n mod {found.modulus} = {residue}" for residue in found.tail
        ]
    return islpy.Set("{ [n] : " + (" or ".join(f"({part})" for part in parts) or "1 = 0") + " }")


def isl_conditions(chain: list[Link]) -> str:
    signs = {"Equality": "=", "GreaterThan": ">=", "LessThan": "<="}
    stated = together(walked(chain).conditions)
    assert all(not one.atoms(Symbol) - {L} for one in stated)
    return " and ".join(
        ["L >= 1", *(f"{in_isl(c.lhs)} {signs[type(c).__name__]} {in_isl(c.rhs)}" for c in stated)]
    )


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_the_composed_maps_are_the_merged_form_on_what_the_conditions_allow(
    chain: list[Link],
) -> None:
    """One equality of maps: the same sizes are taken, and the same sizes are given."""
    size = S(walked(chain).outputs[0][0])
    merged = islpy.Map(f"{{ [L] -> [m] : m = {in_isl(size)} and {isl_conditions(chain)} }}")
    assert composed(chain).is_equal(merged)


@pytest.mark.parametrize("wished", [1, 2, 5, 12])
@pytest.mark.parametrize("comparison", ["==", "<=", ">="])
@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_preimages(chain: list[Link], comparison: str, wished: int) -> None:
    """What `ask` answers is the preimage under the composed map."""
    answer = ask(compose(network(chain, 1, (L,), 1)), ["L"], [f"output.L {comparison} {wished}"])
    sign = comparison.replace("==", "=")
    target = islpy.Set(f"{{ [m] : m {sign} {wished} }}")
    preimage = composed(chain).intersect_range(target).domain()
    assert of_solutions(answer.solutions[L]).is_equal(preimage)


def test_what_upsampling_and_pooling_leave_alone() -> None:
    """Which lengths come back the same: no single floor, decided all the same (T11)."""
    chain = CHAINS["no single floor"] + [Link("up", stride=4), Link("pool", 3, 3)]
    answer = ask(compose(network(chain, 1, (L,), 1)), ["L"], ["output.L == L"])
    fixed = composed(chain).intersect(islpy.Map("{ [n] -> [m] : n = m }")).domain()
    assert of_solutions(answer.solutions[L]).is_equal(fixed)


def test_a_wrong_form_is_refuted() -> None:
    wrong = islpy.Map(f"{{ [L] -> [m] : m = {in_isl(FloorDiv(symbol('L') - 5, S(4)))} }}")
    assert not composed(CHAINS["the first case"]).is_subset(wrong)
