"""How long a whole run takes, against the imports that it cannot do without, side by side.

    python tests/benchmarks/bench_cli.py

Prints the ratios to ``python -c "import sympy, typer"``: at most 2 with numbers, and 2.5 with free
sizes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "mnist_cnn.py"
ROUNDS = 15

IMPORTS = [sys.executable, "-c", "import sympy, typer"]
DERIVE = [sys.executable, "-m", "layermath", "derive", str(EXAMPLE)]
RUNS = {
    "numbers (at most 2)": DERIVE,
    "free sizes (at most 2.5)": [*DERIVE, "--input", "H,W,1"],
    "summary": [sys.executable, "-m", "layermath", "summary", str(EXAMPLE)],
    "--version": [sys.executable, "-m", "layermath", "--version"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Run each command next to the imports, and print the median of the ratios."""
    for name, command in RUNS.items():
        seconds(command), seconds(IMPORTS)
        ratios = sorted(seconds(command) / seconds(IMPORTS) for _ in range(ROUNDS))
        print(
            f"{name:28} {statistics.median(ratios):.2f} × the imports "
            f"({ratios[0]:.2f} … {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    main()
