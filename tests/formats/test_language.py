"""Every sentence in every language: nothing is missing, nothing is hard-coded."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from gettext import GNUTranslations
from inspect import signature
from pathlib import Path

import pytest
from sympy import Basic, Symbol
from typer.testing import CliRunner

import layermath as lm
from layermath.api import equations
from layermath.cli import app
from layermath.derivation.records import Detail
from layermath.errors import LayermathError, language_of
from layermath.formats.text import TextOptions, render, render_formula, render_summary
from layermath.messages import Code, Count, Message, Name, Shape, _, ngettext
from layermath.setting.language import ENGLISH, language, languages
from layermath.setting.measure import width
from layermath.setting.particles import fitting
from layermath.setting.sentences import LatexSetter, TextSetter
from layermath.vocabulary.keras import layers
from tests.formats.catalogues import LOCALE, entries, extract, messages_in, source_messages

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TRANSLATED = [code for code in languages() if code != ENGLISH.code]
_BRACE = re.compile(r"\{([^{}]*)\}")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_HANGUL = re.compile("[가-힣]")


def catalogue(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "layermath.po"


def translations(code: str) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    return entries(catalogue(code).read_text(encoding="utf-8"))


def has_words(template: str) -> bool:
    """Whether there is anything to translate: ``{layer}: {message}`` may stay as it is."""
    return re.search("[A-Za-z]", _BRACE.sub("", template)) is not None


def test_korean_is_there() -> None:
    assert languages()[0] == "en"
    assert "ko" in languages()
    assert language("xx") is None


# The catalogues ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_of_the_source_is_translated(code: str) -> None:
    known = translations(code)
    missing = [
        one.id
        for one in source_messages().values()
        if has_words(one.id) and not all(known.get(one.id, (None, ("",)))[1])
    ]
    assert not missing, "\n".join(
        [f"{len(missing)} without a translation into {code} (docs/languages.md):", *missing]
    )


@pytest.mark.parametrize("code", TRANSLATED)
def test_plurals_are_those_of_the_source(code: str) -> None:
    known = translations(code)
    for one in source_messages().values():
        if one.id in known:
            assert known[one.id][0] == one.plural, one.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_the_pieces_of_the_original(code: str) -> None:
    for original, (plural, said) in translations(code).items():
        pieces = [sorted(_BRACE.findall(text)) for text in (original, plural) if text]
        for text in filter(None, said):
            if original:
                assert set(_BRACE.findall(text)) in map(set, pieces), (original, text)
                assert text.endswith(".") == original.endswith("."), (original, text)


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_text(code: str) -> None:
    with catalogue(code).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for original, (plural, said) in translations(code).items():
        if not original or not all(said):
            continue
        got = (
            (compiled.gettext(original),)
            if plural is None
            else tuple(compiled._catalog[original, index] for index in range(len(said)))  # type: ignore[attr-defined]
        )
        assert got == said, f"{original}: compile the catalogue (docs/languages.md)"


def test_messages_among_the_pieces_of_another_are_found() -> None:
    source = 'f(_("a {b}", b=tuple(_("c {n}", n=n) for n in x)), ngettext("d", "e", 2))'
    assert [one.id for one in messages_in(source)] == ["a {b}", "d", "c {n}"]
    with pytest.raises(ValueError, match="literals"):
        list(messages_in("_(text)"))


def test_babel_reads_the_source_through_the_same_eyes(tmp_path: Path) -> None:
    file = tmp_path / "source.py"
    file.write_text('_("a"), ngettext("b", "c", 2)', encoding="utf-8")
    with file.open("rb") as source:
        found = list(extract(source, ["_", "ngettext"], [], {}))
    assert [one[2] for one in found] == ["a", ("b", "c")]


# What is said --------------------------------------------------------------------------------


def named(item: object) -> Iterator[str]:
    """Names, code and symbols anywhere in data: what no translator touches."""
    match item:
        case Name() | Code():
            yield item.text
        case Basic():
            yield from (one.name for one in item.free_symbols if isinstance(one, Symbol))
            yield str(item)
        case Mapping():
            for one in item.values():
                yield from named(one)
        case tuple() | list() | frozenset():
            for one in item:
                yield from named(one)
        case _ if dataclasses.is_dataclass(item) and not isinstance(item, type):
            yield from (
                str(getattr(item, name))
                for name in ("name", "type", "source", "letter")
                if hasattr(item, name)
            )
            for field in dataclasses.fields(item):
                yield from named(getattr(item, field.name))


def words(texts: Iterator[str] | list[str]) -> set[str]:
    return {word for text in texts for word in _LATIN.findall(text)}


TRANSLATORS_WORDS = {
    code: words([_BRACE.sub("", text) for _p, said in translations(code).values() for text in said])
    for code in TRANSLATED
}
"""Words that a translator has kept: MAC, Keras, softmax."""
FRAGMENTS = {"in", "out", "max", "min", "mod", "floor", "layermath", "padding", "valid", "same"}
"""What mathematics is written with, an argument, and values of it."""


def left_over(text: str, known: Iterator[str] | list[str], code: str = "ko") -> set[str]:
    """The Latin words of a page that are no names."""
    return words([text]) - words(known) - TRANSLATORS_WORDS[code] - FRAGMENTS


@pytest.mark.parametrize("detail", ["NORMAL", "FULL", "BRIEF"])
@pytest.mark.parametrize("example", ["mnist_cnn.py", "unet.py", "two_convs_free.py"])
def test_no_english_is_left_in_a_derivation(example: str, detail: str) -> None:
    derivation = lm.derive(lm.load(str(EXAMPLES / example)))
    options = TextOptions(language=language_of("ko")).with_detail(Detail[detail])
    known = [*named(derivation.data), "--detail full --input --set"]
    page = render(derivation.data, options) + render_summary(derivation.data, options)
    assert _HANGUL.search(page)
    assert not left_over(page, known)


@pytest.mark.parametrize("type_name", sorted({t.type_name() for t in layers.catalogue().values()}))
def test_no_english_is_left_in_a_formula(type_name: str) -> None:
    name, rules = equations(type_name)
    page = render_formula(name, rules, TextOptions(language=language_of("ko")))
    assert not left_over(page, [name, *named(rules)])


RUNS = {
    "solve": [
        *("solve", "mnist_cnn.py", "--input", "H,28,1", "--for", "H", "--given"),
        "max_pooling2d_1.H == 5",
    ],
    "compare": ["compare", "mnist_cnn.py", "two_convs_free.py"],
    "summary": ["summary", "mnist_cnn.py", "--count", "flops"],
    "markdown": ["summary", "mnist_cnn.py", "--format", "markdown"],
    "latex": ["summary", "mnist_cnn.py", "--format", "latex"],
    "find": ["derive", "mnist_cnn.py", "--find", "9248"],
}


def run(arguments: list[str]) -> str:
    files = {f.name: str(f) for f in EXAMPLES.glob("*.py")}
    result = CliRunner().invoke(app, [files.get(one, one) for one in arguments])
    return result.output


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS.keys())
def test_no_english_is_left_on_other_pages(arguments: list[str]) -> None:
    latex = ["begin end tabular toprule midrule bottomrule usepackage booktabs kotex mathrm"]
    latex += ["lfloor rfloor lceil rceil left right times cdot textbf quad geq mathbin texttt lr"]
    files = [one for one in arguments if one.endswith(".py")]
    known = [*latex, *files, *arguments]
    networks = [lm.load(str(EXAMPLES / file)) for file in files]
    for network in networks:
        known += named(lm.derive(network).data)
    if len(networks) == 2:
        known += named(lm.compare(*networks).data)
    page = re.sub(r"(@\{\})?[lr]+@\{\}", "", run([*arguments, "--lang", "ko"]))
    assert _HANGUL.search(page)
    assert not left_over(page, known)


@pytest.mark.parametrize("format_", ["html", "markdown", "fragment"])
def test_no_english_is_left_on_a_typeset_page(format_: str) -> None:
    derivation = lm.derive(lm.load(str(EXAMPLES / "mnist_cnn.py")))
    if format_ == "html":
        page = re.sub("<style.*?</style>", "", derivation.html(lang="ko"), flags=re.DOTALL)
        page = re.sub("<[^>]*>", " ", page)
    elif format_ == "markdown":
        page = derivation.markdown(lang="ko")
    else:
        page = derivation.latex(lang="ko")
    page = re.sub(r"\\(begin|end)\{[a-z*]+\}|\\[A-Za-z]+", "", page)
    assert _HANGUL.search(page)
    assert not left_over(page, [*named(derivation.data), "derivation.html()", "aligned"])


def test_every_command_has_the_option() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert "lang" in signature(command.callback).parameters, command.callback.__name__


def test_errors_are_said_in_the_language() -> None:
    assert "그런 층이 없다" in run(["derive", "mnist_cnn.py", "--layer", "no", "--lang", "ko"])
    assert "커널이 들어갈 자리가 없다" in run(
        ["derive", "mnist_cnn.py", "--input", "2,2,1", "--lang", "ko"]
    )
    with pytest.raises(LayermathError) as found:
        lm.load("no_such_file.py")
    assert found.value.text("ko").startswith("no_such_file.py: 읽을 수 없다")
    assert str(found.value) == found.value.text()


def test_the_language_of_one_run_is_not_that_of_the_next() -> None:
    assert "층이 없다" in run(["derive", "mnist_cnn.py", "--layer", "no", "--lang", "ko"])
    assert "no such layer" in run(["derive", "mnist_cnn.py", "--layer", "no"])


def test_the_environment_may_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERMATH_LANG", "ko")
    assert "합계" in run(["summary", "mnist_cnn.py"])
    assert "total" in run(["summary", "mnist_cnn.py", "--lang", "en"])


def test_the_system_does_not_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANG", "LC_ALL", "LANGUAGE"):
        monkeypatch.setenv(name, "ko_KR.UTF-8")
    assert "total" in run(["summary", "mnist_cnn.py"])


def test_an_unknown_language_is_a_wrong_call() -> None:
    result = CliRunner().invoke(app, ["formula", "Dense", "--lang", "xx"])
    assert result.exit_code == 2
    assert "--lang xx: there is no such language, only en, ko" in result.output
    with pytest.raises(LayermathError, match="there is no language xx: there are en, ko"):
        lm.derive(lm.loads("Dense(3, input_shape=(2,))")).text(lang="xx")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["derive", "--lang", "ko"], "MODEL"),
        (["derive", "x", "--lang=ko", "--detail", "much"], "brief, normal, full"),
        (["derive", "x", "--lang", "ko", "--no-such-option"], "--no-such-option"),
        (["derive", "x", "--lang", "ko", "--set"], "--set"),
        (["formula", "a", "b", "--lang", "ko"], "b"),
    ],
)
def test_a_wrong_command_line_is_told_in_the_language(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert _HANGUL.search(result.output)
    english = [one for one in arguments if "ko" not in one and one != "--lang"]
    assert not _HANGUL.search(CliRunner().invoke(app, english).output)


def test_numbers_and_formulas_are_those_of_english() -> None:
    """The same lines stand in both, whatever is said beside them."""
    derivation = lm.derive(lm.load(str(EXAMPLES / "mnist_cnn.py")))
    english, korean = derivation.to_dict(), derivation.to_dict(lang="ko")

    def formulas(item: object) -> Iterator[object]:
        match item:
            case dict():
                for key, one in item.items():
                    if key not in ("reason", "label", "notes", "lines", "when"):
                        yield from ((key, each) for each in formulas(one))
            case list():
                for one in item:
                    yield from formulas(one)
            case _:
                yield item

    assert list(formulas(english)) == list(formulas(korean))
    assert english != korean


def test_hangul_is_two_columns_wide() -> None:
    assert width("높이 H") == 6
    page = render(
        lm.derive(lm.load(str(EXAMPLES / "mnist_cnn.py"))).data,
        TextOptions(language=language_of("ko")),
    )
    assert all(width(line) <= 80 for line in page.splitlines())
    table = [line for line in page.splitlines() if line.endswith("3×3") or "수용 영역" in line][:2]
    assert width(table[0]) == width(table[1])


# Particles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "form", "fits"),
    [
        ("9", "은(는)", "는"),
        ("11", "은(는)", "은"),
        ("10", "이(가)", "이"),
        ("1,000", "을(를)", "을"),
        ("4", "와(과)", "와"),
        ("26", "와(과)", "과"),
        ("2", "(으)로", "로"),
        ("7", "(으)로", "로"),
        ("3", "(으)로", "으로"),
        ("90 %", "이(가)", "가"),
        ("(5, 5, 32)", "이(가)", "가"),
        ("H", "을(를)", "를"),
        ("N", "을(를)", "을"),
        ("L", "(으)로", "로"),
        ("conv2d", "은(는)", "는"),
        ("가장 큰 값", "을(를)", "을"),
        ("높이", "을(를)", "를"),
        ("A", "(이)라는", "라는"),
        # what cannot be heard keeps both
        ("dense", "은(는)", "은(는)"),
        ("1/2", "을(를)", "을(를)"),
        ("f(x)", "이(가)", "이(가)"),
        ("", "은(는)", "은(는)"),
    ],
)
def test_a_particle_fits_what_is_before_it(before: str, form: str, fits: str) -> None:
    assert fitting(before, f"{form} 끝") == f"{fits} 끝"


def test_particles_fit_in_every_format() -> None:
    korean = language_of("ko")
    message = _("{size} is odd: {read}", size=11, read="")
    assert TextSetter(language=korean).say(message).startswith("11은 홀수다")
    assert LatexSetter(language=korean).say(message).startswith("$11$은 홀수다")
    assert TextSetter().say(message) == "11 is odd: "


def test_a_sentence_begins_with_a_capital_only_where_its_translation_does() -> None:
    message = _("{layer}, cannot take {shapes}: {message}", layer=_("layer"), shapes="", message="")
    assert TextSetter().sentence(message).startswith("Layer")
    code = _("{code} takes one layer", code=Code("x"))
    assert TextSetter(language=language_of("ko")).sentence(code).startswith("x")


def test_numbers_choose_the_plural_in_english_alone() -> None:
    for number, english in ((1, "1 layer"), (2, "2 layers")):
        message = ngettext("{number} layer", "{number} layers", number)
        assert TextSetter().say(message) == english
        assert TextSetter(language=language_of("ko")).say(message) == f"층 {number}개"


def test_nothing_of_a_message_is_lost() -> None:
    message: Message = _(
        "One filter gives one feature map, {one}; {filters} give {all}.",
        one=Shape((26, 26, 1)),
        filters=Count(1000),
        all=Shape((26, 26, 1000)),
    )
    said = TextSetter(language=language_of("ko")).say(message)
    assert "(26, 26, 1)" in said
    assert "1,000개" in said
