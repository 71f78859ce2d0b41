"""How long the algebra of deep chains takes, against the import of SymPy, side by side.

    python tests/benchmarks/bench_algebra.py

Each chain is timed in a process of its own, which imports SymPy and the package first and then
makes every size anew. Prints the median of the seconds and of their ratio to ``import sympy``. What
is asked: 500 layers with numbers and a free size in under 0.2 s, 10,000 layers in 20 times that,
500 layers in letters in under 0.5 s.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sympy import Symbol

ROOT = Path(__file__).parents[2]
ROUNDS = 7
NAMES = ("K", "S", "P", "D")


def numbers(place: int) -> tuple[int, int, int, int]:
    """Kernel, stride, padding, dilation: a stride now and then, so that sizes stay readable."""
    return 3, 2 if place % 25 == 0 else 1, place % 2, 1


def sizes(layers: int) -> None:
    """The closed form of the size behind every layer, one merged floor after the other."""
    from layermath.algebra.floors import Size, floor_div, plus, symbol, times

    size: Size = symbol("H")
    for place in range(layers):
        kernel, stride, padding, dilation = numbers(place)
        reach = plus((size, 2 * padding, -dilation * (kernel - 1), -1))
        size = plus((floor_div(reach, times((stride,))), 1))


def network(layers: int) -> None:
    """A whole network along one axis: sizes, parameters, MACs and conditions."""
    from tests.network.build import Builder

    from layermath.algebra.conditions import together
    from layermath.algebra.floors import symbol
    from layermath.network.walk import walk

    builder = Builder()
    tensor = builder.input(symbol("H"), 3)
    for place in range(layers):
        kernel, stride, _padding, _dilation = numbers(place)
        tensor = builder.call("Conv1D", tensor, 8, kernel, strides=stride)
    walked = walk(builder.network())
    together(walked.conditions), walked.params, walked.macs


def letters(layers: int, *, own: bool = False) -> None:
    """One window with letters for kernel, stride, padding and dilation, and the size it gives."""
    from layermath.algebra.floors import plus, symbol, times
    from layermath.algebra.windows import Window

    window = Window()
    for place in range(layers):
        kernel, stride, padding, dilation = (
            symbol(f"{name}_{place}" if own else name) for name in NAMES
        )
        extent = plus((times((dilation, plus((kernel, -1)))), 1))
        window = window.then(extent, stride, padding, padding)
    size = window.places(symbol("H"))
    assert isinstance(symbol("H"), Symbol)
    assert not isinstance(size, int)


CHAINS: dict[str, Callable[[], None]] = {
    "500 layers, numbers, every size (0.2 s)": lambda: sizes(500),
    "10,000 layers, numbers, every size": lambda: sizes(10_000),
    "500 layers, numbers, a whole network (0.2 s)": lambda: network(500),
    "10,000 layers, numbers, a whole network": lambda: network(10_000),
    "500 layers, letters K, S, P, D (0.5 s)": lambda: letters(500),
    "100 layers, each with letters of its own": lambda: letters(100, own=True),
}


def measured(name: str) -> None:
    """In a process of its own: print the seconds that one chain takes."""
    from layermath.algebra import windows  # noqa: F401  # imported before the clock starts
    from layermath.vocabulary.keras import layers

    layers.catalogue()
    start = time.perf_counter()
    CHAINS[name]()
    print(time.perf_counter() - start)


def seconds_of_import() -> float:
    command = (
        "import time; start = time.perf_counter(); import sympy; print(time.perf_counter() - start)"
    )
    return float(subprocess.check_output([sys.executable, "-c", command]))


def seconds(name: str) -> float:
    paths = f"import sys; sys.path[:0] = [{str(ROOT / 'src')!r}, {str(ROOT)!r}]; "
    command = f"{paths}from tests.benchmarks.bench_algebra import measured; measured({name!r})"
    return float(subprocess.check_output([sys.executable, "-c", command]))


def main() -> None:
    """Time each chain next to the import, and print the medians."""
    for name in CHAINS:
        pairs = [(seconds(name), seconds_of_import()) for _ in range(ROUNDS)]
        took = statistics.median(chain for chain, _import in pairs)
        ratio = statistics.median(chain / imported for chain, imported in pairs)
        print(f"{name:46} {took:6.3f} s   {ratio:5.2f} × import sympy")


if __name__ == "__main__":
    main()
