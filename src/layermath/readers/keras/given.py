"""What a call is given."""

from __future__ import annotations

from dataclasses import dataclass

from layermath.readers.python.source import Written
from layermath.readers.python.world import Arguments, Keywords


@dataclass(frozen=True)
class Given:
    """The arguments of a call, by place and by name, and where it is written."""

    arguments: Arguments
    keywords: Keywords
    written: Written

    @property
    def values(self) -> list[object]:
        """All of them."""
        return [*self.arguments, *self.keywords.values()]

    @property
    def line(self) -> int | None:
        """The line of the call."""
        return self.written.line

    @property
    def only(self) -> object:
        """What stands alone between the parentheses; None where something else does."""
        return self.arguments[0] if len(self.arguments) == 1 and not self.keywords else None

    def first(self, name: str) -> object:
        """The first argument, by its place or its name; None where there is none."""
        return self.arguments[0] if self.arguments else self.keywords.get(name)

    def named(self, *names: str, **defaults: object) -> dict[str, object]:
        """The arguments by their names, of which these are the first in their order."""
        return {**defaults, **dict(zip(names, self.arguments, strict=False)), **self.keywords}
