"""Windows with letters come to the windows of the numbers that are put in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Add, Mul, Pow, S

from layermath.algebra.floors import Size, symbol
from layermath.algebra.polynomials import never_negative, polynomial, size_of
from layermath.algebra.windows import Window
from tests.exact import exact

LETTERS = tuple(symbol(name) for name in "KSPD")
values = st.fixed_dictionaries({letter: st.integers(1, 4) for letter in LETTERS})
sizes = st.one_of(st.integers(1, 3), st.sampled_from(LETTERS))
layers = st.lists(st.tuples(sizes, sizes, st.one_of(st.just(0), sizes), sizes), max_size=5)
Values = dict[Size, int]


def parts(window: Window) -> list[Size]:
    return [window.size, window.jump, window.before, window.after]


def in_numbers(size: Size, at: Values) -> int:
    return int(exact(S(size), at))


def behind(chain: list[tuple[Size, Size, Size, Size]]) -> Window:
    window = Window()
    for extent, stride, before, after in chain:
        window = window.then(extent, stride, before, after)
    return window


@given(layers, values, st.integers(1, 80))
@settings(deadline=None)
def test_a_chain(chain: list[tuple[Size, Size, Size, Size]], at: Values, length: int) -> None:
    lettered = behind(chain)
    numbers = behind([tuple(in_numbers(size, at) for size in layer) for layer in chain])
    assert [in_numbers(part, at) for part in parts(lettered)] == parts(numbers)
    places = lettered.places(symbol("L"))
    assert in_numbers(places, {**at, symbol("L"): length}) == numbers.places(length)


@given(layers, layers, values)
@settings(deadline=None)
def test_the_hull_of_two(
    one: list[tuple[Size, Size, Size, Size]], other: list[tuple[Size, Size, Size, Size]], at: Values
) -> None:
    """Where letters leave open which end is the further, none is given."""
    first, second = behind(one), behind(other)
    hull = first.joined(second)
    if hull is None:
        return
    numbers = [[in_numbers(part, at) for part in parts(window)] for window in (first, second, hull)]
    begins = [-before for _size, _jump, before, _after in numbers]
    ends = [size - before for size, _jump, before, _after in numbers]
    assert begins[2] == min(begins[:2])
    assert ends[2] == max(ends[:2])


def test_a_hull_that_letters_leave_open() -> None:
    K, P = symbol("K"), symbol("P")
    assert Window(K, 1, P, P).joined(Window(3, 1, 1, 1)) is None
    assert Window(K + 2, 1, 1, K).joined(Window(1, 1, 0, 0)) == Window(K + 2, 1, 1, K)


terms = st.lists(st.tuples(st.integers(-4, 4), *(st.integers(0, 2) for _ in LETTERS)), max_size=5)


def summed(chosen: list[tuple[int, ...]]) -> Size:
    return Add(
        *(
            Mul(c, *(Pow(letter, power) for letter, power in zip(LETTERS, powers, strict=True)))
            for c, *powers in chosen
        )
    )


@given(terms, values)
@settings(deadline=None)
def test_a_polynomial_that_is_never_negative(chosen: list[tuple[int, ...]], at: Values) -> None:
    if never_negative(polynomial(S(summed(chosen)))):
        assert in_numbers(summed(chosen), at) >= 0


@given(terms, values)
@settings(deadline=None)
def test_a_polynomial_is_its_sum(chosen: list[tuple[int, ...]], at: Values) -> None:
    size = summed(chosen)
    assert in_numbers(size_of(polynomial(S(size))), at) == in_numbers(size, at)


def test_what_letters_decide() -> None:
    K, S_ = symbol("K"), symbol("S")
    assert never_negative(polynomial(K * S_ - S_))
    assert not never_negative(polynomial(K - S_))
    assert not never_negative(polynomial(K - 2))
