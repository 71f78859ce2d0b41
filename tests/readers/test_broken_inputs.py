"""Inputs broken at random: a derivation or a clean error, soon. Many more with
``python tests/benchmarks/fuzz.py 20000``."""

from __future__ import annotations

import pytest

from tests.benchmarks import fuzz
from tests.drawing import fewer


@pytest.mark.parametrize("part", range(4))
def test_broken_inputs_end_well(part: int) -> None:
    number = fewer(150)
    ended = fuzz.run(number, seed=100 + part)
    assert sum(ended.values()) == number
    assert {how.partition(": ")[2] for how in ended} == {"derived", "exit 1", "exit 2"}
