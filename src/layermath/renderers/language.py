"""Language: the catalogue in which a sentence's template is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import NullTranslations

from layermath.messages import Message


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
