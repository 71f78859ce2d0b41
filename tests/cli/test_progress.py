"""The progress bar: on a terminal, after a while, and gone at the end."""

from __future__ import annotations

import io

import pytest

from layermath.progress import counted, watched
from layermath.terminal import Bar, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def work(told: list[tuple[int, int]], items: int) -> list[int]:
    with watched(lambda done, total: told.append((done, total))):
        return [*counted(range(items))]


def test_work_is_told_step_by_step_and_its_end() -> None:
    told: list[tuple[int, int]] = []
    assert work(told, 3) == [0, 1, 2]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_work_inside_of_work_is_not_told() -> None:
    told: list[tuple[int, int]] = []
    with watched(lambda done, total: told.append((done, total))):
        for _item in counted("ab"):
            assert [*counted(range(5))] == [0, 1, 2, 3, 4]
        assert told == [(0, 2), (1, 2), (2, 2)]


def test_without_a_watch_nothing_is_told() -> None:
    assert [*counted("abc")] == ["a", "b", "c"]


def test_a_short_run_draws_nothing() -> None:
    stream = Terminal()
    bar = Bar(stream)
    for done in range(4):
        bar.tell(done, 3)
    bar.end()
    assert stream.getvalue() == ""


def test_a_long_run_draws_a_bar_and_takes_it_away() -> None:
    stream = Terminal()
    bar = Bar(stream, patience=0)
    bar.tell(1, 3)
    drawn = stream.getvalue()
    assert "1/3" in drawn
    bar.tell(3, 3)
    assert stream.getvalue().endswith("\x1b[2K")


def test_a_pipe_never_has_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[int] = []
    with progress():
        for item in counted(range(3)):
            told.append(item)
    assert told == [0, 1, 2]
    assert capsys.readouterr().err == ""
