"""How long a whole run takes, against the imports that it cannot do without, side by side.

    python tests/benchmarks/bench_cli.py

Prints the ratios to ``python -c "import sympy, typer"``: at most 1.5 with numbers, 2 for a network
of 816 layers, and 2.5 with free sizes. Each run of the one stands next to a run of the other, and
the median of the ratios is told: what else the machine does then falls on both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "mnist_cnn.py"
ROUNDS = 15

IMPORTS = [sys.executable, "-c", "import sympy, typer"]
LAYERMATH = [sys.executable, "-m", "layermath"]
DERIVE = [*LAYERMATH, "derive", str(EXAMPLE)]
RUNS: dict[str, tuple[list[str], float | None]] = {
    "derive, numbers": (DERIVE, 1.5),
    "derive, free sizes": ([*DERIVE, "--input", "H,W,1"], 2.5),
    "summary": ([*LAYERMATH, "summary", str(EXAMPLE)], None),
    "summary, 816 layers": (
        [*LAYERMATH, "summary", "keras.applications.EfficientNetB7()"],
        2.0,
    ),
    "--help": ([*LAYERMATH, "--help"], None),
}


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """How long a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> None:
    """Run each command next to the imports, and print the median of the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        # Compiled modules are kept, as pip keeps those that it installs; a checkout that is run
        # with PYTHONDONTWRITEBYTECODE would be compiled anew each time.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for name, (command, most) in RUNS.items():
            seconds(command, environment), seconds(IMPORTS, environment)
            ratios = sorted(
                seconds(command, environment) / seconds(IMPORTS, environment) for _ in range(ROUNDS)
            )
            median = statistics.median(ratios)
            limit = "" if most is None else f", at most {most}{': OVER' if median > most else ''}"
            print(
                f"{name:20} {median:.2f} × the imports ({ratios[0]:.2f} … {ratios[-1]:.2f}{limit})"
            )


if __name__ == "__main__":
    main()
