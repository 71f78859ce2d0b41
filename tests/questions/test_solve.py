"""Questions: every solution and nothing else, by trying every number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import S

from layermath.algebra.floors import symbol
from layermath.derivation.compose import compose
from layermath.network.graph import Network
from layermath.problems import CallProblem, Problem
from layermath.questions.records import Answer
from layermath.questions.solve import ask
from layermath.setting.sentences import TextSetter
from tests.drawing import tried_on
from tests.exact import exact
from tests.network.build import Builder
from tests.network.by_hand import Link, network, sizes
from tests.network.test_closed_forms import downwards, upwards
from tests.network.test_graphs import CROPS, u_net

H, W, L = symbol("H"), symbol("W"), symbol("L")
HOLDS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


def asked(model: Network, unknowns: str, *wishes: str) -> Answer:
    return ask(compose(model), unknowns.split(), wishes)


def headline(answer: Answer) -> str:
    return TextSetter().say(answer.headline)


def way(answer: Answer) -> str:
    say = TextSetter().say
    return "\n".join(
        f"{say(line.statement)}  {'' if line.reason is None else say(line.reason)}"
        for line in answer.lines
    )


def two_convolutions(height: object = H, width: object = W, filters: object = 32) -> Network:
    builder = Builder()
    tensor = builder.input(height, width, 1)
    tensor = builder.call("Conv2D", tensor, 32, 3, name="conv")
    tensor = builder.call("MaxPooling2D", tensor, 2, name="pool")
    tensor = builder.call("Conv2D", tensor, filters, 3, name="conv_1")
    builder.call("MaxPooling2D", tensor, 2, name="pool_1")
    return builder.network()


chains = st.lists(st.one_of(downwards, downwards, upwards), min_size=1, max_size=4)


@tried_on(450)
@given(chains, st.sampled_from(sorted(HOLDS)), st.integers(1, 30))
def test_a_preimage_is_complete_and_holds_nothing_else(
    chain: list[Link], comparison: str, wished: int
) -> None:
    try:
        answer = asked(network(chain, 1, (L,), 1), "L", f"output.L {comparison} {wished}")
    except Problem:
        assert all(sizes(chain, length) is None for length in range(1, 100))
        return
    for length in range(1, 150):
        by_hand = sizes(chain, length)
        right = by_hand is not None and HOLDS[comparison](by_hand[-1], wished)
        assert (length in answer.solutions[L]) == right


@tried_on(300)
@given(chains, st.sampled_from(["output.L % 3 == 1", "output.L == L", "2*output.L == L"]))
def test_wishes_about_two_sizes_at_once(chain: list[Link], wish: str) -> None:
    try:
        answer = asked(network(chain, 1, (L,), 1), "L", wish)
    except Problem:
        assert all(sizes(chain, length) is None for length in range(1, 100))
        return
    for length in range(1, 150):
        by_hand = sizes(chain, length)
        right = False
        if by_hand is not None:
            out = by_hand[-1]
            right = {"%": out % 3 == 1, "o": out == length, "2": 2 * out == length}[
                "%" if "%" in wish else wish[0]
            ]
        assert (length in answer.solutions[L]) == right


def test_an_interval() -> None:
    """T9: exactly J sizes, the first of which loses nothing."""
    answer = asked(two_convolutions(), "H", "output.H == 5")
    assert headline(answer) == "H = 26, 27, 28 or 29"
    assert list(answer.solutions[H].runs(9)) == [(26, 29)]
    assert "5 ≤ (H − 6)/4 < 6" in way(answer)
    assert "20 ≤ H − 6 < 24" in way(answer)
    assert "26 is the one that loses none" in TextSetter().say(answer.notes[0])


def test_an_interval_ends_where_the_layers_do() -> None:
    """⌊(H − 6)/4⌋ ≤ 5 holds for 1, 2, …; the kernels fit from 10 on."""
    answer = asked(two_convolutions(), "H", "output.H <= 5")
    assert list(answer.solutions[H].runs(9)) == [(10, 29)]


def test_both_sizes_of_an_image() -> None:
    answer = asked(two_convolutions(), "H W", "output.H == 5", "output.W >= 7")
    assert list(answer.solutions[H].runs(9)) == [(26, 29)]
    assert not answer.solutions[W].finite
    assert 34 in answer.solutions[W]
    assert 33 not in answer.solutions[W]


def test_residues() -> None:
    walked = u_net(H, 4)
    answer = asked(walked.network, "H", "output.H == H")
    assert headline(answer) == "16 divides H: H = 16, 32, 48, …"


def test_residues_from_some_size_on() -> None:
    walked = u_net(H, 4, valid=True, crops=CROPS)
    answer = asked(walked.network, "H", "output.H >= 1")
    assert headline(answer) == "H mod 16 = 12: H = 188, 204, 220, …"
    answer = asked(walked.network, "H", "output.H == 388")
    assert headline(answer) == "H = 572"


def test_the_padding_that_keeps_the_size_is_a_family() -> None:
    builder = Builder()
    P, K = symbol("P"), symbol("K")
    tensor = builder.call("ZeroPadding2D", builder.input(H, H, 1), P)
    builder.call("Conv2D", tensor, 4, K)
    answer = asked(builder.network(), "P", "output.H == H")
    assert answer.family is not None
    assert exact(answer.family, {K: 7}) == 3
    assert headline(answer) == "P = (K − 1)/2, where 2 divides K − 1"


def test_the_padding_that_keeps_the_size_as_a_number() -> None:
    builder = Builder()
    tensor = builder.call("ZeroPadding2D", builder.input(28, 28, 1), symbol("P"))
    builder.call("Conv2D", tensor, 4, 5)
    assert headline(asked(builder.network(), "P", "output.H == 28")) == "P = 2"


def test_the_filters_below_a_million_parameters() -> None:
    builder = Builder()
    F = symbol("F")
    tensor = builder.call("Conv2D", builder.input(28, 28, 1), F, 3)
    tensor = builder.call("MaxPooling2D", tensor, 2)
    tensor = builder.call("Conv2D", tensor, F, 3)
    tensor = builder.call("Flatten", builder.call("MaxPooling2D", tensor, 2))
    builder.call("Dense", builder.call("Dense", tensor, 128), 10)
    model = builder.network()
    answer = asked(model, "F", "params <= 1000000")
    (run,) = answer.solutions[F].runs(9)
    params = compose(model).totals.params
    right = [f for f in range(1, 1000) if exact(S(params), {F: f}) <= 1_000_000]
    assert run == (right[0], right[-1])
    assert headline(answer) == f"1 ≤ F ≤ {right[-1]}"


def test_the_kernel_of_a_wished_receptive_field() -> None:
    builder = Builder()
    K = symbol("K")
    tensor = builder.call("Conv2D", builder.input(64, 64, 1), 4, K, name="conv")
    tensor = builder.call("MaxPooling2D", tensor, 2)
    builder.call("Conv2D", tensor, 4, K, name="conv_1")
    answer = asked(builder.network(), "K", "conv_1.receptive_field == 16")
    # K + 1 + 2·(K − 1) = 3·K − 1 = 16 has no solution in between
    assert not any(answer.solutions[K].classes)
    answer = asked(builder.network(), "K", "conv_1.receptive_field == 17")
    assert list(answer.solutions[K].members(9)) == [6]


def test_none_says_the_nearest_miss_on_both_sides() -> None:
    builder = Builder()
    tensor = builder.call("UpSampling1D", builder.input(L, 1), 4)
    builder.call("Cropping1D", tensor, 1)
    answer = asked(builder.network(), "L", "output.L == 9")
    assert headline(answer) == "no L does it"
    said = way(answer)
    assert "at L = 2: 6" in said
    assert "at L = 3: 10" in said


def test_none_because_the_layers_cannot_take_it() -> None:
    """⌊(H − 6)/4⌋ = 0 wants H = 6 … 9, where the second kernel has no place."""
    answer = asked(two_convolutions(), "H", "output.H == 0")
    assert not any(answer.solutions[H].classes)
    assert "at H = 10: 1" in way(answer)


def flattened() -> Network:
    model = Builder()
    tensor = model.input(H, W, 1)
    for _ in range(2):
        tensor = model.call("MaxPooling2D", model.call("Conv2D", tensor, 32, 3), 2)
    model.call("Flatten", tensor, name="flatten")
    return model.network()


def test_two_unknowns_over_a_range_are_all_listed() -> None:
    """T14: 32·n·m = 800 where n·m = 25."""
    answer = asked(flattened(), "H W", "flatten.axis0 == 800", "H <= 120", "W <= 40")
    expected = [
        (h, w)
        for h in range(10, 121)
        for w in range(10, 41)
        if ((h - 6) // 4) * ((w - 6) // 4) == 25
    ]
    assert answer.listing == tuple(expected)
    assert headline(answer) == "H = 26…29 with W = 26…29, H = 106…109 with W = 10…13"


def test_two_unknowns_without_an_answer_in_the_range() -> None:
    answer = asked(flattened(), "H W", "flatten.axis0 == 801", "H <= 50", "W <= 50")
    assert answer.listing == ()
    assert headline(answer) == "no combination does it in this range"


def test_two_unknowns_without_a_range_are_not_guessed() -> None:
    with pytest.raises(CallProblem, match="range"):
        asked(flattened(), "H W", "flatten.axis0 == 800")


def test_a_range_too_large_to_look_through_is_refused() -> None:
    with pytest.raises(CallProblem, match="combinations"):
        asked(flattened(), "H W", "flatten.axis0 == 800", "H <= 9999", "W <= 9999")


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "5",
        "output.H",
        "output.H = 5",
        "output.H == 5 == 5",
        "output.H != 5",
        "output.H in (5, 6)",
        "output.Q == 5",
        "nothing.H == 5",
        "foo == 5",
        "output.H == 5.5",
        "output.H == True",
        "output.H == 'five'",
        "output.H / 2 == 5",
        "output.H // 0 == 5",
        "output.H % 0 == 5",
        "H ** H == 5",
        "H ** 99 == 5",
        "__import__('os') == 5",
        "output.__class__ == 5",
        "pool.receptive_field_Q == 5",
        "(" * 500 + "H" + ")" * 500 + " == 5",
        "H == " + "1+" * 1500 + "1",
    ],
)
def test_a_bad_wish_is_a_problem_of_the_call(wish: str) -> None:
    with pytest.raises(CallProblem):
        asked(two_convolutions(), "H", wish)


@pytest.mark.parametrize("unknown", ["Q", "h", "output", ""])
def test_an_unknown_that_the_model_lacks(unknown: str) -> None:
    with pytest.raises(CallProblem):
        asked(two_convolutions(), unknown or "_", "output.H == 5")


def test_a_symbol_without_a_value_is_asked_for() -> None:
    with pytest.raises(CallProblem, match="no value"):
        asked(flattened(), "H", "flatten.axis0 == 800")


def test_a_misspelt_name_is_mended() -> None:
    with pytest.raises(CallProblem) as raised:
        asked(two_convolutions(), "H", "pol_1.H == 5")
    assert "pool_1" in " ".join(map(TextSetter().say, raised.value.details))
