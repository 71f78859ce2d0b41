"""What a size must be for a wish to come true: all solutions, with the way to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from sympy import Eq, Expr, Ge, Gt, Integer, Le, Lt, Mul, Rational, S, Symbol
from sympy.core.relational import Relational

from layermath.algebra.conditions import divides
from layermath.algebra.floors import FloorDiv, Size, minus, plus, symbol, times
from layermath.algebra.residues import compiled
from layermath.algebra.solutions import Comparator, Solutions, solve
from layermath.algebra.written import in_order, value
from layermath.derivation.records import NetworkDerivation
from layermath.messages import Code, Count, Message, _
from layermath.problems import CallProblem
from layermath.questions.headlines import MOST_LISTED, combinations, headline
from layermath.questions.records import Answer, Deduction
from layermath.questions.wishes import Wish, read_wish, without_mod

MOST_PAIRS = 1_000_000
"""Combinations of unknowns that are tried, at most, over a stated range."""


def ask(derivation: NetworkDerivation, unknowns: Sequence[str], wishes: Sequence[str]) -> Answer:
    """All positive integers for the ``unknowns`` for which every wish holds.

    What the layers ask of their inputs holds too.

    Raises `CallProblem` where the question cannot be understood, or has no closed answer and no
    range to look through.
    """
    names = tuple(symbol(name) for name in unknowns)
    known = set(derivation.symbols)
    for name in names:
        if name not in known:
            raise CallProblem(
                _(
                    "{option}: this model has no {name}; its symbols are {symbols}",
                    option=Code(f"--for {name}"),
                    name=name,
                    symbols=tuple(derivation.symbols) or _("none"),
                ),
                _("A fixed input is opened with {option}.", option=Code("--input H,W,1")),
            )
    read = tuple(read_wish(text, derivation) for text in wishes)
    relations = [_Relation(without_mod(wish.difference), wish.comparison, wish) for wish in read]
    asked = frozenset(names)
    relations += [
        relation
        for condition in derivation.conditions
        if (relation := _of_condition(condition)) is not None and relation.symbols & asked
    ]
    if len(names) == 1:
        return _one(derivation, names[0], read, relations)
    return _several(names, read, relations)


@dataclass(frozen=True)
class _Relation:
    """``difference comparison 0``; ``wish`` where the user asked for it, else ``condition``, as the
    network states it."""

    difference: Size
    comparison: Comparator
    wish: Wish | None = None
    condition: Relational | None = None

    @property
    def symbols(self) -> frozenset[Symbol]:
        return frozenset(s for s in S(self.difference).free_symbols if isinstance(s, Symbol))


_OF_SYMPY: Mapping[type[Relational], Comparator] = {Eq: "==", Le: "<=", Ge: ">=", Lt: "<", Gt: ">"}


def _of_condition(condition: Relational) -> _Relation | None:
    comparison = next((c for kind, c in _OF_SYMPY.items() if isinstance(condition, kind)), None)
    if comparison is None:
        return None
    left, right = without_mod(condition.lhs), without_mod(condition.rhs)
    return _Relation(minus(left, right), comparison, condition=condition)


# One unknown ---------------------------------------------------------------------------------


def _one(
    derivation: NetworkDerivation, name: Symbol, wishes: Sequence[Wish], relations: list[_Relation]
) -> Answer:
    texts = tuple(wish.text for wish in wishes)
    wished = [relation for relation in relations if relation.wish is not None]
    others = {s for relation in wished for s in relation.symbols} - {name}
    if others:
        return _family(name, texts, wished, others)
    usable = [relation for relation in relations if relation.symbols <= {name}]
    found = solve(name, [(relation.difference, relation.comparison) for relation in usable])
    if found is None:
        raise CallProblem(
            _("this question has no closed form that layermath knows"),
            _(
                "Give a range to look through: {example}",
                example=Code(f"--given '{name} <= 1000'"),
            ),
        )
    if not any(found.classes):
        return Answer(
            (name,),
            texts,
            _no_solution(name),
            tuple(_nearest(name, wished, usable)),
            solutions={name: found},
        )
    return Answer(
        (name,),
        texts,
        headline(name, found),
        tuple(_way(name, wished, relations)),
        tuple(_loses_nothing(derivation, name, wishes, found)),
        {name: found},
    )


def _no_solution(name: Symbol) -> Message:
    return _("no {name} does it", name=name)


def _way(
    name: Symbol, wished: Sequence[_Relation], relations: Sequence[_Relation]
) -> Iterator[Deduction]:
    for relation in wished:
        wish = relation.wish
        assert wish is not None
        floor_lines = tuple(_through_a_floor(name, wish))
        if floor_lines:
            yield from floor_lines
        elif isinstance(wish.left, int) or isinstance(wish.right, int):
            yield from _by_edges(name, wish)
        else:
            yield Deduction(_sides(wish), _("as asked"))
    for relation in relations:
        if relation.condition is not None and relation.symbols == {name}:
            yield Deduction(
                _("{condition}", condition=relation.condition),
                _("so that every layer can take its input"),
            )


def _sides(wish: Wish) -> Message:
    left, right = in_order(S(wish.left)), in_order(S(wish.right))
    counts = "params" in wish.text or "macs" in wish.text
    return _(
        "{left} {comparison} {right}",
        left=Count(left) if counts else left,
        comparison=_SIGNS[wish.comparison],
        right=Count(right) if counts else right,
    )


_SIGNS: Mapping[Comparator, str] = {"==": "=", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def _through_a_floor(name: Symbol, wish: Wish) -> Iterator[Deduction]:
    """``5 = ⌊(H − 6)/4⌋`` to ``26 ≤ H ≤ 29`` (T9)."""
    size, number = (
        (wish.left, wish.right) if isinstance(wish.right, int) else (wish.right, wish.left)
    )
    if wish.comparison != "==" or not isinstance(number, int) or not isinstance(size, FloorDiv):
        return
    numerator, denominator = size.args
    constant, rest = numerator.as_coeff_Add()
    if rest != name or not isinstance(denominator, Integer) or not isinstance(constant, Integer):
        return
    stride, shift = int(denominator), int(constant)
    quotient = Mul(in_order(numerator), Rational(1, stride), evaluate=False)
    yield Deduction(
        _("{number} = {size}", number=number, size=in_order(size)),
        _("what is asked: {wish}", wish=Code(wish.text)),
    )
    yield Deduction(
        _("{low} ≤ {quotient} < {high}", low=number, quotient=quotient, high=number + 1),
        _("what a floor of {number} means", number=number),
    )
    yield Deduction(
        _(
            "{low} ≤ {numerator} < {high}",
            low=number * stride,
            numerator=in_order(numerator),
            high=(number + 1) * stride,
        ),
        _("times {stride}", stride=stride),
    )
    yield Deduction(
        _(
            "{low} ≤ {name} ≤ {high}",
            low=number * stride - shift,
            name=name,
            high=(number + 1) * stride - shift - 1,
        ),
        _("{name} is an integer", name=name),
    )


def _by_edges(name: Symbol, wish: Wish) -> Iterator[Deduction]:
    """A count that grows with its symbol is decided by one edge: its two values are shown."""
    size, number = (
        (wish.left, wish.right) if isinstance(wish.right, int) else (wish.right, wish.left)
    )
    label = Code(wish.text.split(wish.comparison)[0 if isinstance(wish.right, int) else 1].strip())
    if not isinstance(size, Expr) or not isinstance(number, int):
        return
    yield Deduction(_("{label} = {size}", label=label, size=Count(in_order(size))), None)
    at_most = solve(name, [(minus(size, number), "<=")])
    if at_most is None or not at_most.finite or at_most.modulus > 1 or not at_most.classes[0]:
        return
    value = compiled(size)
    last = max(last for _first, last in at_most.runs(MOST_LISTED))
    yield Deduction(
        _("at {name} = {last}: {value}", name=name, last=last, value=Count(value(last))),
        _("the last that is no more than {number}", number=Count(number)),
    )
    yield Deduction(
        _("at {name} = {last}: {value}", name=name, last=last + 1, value=Count(value(last + 1))),
        _("{over} more", over=Count(value(last + 1) - number)),
    )


def _loses_nothing(
    derivation: NetworkDerivation, name: Symbol, wishes: Sequence[Wish], found: Solutions
) -> Iterator[Message]:
    """``26 is the one that loses no row``: the lower end of the preimage of a floor (T9)."""
    if len(wishes) != 1 or not found.finite:
        return
    lines = tuple(_through_a_floor(name, wishes[0]))
    runs = tuple(found.runs(2))
    if not lines or len(runs) != 1:
        return
    first, last = runs[0]
    exact = lines[-1].statement
    assert isinstance(exact, Message)
    if exact.pieces["low"] == first and last > first:
        yield _("{first} is the one that loses none at the end.", first=first)


def _nearest(
    name: Symbol, wished: Sequence[_Relation], relations: Sequence[_Relation]
) -> Iterator[Deduction]:
    """Why there is none: the nearest value below and above what is asked."""
    validity: list[tuple[Size, Comparator]] = [
        (r.difference, r.comparison) for r in relations if r.wish is None
    ]
    for relation in wished:
        wish = relation.wish
        assert wish is not None
        yield Deduction(_sides(wish), _("as asked"))
        if relation.comparison != "==":
            continue
        side = compiled(wish.left if isinstance(wish.right, int) else wish.right)
        for reason, near in (
            (_("the nearest miss below"), _last(name, [(relation.difference, "<"), *validity])),
            (_("the nearest miss above"), _first(name, [(relation.difference, ">"), *validity])),
        ):
            if near is not None:
                yield Deduction(
                    _("at {name} = {x}: {value}", name=name, x=near, value=Count(side(near))),
                    reason,
                )


def _first(name: Symbol, relations: Sequence[tuple[Size, Comparator]]) -> int | None:
    """The least solution."""
    found = solve(name, relations)
    return None if found is None or not any(found.classes) else next(found.members(1), None)


def _last(name: Symbol, relations: Sequence[tuple[Size, Comparator]]) -> int | None:
    """The greatest solution, where there is one."""
    found = solve(name, relations)
    if found is None or not found.finite or not any(found.classes):
        return None
    return max(last for _first, last in found.runs(MOST_LISTED))


# A family with a parameter -------------------------------------------------------------------


def _family(
    name: Symbol, texts: tuple[str, ...], wished: Sequence[_Relation], others: set[Symbol]
) -> Answer:
    """``a·x + b = 0`` with a number a: x = −b/a, where a divides b."""
    if len(wished) == 1 and wished[0].comparison == "==":
        difference = S(wished[0].difference)
        slope = difference.coeff(name, 1)
        rest = S(plus((difference, times((-1, slope, name)))))
        if isinstance(slope, Integer) and slope != 0 and name not in rest.free_symbols:
            wish = wished[0].wish
            assert wish is not None
            factor = int(slope)
            numerator = S(times((-1 if factor > 0 else 1, rest)))
            size = abs(factor)
            condition = divides(size, numerator)
            family = numerator / size
            shown = (
                in_order(family)
                if size == 1
                else Mul(in_order(numerator), Rational(1, size), evaluate=False)
            )
            lines = [
                Deduction(_sides(wish), _("as asked")),
                Deduction(
                    _(
                        "{size}·{name} = {numerator}",
                        size=size,
                        name=name,
                        numerator=in_order(numerator),
                    )
                    if size != 1
                    else _("{name} = {numerator}", name=name, numerator=in_order(numerator)),
                    _("{name} alone on one side", name=name),
                ),
            ]
            headline = _("{name} = {family}", name=name, family=shown)
            if condition is not True:
                headline = _(
                    "{name} = {family}, where {size} divides {numerator}",
                    name=name,
                    family=shown,
                    size=size,
                    numerator=in_order(numerator),
                )
            return Answer(
                (name,), texts, headline, tuple(lines), family=family, family_condition=condition
            )
    raise CallProblem(
        _(
            "{symbols} has no value, and there is no closed form in it",
            symbols=tuple(sorted(others, key=str)),
        ),
        _(
            "Give it one with {set}, or ask for it too with {ask} and a range.",
            set=Code(f"--set {min(map(str, others))}=…"),
            ask=Code(f"--for {min(map(str, others))}"),
        ),
    )


# Several unknowns ----------------------------------------------------------------------------


def _several(
    names: tuple[Symbol, ...], wishes: Sequence[Wish], relations: Sequence[_Relation]
) -> Answer:
    texts = tuple(wish.text for wish in wishes)
    foreign = {s for r in relations if r.wish for s in r.symbols} - set(names)
    if foreign:
        raise CallProblem(
            _("{symbols} has no value", symbols=tuple(sorted(foreign, key=str))),
            _("Give it one with {set}.", set=Code(f"--set {min(map(str, foreign))}=…")),
        )
    alone: dict[Symbol, Solutions] = {}
    for name in names:
        own = [r for r in relations if r.symbols == {name}]
        found = solve(name, [(r.difference, r.comparison) for r in own])
        if found is None:
            raise CallProblem(_("this question has no closed form that layermath knows"))
        alone[name] = found
    joint = [r for r in relations if len(r.symbols) > 1 and r.symbols <= set(names)]
    if not joint:
        headlines = tuple(headline(name, alone[name]) for name in names)
        return Answer(names, texts, _("{each}", each=headlines), solutions=alone)
    endless = [name for name in names if not alone[name].finite]
    if endless:
        raise CallProblem(
            _(
                "{names} may be as large as you like: a range is needed to look through",
                names=tuple(endless),
            ),
            _("For example: {example}", example=Code(f"--given '{endless[0]} <= 512'")),
        )
    ranges = [tuple(alone[name].members(MOST_PAIRS)) for name in names]
    if prod(map(len, ranges)) > MOST_PAIRS:
        raise CallProblem(
            _("more than {most} combinations: a narrower range is needed", most=Count(MOST_PAIRS))
        )
    listing = tuple(
        values
        for values in product(*ranges)
        if all(_holds(r, dict(zip(names, values, strict=True))) for r in joint)
    )
    shown = listing[:MOST_LISTED]
    if not shown:
        return Answer(names, texts, _("no combination does it in this range"), listing=())
    return Answer(
        names,
        texts,
        combinations(names, shown),
        tuple(Deduction(_sides(r.wish), _("as asked")) for r in joint if r.wish),
        (_("{number} in all; each combination in the range was tried", number=len(listing)),),
        listing=listing,
    )


def _holds(relation: _Relation, values: Mapping[Symbol, int]) -> bool:
    number = value(S(relation.difference), values)
    assert isinstance(number, int)
    return {
        "==": number == 0,
        "<=": number <= 0,
        ">=": number >= 0,
        "<": number < 0,
        ">": number > 0,
    }[relation.comparison]
