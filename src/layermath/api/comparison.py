"""Two models side by side as who asks in Python holds them: the data, and every way to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layermath.errors import language_of

if TYPE_CHECKING:
    from layermath.questions import records


@dataclass(frozen=True)
class Comparison:
    """Two models side by side, for whom asks in Python; ``data`` has all of it."""

    data: records.NetworkComparison

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
    def layers(self) -> tuple[records.LayerChange, ...]:
        """The layers of both models in pairs."""
        return self.data.layers

    @property
    def counts(self) -> Mapping[str, records.CountChange]:
        """``params``, ``trainable_params``, ``macs``, ``activations``: of both, and the
        difference."""
        return self.data.counts

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The JSON, as ``docs/compare.schema.json`` describes it; its sentences are in the language
        of this code."""
        from layermath.formats.json.comparison import to_comparison_dict

        return to_comparison_dict(self.data, language_of(lang))

    def text(self, lang: str = "en") -> str:
        """What changed, as the command line shows it, in the language of this code."""
        from layermath.formats.text import TextOptions
        from layermath.formats.text.comparison import render_comparison

        return render_comparison(self.data, TextOptions(language=language_of(lang)))

    def markdown(self, lang: str = "en") -> str:
        """Tables for a pull request."""
        from layermath.formats.tables import comparison_page

        return comparison_page(self.data, language=language_of(lang))
