"""The layers as comma-separated values: exact integers, and expressions as SymPy reads them."""

from __future__ import annotations

import csv as comma_separated
import io
from dataclasses import dataclass

from layermath.messages import Count, Piece, Shape
from layermath.page.table import PLAIN, TableOptions, TablePage, cell_text
from layermath.setting.escapes import harmless
from layermath.setting.mathematics import Style
from layermath.setting.sentences import Setter
from layermath.setting.styles import SYMPY

_COMMANDS = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True)
class CsvSetter(Setter):
    """For a program or a spreadsheet: no separators in numbers, nothing that is run."""

    style: Style = SYMPY

    def times(self) -> str:
        return "x"

    def prose(self, text: str) -> str:
        return text

    def name(self, text: str) -> str:
        text = harmless(text)
        return f"'{text}" if text.startswith(_COMMANDS) else text

    def code(self, text: str) -> str:
        return self.name(text)

    def mathematics(self, text: str) -> str:
        return text

    def shape(self, shape: Shape) -> str:
        """``[26, 26, 32]``: a spreadsheet takes ``(800)`` for −800."""
        return f"[{super().shape(shape)[1:-1]}]"

    def piece(self, piece: Piece) -> str:
        return super().piece(piece.value if isinstance(piece, Count) else piece)


def csv(page: TablePage, options: TableOptions = PLAIN) -> str:
    """The first table of the page, without its totals: every row is a layer."""
    setter = CsvSetter(language=options.language)
    table = page.tables[0]
    file = io.StringIO()
    writer = comma_separated.writer(file, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([[cell_text(cell, setter) for cell in row] for row in table.rows])
    return file.getvalue()
