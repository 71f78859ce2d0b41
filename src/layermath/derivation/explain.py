"""From a rule and its values to the lines that a teacher writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    ceiling,
    expand_mul,
    floor,
)

from layermath.algebra.floors import CeilDiv, FloorDiv, Letter, Size, symbol
from layermath.algebra.written import add, in_order, put_in, rebuilt, same_form, tidy, worked_off
from layermath.algebra.written import value as evaluated
from layermath.derivation.records import Detail, Quantity, Step
from layermath.messages import Message, Piece, _
from layermath.rules.equations import Drop, Filled, Stage


def explain(
    filled: Filled,
    result: Size,
    definitions: Mapping[Symbol, Size],
    dropped: Set[Symbol] = frozenset(),
) -> Quantity:
    """Derive one quantity.

    ``filled`` has its values in the named sizes, ``result`` is what it comes to in the model's own
    symbols, ``definitions`` are the named sizes in the model's own symbols. ``dropped`` are the
    letters that have been said to drop out in this layer.
    """
    equation = filled.equation
    steps = [*_with_values(filled, dropped)]
    if equation.quantity.startswith(("output", "padding")):
        steps += _in_normal_form(filled, steps[-1].expression, result, definitions)
    else:
        steps += _gathered(steps[-1].expression)
    return Quantity(
        equation.quantity,
        equation.symbol,
        equation.label,
        _last_is_result(steps, filled.says.get(Stage.RESULT)),
        result,
        filled.where,
        filled.like,
    )


def _with_values(filled: Filled, dropped: Set[Symbol]) -> Iterator[Step]:
    """The general rule, what drops out, the numbers put in, the arithmetic."""
    equation, says = filled.equation, filled.says
    general = equation.expression
    reason = says.get(Stage.GENERAL) or equation.reason
    reduced = tidy(put_in(general, {drop.letter: drop.value for drop in filled.drops}))
    if not filled.drops or same_form(reduced, general):
        yield Step("rule", equation.rule, general, reason or says.get(Stage.REDUCED))
    elif all(drop.letter in dropped for drop in filled.drops):
        # why these letters drop out has just been said
        yield Step("rule", equation.rule, general, None, Detail.FULL)
        yield Step("reduced", "drops-out", reduced, reason or says.get(Stage.REDUCED))
    else:
        yield Step("rule", equation.rule, general, reason)
        yield Step("reduced", "drops-out", reduced, _dropped(filled.drops, says.get(Stage.REDUCED)))
    numbers = put_in(reduced, filled.where)
    if same_form(numbers, _in_own_symbols(reduced)):
        return
    yield Step("substituted", "substitution", numbers, says.get(Stage.FILLED))
    yield from _arithmetic(numbers, says.get(Stage.WORKED), equation.places)


def _in_own_symbols(expression: Expr) -> Expr:
    """The rule as it reads where the model uses the same letters for the same things."""
    letters = {one: symbol(one.name) for one in expression.free_symbols if isinstance(one, Letter)}
    return put_in(expression, letters)


def _dropped(drops: tuple[Drop, ...], reason: Message | None) -> Message:
    """``P = 0 (valid), D = 1: …``"""
    parts: list[Piece] = []
    for drop in drops:
        if drop.why is None:
            parts.append(_("{letter} = {value}", letter=drop.letter, value=drop.value))
        else:
            parts.append(
                _("{letter} = {value} ({why})", letter=drop.letter, value=drop.value, why=drop.why)
            )
    if reason is None:
        return _("{values}", values=tuple(parts))
    return _("{values}: {reason}", values=tuple(parts), reason=reason)


def _arithmetic(expression: Expr, first: Message | None, places: bool) -> Iterator[Step]:
    """One operation after the other. A line that only prepares a floor is for full detail."""
    reason = first
    following = worked_off(expression)
    while following is not None:
        expression, following = following, worked_off(following)
        detail = Detail.FULL if _prepares_a_cut(expression) else Detail.NORMAL
        yield Step(
            "arithmetic", "arithmetic", expression, reason or _cut(expression, places), detail
        )
        reason = None


def _prepares_a_cut(expression: Expr) -> bool:
    return any(
        isinstance(part, (FloorDiv, CeilDiv)) and all(isinstance(a, Integer) for a in part.args)
        for part in _parts(expression)
    )


def _parts(expression: Expr) -> Iterator[Expr]:
    yield expression
    for argument in expression.args:
        yield from _parts(argument)


def _cut(expression: Expr, places: bool) -> Message | None:
    """Beside ``⌊4.5⌋ + 1``: what the floor cuts off; of ``places`` of a window, what that means."""
    for part in _parts(expression):
        if isinstance(part, floor) and isinstance(part.args[0], Rational):
            number, stride = part.args[0].p, part.args[0].q
            if not places:
                return _(
                    "rounded down: {stride} does not divide {number}", stride=stride, number=number
                )
            return _(
                "{stride} does not divide {number}: {left} of a step is left over, where no window "
                "fits",
                stride=stride,
                number=number,
                left=part.args[0] - number // stride,
            )
        if isinstance(part, ceiling):
            if not places:
                return _("rounded up")
            return _("rounded up: the last window begins inside, and is filled with padding")
    return None


def _in_normal_form(
    filled: Filled, last: Expr, result: Size, definitions: Mapping[Symbol, Size]
) -> Iterator[Step]:
    """A size with letters in it: to one floor, then from the named sizes to the input."""
    last = _in_own_symbols(last)
    named = in_order(S(evaluated(filled.equation.expression, filled.where)))
    if isinstance(named, Integer):
        if not same_form(last, named):
            yield Step("rewriting", "normal-form", named, _("the letters cancel"))
        return
    if not same_form(last, named):
        inside = _goes_inside(last)
        if inside is not None:
            yield Step("rewriting", "constant-goes-inside", *inside, Detail.FULL)
        yield Step("rewriting", "normal-form", named, None if inside is None else inside[1])
    final = in_order(S(result))
    if same_form(final, named):
        return
    known = {name: definitions[name] for name in definitions if name in named.free_symbols}
    opened = put_in(named, known)
    because = _(
        "{definitions}",
        definitions=tuple(
            _("{name} = {closed}", name=name, closed=in_order(S(closed)))
            for name, closed in known.items()
        ),
    )
    if same_form(opened, final):
        yield Step("rewriting", "definition", final, because)
        return
    yield Step("rewriting", "definition", opened, because, Detail.FULL)
    rule, reason = _merged(opened)
    yield Step(
        "rewriting", rule, final, _("{definitions}: {reason}", definitions=because, reason=reason)
    )


def _goes_inside(expression: Expr) -> tuple[Expr, Message] | None:
    """``⌊x/m⌋ + c``: the c goes inside as c·m."""
    if not isinstance(expression, Add) or len(expression.args) != 2:
        return None
    quotient, constant = expression.args
    if not isinstance(quotient, FloorDiv) or not isinstance(constant, Integer):
        return None
    numerator, denominator = quotient.args
    if not isinstance(denominator, Integer):
        return None
    moved = constant * denominator
    terms = numerator.args if isinstance(numerator, Add) else (numerator,)
    inside = FloorDiv(add(*terms, moved), denominator, evaluate=False)
    reason = (
        _("the + {constant} goes inside as + {moved}", constant=constant, moved=moved)
        if constant > 0
        else _("the − {constant} goes inside as − {moved}", constant=-constant, moved=-moved)
    )
    return inside, reason


def _merged(expression: Expr) -> tuple[str, Message]:
    """The name of the rewriting that brings a size to one floor, and what to say of it."""
    if any(_holds_a_cut(part) for part in _parts(expression)):
        return "nested-floors-merge", _("nested floors merge")
    inside = _goes_inside(expression)
    if inside is not None:
        return "constant-goes-inside", inside[1]
    return "normal-form", _("terms gathered")


def _holds_a_cut(expression: Expr) -> bool:
    """Whether a floor or ceiling has another one inside."""
    cuts = (FloorDiv, CeilDiv)
    return isinstance(expression, cuts) and any(
        isinstance(part, cuts) for part in _parts(expression.args[0])
    )


def _gathered(expression: Expr) -> Iterator[Step]:
    """Equal letters side by side become a power, ``K·K·C`` is ``K²·C``; a number times a sum is
    multiplied out, and of a sum of sums like terms are gathered."""
    powers = _powers(expression)
    if not same_form(powers, expression):
        yield Step("rewriting", "powers", powers)
    if isinstance(powers, Mul) and len(powers.args) == 2:
        number, total = sorted(powers.args, key=lambda factor: isinstance(factor, Add))
        if isinstance(number, Integer) and isinstance(total, Add):
            opened = in_order(expand_mul(Mul(number, Add(*total.args))))
            yield Step("rewriting", "multiplied-out", opened, _("multiplied out"))
    if isinstance(powers, Add):
        terms = [term for part in powers.args for term in _opened(part)]
        if len({term.as_coeff_Mul()[1] for term in terms}) < len(terms):
            yield Step("rewriting", "like-terms", in_order(Add(*terms)), _("like terms together"))


def _opened(term: Expr) -> tuple[Expr, ...]:
    """The terms of a sum in parentheses, alone or with a number before it."""
    number, total = term.args if isinstance(term, Mul) and len(term.args) == 2 else (S.One, term)
    if isinstance(number, Integer) and isinstance(total, Add):
        return tuple(number * part for part in total.args)
    return (term,)


def _powers(expression: Expr) -> Expr:
    if not expression.args:
        return expression
    arguments = [_powers(argument) for argument in expression.args]
    if not isinstance(expression, Mul):
        return rebuilt(expression, arguments)
    exponents: dict[Expr, int] = {}
    for argument in arguments:
        base, exponent = argument.args if isinstance(argument, Pow) else (argument, S.One)
        if not isinstance(exponent, Integer) or exponent < 1:
            base, exponent = argument, S.One
        exponents[base] = exponents.get(base, 0) + int(exponent)
    factors = [
        base if exponent == 1 else Pow(base, exponent, evaluate=False)
        for base, exponent in exponents.items()
    ]
    return factors[0] if len(factors) == 1 else Mul(*factors, evaluate=False)


def _last_is_result(steps: list[Step], reason: Message | None) -> tuple[Step, ...]:
    last = steps[-1]
    if last.kind == "rule":
        return tuple(steps)
    return (*steps[:-1], replace(last, reason=reason or last.reason, detail=Detail.NORMAL))
