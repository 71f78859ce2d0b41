"""The names that Keras gives to what has none."""

from __future__ import annotations

import re
from collections import Counter


def stem(class_name: str) -> str:
    """What Keras's automatic names of a class begin with: ``conv2d``, ``p_re_lu``."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


class AutoNames:
    """Keras's automatic names: ``conv2d``, ``conv2d_1``, ... in the order of construction."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def next(self, class_name: str) -> str:
        """The next name for an object of that class."""
        name = stem(class_name)
        number = self._used[name]
        self._used[name] += 1
        return f"{name}_{number}" if number else name

    def clear(self) -> None:
        """``keras.backend.clear_session()``"""
        self._used.clear()
