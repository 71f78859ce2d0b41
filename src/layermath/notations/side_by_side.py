"""One rule in two notations side by side, and why they are equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sympy import Expr, S, Symbol

from layermath.algebra.floors import FloorDiv, Letter, Size, letter
from layermath.algebra.written import add, in_order, mul, put_in, value, worked_off
from layermath.derivation.records import LayerDerivation, NetworkDerivation, Quantity, Step
from layermath.messages import Message, Name, _
from layermath.notations import forms
from layermath.notations.restating import Restating, rank_of
from layermath.notations.spelling import spelled_apart, spelled_apart_of
from layermath.rules.equations import Equation
from layermath.setting.notation import LAYERMATH, Notation, One, PaddingLetter
from layermath.setting.styles import UNICODE

_X, _A, _S, _W, _F = (letter(name) for name in "xaswf")
_PARAMETERS = ("convolution-parameters", "transposed-parameters", "dense-parameters")


@dataclass(frozen=True)
class RuleInNotation:
    """A rule in one notation: its symbol, and its lines."""

    notation: Notation
    symbol: Symbol
    lines: tuple[Expr, ...]


@dataclass(frozen=True)
class RuleInTwoNotations:
    """A rule in two notations. ``letters`` are the letters of the rule: what each means, how the
    two write it, and its value, None in a general rule."""

    layer: str
    label: Message
    when: Message | None
    is_count: bool
    left: RuleInNotation
    right: RuleInNotation
    why: tuple[Message, ...]
    """Empty where nothing but the letters differs."""
    letters: tuple[tuple[str, Expr, Expr, Size | None], ...]


def of_interest(pairs: Iterable[RuleInTwoNotations]) -> tuple[RuleInTwoNotations, ...]:
    """Those that differ in more than their letters; the first one where none does."""
    every = tuple(pairs)
    return tuple(pair for pair in every if pair.why) or every[:1]


def compare_derivation(
    derivation: NetworkDerivation,
    notations: tuple[Notation, Notation],
    layers: frozenset[str] | None,
) -> Iterator[RuleInTwoNotations]:
    """The rules of a network that the two notations write in different ways, each where the network
    has it first."""
    apart = tuple(
        spelled_apart(one, Restating(one).derivation(derivation)) if one != LAYERMATH else one
        for one in notations
    )
    seen: set[tuple[str, str]] = set()
    for layer in _every(derivation.layers):
        if layers is not None and layer.name not in layers:
            continue
        rank = rank_of(one.quantity for one in layer.quantities)
        for quantity in layer.quantities:
            rule = quantity.steps[0]
            known = (rule.rule, quantity.quantity.partition(".")[0])
            if quantity.like is not None or (layers is None and known in seen):
                continue
            if _is_left_out(rule.rule, notations):
                continue
            seen.add(known)
            yield from _pairs(layer.name, quantity, rank, (apart[0], apart[-1]))


def _every(layers: Sequence[LayerDerivation]) -> Iterator[LayerDerivation]:
    for layer in layers:
        yield layer
        yield from _every(layer.layers)


def _pairs(
    layer: str, quantity: Quantity, rank: int, notations: tuple[Notation, Notation]
) -> Iterator[RuleInTwoNotations]:
    full = _in_full(quantity)
    sides = [
        [
            RuleInNotation(
                notation, one.symbol, _without_repeats([s.expression for s in one.steps], notation)
            )
            for one in Restating(notation).quantity(full, rank)
        ]
        for notation in notations
    ]
    for pair in _beside(sides, full, rank, notations):
        yield replace(pair, layer=layer)


def _beside(
    sides: Sequence[Sequence[RuleInNotation]],
    quantity: Quantity,
    rank: int,
    notations: tuple[Notation, Notation],
) -> Iterator[RuleInTwoNotations]:
    """Each rule that does not read the same on both sides; a general one has no values."""
    rule = quantity.steps[0]
    for left, right in zip(*sides, strict=False):
        if not _reads_the_same(left, right):
            yield RuleInTwoNotations(
                "",
                quantity.label,
                None,
                quantity.quantity.endswith(("params", "macs", "flops")),
                left,
                right,
                tuple(_differences(rule, quantity.where or None, *notations)),
                tuple(_letters(rule.expression, quantity, rank, notations)),
            )


def compare_rules(
    equations: Sequence[Equation], notations: tuple[Notation, Notation]
) -> Iterator[RuleInTwoNotations]:
    """The general rules of a layer type that the two notations write in different ways."""
    rank = rank_of(one.quantity for one in equations)
    first_axis: dict[str, str] = {}
    for equation in equations:
        if equation.quantity.startswith("output."):
            axis = first_axis.setdefault(equation.rule, equation.quantity)
            if axis != equation.quantity:
                continue
        if _is_left_out(equation.rule, notations) or equation.rule.startswith("lora"):
            continue
        sides = [
            [
                RuleInNotation(
                    spelled_apart_of(notation, [one.symbol, one.expression]),
                    one.symbol,
                    (one.expression,),
                )
                for one in Restating(notation).equations(equation, rank)
            ]
            for notation in notations
        ]
        rule = Step("rule", equation.rule, equation.expression)
        whole = Quantity(equation.quantity, equation.symbol, equation.label, (rule,), 0, {})
        for pair in _beside(sides, whole, rank, notations):
            yield replace(pair, when=equation.when)


def _is_left_out(rule: str, notations: tuple[Notation, Notation]) -> bool:
    """The padding of one side is not equal to that of both."""
    one, other = notations
    return rule.endswith(("-padding", "-macs")) and (
        rule.endswith("-macs") or one.padding is not other.padding
    )


def _in_full(quantity: Quantity) -> Quantity:
    """The quantity from its general rule, all values put in at once: nothing drops out before."""
    rule = quantity.steps[0]
    expressions = [put_in(rule.expression, quantity.where)]
    following = worked_off(expressions[0])
    while following is not None:
        expressions.append(following)
        following = worked_off(following)
    steps = [Step("substituted", "substitution", expressions[0])]
    steps += [Step("arithmetic", "arithmetic", one) for one in expressions[1:]]
    result = in_order(S(value(rule.expression, quantity.where)))
    if result != expressions[-1]:
        steps.append(Step("rewriting", "normal-form", result))
    return replace(
        quantity, steps=(replace(rule, kind="rule"), *steps), like=None, after=None, changed=()
    )


def _text(side: RuleInNotation, expression: Expr) -> str:
    return replace(UNICODE, notation=side.notation).write(expression)


def _reads_the_same(left: RuleInNotation, right: RuleInNotation) -> bool:
    return _text(left, left.lines[0]) == _text(right, right.lines[0]) and _text(
        left, left.symbol
    ) == _text(right, right.symbol)


def _without_repeats(lines: Sequence[Expr], notation: Notation) -> tuple[Expr, ...]:
    style = replace(UNICODE, notation=notation)
    kept = {style.write(line): line for line in reversed(lines)}
    return tuple(line for line in lines if any(line is one for one in kept.values()))


def _letters(
    rule: Expr, quantity: Quantity, rank: int, notations: tuple[Notation, Notation]
) -> Iterator[tuple[str, Expr, Expr, Size | None]]:
    """The letters of a rule, as layermath has them, with those of the two notations."""
    found: dict[str, Letter] = {}
    for one in sorted(rule.free_symbols, key=str):
        if isinstance(one, Letter):
            found.setdefault(one.name, one)
    for one in (quantity.symbol, *found.values()):
        written = []
        for notation in notations:
            restating = Restating(notation)
            fresh = restating.letters(quantity.steps[0].rule, quantity.quantity, rank)
            written.append(forms.with_letters(forms.put_in_padding(one, notation), fresh()))
        size = quantity.result if one is quantity.symbol else quantity.where.get(one)
        yield one.name, written[0], written[1], size if quantity.where else None


def _differences(
    rule: Step, where: Mapping[Symbol, Size] | None, one: Notation, other: Notation
) -> Iterator[Message]:
    """Why the two are equal: a line for each way in which they differ."""
    letters = {symbol.name for symbol in rule.expression.free_symbols if isinstance(symbol, Symbol)}
    if rule.rule in forms.WINDOWS:
        yield from _of_windows(rule, where, one, other)
    if "P" in letters and one.padding is not other.padding:
        yield _of_padding(one, other)
    if "D" in letters and ("D" in one.absent) != ("D" in other.absent) and _is(where, "D", 1):
        yield _("with dilation 1 the kernel spans 1·(k − 1) + 1 = k positions")
    if "D" in letters and one.spread != other.spread and not _is(where, "D", 1):
        yield _("d·(k − 1) + 1 = k + (k − 1)·(d − 1): the kernel, and what the dilation adds")
    if "G" in letters and ("G" in one.absent) != ("G" in other.absent) and _is(where, "G", 1):
        yield _("with one group the division by it changes nothing")
    if rule.rule == "same-size" and one.same_as_floor != other.same_as_floor:
        yield _("⌈n/s⌉ = ⌊(n − 1)/s⌋ + 1 for whole n and s of at least 1")
    if rule.rule in _PARAMETERS:
        if one.apart != other.apart:
            yield _(
                "{together} = {apart}: the biases are multiplied out",
                together=mul(add(_W, S.One), _F),
                apart=add(mul(_W, _F), _F),
            )
        if one.weights != other.weights:
            yield _("the same factors in another order")


def _is(where: Mapping[Symbol, Size] | None, name: str, size: int) -> bool:
    return where is None or where.get(letter(name)) == size


def _of_windows(
    rule: Step, where: Mapping[Symbol, Size] | None, one: Notation, other: Notation
) -> Iterator[Message]:
    if one.exact != other.exact:
        strict = one if one.exact else other
        divides = None if where is None else _divides(rule.expression, where)
        if divides:
            yield _("the stride divides, so there is nothing to round")
        elif divides is None:
            yield _(
                "{book} has no floor: where the stride does not divide, it calls the layer "
                "invalid, and Keras rounds down",
                book=Name(strict.title),
            )
        else:
            yield _(
                "the stride does not divide: {book} calls that invalid, and Keras rounds down",
                book=Name(strict.title),
            )
        return
    forms_of_one = {one.one, other.one}
    if forms_of_one == {One.OUTSIDE, One.INSIDE}:
        yield _(
            "⌊x⌋ + 1 = ⌊x + 1⌋ for every x: a whole number may stand inside the floor or outside"
        )
    elif forms_of_one == {One.OUTSIDE, One.AS_STRIDE}:
        yield _("⌊(a + s)/s⌋ = ⌊a/s + 1⌋ = ⌊a/s⌋ + 1: the s over s is the first place")
    elif forms_of_one == {One.INSIDE, One.AS_STRIDE}:
        yield _("⌊(a + s)/s⌋ = ⌊a/s + 1⌋: the s over s is the first place")


def _divides(expression: Expr, where: Mapping[Symbol, Size]) -> bool | None:
    """Whether the stride divides; None where letters leave that open."""
    for part in expression.args:
        if isinstance(part, FloorDiv):
            over, stride = (value(argument, where) for argument in part.args)
            if stride == 1:
                return True
            if isinstance(over, int) and isinstance(stride, int):
                return over % stride == 0
    return None


def _of_padding(one: Notation, other: Notation) -> Message:
    counts = tuple(
        _("{book}: {way}", book=Name(notation.title), way=_WAYS[notation.padding])
        for notation in (one, other)
    )
    return _("the padding is written in two ways. {one}; {other}", one=counts[0], other=counts[1])


_WAYS: Mapping[PaddingLetter, Message] = MappingProxyType(
    {
        PaddingLetter.TOTAL: _("both sides together"),
        PaddingLetter.EACH_SIDE: _("one side, so it stands there twice"),
        PaddingLetter.START_AND_END: _("a letter for each side"),
        PaddingLetter.NONE: _("no letter, where there is none"),
    }
)
