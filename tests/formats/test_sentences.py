"""Sentences: typed pieces, translation, and names that mean harm."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from sympy import Ge, Integer, Symbol

from layermath.algebra.floors import symbol
from layermath.algebra.written import add, mul
from layermath.messages import Code, Count, Extent, Message, Name, Piece, Shape, _, ngettext
from layermath.setting.language import Language
from layermath.setting.sentences import HARD_SPACE, LatexSetter, TextSetter
from layermath.setting.styles import ASCII

pytestmark = pytest.mark.quick

TEXT, LATEX = TextSetter(), LatexSetter()
K, H = symbol("K"), symbol("H")


plain = TEXT.say


@pytest.mark.parametrize(
    ("piece", "text", "latex"),
    [
        (Count(102528), "102,528", "$102{,}528$"),
        (Count(add(Integer(320), Integer(9248))), "320 + 9,248", "$320 + 9{,}248$"),
        (Count(999), "999", "$999$"),
        (1000, "1000", "$1000$"),
        (Shape((26, 26, 32)), "(26, 26, 32)", "$(26, 26, 32)$"),
        (Shape((H - 2, 1)), "(H − 2, 1)", "$(H - 2, 1)$"),
        (Extent((3, 3)), "3×3", r"$3 \times 3$"),
        (Extent((2 * K - 1, 3)), "(2·K − 1)×3", r"$(2 \cdot K - 1) \times 3$"),
        (Name("max_pooling2d"), "max_pooling2d", r"max\_pooling2d"),
        (Code('padding="same"'), 'padding="same"', r"\texttt{padding=''same''}"),
        (mul(K, K), "K·K", r"$K \cdot K$"),
        (Ge(H, 10), "H ≥ 10", r"$H \geq 10$"),
        ((1, Name("a"), "b"), "1, a, b", "$1$, a, b"),
        (_("as {layer}", layer=Name("conv")), "as conv", "as conv"),
    ],
)
def test_each_piece(piece: Piece, text: str, latex: str) -> None:
    message = _("{piece}", piece=piece)
    assert plain(message) == text
    assert LATEX.say(message) == latex


def test_mathematics_that_stands_together_is_set_together() -> None:
    message = _("{K} = {value} (valid): the − {one} goes", K=K, value=3, one=1)
    assert LATEX.say(message) == "$K = 3$ (valid): the $- 1$ goes"


def test_formulas_are_kept_together_for_wrapping() -> None:
    message = _("{shape} comes in", shape=Shape((26, 26, 32)))
    assert TEXT.to_wrap(message) == f"(26,{HARD_SPACE}26,{HARD_SPACE}32) comes in"


def test_a_brace_holds_a_name_and_nothing_else() -> None:
    hostile = Message("{0.__class__} {a.__class__} {a!r} {missing} {{a}} {a}", {"a": Name("x")})
    assert plain(hostile) == "{0.__class__} {a.__class__} {a!r} {missing} {a} x"


def test_what_moves_a_terminal_is_written_out() -> None:
    names = Name("\x1b[31mred\x1b[0m\r\nnext\u202etxet\x07\ue000")
    said = plain(_("as {name}", name=names))
    assert said == r"as \x1b[31mred\x1b[0m\r\nnext\u202etxet\x07\ue000"
    assert plain(_("{code}", code=Code("\x9b2J"))) == r"\x9b2J"
    assert plain(_("{text}", text="a\nb")) == r"a\nb"


def test_letters_of_any_script_stay() -> None:
    assert plain(_("{name}", name=Name("합성곱_1"))) == "합성곱_1"


@pytest.mark.parametrize("name", [r"block_1-conv%", r"\input{x}", "$x$", "a&b#c~d^e{f}"])
def test_names_are_text_in_latex(name: str) -> None:
    said = LATEX.say(_("as {name}", name=Name(name)))
    for sign in "%$&#":
        assert sign not in said.replace("\\" + sign, "")
    assert "\\input" not in said


def test_ascii() -> None:
    setter = TextSetter(ASCII, unicode=False)
    said = setter.say(_("{H} → ⌊{x}⌋ × 3 · K − 1 ≥ …", H=Symbol("H_1"), x=2))
    assert said == "H_1 -> floor(2) x 3 * K - 1 >= ..."


def test_a_catalogue_translates_and_chooses_the_plural() -> None:
    class Korean(NullTranslations):
        def gettext(self, message: str) -> str:
            return {"as {layer}": "{layer}와 같다"}.get(message, message)

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return "층 {number}개"

    setter = TextSetter(language=Language("ko", Korean()))
    assert setter.say(_("as {layer}", layer=Name("conv2d"))) == "conv2d와 같다"
    layers = ngettext("{number} layer", "{number} layers", 2)
    assert setter.say(layers) == "층 2개"
    assert TEXT.say(layers) == "2 layers"
    assert TEXT.say(ngettext("{number} layer", "{number} layers", 1)) == "1 layer"


def test_a_sentence_that_begins_with_words_begins_with_a_capital() -> None:
    row = _("row {number}", number=11)
    assert TEXT.sentence(_("{what} is never read.", what=row)) == "Row 11 is never read."
    assert TEXT.sentence(_("{name} has none.", name=Name("relu"))) == "relu has none."
    assert TEXT.sentence(_("{K} is odd.", K=symbol("k"))) == "k is odd."
