"""Rules as they read with a mistake: rewritings of the rule that the layer itself has.

None of them is a formula of its own. Each takes the rule as it is written (drops its ``+ 1``, turns
a floor into a ceiling, puts 1 in for a letter), or takes another rule that the layer has too (the
one without biases).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol

from layermath.algebra.floors import CeilDiv, FloorDiv, Size, letter, minus, plus, times
from layermath.algebra.written import mul, put_in, rebuilt, value
from layermath.problems import Problem
from layermath.rules.axes import C_IN, SPATIAL, Axis
from layermath.rules.convolution import Convolution, F
from layermath.rules.equations import Applied, Filled, Reach
from layermath.rules.pooling import Pooling
from layermath.rules.states import U
from layermath.rules.windows import Padding, SamePadding
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.layer_type import Configured

_AXES = {axis for axes in SPATIAL.values() for axis in axes}


@dataclass(frozen=True)
class Used:
    """A rule in use: the layer, what ``apply`` makes of its input, and the filled equation."""

    layer: Layer
    done: Applied
    filled: Filled
    again: Callable[[Layer], Applied]
    """Applies another layer to the same input. Raises `Problem`."""

    @property
    def rule(self) -> Expr:
        """The rule as its author wrote it."""
        return self.filled.equation.expression

    @property
    def quantity(self) -> str:
        """``output.H``, ``params``, ``macs``."""
        return self.filled.equation.quantity

    @property
    def letters(self) -> dict[Symbol, Size]:
        """The values of all letters of the layer."""
        known: dict[Symbol, Size] = {}
        for filled in self.done.quantities:
            known |= {name: size for name, size in filled.where.items() if name not in known}
        return known

    def reads(self, expression: Expr, where: Mapping[Symbol, Size] | None = None) -> Filled:
        """The same quantity from another expression."""
        letters = {**self.letters, **self.filled.where, **(where or {})}
        return Filled(replace(self.filled.equation, expression=expression), letters)

    def other(self, quantity: str) -> Filled | None:
        """Another quantity of the layer."""
        return _quantity(self.done, quantity)

    def otherwise(self, **arguments: object) -> Filled | None:
        """The quantity as the same layer with other arguments has it; None where it has no such
        argument, or they are its own already."""
        other = self.layer.otherwise(**arguments)
        return None if other in (None, self.layer) else self.of(other)

    def of(self, layer: Layer) -> Filled | None:
        """The quantity as another layer has it on the same input."""
        try:
            return _quantity(self.again(layer), self.quantity)
        except Problem:
            return None


def _quantity(done: Applied, quantity: str) -> Filled | None:
    return next((one for one in done.quantities if one.equation.quantity == quantity), None)


# Rewritings ----------------------------------------------------------------------------------

Rewrite = Callable[[Used], "Filled | None"]


def mapped(expression: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with every part for which ``change`` has another one replaced."""
    if expression.args:
        expression = rebuilt(expression, [mapped(part, change) for part in expression.args])
    changed = change(expression)
    return expression if changed is None else changed


def _changed(used: Used, change: Callable[[Expr], Expr | None]) -> Filled | None:
    found: list[Expr] = []

    def noted(part: Expr) -> Expr | None:
        other = change(part)
        if other is not None:
            found.append(part)
        return other

    expression = mapped(used.rule, noted)
    return used.reads(expression) if found else None


def as_one(*letters: Symbol) -> Rewrite:
    """The rule with 1 in the place of these letters."""

    def forgotten(used: Used) -> Filled | None:
        here = [
            one for one in letters if used.rule.has(one) and used.filled.where.get(one, one) != 1
        ]
        return used.reads(put_in(used.rule, dict.fromkeys(here, 1))) if here else None

    return forgotten


def _is_windowed(used: Used) -> bool:
    return used.filled.equation.rule in ("convolution-size", "pooling-size")


def _steps(used: Used) -> bool:
    """Whether the rule divides by a stride above 1: otherwise there is nothing to cut."""
    cuts = [part for part in _parts(used.rule) if isinstance(part, (FloorDiv, CeilDiv))]
    return any(value(cut.args[1], used.filled.where) != 1 for cut in cuts)


def _parts(expression: Expr) -> Iterable[Expr]:
    yield expression
    for part in expression.args:
        yield from _parts(part)


def no_plus_one(used: Used) -> Filled | None:
    """``⌊…/S⌋`` for ``⌊…/S⌋ + 1``."""

    def dropped(part: Expr) -> Expr | None:
        if isinstance(part, Add) and len(part.args) == 2 and isinstance(part.args[0], FloorDiv):
            return part.args[0] if part.args[1] == 1 else None
        return None

    return _changed(used, dropped) if _is_windowed(used) else None


def ceiling_for_floor(used: Used) -> Filled | None:
    """``⌈…/S⌉ + 1`` for ``⌊…/S⌋ + 1``."""
    return _changed(used, _other_cut(FloorDiv, CeilDiv)) if _steps(used) else None


def floor_for_ceiling(used: Used) -> Filled | None:
    """``⌊n/S⌋`` for ``⌈n/S⌉``."""
    return _changed(used, _other_cut(CeilDiv, FloorDiv)) if _steps(used) else None


def _other_cut(one: type[Expr], other: type[Expr]) -> Callable[[Expr], Expr | None]:
    return lambda part: other(*part.args, evaluate=False) if isinstance(part, one) else None


def not_cut(used: Used) -> Filled | None:
    """``…/S + 1``, a fraction, for ``⌊…/S⌋ + 1``."""

    def divided(part: Expr) -> Expr | None:
        if not isinstance(part, (FloorDiv, CeilDiv)):
            return None
        return mul(part.args[0], Pow(part.args[1], -1, evaluate=False))

    return _changed(used, divided) if _steps(used) else None


def no_stride(used: Used) -> Filled | None:
    """1 for S."""
    return as_one(letter("S"), *_own("S"))(used)


def no_dilation(used: Used) -> Filled | None:
    """1 for D."""
    return as_one(letter("D"), *_own("D"))(used)


def size_kept(used: Used) -> Filled | None:
    """1 for K, as with ``padding="same"``. With a stride it is what a ceiling gives."""
    if not _is_windowed(used) or _steps(used):
        return None
    return as_one(letter("K"), *_own("K"))(used)


def same_as_valid(used: Used) -> Filled | None:
    """The rule without padding where the layer pads."""
    if not isinstance(getattr(used.layer.rule, "padding", None), SamePadding):
        return None
    return used.otherwise(padding=Padding())


def padding_once(used: Used) -> Filled | None:
    """``H_in + P/2`` for ``H_in + P``, P being both sides together."""
    if used.filled.equation.rule != "zero-padding-size" or not used.rule.has(letter("P")):
        return None
    half = mul(letter("P"), Rational(1, 2))
    return _changed(used, lambda part: half if part == letter("P") else None)


def no_padding(used: Used) -> Filled | None:
    """0 for P, where zeros are put around."""
    if used.filled.equation.rule != "zero-padding-size":
        return None
    return used.reads(put_in(used.rule, {letter("P"): 0}))


def channels_kept(used: Used) -> Filled | None:
    """C_in for F."""
    if used.quantity != "output.C" or used.rule != F or C_IN not in used.letters:
        return None
    return used.reads(C_IN)


def channels_each(used: Used) -> Filled | None:
    """C_in·F for F."""
    if used.quantity != "output.C" or used.rule != F or used.letters.get(C_IN, 1) == 1:
        return None
    return used.reads(mul(C_IN, F))


def flat_map(used: Used) -> Filled | None:
    """H·W for H·W·C."""
    if used.filled.equation.rule != "flatten":
        return None
    return as_one(C_IN)(used)


def no_bias(used: Used) -> Filled | None:
    """The rule that the layer has without biases."""
    return used.otherwise(bias=False)


def one_bias(used: Used) -> Filled | None:
    """``w·F + 1`` for ``(w + 1)·F``."""

    def outside(part: Expr) -> Expr | None:
        if not isinstance(part, Mul) or len(part.args) != 2:
            return None
        total, times_ = part.args
        if isinstance(total, Add) and len(total.args) == 2 and total.args[1] == 1:
            return Add(mul(total.args[0], times_), Integer(1), evaluate=False)
        return None

    return _changed(used, outside)


def no_depth(used: Used) -> Filled | None:
    """1 for C_in in a convolution."""
    if not used.filled.equation.rule.startswith("convolution"):
        return None
    return as_one(C_IN)(used)


def kernel_not_squared(used: Used) -> Filled | None:
    """K for K·K."""
    kernel = {letter("K"), *_own("K")}

    def once(part: Expr) -> Expr | None:
        if not isinstance(part, Mul):
            return None
        found = [factor for factor in part.args if factor in kernel]
        if len(found) < 2 or value(mul(*found[1:]), used.filled.where) == 1:
            return None
        first = part.args.index(found[0])
        kept = [f for place, f in enumerate(part.args) if f not in kernel or place == first]
        return mul(*kept) if len(kept) > 1 else kept[0]

    return _changed(used, once)


def one_filter(used: Used) -> Filled | None:
    """1 for F."""
    return as_one(F)(used)


def one_neuron(used: Used) -> Filled | None:
    """1 for U."""
    return as_one(U)(used) if used.filled.equation.rule.startswith("dense") else None


def not_shared(used: Used) -> Filled | None:
    """A weight for each output position: H_out·W_out·N."""
    outputs = [axis.size_out for axis in _axes_of(used)]
    if not used.filled.equation.rule.startswith("convolution") or not outputs:
        return None
    return used.reads(mul(*outputs, used.rule))


def pooling_has_weights(used: Used) -> Filled | None:
    """The rule of a convolution with the same window."""
    layer, rule = used.layer, used.layer.rule
    channels = used.letters.get(C_IN)
    if not isinstance(rule, Pooling) or channels is None:
        return None
    ones = (1,) * rule.rank
    window = Convolution(rule.rank, channels, rule.window, ones, ones, rule.padding)
    assert isinstance(layer, Configured)
    return used.of(layer.with_rule(window))


def trained_only(used: Used) -> Filled | None:
    """The trainable ones for all."""
    trained = used.other("trainable_params")
    return None if trained is None else used.reads(trained.equation.expression, trained.where)


def at_input_size(used: Used) -> Filled | None:
    """H_in·W_in for H_out·W_out."""
    letters = {axis.size_out: axis.size_in for axis in _axes_of(used)}
    if not letters or not any(used.rule.has(one) for one in letters):
        return None
    return used.reads(put_in(used.rule, letters))


def one_place(used: Used) -> Filled | None:
    """1 for H_out·W_out."""
    return as_one(*(axis.size_out for axis in _axes_of(used)))(used)


def with_biases(used: Used) -> Filled | None:
    """The additions of the biases are put on top."""
    biases = used.done.additions
    if biases is None:
        return None
    total = Add(used.rule, biases.equation.expression, evaluate=False)
    return used.reads(total, biases.where)


def twice(used: Used) -> Filled | None:
    """2·M: FLOPs."""
    return used.reads(mul(Integer(2), used.rule)) if used.rule != 0 else None


def _own(name: str) -> list[Symbol]:
    """The letters of an argument that differs from axis to axis."""
    return [axis.own(name) for axis in _AXES]


def _axes_of(used: Used) -> list[Axis]:
    letters = used.letters
    return [
        axis
        for axis in sorted(_AXES, key=lambda one: "ZHWL".index(one.letter))
        if axis.size_out in letters and axis.size_in in letters
    ]


# Windows -------------------------------------------------------------------------------------


def without_jump(_layer: Layer, reach: Reach) -> Reach:
    """1 for S: no layer behind sees in steps."""
    return replace(reach, stride=1)


def own_jump(_layer: Layer, reach: Reach) -> Reach:
    """``(K − 1)·J_out`` for ``(K − 1)·J_in``."""
    steps = times((minus(reach.extent, 1), reach.stride))
    return replace(reach, extent=plus((steps, 1)))


def whole_kernel(_layer: Layer, reach: Reach) -> Reach:
    """K for K − 1."""
    if reach.extent == 1:
        return reach
    return replace(reach, extent=plus((reach.extent, 1)))


def no_pooling_seen(layer: Layer, reach: Reach) -> Reach:
    """A pooling as if it were not there."""
    return Reach(reach.axis) if isinstance(layer.rule, Pooling) else reach


def no_dilation_seen(layer: Layer, reach: Reach) -> Reach:
    """K for the extent of a dilated kernel."""
    kernel = getattr(layer.rule, "kernel", None)
    if not isinstance(kernel, tuple) or reach.axis >= len(kernel):
        return reach
    return replace(reach, extent=kernel[reach.axis])
