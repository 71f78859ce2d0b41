"""What ``import layermath`` gives: load a model, derive it, show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from layermath.algebra.floors import Size, symbol
from layermath.messages import Code, Message, Name, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import CallProblem, Problem
from layermath.sources import Source
from layermath.sources import read as read_file

if TYPE_CHECKING:
    from sympy import Eq, Symbol
    from sympy.core.relational import Relational

    from layermath import derivation as data
    from layermath.answer import Answer
    from layermath.derivation import Totals
    from layermath.network import Network

Bindings: TypeAlias = "Mapping[str, Size]"
Shape: TypeAlias = "tuple[Size, ...]"


class LayermathError(Exception):
    """A model that cannot be derived, or a call that cannot be followed.

    ``exit_code`` is 1 where the model is wrong and 2 where the call is; ``file``, ``line`` and
    ``layer`` say where, as far as it is known. ``str()`` is the whole message.
    """

    def __init__(
        self,
        text: str,
        exit_code: int,
        file: str | None = None,
        line: int | None = None,
        layer: str | None = None,
    ) -> None:
        super().__init__(text)
        self.exit_code = exit_code
        self.file = file
        self.line = line
        self.layer = layer

    @classmethod
    def of(
        cls, problem: Problem, file: str | None = None, whole: Network | None = None
    ) -> LayermathError:
        """The error for a problem: its place, what is wrong, and what would work. ``whole`` is the
        network with the input that its source has, where only another one is a problem."""
        from layermath.composer import advised
        from layermath.renderers.sentences import TextSetter

        advised(problem, whole)
        say = TextSetter().say
        place = ":".join(str(part) for part in (file, problem.line) if part is not None)
        message = say(_subject(problem)).removeprefix(f"{file}: ")
        head = f"{place}: {message}" if place else message
        lines = [head, *(f"   {say(detail)}" for detail in problem.details)]
        return cls("\n".join(lines), problem.exit_code, file, problem.line, problem.layer)


def _subject(problem: Problem) -> Message:
    """What is wrong, after the layer that is meant and what it was given, as far as it is known."""
    from layermath.composer import given_shapes
    from layermath.network import Network

    if problem.layer is None:
        return problem.message
    partial = problem.partial
    entry = partial.entries.get(problem.layer) if isinstance(partial, Network) else None
    layer: Message = _("{layer}", layer=Name(problem.layer))
    if entry is not None and entry.call_text:
        layer = _("{layer}, {call}", layer=layer, call=Code(entry.call_text))
    shapes = given_shapes(problem)
    if not shapes:
        return _("{layer}: {message}", layer=layer, message=problem.message)
    return _(
        "{layer}, cannot take {shapes}: {message}",
        layer=layer,
        shapes=tuple(ShapePiece(shape) for shape in shapes),
        message=problem.message,
    )


def load(
    path: str,
    bindings: Bindings | None = None,
    *,
    inputs: Mapping[str | None, Shape] | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """Read the model of a file: Keras source, which is never run.

    ``bindings`` are values for names without one; ``inputs`` shapes that replace the inputs' own;
    ``model`` chooses where the file builds several; ``call`` is an expression that makes the model.
    Raises `LayermathError` and nothing else.
    """
    file = str(path)
    try:
        source = read_file(file)
    except Problem as problem:
        raise LayermathError.of(problem, file) from None
    return read(source, bindings, inputs=inputs, model=model, call=call)


def loads(
    text: str,
    bindings: Bindings | None = None,
    *,
    inputs: Mapping[str | None, Shape] | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """As `load`, for source text. Raises `LayermathError` and nothing else."""
    return read(Source(text), bindings, inputs=inputs, model=model, call=call)


def read(
    source: Source,
    bindings: Bindings | None = None,
    *,
    inputs: Mapping[str | None, Shape] | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """As `load`, for text that has been found already. Raises `LayermathError`."""
    from layermath.readers import keras_source

    def attempt(shapes: Mapping[str | None, Shape]) -> Network:
        return keras_source.read(
            source.text,
            bindings=_checked(bindings),
            inputs=shapes,
            model=model,
            call=call,
            source=source.file,
        )

    try:
        return attempt(inputs or {})
    except Problem as problem:
        whole = None
        if inputs and problem.partial is not None:
            with suppress(Problem):
                whole = attempt({})
        raise LayermathError.of(problem, source.file, whole) from None


def derive(network: Network, bindings: Bindings | None = None) -> Derivation:
    """Derive a network, with ``bindings`` put in for its symbols.

    Raises `LayermathError` and nothing else.
    """
    from layermath.composer import compose
    from layermath.composer.walk import symbols_of

    try:
        values = _checked(bindings)
        known = symbols_of(network)
        for name in values:
            if symbol(name) not in known:
                raise CallProblem(
                    _(
                        "this model has no {name}; its symbols are {symbols}",
                        name=Name(name),
                        symbols=known or _("none"),
                    )
                )
        return Derivation(compose(network, values))
    except Problem as problem:
        raise LayermathError.of(problem, network.source) from None


def _checked(bindings: Bindings | None) -> dict[str, Size]:
    from sympy import Expr, Integer

    found: dict[str, Size] = {}
    for name, value in (bindings or {}).items():
        number = int(value) if isinstance(value, Integer) else value
        if isinstance(number, bool) or not isinstance(number, (int, Expr)):
            raise CallProblem(
                _(
                    "{name}={value} must be a positive whole number",
                    name=Name(name),
                    value=Code(str(value)),
                )
            )
        if isinstance(number, int) and number < 1:
            raise CallProblem(
                _(
                    "{name}={value} must be a positive whole number",
                    name=Name(name),
                    value=Code(str(value)),
                )
            )
        found[name] = number
    return found


def solve(network: Network, unknowns: Sequence[str], given: Sequence[str]) -> Answer:
    """All values of the ``unknowns`` for which every relation in ``given`` holds.

    Relations are written as ``output.H == 5``; names are ``output.H``, ``LAYER.W``, ``params``,
    ``macs``, ``LAYER.params``, ``LAYER.receptive_field`` and the model's symbols. Raises
    `LayermathError` and nothing else.
    """
    from layermath.composer import compose
    from layermath.questions.solve import ask

    try:
        return ask(compose(network), unknowns, given)
    except Problem as problem:
        raise LayermathError.of(problem, network.source) from None


def rule(type_name: str) -> tuple[Eq, ...]:
    """The general rules of a layer type, as SymPy equations in the letters of the rule.

    Raises `LayermathError` where there is no such type.
    """
    try:
        return tuple(equation.as_sympy() for equation in equations(type_name)[1])
    except Problem as problem:
        raise LayermathError.of(problem) from None


def equations(type_name: str) -> tuple[str, tuple[Any, ...]]:
    """The proper name of a layer type, and its general rules. Raises `Problem`."""
    from difflib import get_close_matches

    from layermath import layers

    found = layers.find(type_name)
    if found is None:
        lowered = {name.lower(): name for name in layers.names()}
        near = get_close_matches(type_name.lower(), lowered, 1)
        details = (
            (_("Did you mean {name}?", name=Code(lowered[near[0]])),)
            if near
            else (
                _(
                    "Without a type, {command} lists those there are.",
                    command=Code("layermath formula"),
                ),
            )
        )
        raise CallProblem(_("there is no layer type {name}", name=Name(type_name)), *details)
    return found.type_name(), found.equations()


@dataclass(frozen=True)
class Layer:
    """One layer of a derivation, for whom asks in Python. Shapes leave out the batch axis."""

    data: data.LayerDerivation

    @property
    def name(self) -> str:
        return self.data.name

    @property
    def type(self) -> str:
        return self.data.type

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        return self.data.input_shapes

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        return self.data.output_shapes

    @property
    def output_shape(self) -> Shape:
        """The shape of the only output, in elements."""
        return self.data.output_shapes[0]

    @property
    def params(self) -> Size:
        return self.data.params

    @property
    def trainable_params(self) -> Size:
        return self.data.trainable_params

    @property
    def macs(self) -> Size | None:
        return self.data.macs

    @property
    def layers(self) -> Layers:
        """The layers of a nested model."""
        return Layers(self.data.layers)


class Layers(Mapping[str, Layer]):
    """Layers by name, in Keras's order."""

    def __init__(self, layers: tuple[data.LayerDerivation, ...]) -> None:
        self._layers = {layer.name: Layer(layer) for layer in layers}

    def __getitem__(self, name: str) -> Layer:
        return self._layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        return f"<layers {', '.join(self._layers)}>"


@dataclass(frozen=True)
class Derivation:
    """The derivation of a network: print it, typeset it, ask it."""

    data: data.Derivation

    @cached_property
    def layers(self) -> Layers:
        return Layers(self.data.layers)

    @property
    def totals(self) -> Totals:
        return self.data.totals

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return self.data.symbols

    @property
    def conditions(self) -> tuple[Relational, ...]:
        return self.data.conditions

    @property
    def outputs(self) -> tuple[Shape, ...]:
        return self.data.outputs

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the model should know, in sentences."""
        from layermath.renderers.sentences import TextSetter

        return tuple(TextSetter().say(note) for note in self.data.notes)

    def to_dict(self) -> dict[str, Any]:
        """The JSON, as ``docs/derivation.schema.json`` describes it."""
        from layermath.renderers.json import to_dict

        return to_dict(self.data)

    def latex(self) -> str:
        """A fragment for lecture notes, that needs amsmath and nothing else."""
        from layermath.renderers.latex import render_fragment

        return render_fragment(self.data)

    def __str__(self) -> str:
        from layermath.renderers.text import render

        return render(self.data)
