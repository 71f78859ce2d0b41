"""The messages of this reader that more than one module gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.readers.python.unknown import Unknown


def listing(names: Sequence[str]) -> Piece:
    """Names in a row: ``F, K and S``."""
    if len(names) < 2:
        return tuple(Name(name) for name in names)
    return _(
        "{most} and {last}", most=tuple(Name(name) for name in names[:-1]), last=Name(names[-1])
    )


def needs_value(text: str, needs: Collection[str], line: int | None) -> ModelProblem:
    """A branch, a loop or an argument that depends on symbols that algebra does not decide."""
    names = sorted(needs)
    options = tuple(Code(f"--set {name}=…") for name in names)
    return ModelProblem(
        _(
            "{code} depends on {names}, which needs a value: {options}",
            code=Code(text),
            names=listing(names),
            options=options,
        )
        if len(names) == 1
        else _(
            "{code} depends on {names}, which need a value: {options}",
            code=Code(text),
            names=listing(names),
            options=options,
        ),
        line=line,
    )


def not_followed(value: Unknown) -> ModelProblem:
    """Something that reaches a model and that this reader has no rule for."""
    root = value.root
    open_one = root if root.needs else value
    if open_one.needs:
        return needs_value(open_one.written.text, open_one.needs, open_one.written.line)
    return ModelProblem(
        _(
            "the model depends on {code}, which layermath cannot follow yet",
            code=Code(root.written.text or value.name or "…"),
        ),
        *root.reasons,
        line=root.written.line,
    )


def own_class(name: str) -> Message:
    """A layer or model of the user's own."""
    return _(
        "{name} is a class of the source's own, with a base that is not: what it computes is not "
        "read.",
        name=Code(name),
    )
