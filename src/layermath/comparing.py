"""``lm.compare``: two models side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layermath.api import Bindings, Inputs, checked_count, read
from layermath.errors import LayermathError, language_of
from layermath.problems import Problem

if TYPE_CHECKING:
    from layermath import comparison
    from layermath.network.graph import Network
    from layermath.sources import Source


@dataclass(frozen=True)
class Comparison:
    """Two models side by side, for whom asks in Python; ``data`` has all of it."""

    data: comparison.Comparison

    def __repr__(self) -> str:
        return f"<comparison of {self.data.before.name} and {self.data.after.name}>"

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        return self.markdown()

    @property
    def same(self) -> bool:
        """Whether no layer differs."""
        return self.data.same

    @property
    def layers(self) -> tuple[comparison.LayerChange, ...]:
        """The layers of both models in pairs."""
        return self.data.layers

    @property
    def counts(self) -> Mapping[str, comparison.CountChange]:
        """``params``, ``trainable_params``, ``macs``, ``activations``: of both, and the
        difference."""
        return self.data.counts

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The JSON, as ``docs/compare.schema.json`` describes it; its sentences are in the language
        of this code."""
        from layermath.formats.comparisons import to_comparison_dict

        return to_comparison_dict(self.data, language_of(lang))

    def text(self, lang: str = "en") -> str:
        """What changed, as the command line shows it, in the language of this code."""
        from layermath.formats.text import TextOptions
        from layermath.formats.text.compare import render_comparison

        return render_comparison(self.data, TextOptions(language=language_of(lang)))

    def markdown(self, lang: str = "en") -> str:
        """Tables for a pull request."""
        from layermath.formats.tables import comparison_page

        return comparison_page(self.data, language=language_of(lang))


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


def compare(before: Network, after: Network, *, count: str = "macs") -> Comparison:
    """Lay two models side by side: what changed, and what that does to them.

    ``count`` is as in `layermath.derive`. A symbol of the same name means the same in both. Raises
    `LayermathError` and nothing else.
    """
    from layermath.questions.compare import compare as compared

    checked_count(count)
    try:
        return Comparison(compared(before, after, count=count))
    except Problem as problem:
        file = before.source if before.source == after.source else None
        raise LayermathError.of(problem, file) from None
