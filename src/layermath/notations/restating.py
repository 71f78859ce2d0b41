"""A derivation, or a general rule, in the notation of a book: the same values in other forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from sympy import Add, Basic, Expr, Integer, Mul, Symbol, floor

from layermath.algebra.floors import (
    CeilDiv,
    FloorDiv,
    Letter,
    Size,
    letter,
)
from layermath.algebra.written import put_in, same_form, shows_a_cut, tidy, value, worked_off
from layermath.derivation.letters import as_the_rule_has_it
from layermath.derivation.records import (
    LayerDerivation,
    ModelInput,
    NetworkDerivation,
    Quantity,
    Row,
    Shape,
    Step,
    Whole,
)
from layermath.messages import Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.notations import forms
from layermath.notations.forms import END, SIDE, START, WINDOWS, P, base_of
from layermath.notations.sides import parts_of, shows_a_fraction, sides
from layermath.notations.spelling import spelled_apart, spelled_apart_of
from layermath.notations.told import without_values
from layermath.rules.equations import Equation
from layermath.setting.notation import Notation, Order, PaddingLetter

_SIZES = ("output", "padding", "extent", "output_padding")
_AXES = {1: ("L",), 2: ("H", "W"), 3: ("Z", "H", "W")}
_OF_AN_AXIS = frozenset("KSDEO")
Letters: TypeAlias = "Callable[[], Callable[[Symbol], Expr | None]]"
Options = TypeVar("Options")


def in_notation(
    derivation: NetworkDerivation, options: Options
) -> tuple[NetworkDerivation, Options]:
    """The derivation as the options' notation has it, and the options with a notation in which no
    letter stands for two things."""
    notation: Notation = options.notation  # type: ignore[attr-defined]  # all options have it
    taken = frozenset(one.name for one in derivation.symbols)
    restated = Restating(notation, derivation.channels_last, taken).derivation(derivation)
    apart = replace(spelled_apart(notation, restated), applied=True)
    return restated, replace(options, notation=apart)  # type: ignore[type-var]


@dataclass(frozen=True)
class Restating:
    """Restates in one notation. ``reordered``: shapes are feature maps with their channels last,
    which stand in the order of the book. ``taken`` are the names of the model's own symbols: a
    letter of a rule takes none of them, and so is never thought to be one."""

    notation: Notation
    reordered: bool = False
    taken: frozenset[str] = frozenset()

    # A derivation ----------------------------------------------------------------------------

    def derivation(self, derivation: NetworkDerivation) -> NetworkDerivation:
        """All of it."""
        layers = {id(one): self.layer(one) for one in derivation.layers}
        return replace(
            derivation,
            inputs=tuple(ModelInput(one.name, self.shape(one.shape)) for one in derivation.inputs),
            layers=tuple(layers[id(one)] for one in derivation.layers),
            operations=tuple(map(self.layer, derivation.operations)),
            rows=_rows(derivation.rows, layers),
            whole=tuple(
                Whole(self.message(one.label), tuple(map(self.message, one.lines)))
                for one in derivation.whole
            ),
        )

    def layer(self, layer: LayerDerivation) -> LayerDerivation:
        """One layer, and those inside it."""
        rank = rank_of(one.quantity for one in layer.quantities)
        inside = {id(one): self.layer(one) for one in layer.layers}
        return replace(
            layer,
            shown_inputs=tuple(map(self.shape, layer.shown_inputs)),
            shown_outputs=tuple(map(self.shape, layer.shown_outputs)),
            quantities=tuple(new for old in layer.quantities for new in self.quantity(old, rank)),
            notes=tuple(self.message(note, rank=rank) for note in layer.notes),
            calls=tuple(
                (tuple(map(self.shape, inputs)), tuple(map(self.shape, outputs)))
                for inputs, outputs in layer.calls
            ),
            layers=tuple(inside[id(one)] for one in layer.layers),
            operations=tuple(map(self.layer, layer.operations)),
            rows=_rows(layer.rows, inside),
        )

    def shape(self, shape: Shape) -> Shape:
        """A shape in the order of the book: of feature maps over two or three axes."""
        if not self.reordered or len(shape) not in (3, 4):
            return shape
        if self.notation.order is Order.CHANNELS_FIRST:
            return (shape[-1], *shape[:-1])
        if self.notation.order is Order.WIDTH_FIRST:
            return (*shape[-2:-4:-1], *shape[:-3], shape[-1])
        return shape

    # A quantity ------------------------------------------------------------------------------

    def quantity(self, quantity: Quantity, rank: int) -> tuple[Quantity, ...]:
        """One quantity, or two where the padding before and after are told apart."""
        quantity = as_the_rule_has_it(quantity)
        first = quantity.steps[0]
        letters = self.letters(first.rule, quantity.quantity, rank)
        where = quantity.where
        steps = list(quantity.steps)
        general = [step for step in steps if step.kind in ("rule", "reduced")]
        formed = [self._formed(step.expression, first.rule, where) for step in general]
        steps = self._forwards(steps, general, formed, where)
        steps = self._without_what_is_absent(steps)
        restated = replace(quantity, steps=tuple(steps), where=_with_padding(where, self.notation))
        return tuple(self._lettered(one, letters) for one in sides(restated, self.notation))

    def _formed(self, expression: Expr, rule: str, where: Mapping[Symbol, Size] | None) -> Expr:
        """A rule in the form of the book."""
        notation = self.notation
        if rule == "kernel-extent" and where is None:
            return expression
        if rule == "transposed-valid-size":
            expression = forms.transposed(expression, notation, where)
        expression = forms.without(expression, notation.absent, where)
        if rule in WINDOWS:
            return forms.window(expression, notation, _divides(expression, where))
        if rule == "same-padding":
            return forms.same_padding(expression, notation)
        if rule == "same-size":
            return forms.same(expression, notation)
        if rule.endswith(("convolution-parameters", "transposed-parameters", "dense-parameters")):
            return forms.parameters(expression, notation)
        return expression

    def _forwards(
        self,
        steps: Sequence[Step],
        general: Sequence[Step],
        formed: Sequence[Expr],
        where: Mapping[Symbol, Size],
    ) -> list[Step]:
        """The steps, from the rule in its new form. Where the numbers put in read as before, the
        lines that follow do too."""
        rules = [
            replace(step, expression=expression)
            for step, expression in zip(general, formed, strict=True)
        ]
        rest = list(steps[len(rules) :])
        if not rules:
            return rest
        numbers = put_in(rules[-1].expression, _with_padding(where, self.notation))
        if not rest or rest[0].kind != "substituted":
            if self._are_own_symbols(rules[-1].expression, where):
                return [*rules, *rest]
            return [*rules, Step("substituted", "substitution", numbers), *rest]
        if same_form(numbers, rest[0].expression):
            return [*rules, *rest]
        old = [step for step in rest if step.kind in ("arithmetic", "result")]
        after = [self._powers(step) for step in rest if step.kind == "rewriting"]
        return [
            *rules,
            replace(rest[0], expression=numbers),
            *self._worked(numbers, old, last=not after),
            *after,
        ]

    def _are_own_symbols(self, expression: Expr, where: Mapping[Symbol, Size]) -> bool:
        """Whether each letter stands for the model's symbol of its own name, in this notation too:
        then there is nothing to put in."""
        return all(
            self.notation.letter(one.name) == getattr(where[one], "name", None)
            for one in expression.free_symbols
            if isinstance(one, Letter) and one in where
        )

    def _powers(self, step: Step) -> Step:
        """``(K²·C + 1)·F`` with the biases apart, as the lines before it have them."""
        if step.rule != "powers":
            return step
        return replace(step, expression=forms.parameters(step.expression, self.notation))

    def _worked(self, numbers: Expr, old: Sequence[Step], last: bool) -> Iterator[Step]:
        """The arithmetic of other numbers, with the reasons that it had."""
        expressions: list[Expr] = []
        following = worked_off(numbers)
        while following is not None:
            whole = _unfloored(following)
            expressions.append(whole)
            following = worked_off(whole)
        cut = next((step.reason for step in old if shows_a_fraction(step.expression)), None)
        rounded = {id(step.reason) for step in old if shows_a_cut(step.expression)}
        first = old[0].reason if old and id(old[0].reason) not in rounded else None
        for index, expression in enumerate(expressions):
            reason = first if index == 0 else None
            if cut is not None and shows_a_fraction(expression):
                reason, cut = cut, None
            if last and old and index == len(expressions) - 1:
                reason = old[-1].reason or reason
            yield Step("arithmetic", "arithmetic", expression, reason)

    def _without_what_is_absent(self, steps: Sequence[Step]) -> list[Step]:
        """Reasons say nothing of letters that the rule does not have; a line that is the one before
        it is said once."""
        if not self.notation.absent or steps[0].kind != "rule":
            return list(steps)
        rule, *rest = steps
        present = {base_of(one) for one in rule.expression.free_symbols if isinstance(one, Symbol)}
        gone = self.notation.absent - present
        told = [replace(step, reason=without_values(step.reason, gone)) for step in rest]
        if told and told[0].kind == "reduced" and same_form(told[0].expression, rule.expression):
            reasons = [one for one in (rule.reason, told[0].reason) if one is not None]
            joined = _("{one}; {other}", one=reasons[0], other=reasons[1]) if reasons[1:] else None
            reason = joined or (reasons[0] if reasons else None)
            return [replace(rule, reason=reason, detail=told[0].detail), *told[1:]]
        return [rule, *told]

    # Letters ---------------------------------------------------------------------------------

    def letters(self, rule: str, quantity: str, rank: int) -> Letters:
        """Makes the function from a letter of the rule to that of the book, anew for each
        expression."""
        return lambda: self._letter(rule, quantity, rank)

    def _letter(self, rule: str, quantity: str, rank: int) -> Callable[[Symbol], Expr | None]:
        """The letter of the book for a letter of the rule. The letters of equal kernels, one after
        the other in a product, are those of one axis after the other."""
        family = _family(rule)
        axis = quantity.partition(".")[2] if quantity.startswith(_SIZES) else ""
        axes = _AXES.get(rank, ())
        known = axes.index(axis) + 1 if axis in axes else None
        seen = dict.fromkeys(_OF_AN_AXIS, 0)
        notation = self.notation

        def new(one: Symbol) -> Expr | None:
            found = of_the_book(one)
            if found is None and isinstance(one, Letter) and one.name in self.taken:
                return letter(f"{one.name}@rule")
            return found

        def of_the_book(one: Symbol) -> Expr | None:
            if not isinstance(one, Letter) or "@" in one.name:
                return None
            named = f"{one.name}@{family}"
            if named in notation.letters:
                return letter(named)
            base = base_of(one)
            template = notation.letters.get(one.name if base == "P" else base, "")
            every = notation.per_axis and "{axis}" in template
            if base == "P" and axes and every:
                return letter(f"{one.name}@{known or 1}/{rank}")
            if base not in _OF_AN_AXIS or not axes or not (every or "_" in one.name):
                return None
            if "_" in one.name:
                mark = one.name.partition("_")[2].upper()
                return letter(f"{base}@{axes.index(mark) + 1}/{rank}") if mark in axes else None
            place = known
            if place is None:
                place = seen[base] % rank + 1
                seen[base] += 1
            return letter(f"{base}@{place}/{rank}")

        return new

    def _lettered(self, quantity: Quantity, letters: Letters) -> Quantity:
        """The quantity in the letters of the book."""

        def message(said: Message | None) -> Message | None:
            return None if said is None else self._message(said, letters)

        steps = []
        for step in quantity.steps:
            expression = forms.with_letters(step.expression, letters())
            steps.append(replace(step, expression=expression, reason=message(step.reason)))
        where: dict[Symbol, Size] = {}
        for step in steps:
            for one in step.expression.free_symbols:
                origin = _origin(one)
                if origin in quantity.where:
                    where[one] = quantity.where[origin]
        for one, size in quantity.where.items():
            if not any(_origin(other) == one for other in where):
                new = letters()(one)
                where[new if isinstance(new, Symbol) else one] = size
        new = letters()(quantity.symbol)
        own = new if isinstance(new, Symbol) else quantity.symbol
        restated = replace(
            quantity,
            symbol=own,
            steps=tuple(steps),
            where=MappingProxyType(where),
            changed=tuple(
                dict.fromkeys(
                    new if isinstance(new := letters()(one), Symbol) else one
                    for one in quantity.changed
                    if base_of(one) not in self.notation.absent
                    and self.notation.letter(one.name) != self.notation.letter(own.name)
                )
            ),
        )
        return self._without_the_same_letter(restated)

    def _without_the_same_letter(self, quantity: Quantity) -> Quantity:
        """``C_out = F`` where both are one letter in the book: the line says nothing."""
        first, *rest = quantity.steps
        if not rest or not isinstance(first.expression, Letter):
            return quantity
        both = (self.notation.letter(one.name) for one in (quantity.symbol, first.expression))
        if len(set(both)) > 1:
            return quantity
        kept = replace(rest[0], reason=rest[0].reason or first.reason)
        return replace(quantity, steps=(kept, *rest[1:]))

    # Sentences -------------------------------------------------------------------------------

    def message(self, message: Message, *, rank: int = 0) -> Message:
        """A sentence in the letters of the book, its shapes in the book's order."""
        return self._message(message, self.letters("", "", rank))

    def _message(self, message: Message, letters: Letters) -> Message:
        pieces = {name: self._piece(one, letters) for name, one in message.pieces.items()}
        twice = pieces.get("letter")
        if isinstance(twice, Mul) and pieces.get("value") == 0:  # 2·p = 0 is p = 0
            pieces["letter"] = twice.args[-1]
        return replace(message, pieces=MappingProxyType(pieces))

    def _piece(self, piece: Piece, letters: Letters) -> Piece:
        if isinstance(piece, Message):
            return self._message(piece, letters)
        if isinstance(piece, tuple):
            return tuple(self._piece(part, letters) for part in piece)
        if isinstance(piece, ShapePiece):
            return ShapePiece(self.shape(piece.sizes))
        if isinstance(piece, Expr):
            return forms.with_letters(forms.put_in_padding(piece, self.notation), letters())
        return piece

    # A general rule --------------------------------------------------------------------------

    def equations(self, equation: Equation, rank: int) -> Iterator[Equation]:
        """A general rule as the book has it; nothing where both sides are one letter there."""
        if equation.rule in WINDOWS and self.notation.unstrided:
            one = next(s for s in equation.expression.free_symbols if base_of(s) == "S")
            yield self._equation(
                replace(
                    equation,
                    expression=tidy(put_in(equation.expression, {one: 1})),
                    when=_("{when}, {letter} = 1", when=equation.when or _(""), letter=one),
                ),
                rank,
            )
        if equation.symbol == P and self.notation.padding in _TWO_LETTERS:
            if equation.rule == "causal-padding":
                yield self._equation(replace(equation, symbol=START), rank)
                return
            for symbol, divided in ((START, FloorDiv), (END, CeilDiv)):
                expression = self._formed(equation.expression, equation.rule, None)
                half = divided(expression, Integer(2), evaluate=False)
                yield self._equation(replace(equation, symbol=symbol, expression=half), rank)
            return
        restated = self._equation(equation, rank)
        spelled = self.notation.letter
        expression = restated.expression
        if not isinstance(expression, Letter) or (
            spelled(expression.name) != spelled(restated.symbol.name)
        ):
            yield restated

    def _equation(self, equation: Equation, rank: int) -> Equation:
        letters = self.letters(equation.rule, equation.quantity, rank)
        expression = self._formed(equation.expression, equation.rule, None)
        symbol, when, reason = equation.symbol, equation.when, equation.reason
        if equation.rule in WINDOWS and self.notation.exact:
            when = _("{when}; the stride must divide, else it is invalid", when=when or _(""))
        expression = forms.with_letters(expression, letters())
        new = letters()(symbol)
        symbol = new if isinstance(new, Symbol) else symbol
        return replace(
            equation,
            symbol=symbol,
            expression=expression,
            when=None if when is None else self._message(when, letters),
            reason=None if reason is None else self._message(reason, letters),
        )


_TWO_LETTERS = (PaddingLetter.EACH_SIDE, PaddingLetter.START_AND_END)


def restated_rules(
    equations: Sequence[Equation], notation: Notation
) -> tuple[list[tuple[Equation, Equation]], Notation]:
    """Each general rule of a layer type, with the rule as the notation has it; and the notation
    with no letter for two things."""
    rank = rank_of(one.quantity for one in equations)
    restating = Restating(notation)
    restated = [(one, new) for one in equations for new in restating.equations(one, rank)]
    written = [part for _old, new in restated for part in (new.symbol, new.expression)]
    return restated, spelled_apart_of(notation, written)


def _rows(rows: Sequence[Row], layers: Mapping[int, LayerDerivation]) -> tuple[Row, ...]:
    return tuple(
        replace(
            row,
            blocks=tuple(
                tuple(layers.get(id(layer), layer) for layer in block) for block in row.blocks
            ),
        )
        for row in rows
    )


def rank_of(quantities: Iterator[str]) -> int:
    names = {name.removeprefix("output.") for name in quantities if name.startswith("output.")}
    return len(names & {"Z", "H", "W"}) or len(names & {"L"})


def _family(rule: str) -> str:
    return rule.partition("-")[0]


def _origin(one: Basic) -> Symbol | None:
    """The letter of the rule from which one of the book's was made."""
    if not isinstance(one, Letter):
        return None
    base, _at, where = one.name.partition("@")
    return letter(base) if where else one


def _with_padding(where: Mapping[Symbol, Size], notation: Notation) -> Mapping[Symbol, Size]:
    """The values, with those of the padding on each side. It is 0 where a rule has the letter."""
    sides = {SIDE: 0, START: 0, END: 0} if notation.padding in _TWO_LETTERS else {}
    return MappingProxyType({**where, **sides})


def _divides(expression: Expr, where: Mapping[Symbol, Size] | None) -> bool:
    """Whether the stride divides: taken for granted in a general rule."""
    if where is None:
        return True
    for part in parts_of(expression):
        if isinstance(part, FloorDiv):
            over, stride = (value(argument, where) for argument in part.args)
            if stride == 1:
                return True
            return isinstance(over, int) and isinstance(stride, int) and over % stride == 0
    return True


def _unfloored(expression: Expr) -> Expr:
    """``⌊13 + 1⌋`` is 13 + 1: there is nothing to round."""
    if isinstance(expression, floor) and all(
        isinstance(part, (Integer, Add)) for part in parts_of(expression.args[0])
    ):
        return expression.args[0]
    return expression
