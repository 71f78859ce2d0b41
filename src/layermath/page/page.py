"""A derivation as a page: what is said, in which order, before any format sets it.

A page is made of a derivation and of what one may choose about it, by pure functions; what it shows
of each layer is made when it is first read. A format prints it, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sympy import Symbol

from layermath.derivation.records import Detail, Later, NetworkDerivation, Whole
from layermath.messages import Message
from layermath.notations import in_its_notation
from layermath.page.headings import facts, figures
from layermath.page.legend import meanings, notes
from layermath.page.outline import Derived, Outline, Section
from layermath.page.sizes import sizes_table
from layermath.page.table import Table
from layermath.page.whole import open_totals, statements
from layermath.setting.notation import Notation


class Choices(Protocol):
    """What may be chosen of a page, among the options of every format."""

    @property
    def detail(self) -> Detail: ...
    @property
    def layers(self) -> frozenset[str] | None: ...
    @property
    def notation(self) -> Notation: ...


Options = TypeVar("Options", bound=Choices)


@dataclass(frozen=True)
class Page:
    """What stands on a page. ``derivation`` is in the notation of the page; of it formats take the
    name, the sums and the data of the pictures.

    ``facts`` and ``figures`` stand in the heading; ``sizes`` is the table of the named sizes;
    ``letters`` and ``remarks`` are the legend; ``sections`` are the layers and the operations
    between them; ``totals`` and ``statements`` are the network as a whole. The table of layers is
    `glance`, of the columns for which a format has room.
    """

    derivation: NetworkDerivation
    facts: tuple[Message, ...]
    figures: tuple[Message, ...]
    sizes: Table | None
    letters: Sequence[tuple[Sequence[Symbol], Message]]
    remarks: Sequence[Message]
    sections: Sequence[Section]
    totals: tuple[Derived, ...]
    statements: Sequence[Whole]
    notes: tuple[Message, ...]


def page_of(derivation: NetworkDerivation, options: Options) -> tuple[Page, Options]:
    """The page, and the options with the notation in which no letter of it stands for two
    things."""
    derivation, options = in_its_notation(derivation, options)
    notation, detail = options.notation, options.detail
    page = Page(
        derivation,
        tuple(facts(derivation, notation)),
        tuple(figures(derivation)),
        sizes_table(derivation.sizes),
        Later(lambda: tuple(meanings(derivation, notation))),
        Later(lambda: tuple(notes(derivation, notation, detail))),
        Later(lambda: Outline(derivation, detail, options.layers).sections),
        open_totals(derivation),
        Later(lambda: statements(derivation)),
        derivation.notes,
    )
    return page, options
