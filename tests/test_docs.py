"""The documents show what the program prints, and the site that is made of them holds together."""

from __future__ import annotations

import importlib.util
import re
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

from layermath.api import equations
from layermath.formats.formula_sheet import render_sheet
from layermath.vocabulary.keras import layers
from tests.documentation import ROOT, check_python, commands, folder_for, python, run

DOCS = ROOT / "docs"
DOCUMENTS = sorted(DOCS.glob("*.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_the_commands_print_what_is_shown(path: Path) -> None:
    document = path.read_text(encoding="utf-8")
    with folder_for(document) as folder:
        for one in commands(document):
            if one.is_run:
                status, printed = run(one.command, folder)
                assert one.agrees(printed), f"$ {one.command}\n{printed}"
                assert status == 0 or one.output, f"$ {one.command}\n{printed}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_the_examples_say_the_truth(path: Path) -> None:
    for example in python(path.read_text(encoding="utf-8")):
        check_python(example)


def test_the_formula_sheet_is_fresh() -> None:
    """Made by ``layermath formula --format markdown -o docs/formulas.md``."""
    names = sorted({one.type_name() for one in layers.catalogue().values()})
    fresh = render_sheet([equations(name) for name in names])
    assert (DOCS / "formulas.md").read_text(encoding="utf-8") == fresh


def test_every_layer_type_with_rules_is_on_the_sheet_once() -> None:
    headings = re.findall(r"^## (.*)$", (DOCS / "formulas.md").read_text("utf-8"), re.MULTILINE)
    named = [name for heading in headings for name in re.findall(r"`(\w+)`", heading)]
    assert len(named) == len(set(named))
    every = {one.type_name() for one in layers.catalogue().values()}
    assert set(named) == {name for name in every if equations(name)[1]}


# The site ----------------------------------------------------------------------------------------


def builder() -> ModuleType:
    """``docs/build.py``, which is no part of the package."""
    specification = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


class Page(HTMLParser):
    """The links and addresses of a page, and whether its elements are closed."""

    VOID = frozenset({"meta", "link", "img", "br", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links += [link for key in ("href", "src") if (link := values.get(key)) is not None]
        if values.get("id"):
            self.addresses.append(values["id"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open, tag
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, made anew."""
    folder = tmp_path_factory.mktemp("site")
    builder().build(folder)
    return folder


def test_the_site_has_every_document(site: Path) -> None:
    assert {page.stem for page in site.glob("*.html")} == {path.stem for path in DOCUMENTS}


def test_the_site_needs_nothing_from_outside(site: Path) -> None:
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        for element in re.findall(r"<(?:link|img|iframe|object|embed)\b[^>]*>", text):
            assert "//" not in element, element
    assert "url(" not in (site / "style.css").read_text(encoding="utf-8")


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {page.name: Page(page.read_text(encoding="utf-8")) for page in site.glob("*.html")}
    for name, page in pages.items():
        assert not page.open, (name, page.open)
        assert len(page.addresses) == len(set(page.addresses)), name
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = unquote(parts.path) or name
            assert (site / target).exists(), f"{name}: {link}"
            if parts.fragment:
                assert parts.fragment in pages[target].addresses, f"{name}: {link}"


def test_what_stands_in_a_document_stands_on_its_page(site: Path) -> None:
    page = (site / "student.html").read_text(encoding="utf-8")
    assert "⌊4.5⌋ + 1" in page
    sheet = (site / "formulas.html").read_text(encoding="utf-8")
    assert sheet.count("<table") > 80
    assert "<math>" in sheet
    assert "Conv2D" in sheet
