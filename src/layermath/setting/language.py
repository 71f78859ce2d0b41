"""Language: the catalogue in which a sentence's template is looked up.

A language is a folder of ``layermath/locale`` with a compiled gettext catalogue in it, and nothing
else: which there are is read from the package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from layermath.messages import Message

DOMAIN = "layermath"
_CATALOGUES = Path(__file__).parents[1] / "locale"
"""The name of the catalogues, ``locale/ko/LC_MESSAGES/layermath.mo``."""


@dataclass(frozen=True)
class Language:
    """A language, by its code, with its gettext catalogue (English needs none)."""

    code: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations, compare=False)

    def template(self, message: Message) -> str:
        """The template of ``message`` in this language, its braces still empty."""
        if message.plural is not None:
            return self.catalogue.ngettext(message.id, message.plural, message.number)
        return self.catalogue.gettext(message.id) if message.id else ""


ENGLISH = Language()
"""The language in which the templates are written."""


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages: English, then those that have a catalogue."""
    codes = [
        one.name
        for one in (_CATALOGUES.iterdir() if _CATALOGUES.is_dir() else ())
        if (one / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()
    ]
    return (ENGLISH.code, *sorted(code for code in codes if code != ENGLISH.code))


@cache
def language(code: str) -> Language | None:
    """The language with this code; None where there is no catalogue of it."""
    if code == ENGLISH.code:
        return ENGLISH
    if code not in languages():
        return None
    catalogue = _CATALOGUES / code / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with catalogue.open("rb") as file:
        return Language(code, GNUTranslations(file))
