"""Tables in Markdown, LaTeX, CSV and HTML."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from sympy import Symbol, sympify

from layermath import api
from layermath.derivation.records import Detail, NetworkDerivation
from layermath.errors import LayermathError
from layermath.formats.tables import FORMATS, comparison_page, summary_page
from layermath.page.counts import formula_of
from layermath.questions.compare import compare
from layermath.setting.styles import UNICODE

CNN = """
keras.Sequential([keras.Input((H, W, 3)), layers.Conv2D(F, 3, activation="relu"),
    layers.MaxPooling2D(2), layers.BatchNormalization(), layers.Flatten(), layers.Dense(10)],
    name="a_b")
"""
EVIL = "keras.Sequential([keras.Input((4,)), layers.Dense(2, name={name!r})], name={name!r})"


def derived(source: str, **values: int) -> NetworkDerivation:
    return api.derive(api.loads(source, values)).data


@pytest.fixture(scope="module")
def symbolic() -> NetworkDerivation:
    return derived(CNN)


@pytest.fixture(scope="module")
def numeric() -> NetworkDerivation:
    return derived(CNN, H=12, W=10, F=4)


def test_the_formula_has_the_numbers_where_the_letters_stood(
    symbolic: NetworkDerivation, numeric: NetworkDerivation
) -> None:
    for derivation, expected in ((symbolic, "(3·3·3 + 1)·F"), (numeric, "(3·3·3 + 1)·4")):
        formula = formula_of(derivation.layers[0])
        assert formula is not None
        assert UNICODE.write(formula, thousands=True) == expected
    assert formula_of(numeric.layers[1]) is None


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_exact_integers(numeric: NetworkDerivation) -> None:
    found = rows(summary_page(numeric, "csv"))
    assert [int(row["params"]) for row in found] == [layer.params for layer in numeric.layers]
    assert [int(row["macs"]) for row in found] == [layer.macs for layer in numeric.layers]
    assert found[0]["output_shape"] == "[10, 8, 4]"
    assert found[0]["rule"] == "Conv2D(4, 3x3, relu)"


def test_csv_has_expressions_that_sympy_reads(symbolic: NetworkDerivation) -> None:
    names = {name.name: Symbol(name.name, integer=True, positive=True) for name in symbolic.symbols}
    values = {names["H"]: 12, names["W"]: 10, names["F"]: 4}
    for row, layer in zip(
        rows(summary_page(symbolic, "csv")), derived(CNN, H=12, W=10, F=4).layers, strict=True
    ):
        assert sympify(row["params"], locals=names).subs(values) == layer.params
        assert sympify(row["macs"], locals=names).subs(values) == layer.macs
        shape = sympify(row["output_shape"], locals=names)
        assert [size.subs(values) for size in shape] == list(layer.output_shapes[0])
        if row["params_formula"]:
            formula = sympify(row["params_formula"], locals=names)
            assert formula.subs(values) == layer.params


def test_csv_runs_nothing_in_a_spreadsheet() -> None:
    found = rows(summary_page(derived(EVIL.format(name="=1+1")), "csv"))
    assert found[0]["layer"] == "'=1+1"


def test_csv_keeps_commas_and_quotes_in_their_cells() -> None:
    found = rows(summary_page(derived(EVIL.format(name='a,"b')), "csv"))
    assert found[0]["layer"] == 'a,"b'
    assert found[0]["params"] == "10"


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line))


@pytest.mark.parametrize("name", ["a|b", "a`|`b", "<script>x", "*a*", "a\\|b", "[x](y)"])
def test_markdown_cells_stay_cells(name: str) -> None:
    page = summary_page(derived(EVIL.format(name=name)), "markdown")
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert len({cells(line.replace("\\\\", "")) for line in table}) == 1
    assert "<script>" not in page


def test_markdown_names_the_sizes(symbolic: NetworkDerivation) -> None:
    page = summary_page(symbolic, "markdown")
    assert "| H₁ | conv2d | H − 2 | H − 2 |" in page
    assert "| **total** |" in page


def test_latex_balances_and_escapes(symbolic: NetworkDerivation) -> None:
    page = summary_page(symbolic, "latex")
    assert page.count("{") == page.count("}")
    assert page.count("$") % 2 == 0
    assert r"max\_pooling2d" in page
    assert r"\toprule" in page
    heads = page.count("&", page.index("\\toprule"), page.index("\\midrule"))
    body = page[page.index("\\midrule") : page.index("\\bottomrule")]
    assert {line.count("&") for line in body.splitlines() if "&" in line} == {heads}
    evil = summary_page(derived(EVIL.format(name="a & b % \\input{x} $")), "latex")
    lines = [line for line in evil.splitlines() if not line.startswith("%")]
    assert not any("\\input" in line for line in lines)
    assert not any("%" in line.replace(r"\%", "") for line in lines)


def test_a_long_table_goes_over_pages() -> None:
    many = ", ".join(["layers.ReLU()"] * 50)
    page = summary_page(
        derived(f"keras.Sequential([keras.Input((4,)), {many}, layers.Dense(2)])"), "latex"
    )
    assert r"\begin{longtable}" in page
    assert r"\usepackage{booktabs, longtable}" in page
    assert r"\endhead" in page


class Balanced(HTMLParser):
    """Checks that every tag that opens also closes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        assert not any(name.startswith("on") or name == "src" for name, _value in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("name", ["plain", "<script>alert(1)", "a&b", "\"'><img src=x>"])
def test_html_is_one_page_of_its_own(name: str) -> None:
    page = summary_page(derived(EVIL.format(name=name)), "html")
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert name in "".join(parser.text)
    assert "http" not in page


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("detail", list(Detail))
def test_every_format_takes_a_comparison(
    symbolic: NetworkDerivation, format_: str, detail: Detail
) -> None:
    other = CNN.replace("F, 3", "F, 5")
    compared = compare(api.loads(CNN), api.loads(other))
    page = comparison_page(compared, detail, format_)
    assert "conv2d" in page if detail is Detail.FULL else page


@pytest.mark.parametrize("format_", FORMATS)
def test_flops_have_a_column(format_: str) -> None:
    derivation = api.derive(api.loads(CNN, {"H": 12, "W": 10, "F": 4}), count="flops").data
    page = summary_page(derivation, format_)
    assert "flops" in page.lower()
    # 2·(10·8·(3·3·3)·4), in whatever way the format separates thousands
    assert "17280" in re.sub(r"[,{}]", "", page)


@pytest.mark.parametrize("format_", FORMATS)
def test_unknown_counts_are_no_zeros(format_: str) -> None:
    source = (
        "from kapre import STFT\nkeras.Sequential([keras.Input((8, 4)), STFT(), layers.Dense(2)])"
    )
    try:
        derivation = derived(source)
    except LayermathError:
        pytest.skip("a class without a rule is refused")
    assert "?" in summary_page(derivation, format_)


def test_tables_in_python() -> None:
    derivation = api.derive(api.loads(CNN))
    assert derivation.summary().startswith("a_b")
    assert derivation.summary("csv").startswith("layer,rule")
    with pytest.raises(LayermathError, match="it must be one of text, markdown"):
        derivation.summary("word")


@pytest.mark.parametrize("format_", ["text", "markdown", "latex", "html"])
def test_a_notation_orders_the_shapes(format_: str) -> None:
    derivation = api.derive(api.loads(CNN, {"H": 12, "W": 10, "F": 4}))
    assert "(4, 10, 8)" in derivation.summary(format_, notation="pytorch").replace("{,}", ",")
    assert "(10, 8, 4)" in derivation.summary(format_)


def test_csv_has_no_notation() -> None:
    derivation = api.derive(api.loads(CNN))
    assert derivation.summary("csv", notation="pytorch") == derivation.summary("csv")
