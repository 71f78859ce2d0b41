"""Runs TeX as a user does, and reads its log."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

WRAPPER = r"""\documentclass{article}
%s\begin{document}
\input{it}
\end{document}
"""
_OVERFULL = re.compile(r"^Overfull \\[hv]box \(([0-9.]+)pt too (?:wide|high)\).*", re.MULTILINE)


def wrapped(packages: str) -> str:
    r"""A document that inputs ``it.tex``."""
    return WRAPPER % packages


def compile_(text: str, folder: Path, engine: str = "pdflatex") -> int:
    """Compile, without a shell to escape to. Nothing may stand more than a point outside. The
    number of pages."""
    (folder / "main.tex").write_text(text, encoding="utf-8")
    command = [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "main"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    log = (folder / "main.log").read_text(encoding="utf-8", errors="replace")
    wrong = re.search(r"^!.*(?:\n.*){0,6}", log, re.MULTILINE)
    assert done.returncode == 0, wrong[0] if wrong else log[-2000:]
    outside = [found[0] for found in _OVERFULL.finditer(log) if float(found[1]) > 1]
    assert not outside, outside
    pages = re.search(r"\((\d+) pages?, \d+ bytes\)", log)
    assert pages is not None
    return int(pages[1])
