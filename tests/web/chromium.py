"""Headless Chromium: pictures of a page, its print, and what its layout measures.

A page is put into frames of several widths in a page of the test's own. Only that has a script: the
page itself has none, and its policy would not let it run.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")

_SCRIPT = """
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map((frame) => {
    const page = frame.contentDocument, root = page.documentElement;
    const measure = () => ({wide: root.scrollWidth, room: root.clientWidth});
    const shut = measure(), height = root.scrollHeight;
    for (const one of page.querySelectorAll("details")) one.open = true;
    const open = measure();
    const box = (one) => one.getBoundingClientRect();
    const cut = [...page.querySelectorAll(".floor, .ceiling")].map((one) =>
      box(one).height - Math.max(...[...one.querySelectorAll("mfrac")].map((f) => box(f).height)));
    const outside = [...page.querySelectorAll("main *")].filter((one) =>
      box(one).right > root.clientWidth + 1 && box(one).width > 0 &&
      !one.closest(".scroll, .right, .drawing")).map((one) => one.outerHTML.slice(0, 120));
    const equals = [...page.querySelectorAll(".line .right")].map((one) =>
      Math.round(box(one).left));
    return {width: frame.width | 0, shut, open, height, cut: Math.min(0, ...cut), outside,
      equals: new Set(equals).size, ground: getComputedStyle(page.body).backgroundColor};
  });
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify(found);
  document.body.replaceChildren(told);
});
"""


@dataclass(frozen=True)
class Chromium:
    """One browser, writing into one directory."""

    program: str
    directory: Path

    @classmethod
    def found(cls, directory: Path) -> Chromium | None:
        """The browser of this machine, if it has one."""
        program = next(filter(None, map(shutil.which, NAMES)), None)
        return None if program is None else cls(program, directory)

    def measure(self, page: str, widths: tuple[int, ...], *, dark: bool = False) -> list[Any]:
        """What the layout of the page measures at these widths, folded and unfolded."""
        frames = "".join(
            f'<iframe width="{width}" height="900" srcdoc="{escape(page)}"></iframe>'
            for width in widths
        )
        path = self.directory / "frames.html"
        path.write_text(f"<!DOCTYPE html><body>{frames}<script>{_SCRIPT}</script></body>")
        dom = self._run(path, "--virtual-time-budget=20000", "--dump-dom", dark=dark)
        told = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
        assert told, dom[:500]
        return json.loads(unescape(told[1]))

    def picture(self, page: str, name: str, width: int, height: int, *, dark: bool = False) -> Path:
        """A picture of the page's beginning. A window is at least 500 wide: a frame is not."""
        path = self.directory / f"{name}.html"
        inside = f'<iframe srcdoc="{escape(page)}" style="border:0;width:{width}px;height:100vh">'
        path.write_text(f'<!DOCTYPE html><body style="margin:0">{inside}</iframe></body>')
        target = self.directory / f"{name}.png"
        size = f"--window-size={max(width, 500)},{height}"
        self._run(path, size, f"--screenshot={target}", dark=dark)
        return target

    def printed(self, page: str, name: str) -> Path:
        """The page as it is printed."""
        path, target = self.directory / f"{name}.html", self.directory / f"{name}.pdf"
        path.write_text(page)
        self._run(path, "--no-pdf-header-footer", f"--print-to-pdf={target}")
        return target

    def _run(self, path: Path, *options: str, dark: bool = False) -> str:
        command = [
            self.program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={self.directory / 'profile'}",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            *options,
            path.resolve().as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout
