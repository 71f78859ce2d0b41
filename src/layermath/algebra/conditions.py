"""What must hold of the symbols of a model: decided where algebra decides it, else a relation.

Every symbol is a positive integer. A condition comes back as True, as False, or as a SymPy relation
in the symbols; a lower bound on a size is unwound through its floors, so that
``⌊(H − 2)/2⌋ ≥ 3`` is stated as ``H ≥ 8``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sympy import Add, Eq, Expr, Ge, Integer, Le, Mod, Mul, S, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from layermath.algebra.floors import FloorDiv, Size, constants_outside, minus, plus, times
from layermath.algebra.residues import Residues, meeting, residues_of

Condition: TypeAlias = bool | Relational


def at_least(size: Size, bound: Size) -> Condition:
    """``size ≥ bound``. ``⌊x/m⌋ ≥ b`` is ``x ≥ b·m`` for integers x and b and m > 0 (T9)."""
    difference = minus(size, bound)
    if isinstance(difference, int):
        return difference >= 0
    terms = Add.make_args(difference)
    constant, rest = difference.as_coeff_Add()
    if isinstance(constant, Integer):
        coefficient, core = rest.as_coeff_Mul()
        if isinstance(coefficient, Integer):
            least, factor = -int(constant), int(coefficient)
            if factor > 0 and isinstance(core, FloorDiv):
                numerator, denominator = core.args
                return at_least(numerator, times((-(-least // factor), denominator)))
            if isinstance(core, Symbol):
                return _bound(core, factor, least)
    floors = [term for term in terms if isinstance(term, FloorDiv)]
    if len(floors) == 1:
        numerator, denominator = floors[0].args
        others = (term for term in terms if term is not floors[0])
        return at_least(plus((numerator, *(times((term, denominator)) for term in others))), 0)
    if _lowest(terms) >= 0:
        return True
    if _lowest([-term for term in terms]) > 0:
        return False
    return _both_sides(terms)


def _both_sides(terms: Sequence[Expr]) -> Condition:
    """The sum is not negative, with what is taken away on the other side: ``H ≥ K``."""
    taken = [term for term in terms if term.as_coeff_Mul()[0].is_negative]
    kept = [term for term in terms if term not in taken]
    return Ge(Add(*kept), -Add(*taken), evaluate=False)


def _bound(name: Symbol, factor: int, least: int) -> Condition:
    """``factor·name ≥ least``, for a positive integer ``name``."""
    if factor > 0:
        lowest = -(-least // factor)
        return True if lowest <= 1 else Ge(name, lowest, evaluate=False)
    highest = least // factor  # both negated: name ≤ ⌊−least/−factor⌋
    return False if highest < 1 else Le(name, highest, evaluate=False)


def _lowest(terms: Iterable[Expr]) -> int:
    """A lower bound of a sum in positive integers whose terms all grow, else −1."""
    total = 0
    for term in terms:
        coefficient, rest = term.as_coeff_Mul()
        if not isinstance(coefficient, Integer) or (coefficient < 0 and rest is not S.One):
            return -1
        if not all(factor.is_integer and factor.is_positive for factor in Mul.make_args(rest)):
            return -1
        total += int(coefficient)
    return total


def equal(left: Size, right: Size) -> Condition:
    """``left = right``, as residues where both grow alike: ``2·⌊H/2⌋ = H`` is ``H mod 2 = 0``."""
    difference = constants_outside(minus(left, right))
    if isinstance(difference, int):
        return difference == 0
    met = meeting(left, right)
    if met is not None:
        name, residues = met
        return residues.relation(name)
    terms = Add.make_args(difference)
    if _lowest(terms) > 0 or _lowest([-term for term in terms]) > 0:
        return False
    return _relation(Eq(S(left), S(right)))


def divides(divisor: Size, number: Size) -> Condition:
    """``number mod divisor = 0``."""
    if isinstance(divisor, int) and isinstance(number, int):
        return number % divisor == 0
    if divisor == 1 or number == divisor:
        return True
    quotient = S(number) / S(divisor)
    if quotient.is_integer:
        return True
    return _relation(Eq(Mod(S(number), S(divisor), evaluate=False), 0, evaluate=False))


def _relation(relation: Relational | Boolean) -> Condition:
    if relation is S.true:
        return True
    if relation is S.false:
        return False
    assert isinstance(relation, Relational)
    return relation


def together(conditions: Iterable[Condition]) -> tuple[Relational, ...]:
    """All conditions, each once; of several lower bounds on one symbol the highest, and of several
    residues those that they have in common. A bound is the least size that has the residue, and is
    not said where that is no news. A contradiction is left to stand as it is."""
    bounds: dict[Symbol, int] = {}
    residues: dict[Symbol, Residues] = {}
    others: dict[Relational, None] = {}
    for condition in conditions:
        if isinstance(condition, bool):
            continue
        if (
            isinstance(condition, Ge)
            and isinstance(condition.lhs, Symbol)
            and isinstance(condition.rhs, Integer)
        ):
            bounds[condition.lhs] = max(bounds.get(condition.lhs, 1), int(condition.rhs))
            continue
        read = residues_of(condition)
        both = None
        if read is not None:
            name, found = read
            both = residues.get(name, Residues(1, frozenset({0}))).both(found)
        if read is not None and both is not None and both.members:
            residues[read[0]] = both
        else:
            others[condition] = None
    for name, found in residues.items():
        least = found.first(bounds.get(name, 1))
        if least == found.first(1):
            bounds.pop(name, None)
        else:
            bounds[name] = least
    stated = [residues[name].relation(name) for name in sorted(residues, key=str)]
    return (
        *(Ge(name, bounds[name]) for name in sorted(bounds, key=str)),
        *(relation for relation in stated if not isinstance(relation, bool)),
        *_without_implied(tuple(others)),
    )


def _without_implied(relations: tuple[Relational, ...]) -> tuple[Relational, ...]:
    """Lower bounds that follow from another one are left out: ``H ≥ K`` beside ``H ≥ 3·K``."""
    kept: list[Relational] = []
    for place, relation in enumerate(relations):
        others = (*kept, *relations[place + 1 :])
        if not any(_implies(other, relation) for other in others):
            kept.append(relation)
    return tuple(kept)


def _implies(one: Relational, other: Relational) -> bool:
    if not isinstance(one, Ge) or not isinstance(other, Ge):
        return False
    stronger = S(minus(minus(other.lhs, other.rhs), minus(one.lhs, one.rhs)))
    return _lowest(Add.make_args(stronger)) >= 0
