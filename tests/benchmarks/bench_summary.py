"""A summary of the largest networks that Keras comes with, beside Keras's own, whole processes.

    KERAS_BACKEND=jax python tests/benchmarks/bench_summary.py [NAME ...]

Keras builds each network and prints ``model.summary()``; layermath reads the JSON that Keras saved
(``model.to_json()``) and prints its summary, with numbers and with H and W left open. Told are the
ratios of time and of peak memory, and the ratio to ``python -c "import sympy, typer"``: at most 4,
and symbolic at most 2 times numeric. Runs of the two stand side by side, and the median of the
ratios is told: what else the machine does then falls on both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

NETWORKS = ("EfficientNetB7", "NASNetLarge")
KERAS_ROUNDS = 3
ROUNDS = 7

BUILD = "import keras; m = keras.applications.{name}(weights=None); "
SAVE = BUILD + "open({file!r}, 'w').write(m.to_json())"
SUMMARY = BUILD + "m.summary()"
IMPORTS = [sys.executable, "-c", "import sympy, typer"]


@dataclass(frozen=True)
class Run:
    """One process: how long it took, and how much memory it had at most."""

    seconds: float
    kilobytes: int


def run(command: list[str], environment: dict[str, str]) -> Run:
    """Run a command to its end. Raises where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(time.perf_counter() - start, used.ru_maxrss)


def ratios(
    one: list[str], other: list[str], rounds: int, environment: dict[str, str]
) -> tuple[float, float]:
    """Time and memory of ``one`` over those of ``other``: the median of runs side by side."""
    pairs = [(run(one, environment), run(other, environment)) for _ in range(rounds)]
    return (
        statistics.median(a.seconds / b.seconds for a, b in pairs),
        statistics.median(a.kilobytes / b.kilobytes for a, b in pairs),
    )


def compare(name: str, folder: Path, environment: dict[str, str]) -> None:
    """Print the ratios of one network."""
    file = str(folder / f"{name}.json")
    run([sys.executable, "-c", SAVE.format(name=name, file=file)], environment)
    keras = [sys.executable, "-c", SUMMARY.format(name=name)]
    numeric = [sys.executable, "-m", "layermath", "summary", file]
    symbolic = [*numeric, "--input", "H,W,3"]
    run(symbolic, environment)  # compiles what is not compiled yet
    for label, one, other, rounds in (
        ("Keras / layermath", keras, numeric, KERAS_ROUNDS),
        ("numeric / imports", numeric, IMPORTS, ROUNDS),
        ("symbolic / imports", symbolic, IMPORTS, ROUNDS),
        ("symbolic / numeric", symbolic, numeric, ROUNDS),
    ):
        in_time, in_memory = ratios(one, other, rounds, environment)
        print(
            f"{name:16} {label:20} time {in_time:6.2f}   peak memory {in_memory:5.2f}", flush=True
        )


def main() -> None:
    """Compare the networks that the command line names, or all."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"KERAS_BACKEND": "jax", **os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for name in sys.argv[1:] or NETWORKS:
            compare(name, Path(folder), environment)


if __name__ == "__main__":
    main()
