"""Many small cases in one test: what pytest does for a test takes longer than most of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import pytest

Case = TypeVar("Case")


def by(key: Callable[[Case], str], cases: Iterable[Case]) -> Mapping[str, list[Case]]:
    """The cases in groups, a test for each."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[key(case)].append(case)
    return groups


def each(cases: Iterable[Case], check: Callable[[Case], None]) -> None:
    """Check every case, and fail once, for all that are wrong."""
    wrong: dict[str, BaseException] = {}
    for case in cases:
        try:
            check(case)
        except (Exception, pytest.fail.Exception) as error:
            wrong[str(case)] = error
    if wrong:
        said = "\n".join(
            f"{case}: {type(error).__name__}: {error}" for case, error in wrong.items()
        )
        raise AssertionError(f"{len(wrong)} wrong\n{said}") from next(iter(wrong.values()))
