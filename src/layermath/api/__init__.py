"""What ``import layermath`` gives: load a model, derive it, show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, TypeAlias

from layermath.algebra.floors import Size, symbol
from layermath.api.comparison import Comparison
from layermath.api.derivation import Derivation, Shape
from layermath.bindings import python_bindings, python_shapes
from layermath.errors import LayermathError, one_of, problems_told
from layermath.messages import Code, Name, _
from layermath.problems import CallProblem, Problem, did_you_mean
from layermath.sources import Source
from layermath.sources import read as read_file

if TYPE_CHECKING:
    from sympy import Eq

    from layermath.network.graph import Network
    from layermath.questions.records import Answer

COUNTS = ("macs", "flops", "flops+bias")
"""What `derive` may count."""

Bindings: TypeAlias = "Mapping[str, Size | str]"
"""Values by the names of symbols: whole numbers, or expressions in symbols (``"2*G"`` too)."""

Inputs: TypeAlias = "Sequence[Size | str] | Mapping[str | None, Sequence[Size | str]]"
"""The shape of the only input, as ``("H", "W", 3)``, or shapes by the names of inputs."""


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
    with problems_told(file):
        source = read_file(file)
    return read(source, bindings, inputs=inputs, model=model, call=call)


def loads(
    text: str,
    bindings: Bindings | None = None,
    *,
    inputs: Inputs | None = None,
    model: str | None = None,
    call: str | None = None,
) -> Network:
    """As `load`, for the text of a source, a configuration or a notebook. Raises
    `LayermathError` and nothing else."""
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


def read_both(
    sources: tuple[Source, Source],
    bindings: Bindings | None = None,
    *,
    inputs: Inputs | None = None,
    models: tuple[str | None, str | None] = (None, None),
    calls: tuple[str | None, str | None] = (None, None),
) -> tuple[Network, Network]:
    """As `read`, for two models. A value for a name that only one of them has is put in there; one
    that neither has is a wrong call. Raises `LayermathError`."""
    values = dict(bindings or {})
    missing: list[set[str]] = []
    found = []
    for source, model, call in zip(sources, models, calls, strict=True):
        own = dict(values)
        lacking: set[str] = set()
        while True:
            try:
                network = read(source, own, inputs=inputs, model=model, call=call)
                break
            except LayermathError as error:
                name = error.unknown_name
                if name not in own or any(name in each for each in missing):
                    raise
                lacking.add(name)
                del own[name]
        missing.append(lacking)
        found.append(network)
    return found[0], found[1]


def from_keras(
    model: object, bindings: Bindings | None = None, *, inputs: Inputs | None = None
) -> Network:
    """Read a model that Keras has built, in this program.

    It is read as its ``to_json()`` is; of a layer that has no rule, the model itself tells the
    output shape and the parameters. ``bindings`` and ``inputs`` are as for `load`. Raises
    `LayermathError` and nothing else: for a subclassed model too, which has no graph.
    """
    from layermath.readers import keras_live

    with problems_told():
        return keras_live.read(
            model, bindings=python_bindings(bindings), inputs=python_shapes(inputs)
        )


def checked_count(count: str) -> None:
    """Raises `LayermathError` for a word that is none of `COUNTS`."""
    if count not in COUNTS:
        raise LayermathError(one_of(f"count={count!r}", COUNTS), 2)


def derive(
    network: Network, bindings: Bindings | None = None, *, count: str = "macs"
) -> Derivation:
    """Derive a network, with ``bindings`` put in for its symbols.

    ``count="flops"`` derives FLOPs beside the MACs, 2 for each; ``"flops+bias"`` with the additions
    of biases. Raises `LayermathError` and nothing else.
    """
    from layermath.derivation.compose import compose
    from layermath.network.walk import symbols_of

    checked_count(count)

    with problems_told(network.source):
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
        return Derivation(compose(network, values, count))


def solve(network: Network, unknowns: Sequence[str], given: Sequence[str]) -> Answer:
    """All values of the ``unknowns`` for which every relation in ``given`` holds.

    Relations are written as ``output.H == 5``; names are ``output.H``, ``LAYER.W``, ``params``,
    ``macs``, ``LAYER.params``, ``LAYER.receptive_field`` and the model's symbols. Raises
    `LayermathError` and nothing else.
    """
    from layermath.derivation.compose import compose
    from layermath.questions.solve import ask

    with problems_told(network.source):
        return ask(compose(network), unknowns, given)


def compare(before: Network, after: Network, *, count: str = "macs") -> Comparison:
    """Lay two models side by side: what changed, and what that does to them.

    ``count`` is as in `layermath.derive`. A symbol of the same name means the same in both. Raises
    `LayermathError` and nothing else.
    """
    from layermath.questions.compare import compare as compared

    checked_count(count)
    with problems_told(before.source if before.source == after.source else None):
        return Comparison(compared(before, after, count=count))


def rule(type_name: str) -> tuple[Eq, ...]:
    """The general rules of a layer type, as SymPy equations in the letters of the rule.

    Raises `LayermathError` where there is no such type.
    """
    with problems_told():
        return tuple(equation.as_sympy() for equation in equations(type_name)[1])


def equations(type_name: str) -> tuple[str, tuple[Any, ...]]:
    """The proper name of a layer type, and its general rules. Raises `Problem`."""
    from layermath.vocabulary.keras import layers
    from layermath.vocabulary.keras.words import KERAS

    found = layers.find(type_name)
    if found is None:
        every = _(
            "Without a type, {command} lists those there are.", command=Code("layermath formula")
        )
        details = did_you_mean(type_name, layers.names(), every)
        raise CallProblem(_("there is no layer type {name}", name=Name(type_name)), *details)
    return found.type_name(), tuple(map(KERAS.equation, found.equations()))
