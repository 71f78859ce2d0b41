"""What ``import layermath`` gives: load a model, derive it, show it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, TypeAlias

from layermath.algebra.floors import Size, symbol
from layermath.bindings import python_bindings, python_shapes
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
    from layermath.derivation import Detail, Totals
    from layermath.network import Network

COUNTS = ("macs", "flops", "flops+bias")
"""What `derive` may count."""

Shape: TypeAlias = "tuple[Size, ...]"
KnownShape: TypeAlias = "tuple[Size | None, ...] | None"
"""A shape of which some sizes, or even the number of axes, may be unknown."""

Bindings: TypeAlias = "Mapping[str, Size | str]"
"""Values by the names of symbols: whole numbers, or expressions in symbols (``"2*G"`` too)."""

Inputs: TypeAlias = "Sequence[Size | str] | Mapping[str | None, Sequence[Size | str]]"
"""The shape of the only input, as ``("H", "W", 3)``, or shapes by the names of inputs."""


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
        self.unknown_name: str | None = None
        """The name of a value that the model has no symbol for, where that is what is wrong."""

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
        message = say(_subject(problem)).removeprefix(f"{file}: ")
        place = _place(problem, file)
        head = f"{place}: {message}" if place else message
        lines = [head, *(f"   {say(detail)}" for detail in problem.details)]
        error = cls("\n".join(lines), problem.exit_code, file, problem.line, problem.layer)
        name = problem.message.pieces.get("name")
        if problem.message.id.startswith("{option}: this model has no {name}"):
            error.unknown_name = name.text if isinstance(name, Name) else None
        return error


def _place(problem: Problem, file: str | None) -> str:
    """Where it is: ``cnn.py:7``. An option of the call that is wrong is a place of its own."""
    if problem.message.id.startswith("{option}"):
        return ""
    if problem.cell is not None:
        place = f"cell {problem.cell}, line {problem.line}"
        return place if file is None else f"{file}: {place}"
    if file is None:
        return "" if problem.line is None else f"line {problem.line}"
    return file if problem.line is None else f"{file}:{problem.line}"


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
    path: str | PathLike[str],
    bindings: Bindings | None = None,
    *,
    inputs: Inputs | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """Read the model of a file: Keras source, which is never run, a notebook, a configuration as
    ``model.to_json()`` writes it, or a ``.keras`` archive. Its content decides, not its name.

    ``bindings`` are values for names without one; ``inputs`` shapes that replace the inputs' own;
    ``model`` chooses where the file builds several; ``call`` is an expression that makes the model.
    Raises `LayermathError` and nothing else.
    """
    file = str(fspath(path) if isinstance(path, PathLike) else path)
    try:
        source = read_file(file)
    except Problem as problem:
        raise LayermathError.of(problem, file) from None
    return read(source, bindings, inputs=inputs, model=model, call=call)


def loads(
    text: str,
    bindings: Bindings | None = None,
    *,
    inputs: Inputs | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """As `load`, for the text of a source, a configuration or a notebook. Raises `LayermathError` and nothing else."""
    return read(Source(text), bindings, inputs=inputs, model=model, call=call)


def read(
    source: Source,
    bindings: Bindings | None = None,
    *,
    inputs: Inputs | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """As `load`, for text that has been found already. Raises `LayermathError`."""
    from layermath.readers import any_format

    values: dict[str, Size] = {}

    def attempt(shapes: Mapping[str | None, Shape]) -> Network:
        return any_format.read(
            source.text,
            bindings=values,
            inputs=shapes,
            model=model,
            call=call,
            source=source.file,
        )

    try:
        values = python_bindings(bindings)
        return attempt(python_shapes(inputs))
    except Problem as problem:
        whole = None
        if inputs and problem.partial is not None:
            with suppress(Problem):
                whole = attempt({})
        raise LayermathError.of(problem, source.file, whole) from None


def from_keras(
    model: object, bindings: Bindings | None = None, *, inputs: Inputs | None = None
) -> Network:
    """Read a model that Keras has built, in this program.

    It is read as its ``to_json()`` is; of a layer that has no rule, the model itself tells the
    output shape and the parameters. ``bindings`` and ``inputs`` are as for `load`. Raises
    `LayermathError` and nothing else: for a subclassed model too, which has no graph.
    """
    from layermath.readers import keras_live

    try:
        return keras_live.read(
            model, bindings=python_bindings(bindings), inputs=python_shapes(inputs)
        )
    except Problem as problem:
        raise LayermathError.of(problem) from None


def checked_count(count: str) -> None:
    """Raises `LayermathError` for a word that is none of `COUNTS`."""
    if count not in COUNTS:
        raise LayermathError(f"count={count!r}: it must be one of {', '.join(COUNTS)}", 2)


def derive(
    network: Network, bindings: Bindings | None = None, *, count: str = "macs"
) -> Derivation:
    """Derive a network, with ``bindings`` put in for its symbols.

    ``count="flops"`` derives FLOPs beside the MACs, 2 for each; ``"flops+bias"`` with the additions
    of biases. Raises `LayermathError` and nothing else.
    """
    from layermath.composer import compose
    from layermath.composer.flops import with_flops
    from layermath.walk import symbols_of

    checked_count(count)

    try:
        values = python_bindings(bindings)
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
        derived = compose(network, values)
        if count != "macs":
            derived = with_flops(derived, network, values, biases=count == "flops+bias")
        return Derivation(derived)
    except Problem as problem:
        raise LayermathError.of(problem, network.source) from None


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


def _known(size: Size) -> Size | None:
    from layermath.algebra.unknown import is_known

    return size if is_known(size) else None


def _known_shape(shape: Shape) -> KnownShape:
    from layermath.algebra.unknown import UNKNOWN_SHAPE

    return None if shape == UNKNOWN_SHAPE else tuple(map(_known, shape))


@dataclass(frozen=True)
class Layer:
    """One layer of a derivation, for whom asks in Python. Shapes leave out the batch axis."""

    data: data.LayerDerivation

    def __repr__(self) -> str:
        return f"<layer {self.name}, {self.type}>"

    @property
    def name(self) -> str:
        return self.data.name

    @property
    def type(self) -> str:
        return self.data.type

    @property
    def input_shapes(self) -> tuple[KnownShape, ...]:
        return tuple(map(_known_shape, self.data.input_shapes))

    @property
    def output_shapes(self) -> tuple[KnownShape, ...]:
        return tuple(map(_known_shape, self.data.output_shapes))

    @property
    def output_shape(self) -> KnownShape:
        """The shape of the only output; None in it, or in its place, for what is unknown. Raises
        `LayermathError` where there are several outputs."""
        if len(self.data.output_shapes) != 1:
            count = len(self.data.output_shapes)
            text = f"{self.name} has {count} outputs: their shapes are in output_shapes"
            raise LayermathError(text, 2, layer=self.name)
        return self.output_shapes[0]

    @property
    def params(self) -> Size | None:
        """Parameters, trainable or not; None where they are unknown, and so for the others."""
        return _known(self.data.params)

    @property
    def trainable_params(self) -> Size | None:
        return _known(self.data.trainable_params)

    @property
    def macs(self) -> Size | None:
        return _known(self.data.macs)

    @property
    def layers(self) -> Layers:
        """The layers of a nested model."""
        return Layers(self.data.layers)


class Layers(Mapping[str, Layer]):
    """Layers by name, in Keras's order."""

    def __init__(self, layers: tuple[data.LayerDerivation, ...]) -> None:
        self._layers = {layer.name: Layer(layer) for layer in layers}

    def __getitem__(self, name: str) -> Layer:
        try:
            return self._layers[name]
        except KeyError:
            raise KeyError(f"{name}: there are {', '.join(self._layers)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def everywhere(self) -> tuple[str, ...]:
        """The names of all layers: each, then those inside it."""
        return tuple(
            name
            for layer in self._layers.values()
            for name in (layer.name, *layer.layers.everywhere())
        )

    def __repr__(self) -> str:
        return f"<layers {', '.join(self._layers)}>"


@dataclass(frozen=True)
class Derivation:
    """The derivation of a network: print it, typeset it, ask it."""

    data: data.Derivation

    def __repr__(self) -> str:
        return f"<derivation of {self.data.name}, layers {', '.join(self.layers)}>"

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
    def outputs(self) -> tuple[KnownShape, ...]:
        return tuple(map(_known_shape, self.data.outputs))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the model should know, in sentences."""
        from layermath.renderers.sentences import TextSetter

        return tuple(TextSetter().say(note) for note in self.data.notes)

    def near(self, number: int) -> tuple[str, int, str] | None:
        """The layer with the count nearest to a number, that count, and what is counted; None where
        none is within a tenth of it."""
        counts = [
            (name, count, counted)
            for name, layer in self.layers.items()
            for count, counted in ((layer.params, "parameters"), (layer.macs, "MACs"))
            if isinstance(count, int) and 10 * abs(count - number) <= number
        ]
        return min(counts, key=lambda one: abs(one[1] - number), default=None)

    def to_dict(self, layers: Collection[str] | None = None) -> dict[str, Any]:
        """The JSON, as ``docs/derivation.schema.json`` describes it; ``layers`` limits it to layers
        of these names, while totals stay the network's."""
        from layermath.renderers.json import to_dict

        return to_dict(self.data if layers is None else _only(self.data, layers))

    def latex(self, detail: Detail | None = None, layers: Collection[str] | None = None) -> str:
        """A fragment for lecture notes, that needs amsmath and nothing else; ``layers`` limits it
        to layers of these names."""
        from layermath.renderers.latex import LatexOptions, render_fragment

        options = LatexOptions(layers=None if layers is None else frozenset(layers))
        return render_fragment(
            self.data, options if detail is None else replace(options, detail=detail)
        )

    def summary(self, format_: str = "text") -> str:
        """The table of layers: ``"text"``, ``"markdown"``, ``"latex"``, ``"csv"`` or ``"html"``."""
        from layermath.renderers import tables, text

        if format_ == "text":
            return text.render_summary(self.data)
        if format_ not in tables.FORMATS:
            known = ", ".join(["text", *tables.FORMATS])
            raise LayermathError(f"summary({format_!r}): it must be one of {known}", 2)
        return tables.summary_page(self.data, format_)

    def _repr_latex_(self) -> str:
        """What a notebook typesets. It has no comments: their text stands between the formulas, and
        what could be a command there is left out."""
        lines = self.latex().splitlines()
        return "\n".join(
            re.sub(r"[$\\]", "", text.removeprefix("% ")) if text.startswith("%") else text
            for text in lines
        )

    def __str__(self) -> str:
        from layermath.renderers.text import render

        return render(self.data)


def _only(derivation: data.Derivation, names: Collection[str]) -> data.Derivation:
    """The derivation with the layers of these names: one of a nested model inside that model."""

    def chosen(
        layers: tuple[data.LayerDerivation, ...],
    ) -> Iterator[data.LayerDerivation]:
        for layer in layers:
            inside = tuple(chosen(layer.layers))
            if layer.name in names:
                yield layer
            elif inside:
                yield replace(layer, layers=inside)

    return replace(derivation, layers=tuple(chosen(derivation.layers)))
