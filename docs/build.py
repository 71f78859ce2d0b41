"""The site: the Markdown of this folder as plain HTML.

    python docs/build.py [FOLDER]        (into site/, where no folder is named)

It needs no network, neither to be made nor to be read: markdown-it-py makes the pages, which every
installation of layermath has already (it comes with rich), and they load nothing but their own
style sheet. The formula sheet is made from the equations of the layers, with MathML.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sympy import Symbol

from layermath.api import equations
from layermath.formats.mathml import MathMLSetter
from layermath.formats.tables.rules import rules_pages
from layermath.messages import _
from layermath.page.legend import MEANINGS
from layermath.page.table import cell_text
from layermath.vocabulary.keras import layers

DOCS = Path(__file__).parent

MENU = {
    "index": "layermath",
    "student": "Student",
    "lecturer": "Lecturer",
    "engineer": "Engineer",
    "formulas": "Formula sheet",
    "notation": "Notation",
    "languages": "Languages",
    "counting": "What is counted",
    "theory": "The mathematics",
    "adding": "Adding to it",
    "design": "How it is built",
}
"""The pages that the menu begins with, and what it calls them. Others come last."""

COPIED = ("examples", "pictures", "*.schema.json")

STYLE = """
:root { color-scheme: light dark; --quiet: #665f54; --line: #ddd6c8; --ground: #fdfcf9;
  --ink: #1e1c19; --pale: #f4f1ea; --link: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa499; --line: #45403a;
  --ground: #191714; --ink: #e9e5dc; --pale: #24211d; --link: #8ab8f0; } }
* { box-sizing: border-box; }
body { background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, sans-serif;
  margin: 0 auto; max-width: 62rem; padding: 0 1.2rem 4rem; }
nav { border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .2rem 1.2rem;
  margin-bottom: 2rem; padding: 1rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.2em; }
p, li, dd { max-width: 44rem; }
pre { background: var(--pale); border-radius: 4px; font-size: .82rem; line-height: 1.4;
  overflow-x: auto; padding: .8rem 1rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
:not(pre) > code { background: var(--pale); border-radius: 3px; padding: .05em .25em; }
img { background: #fff; border: 1px solid var(--line); max-width: 100%; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0 1rem; }
h3 { margin: 1.8em 0 .3em; }
.index { max-width: none; word-spacing: .6em; }
th, td { padding: .3rem 1.2rem .3rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid var(--quiet); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.sheet td:first-child { color: var(--quiet); white-space: nowrap; }
.sheet td:last-child { color: var(--quiet); }
math { font-size: 1.05em; }
@media print { nav { display: none; } pre { white-space: pre-wrap; } }
"""

_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_SLUG = re.compile(r"[^\w-]+")


def build(folder: Path) -> None:
    """Write the site into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "style.css").write_text(STYLE.lstrip(), encoding="utf-8")
    menu = pages()
    for name in menu:
        body = formula_sheet() if name == "formulas" else html(DOCS / f"{name}.md")
        (folder / f"{name}.html").write_text(page(name, body, menu), encoding="utf-8")
    for pattern in COPIED:
        for source in DOCS.glob(pattern):
            target = folder / source.name
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)


def pages() -> dict[str, str]:
    """Every document, by the name of its file, with what the menu calls it."""
    found = {path.stem: path for path in sorted(DOCS.glob("*.md"))}
    named = {name: title for name, title in MENU.items() if name in found}
    rest = (name for name in found if name not in named)
    return named | {name: _title(found[name]) for name in rest}


def _title(source: Path) -> str:
    heading = _TITLE.search(source.read_text(encoding="utf-8"))
    return heading[1] if heading else source.stem


def html(source: Path) -> str:
    """A file of Markdown. What it has of HTML comes out as text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(source.read_text(encoding="utf-8"))
    _with_addresses(tokens)
    for token in tokens:
        for inside in token.children or ():
            if inside.type == "link_open":
                inside.attrSet("href", site_link(str(inside.attrGet("href"))))
    text = str(markdown.renderer.render(tokens, markdown.options, {}))
    return text.replace("<table>", '<div class="scroll"><table>').replace(
        "</table>", "</table></div>"
    )


def _with_addresses(tokens: Sequence[Token]) -> None:
    """Give each heading the address that GitHub gives it."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", slug(inline.content))


def slug(heading: str) -> str:
    """``#for-the-student``"""
    return _SLUG.sub("", heading.lower().replace(" ", "-"))


def site_link(address: str) -> str:
    """A link between files of the docs as one between pages of the site."""
    parts = urlsplit(address)
    if parts.scheme or not parts.path.endswith(".md"):
        return address
    if parts.path.endswith("README.md"):
        return "index.html"
    return parts._replace(path=parts.path.removesuffix(".md") + ".html").geturl()


def formula_sheet() -> str:
    """The rules of every layer type, with formulas in MathML."""
    setter = MathMLSetter()
    names = sorted({one.type_name() for one in layers.catalogue().values()})
    letters = " · ".join(
        setter.say(_("{letters} {meaning}", letters=Symbol(letter), meaning=meaning))
        for letter, meaning in MEANINGS
    )
    links, parts = [], []
    for sheet, _notation in rules_pages([equations(name) for name in names]):
        (table,) = sheet.tables
        title = setter.say(sheet.title)
        plain = re.sub(r"<[^>]*>", "", title)
        address = slug(plain.partition(",")[0])
        links += [f'<a href="#{address}">{name}</a>' for name in plain.split(", ")]
        rows = "\n".join(
            "<tr>" + "".join(f"<td>{cell_text(cell, setter)}</td>" for cell in row) + "</tr>"
            for row in table.rows
        )
        parts.append(
            f'<h3 id="{address}">{title}</h3>\n<div class="scroll"><table class="sheet">'
            f"<tbody>\n{rows}\n</tbody></table></div>"
        )
    head = [
        "<h1>The rules of every layer type</h1>",
        "<p>Made from the equations from which the program computes. "
        "<code>layermath formula TYPE</code> prints one of them, in the notation of your book: "
        "<code>--notation</code>.</p>",
        f"<p>{letters}</p>",
        f'<p class="index">{" ".join(links)}</p>',
    ]
    return "\n".join([*head, *parts])


def page(name: str, body: str, pages: Mapping[str, str]) -> str:
    """A page, with the menu over it."""
    menu = "\n".join(
        f'<a href="{one}.html"{" aria-current=page" if one == name else ""}>{escape(title)}</a>'
        for one, title in pages.items()
    )
    title = "layermath" if name == "index" else f"{pages[name]} · layermath"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            '<link rel="stylesheet" href="style.css">',
            "</head>",
            "<body>",
            f"<nav>\n{menu}\n</nav>",
            "<main>",
            body,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS.parent / "site")
