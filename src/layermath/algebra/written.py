"""Expressions as a person writes them.

A rule is a SymPy expression built without evaluation: its terms and factors keep the order in which
they were written, and nothing is gathered. This module builds such expressions, puts values in
where letters stand, takes out what has no effect, and works an expression off one operation at a
time. None of it changes a value; tests hold it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, wraps
from typing import Any, TypeVar

from sympy import Add, Basic, Expr, Integer, Mod, Mul, Pow, Rational, S, Symbol, evaluate, floor
from sympy import ceiling as sympy_ceiling

from layermath.algebra.floors import (
    CeilDiv,
    FloorDiv,
    Maximum,
    Size,
    as_size,
    ceil_div,
    floor_div,
    larger,
    plus,
    times,
)

Author = TypeVar("Author", bound=Callable[..., Expr])


def written(author: Author) -> Author:
    """Decorate a function whose result is to keep the form in which its source has it.

    A rule is written once for each choice of letters: its arguments are letters, or tuples of them.
    """

    @cache
    def once(*arguments: Any) -> Expr:
        with evaluate(False):
            return flat(author(*arguments))

    @wraps(author)
    def author_without_evaluation(*arguments: Any) -> Expr:
        return once(*(tuple(a) if isinstance(a, list) else a for a in arguments))

    return author_without_evaluation  # type: ignore[return-value]  # the same signature


def add(*terms: Expr) -> Expr:
    """A sum in the order given."""
    return Add(*terms, evaluate=False)


def mul(*factors: Expr) -> Expr:
    """A product in the order given."""
    return Mul(*factors, evaluate=False)


def rebuilt(expression: Expr, arguments: list[Expr]) -> Expr:
    """The same operation on other arguments, unevaluated."""
    return expression.func(*arguments, evaluate=False)


def flat(expression: Expr) -> Expr:
    """Undo the nesting that binary operators leave: ``(a + b) + c`` is one sum of three.

    Only the first argument is opened, so that a group which the author wrote in parentheses,
    ``H·W·(K·K·C)·F``, stays one.
    """
    if not expression.args:
        return expression
    arguments = [flat(argument) for argument in expression.args]
    if isinstance(expression, (Add, Mul)):
        if isinstance(arguments[0], expression.func):
            arguments = [*arguments[0].args, *arguments[1:]]
        if isinstance(expression, Mul):
            # −(D·(K − 1)) is one product with −1 before it
            while arguments[0] is S.NegativeOne and isinstance(arguments[1], Mul):
                arguments = [S.NegativeOne, *arguments[1].args, *arguments[2:]]
    return rebuilt(expression, arguments)


def put_in(expression: Expr, values: Mapping[Symbol, Size]) -> Expr:
    """Put values in where letters stand, all at once, and change nothing else."""
    if isinstance(expression, Symbol):
        value = values.get(expression)
        return expression if value is None else in_order(S(value))
    if not expression.args:
        return expression
    arguments = [put_in(argument, values) for argument in expression.args]
    if isinstance(expression, Mul) and arguments[0] is S.NegativeOne and len(arguments) == 2:
        return negated(arguments[1])
    return rebuilt(expression, arguments)


def value(expression: Expr, values: Mapping[Symbol, Size] | None = None) -> Size:
    """What a written expression comes to: an integer where all is known, else in normal form."""
    known = values or {}
    if isinstance(expression, Symbol):
        return as_size(known.get(expression, expression))
    if isinstance(expression, Integer):
        return int(expression)
    if isinstance(expression, Rational):
        return expression
    arguments = [value(argument, known) for argument in expression.args]
    if isinstance(expression, Add):
        return plus(arguments)
    if isinstance(expression, Mul):
        return _product(arguments)
    if isinstance(expression, Pow):
        return _power(arguments[0], arguments[1])
    if isinstance(expression, FloorDiv):
        return floor_div(arguments[0], arguments[1])
    if isinstance(expression, CeilDiv):
        return ceil_div(arguments[0], arguments[1])
    if isinstance(expression, Maximum):
        return larger(arguments[0], arguments[1])
    if all(isinstance(argument, int) for argument in arguments):
        if isinstance(expression, Mod):
            return arguments[0] % arguments[1]
        if isinstance(expression, floor):
            return arguments[0]
    return as_size(expression.func(*arguments))


def _power(base: Size, exponent: Size) -> Size:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        return int(base**exponent)
    return as_size(S(base) ** exponent)


def _product(factors: list[Size]) -> Size:
    return times(factors)


# Taking out what has no effect ---------------------------------------------------------------


def tidy(expression: Expr) -> Expr:
    """Take out what has no effect: ``+ 0``, ``1·``, ``/1``, and parentheses that hold nothing
    together; numbers in a sum are gathered at the place of the last of them.

    ``⌊(H_in + 0 − 1·(K − 1) − 1)/1⌋ + 1`` becomes ``H_in − K + 1``.
    """
    if not expression.args:
        return expression
    arguments = [tidy(argument) for argument in expression.args]
    if isinstance(expression, Add):
        return _tidy_sum(arguments)
    if isinstance(expression, Mul):
        return _tidy_product(arguments)
    if isinstance(expression, Pow):
        base, exponent = arguments
        return (
            S.One
            if base is S.One
            else base
            if exponent is S.One
            else Pow(base, exponent, evaluate=False)
        )
    if isinstance(expression, (FloorDiv, CeilDiv)) and arguments[1] is S.One:
        return arguments[0]
    return rebuilt(expression, arguments)


def _signed_terms(term: Expr, sign: int) -> list[tuple[int, Expr]]:
    """The terms of a sum without the parentheses that a sign alone holds."""
    if isinstance(term, Add):
        return [pair for part in term.args for pair in _signed_terms(part, sign)]
    if isinstance(term, Integer):
        return [(sign, term)] if term >= 0 else [(-sign, -term)]
    if isinstance(term, Mul) and term.args[0] is S.NegativeOne:
        rest = term.args[1:]
        return _signed_terms(rest[0] if len(rest) == 1 else mul(*rest), -sign)
    return [(sign, term)]


def negated(term: Expr) -> Expr:
    """``−term``, with the sign in front of its factors."""
    if isinstance(term, Integer):
        return -term
    return mul(S.NegativeOne, *(term.args if isinstance(term, Mul) else (term,)))


def _tidy_sum(arguments: list[Expr]) -> Expr:
    signed = [pair for argument in arguments for pair in _signed_terms(argument, 1)]
    number = sum(sign * int(term) for sign, term in signed if isinstance(term, Integer))
    last = max((i for i, (_, term) in enumerate(signed) if isinstance(term, Integer)), default=-1)
    terms: list[Expr] = []
    for index, (sign, term) in enumerate(signed):
        if not isinstance(term, Integer):
            terms.append(term if sign > 0 else negated(term))
        elif index == last and number:
            terms.append(Integer(number))
    return terms[0] if len(terms) == 1 else add(*terms) if terms else S.Zero


def _tidy_product(arguments: list[Expr]) -> Expr:
    if S.Zero in arguments:
        return S.Zero
    sign = 1
    factors: list[Expr] = []
    for argument in arguments:
        if argument is S.NegativeOne:
            sign = -sign
        elif argument is not S.One:
            factors.append(argument)
    if not factors:
        return Integer(sign)
    product = factors[0] if len(factors) == 1 else mul(*factors)
    return product if sign > 0 else negated(product)


# One operation at a time ---------------------------------------------------------------------


def worked_off(expression: Expr) -> Expr | None:
    """Do the innermost operations on numbers, all those of one depth together; None where there is
    nothing left to do.

    ``(3·3·32 + 1)·32`` becomes ``(288 + 1)·32``, then ``289·32``, then ``9248``; a floor that cuts
    shows what it cuts: ``⌊9/2⌋`` becomes ``⌊4.5⌋``, then ``4``.
    """
    result = _inner(expression)
    return None if same_form(result, expression) else result


def same_form(left: Expr, right: Expr) -> bool:
    """Whether two expressions are written the same, term for term in the same order."""
    if left is right:
        return True
    if not left.args or left.func is not right.func or len(left.args) != len(right.args):
        return not left.args and left == right
    return all(same_form(a, b) for a, b in zip(left.args, right.args, strict=True))


def _inner(expression: Expr) -> Expr:
    if not expression.args:
        return expression
    if isinstance(expression, Pow) and expression.args[1].is_negative:
        # a divisor is worked off with the product that it divides
        return expression
    arguments = [_inner(argument) for argument in expression.args]
    if not all(map(same_form, arguments, expression.args)):
        return rebuilt(expression, arguments)
    if isinstance(expression, Add):
        return _add_numbers(expression)
    if isinstance(expression, Mul):
        return _multiply_numbers(expression)
    if all(isinstance(argument, (Integer, Rational)) for argument in arguments):
        return _number(expression, arguments)
    return expression


def _add_numbers(expression: Add) -> Expr:
    numbers = [term for term in expression.args if isinstance(term, (Integer, Rational))]
    # numbers are added as numbers: that needs none of what a SymPy sum looks for
    total = sum(numbers, S.Zero)
    if len(numbers) == len(expression.args):
        return total
    if len(numbers) < 2 and S.Zero not in numbers:
        return expression
    last = max(i for i, term in enumerate(expression.args) if term in numbers)
    terms: list[Expr] = []
    for index, term in enumerate(expression.args):
        if not isinstance(term, (Integer, Rational)):
            terms.append(term)
        elif index == last and total:
            terms.append(total)
    return terms[0] if len(terms) == 1 else add(*terms)


def _is_number_factor(factor: Expr) -> bool:
    return isinstance(factor, Rational) or (
        isinstance(factor, Pow) and all(isinstance(argument, Rational) for argument in factor.args)
    )


def _multiply_numbers(product: Mul) -> Expr:
    expression = _opened(product)
    numbers = [factor for factor in expression.args if _is_number_factor(factor)]
    total = Mul(*(Pow(*n.args) if isinstance(n, Pow) else n for n in numbers))
    if len(numbers) == len(expression.args):
        return total
    if total is S.Zero:
        return total
    if len(numbers) < 2 and not (numbers and total is S.One):
        return _number_first(expression)
    rest = [factor for factor in expression.args if not _is_number_factor(factor)]
    if any(isinstance(factor, Add) for factor in rest):
        # (9·C + 1)·32 keeps its order: the number goes where the first one stood
        place = next(i for i, factor in enumerate(expression.args) if _is_number_factor(factor))
        rest.insert(min(place, len(rest)), total)
        factors = [factor for factor in rest if factor is not S.One]
    else:
        factors = ([total] if total is not S.One else []) + rest
    return factors[0] if len(factors) == 1 else mul(*factors)


def _number_first(product: Mul) -> Expr:
    """``H·W·9·C`` is ``9·H·W·C``; a product with a sum keeps its order, as ``(9·C + 1)·32``."""
    if any(isinstance(factor, Add) for factor in product.args):
        return product
    numbers = [factor for factor in product.args if isinstance(factor, Rational)]
    rest = [factor for factor in product.args if not isinstance(factor, Rational)]
    return mul(*numbers, *rest)


def _opened(product: Expr) -> Expr:
    """A product inside a product loses its parentheses: ``H·W·(9·C)·F`` is ``9·H·W·C·F``."""
    if not any(isinstance(factor, Mul) for factor in product.args):
        return product
    factors = [
        part
        for factor in product.args
        for part in (factor.args if isinstance(factor, Mul) else (factor,))
    ]
    return mul(*factors)


def _number(expression: Expr, arguments: list[Expr]) -> Expr:
    if isinstance(expression, (FloorDiv, CeilDiv)):
        fraction = Fraction(int(arguments[0]), int(arguments[1]))
        if fraction.denominator == 1:
            return Integer(fraction.numerator)
        cut = floor if isinstance(expression, FloorDiv) else sympy_ceiling
        return cut(Rational(fraction.numerator, fraction.denominator), evaluate=False)
    return expression.func(*arguments)


# From normal form to the form a person writes ------------------------------------------------


def in_order(expression: Expr) -> Expr:
    """A SymPy expression in the order a person writes it: ``H − 6``, ``9·C + 1``, ``2·F·(F + 1)``.

    A floor that rounds up is written as one: ``⌊(H + 1)/2⌋`` is ``⌈H/2⌉``.
    """
    if isinstance(expression, Add):
        ceiling = _as_ceiling_plus(expression)
        if ceiling is not None:
            return ceiling
        terms = sorted(expression.args, key=_term_key)
        return add(*(in_order(term) for term in terms))
    if isinstance(expression, Mul):
        numbers = [factor for factor in expression.args if isinstance(factor, Rational)]
        others = [factor for factor in expression.args if not isinstance(factor, Rational)]
        parts = [in_order(factor) for factor in sorted(others, key=_factor_key)]
        coefficient = Mul(*numbers)
        if coefficient is not S.One or not parts:
            parts = [coefficient, *parts]
        return parts[0] if len(parts) == 1 else mul(*parts)
    if isinstance(expression, FloorDiv):
        numerator, denominator = expression.args
        inside = numerator - denominator + 1
        if len(Add.make_args(inside)) < len(Add.make_args(numerator)):
            return CeilDiv(in_order(inside), in_order(denominator), evaluate=False)
    if expression.args:
        return rebuilt(expression, [in_order(argument) for argument in expression.args])
    return expression


def _as_ceiling_plus(expression: Add) -> Expr | None:
    """``⌊(x − 1)/b⌋ + 1`` with a symbolic b is ``⌈x/b⌉``."""
    floors = [term for term in expression.args if isinstance(term, FloorDiv)]
    if len(floors) != 1 or len(expression.args) != 2 or S.One not in expression.args:
        return None
    numerator, denominator = floors[0].args
    if len(Add.make_args(numerator + 1)) >= len(Add.make_args(numerator)):
        return None
    return CeilDiv(in_order(numerator + 1), in_order(denominator), evaluate=False)


def _natural(name: str) -> tuple[str, int, str]:
    head = name.rstrip("0123456789")
    tail = name[len(head) :]
    return (head.rstrip("_"), int(tail or 0), name)


def _degree(term: Expr) -> int:
    total = 0
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if not base.is_Number:
            total += int(exponent) if isinstance(exponent, Integer) else 1
    return total


def _names(term: Expr) -> list[tuple[str, int, str]]:
    return sorted(_natural(s.name) for s in term.free_symbols if isinstance(s, Symbol))


def _term_key(term: Expr) -> tuple[int, bool, list[tuple[str, int, str]], str]:
    coefficient, _ = term.as_coeff_Mul()
    return (
        -_degree(term) if term.free_symbols else 1,
        coefficient.is_negative or False,
        _names(term),
        str(term),
    )


def _factor_key(factor: Expr) -> tuple[int, list[tuple[str, int, str]], str]:
    kind = (
        0
        if isinstance(factor, (Symbol, Pow))
        else 1
        if isinstance(factor, (FloorDiv, CeilDiv))
        else 2
    )
    if isinstance(factor, Pow) and not factor.exp.is_positive:
        kind = 3
    return (kind, _names(factor), str(factor))


def shows_a_cut(expression: Basic) -> bool:
    """Whether a floor or ceiling shows the fraction that it cuts: ``⌊4.5⌋``."""
    return isinstance(expression, (floor, sympy_ceiling)) or any(
        shows_a_cut(argument) for argument in expression.args
    )
