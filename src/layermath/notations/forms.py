"""The forms of one rule in several books. None of these functions changes a value.

They work on rules as their authors wrote them, in layermath's letters: ``⌊a/s⌋ + 1`` becomes
``⌊a/s + 1⌋``, ``P`` becomes ``2·p``, ``(w + 1)·f`` becomes ``w·f + f``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sympy import Add, Expr, Integer, Mul, Pow, S, Symbol, floor

from layermath.algebra.floors import CeilDiv, FloorDiv, Letter, Maximum, Size, letter
from layermath.algebra.written import add, mul, negated, put_in, rebuilt, same_form, tidy
from layermath.setting.notation import Notation, One, PaddingLetter

P, D, G = letter("P"), letter("D"), letter("G")
SIDE, START, END = letter("P_side"), letter("P_start"), letter("P_end")
WINDOWS = ("convolution-size", "pooling-size")
"""The rules of the places of a window."""

_TWO = Integer(2)
_NEUTRAL = {"D": 1, "G": 1, "P": 0, "S": 1}
"""The values with which a letter has no effect."""


def base_of(one: Symbol) -> str:
    """``K`` for ``K_h`` and for ``K@1/2``."""
    return one.name.partition("@")[0].partition("_")[0]


def without(expression: Expr, absent: frozenset[str], where: Mapping[Symbol, Size] | None) -> Expr:
    """Take out the ``absent`` letters, where they have no effect; all of them where there are no
    values, as in a general rule."""
    gone = {
        one: _NEUTRAL[base_of(one)]
        for one in expression.free_symbols
        if isinstance(one, Letter)
        and base_of(one) in absent
        and (where is None or where.get(one) == _NEUTRAL[base_of(one)])
    }
    return tidy(put_in(expression, gone)) if gone else expression


def padded(notation: Notation) -> Expr:
    """What stands for the padding of both sides together."""
    if notation.padding is PaddingLetter.EACH_SIDE:
        return mul(_TWO, SIDE)
    if notation.padding is PaddingLetter.START_AND_END:
        return add(START, END)
    return P


def window(expression: Expr, notation: Notation, divides: bool) -> Expr:
    """A size ``⌊a/s⌋ + 1`` in the form of the book; ``divides`` where s is known to divide a."""
    if not _is_places(expression):
        return put_in_padding(expression, notation)
    over, stride = expression.args[0].args
    terms = _numerator(over, notation)
    if notation.exact and divides:
        return add(mul(add(*terms), Pow(stride, S.NegativeOne, evaluate=False)), S.One)
    if notation.one is One.AS_STRIDE:
        return FloorDiv(add(*terms, stride), stride, evaluate=False)
    total = terms[0] if len(terms) == 1 else add(*terms)
    if notation.one is One.INSIDE:
        quotient = mul(total, Pow(stride, S.NegativeOne, evaluate=False))
        return floor(add(quotient, S.One), evaluate=False)
    return add(FloorDiv(total, stride, evaluate=False), S.One)


def _is_places(expression: Expr) -> bool:
    return (
        isinstance(expression, Add)
        and len(expression.args) == 2
        and isinstance(expression.args[0], FloorDiv)
        and expression.args[1] is S.One
    )


def _numerator(over: Expr, notation: Notation) -> list[Expr]:
    """The terms over the stride, in the order of the book."""
    terms = list(over.args) if isinstance(over, Add) else [over]
    if notation.spread:
        terms = _spread(terms)
    order = notation.numerator
    kept = sorted(terms, key=lambda term: order.index(_role(term)))
    return [part for term in kept for part in _opened(put_in_padding(term, notation))]


def _opened(term: Expr) -> tuple[Expr, ...]:
    return term.args if isinstance(term, Add) else (term,)


def _role(term: Expr) -> str:
    """``p`` padding, ``k`` what the kernel takes away, ``n`` the input."""
    bases = {base_of(one) for one in term.free_symbols if isinstance(one, Symbol)}
    if bases & {"P"}:
        return "p"
    if bases & {"K", "D"} or not bases:
        return "k"
    return "n"


def _spread(terms: list[Expr]) -> list[Expr]:
    """``− d·(k − 1) − 1`` as ``− k − (k − 1)·(d − 1)`` (Dumoulin and Visin, relationship 15)."""
    for place, term in enumerate(terms[:-1]):
        if terms[place + 1] is not S.NegativeOne or not isinstance(term, Mul):
            continue
        sign, *factors = term.args
        if sign is S.NegativeOne and len(factors) == 2 and isinstance(factors[1], Add):
            dilation, reach = factors
            kernel = reach.args[0]
            if same_form(reach, add(kernel, S.NegativeOne)):
                more = mul(S.NegativeOne, reach, add(dilation, S.NegativeOne))
                return [*terms[:place], negated(kernel), more, *terms[place + 2 :]]
    return terms


def put_in_padding(expression: Expr, notation: Notation) -> Expr:
    """The padding in the letters of the book."""
    if notation.padding is PaddingLetter.TOTAL or P not in expression.free_symbols:
        return expression
    return with_letters(expression, {P: padded(notation)}.get)


def with_letters(expression: Expr, new: Callable[[Symbol], Expr | None]) -> Expr:
    """The same with something else for letters; nothing else is touched."""
    if isinstance(expression, Symbol):
        found = new(expression)
        return expression if found is None else found
    if not expression.args:
        return expression
    return rebuilt(expression, [with_letters(argument, new) for argument in expression.args])


def same(expression: Expr, notation: Notation) -> Expr:
    """``⌈n/s⌉`` as ``⌊(n − 1)/s⌋ + 1``, for whole n and s of at least 1."""
    if not notation.same_as_floor or not isinstance(expression, CeilDiv):
        return expression
    size, stride = expression.args
    places = FloorDiv(add(size, S.NegativeOne), stride, evaluate=False)
    return add(places, S.One)


def same_padding(expression: Expr, notation: Notation) -> Expr:
    """``(o − 1)·s + k − n`` as ``s·⌈n/s⌉ − n + k − s``, o being ⌈n/s⌉."""
    if not notation.padding_from_input or not isinstance(expression, Maximum):
        return expression
    total, zero = expression.args
    if not isinstance(total, Add) or not isinstance(total.args[0], Mul):
        return expression
    (moved, *kernel, less), size = total.args, total.args[-1].args[-1:]
    if len(moved.args) != 2 or not isinstance(moved.args[0], Add) or len(size) != 1:
        return expression
    stride = moved.args[1]
    places = mul(stride, CeilDiv(size[0], stride, evaluate=False))
    return Maximum(add(places, less, *kernel, negated(stride)), zero, evaluate=False)


def parameters(expression: Expr, notation: Notation) -> Expr:
    """``(w + 1)·f`` with the biases apart, ``w·f + f``, and the factors in the book's order."""
    if isinstance(expression, Add):  # with a low-rank adaptation
        return expression
    if not isinstance(expression, Mul) or len(expression.args) < 2:
        return expression
    *before, last = expression.args
    biased = len(before) == 1 and isinstance(before[0], Add)
    weights = before[0].args[0] if biased else None
    if biased and (weights is None or before[0].args[1:] != (S.One,)):
        return expression
    if not (notation.apart or not biased):
        return expression
    factors = list(_factors(weights)) if weights is not None else before
    product = _product(factors, last, notation)
    return add(product, last) if biased else product


def _factors(weights: Expr) -> Iterator[Expr]:
    yield from weights.args if isinstance(weights, Mul) else (weights,)


def _product(factors: list[Expr], filters: Expr, notation: Notation) -> Expr:
    if notation.grouped and len(factors) > 1:
        return mul(mul(*factors), filters)
    if not notation.weights:
        return mul(*factors, filters)
    kernel = [one for one in factors if isinstance(one, Symbol) and base_of(one) == "K"]
    channels = [one for one in factors if not any(one is other for other in kernel)]
    deep = channels[0] if len(channels) == 1 else mul(*channels)
    parts = {"k": kernel, "c": [deep] if channels else [], "f": [filters]}
    if not kernel:  # of a dense layer, or with the model's own letters in it
        first = notation.weights[0] == "f"
        return mul(filters, *factors) if first else mul(*factors, filters)
    return mul(*(one for role in notation.weights for one in parts[role]))


def transposed(expression: Expr, notation: Notation, where: Mapping[Symbol, Size] | None) -> Expr:
    """``(n − 1)·s + e + o`` with ``d·(k − 1) + 1`` for e (PyTorch, ``ConvTranspose2d``; Dumoulin
    and Visin, relationship 14), less the padding, which is 0 here."""
    each = notation.padding is PaddingLetter.EACH_SIDE
    if not each or not isinstance(expression, Add) or len(expression.args) != 3:
        return expression
    moved, extent, more = expression.args
    if not isinstance(extent, Symbol) or base_of(extent) != "E":
        return expression
    kernel, dilation = (_like(name, extent, where) for name in "KD")
    reach = mul(dilation, add(kernel, S.NegativeOne))
    return add(moved, mul(S.NegativeOne, _TWO, SIDE), reach, more, S.One)


def _like(name: str, extent: Symbol, where: Mapping[Symbol, Size] | None) -> Symbol:
    """The letter of the axis that ``extent`` has, where that has one of its own."""
    own = letter(name + extent.name[1:])
    return own if where is None or own in where else letter(name)
