"""A derivation as who asks in Python holds it: the data, and every way to show it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from layermath.algebra.floors import Size
from layermath.errors import LayermathError, language_of, one_of
from layermath.messages import Code, Name, _
from layermath.problems import Problem

if TYPE_CHECKING:
    from sympy import Symbol
    from sympy.core.relational import Relational

    from layermath.derivation import records as data
    from layermath.derivation.records import Detail, Totals
    from layermath.setting.notation import Notation

Options = TypeVar("Options")
Shape: TypeAlias = "tuple[Size, ...]"
KnownShape: TypeAlias = "tuple[Size | None, ...] | None"
"""A shape of which some sizes, or even the number of axes, may be unknown."""


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
            message = _(
                "{layer} has {number} outputs: their shapes are in {shapes}",
                layer=Name(self.name),
                number=len(self.data.output_shapes),
                shapes=Code("output_shapes"),
            )
            raise LayermathError(message, 2, layer=self.name)
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

    data: data.NetworkDerivation

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
        from layermath.setting.sentences import TextSetter

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

    def to_dict(self, layers: Collection[str] | None = None, lang: str = "en") -> dict[str, Any]:
        """The JSON, as ``docs/derivation.schema.json`` describes it; ``layers`` limits it to layers
        of these names, while totals stay the network's. Its sentences are in the language of the
        code ``lang``, as those of every other page."""
        from layermath.formats.json.derivation import to_dict

        shown = self.data if layers is None else _only(self.data, layers)
        return to_dict(shown, language_of(lang))

    def text(
        self,
        detail: Detail | None = None,
        layers: Collection[str] | None = None,
        lang: str = "en",
    ) -> str:
        """The derivation as the command line shows it; ``layers`` limits it to layers of these
        names."""
        from layermath.formats.text import TextOptions, render

        return render(self.data, _options(TextOptions, detail, layers, lang))

    def latex(
        self,
        detail: Detail | None = None,
        layers: Collection[str] | None = None,
        notation: Notation | str | None = None,
        level: str = "fragment",
        lang: str = "en",
    ) -> str:
        """LaTeX at one level: a ``"fragment"`` that needs amsmath and nothing else, a file to
        ``"input"`` into lecture notes, or a whole ``"article"``, ``"beamer"`` or ``"exam"``.
        ``layers`` limits it to layers of these names, ``notation`` is whose letters and forms it
        has: the name of one (``"cs231n"``), or the path of a TOML file."""
        from layermath.formats.latex import LatexOptions, Level, render

        if level not in set(Level):
            raise LayermathError(one_of(f"latex(level={level!r})", list(Level)), 2)
        options = _options(LatexOptions, detail, layers, lang, notation)
        return render(self.data, options, Level(level))

    def summary(
        self, format_: str = "text", lang: str = "en", notation: Notation | str | None = None
    ) -> str:
        """The table of layers: ``"text"``, ``"markdown"``, ``"latex"``, ``"csv"`` or ``"html"``.
        ``notation`` is whose letters and shapes it has; CSV, which is for programs, has none."""
        from layermath.formats import tables, text
        from layermath.setting.notation import LAYERMATH

        language = language_of(lang)
        whose = LAYERMATH if notation is None else notation_of(notation)
        if format_ == "text":
            options = text.TextOptions(language=language, notation=whose)
            return text.render_summary(self.data, options)
        if format_ not in tables.FORMATS:
            known = ("text", *tables.FORMATS)
            raise LayermathError(one_of(f"summary({format_!r})", known), 2)
        return tables.summary_page(self.data, format_, tables.TableOptions(language, whose))

    def html(
        self,
        detail: Detail | None = None,
        layers: Collection[str] | None = None,
        lang: str = "en",
    ) -> str:
        """One page of HTML that needs nothing beside it; ``layers`` limits it to layers of these
        names."""
        from layermath.formats.html import HtmlOptions, render

        return render(self.data, _options(HtmlOptions, detail, layers, lang))

    def markdown(
        self,
        detail: Detail | None = None,
        layers: Collection[str] | None = None,
        lang: str = "en",
    ) -> str:
        """Markdown as GitHub reads it, its formulas between ``$$``; ``layers`` limits it to layers
        of these names."""
        from layermath.formats.markdown import MarkdownOptions, render

        return render(self.data, _options(MarkdownOptions, detail, layers, lang))

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from layermath.formats import notebook

        return notebook.html(self.data)

    def _repr_markdown_(self) -> str:
        """What a notebook shows where it has no HTML."""
        from layermath.formats import notebook

        return notebook.markdown(self.data)

    def _repr_latex_(self) -> str:
        """What a notebook typesets, on its way to a PDF."""
        from layermath.formats import notebook

        return notebook.latex(self.data)

    def __str__(self) -> str:
        return self.text()


def _options(
    kind: Callable[..., Options],
    detail: Detail | None,
    layers: Collection[str] | None,
    lang: str,
    notation: Notation | str | None = None,
) -> Options:
    """The options of a page: what is None is as the format has it. Raises `LayermathError`."""
    chosen = {
        "detail": detail,
        "layers": None if layers is None else frozenset(layers),
        "language": language_of(lang),
        "notation": None if notation is None else notation_of(notation),
    }
    return kind(**{name: value for name, value in chosen.items() if value is not None})


def notation_of(notation: Notation | str) -> Notation:
    """A notation, or that of a name. Raises `LayermathError`."""
    from layermath.notations.files import named

    if not isinstance(notation, str):
        return notation
    try:
        return named(notation)
    except Problem as problem:
        raise LayermathError.of(problem, notation if problem.line else None) from None


def _only(derivation: data.NetworkDerivation, names: Collection[str]) -> data.NetworkDerivation:
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
