"""From a source text to the network of its model: run it, choose the model, freeze it."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sympy import Expr

from layermath.algebra.floors import Size
from layermath.messages import Code, Message, Name, _
from layermath.network.graph import Network
from layermath.network.growing import GraphLayer, MadeInput, MadeLayer, Model, SequentialModel
from layermath.network.walk import symbols_of
from layermath.problems import CallProblem, Problem
from layermath.readers.keras.builder import Plan
from layermath.readers.keras.graph import GivenShape, Group, WrittenInput
from layermath.readers.keras.networks import network_of
from layermath.readers.keras.refusals import ShapeNeeded
from layermath.readers.keras.undecided import makes_model, names_called
from layermath.readers.keras.world import Keras, begun
from layermath.readers.python.budget import LimitReached
from layermath.readers.python.refusals import listing, own_class
from layermath.readers.python.source import Source, Written, parse_expression
from layermath.readers.python.unknown import CannotFollow, Unknown
from layermath.readers.python.values import Function, UserClass

Shape = Sequence[Size]

MOST_TRIED = 24
"""Functions that are called, at most, to see whether they return a model."""


def read(
    text: str,
    *,
    bindings: Mapping[str, Size] | None = None,
    inputs: Mapping[str | None, Shape] | None = None,
    model: str | None = None,
    call: str | None = None,
    source: str | None = None,
) -> Network:
    """Read the model of a Keras source, which is never run.

    ``bindings`` are values for names that have none, or for a constant of the module; ``inputs``
    shapes in place of the inputs' own, by the name of the input layer, None for the only one;
    ``model`` the variable or the Keras name of the model, where there are several; ``call`` an
    expression that makes it; ``source`` the file's name.

    Raises `CallProblem` where the source builds no model, or not the one that is asked for, and
    `ModelProblem` where the model is wrong.
    """
    reading = _Reading(Source(text), dict(bindings or {}), dict(inputs or {}), model, call)
    try:
        return replace(reading.network(), source=source, framework="Keras")
    except LimitReached as limit:
        raise _given_up(limit) from None
    except RecursionError:
        raise CallProblem(_("this source nests too deep to be read")) from None


class _Reading:
    """What is asked of one source. It is run again where a first run shows what stands for what."""

    def __init__(
        self,
        source: Source,
        bindings: dict[str, Size],
        inputs: dict[str | None, Shape],
        model: str | None,
        call: str | None,
    ) -> None:
        self.source = source
        self.bindings = bindings
        self.inputs = inputs
        self.wanted = model
        self.call = call

    def network(self) -> Network:
        """The network that is asked for."""
        plan = Plan(bindings=self.bindings)
        plan = self._with_shapes(plan)
        keras, model, notes = self._run(plan)
        bare = _first_lettered(model)
        if bare is not None and keras.builder.bare != bare:
            keras, model, notes = self._run(replace(plan, bare=bare))
        self._check_bindings(keras, plan if bare is None else replace(plan, bare=bare))
        network = network_of(model, keras.machine.letters.open)
        return replace(network, notes=(*keras.builder.notes, *notes, *_hints(keras, network)))

    def _with_shapes(self, plan: Plan) -> Plan:
        """Which input layer each ``--input`` is for: a first run tells their numbers."""
        if not self.inputs:
            return plan
        known: dict[str | int, Shape] = {n: s for n, s in self.inputs.items() if n is not None}
        only = self.inputs.get(None)
        plan = replace(plan, shapes=known)
        for _attempt in range(8):
            try:
                _keras, model, _notes = self._run(plan)
            except ShapeNeeded as needed:
                if only is None or needed.number is None or needed.number in known:
                    raise
                known = {**known, needed.number: only}
                plan = replace(plan, shapes=known)
                continue
            except Problem:
                # the shapes of the source may be what is wrong: then the first input is meant
                return plan if only is None else replace(plan, shapes={**known, 0: only})
            break
        if only is not None:
            if len(model.inputs) > 1:
                names = [tensor.node.layer.name for tensor in model.inputs]
                raise CallProblem(
                    _(
                        "this model has {number} inputs: {names}",
                        number=len(names),
                        names=listing(names),
                    ),
                    _("Give each its shape: {option}", option=Code(f"--input {names[0]}=H,W,3")),
                )
            origin = _origins(model)
            if origin:
                known = {**known, origin[0].number: only}
        unknown = [n for n in self.inputs if n is not None and n not in _input_names(model)]
        if unknown:
            raise CallProblem(
                _(
                    "{option}: this model has no input {name}; its inputs are {names}",
                    option=Code(f"--input {unknown[0]}=…"),
                    name=Name(unknown[0]),
                    names=listing(_input_names(model)),
                )
            )
        return replace(plan, shapes=known)

    def _run(self, plan: Plan) -> tuple[Keras, Model, tuple[Message, ...]]:
        """Run the source with a plan, and choose the model."""
        keras = begun(self.source, plan)
        try:
            limit = _run_to_its_end(keras)
        except Problem as problem:
            finished = self._finished(keras)
            if finished is None:
                raise
            return keras, finished, (_failed(problem),)
        model = self._chosen(keras, limit)
        if model is None:
            keras, model = self._returned(plan, keras, limit)
        if model.broken is not None:
            raise model.broken
        if not model.is_built:
            self._build(keras, model)
        return keras, model, _notes(limit)

    def _finished(self, keras: Keras) -> Model | None:
        """The model that ``--model`` names, where it was complete when another one failed."""
        if self.wanted is None or self.call is not None:
            return None
        found = keras.machine.scope.names.get(self.wanted)
        models = [found] if isinstance(found, Model) else keras.builder.models
        for model in reversed(models):
            if found is model or model.name == self.wanted:
                return model if model.is_built and model.broken is None else None
        return None

    def _build(self, keras: Keras, model: Model) -> None:
        """A Sequential without an input shape takes that of ``--input``."""
        written = keras.machine.nowhere
        only = self.inputs.get(None)
        if only is not None and isinstance(model, Group):
            keras.parts.groups.build(model, GivenShape(tuple(only), ""), written)
            if model.broken is not None:
                raise model.broken
            if model.is_built:
                return
        text = model.unread_shape or "" if isinstance(model, SequentialModel) else ""
        if only is None or not isinstance(model, SequentialModel) or not model.layers:
            raise ShapeNeeded(text, model.line)
        keras.parts.models.build(model, GivenShape(tuple(only), ""), written)
        if not model.is_built:
            raise ShapeNeeded(text, model.line)

    # which model

    def _chosen(self, keras: Keras, limit: LimitReached | None) -> Model | None:
        """The model that is asked for; None where the source builds none at its top level."""
        if self.call is not None:
            return self._called(keras)
        models = [
            one
            for one in keras.builder.models
            if one.layers or one.broken or isinstance(one, Group)
        ]
        if self.wanted is not None:
            return self._named(keras, models)
        complete = [one for one in models if one.is_built or one.broken is not None]
        if complete or models:
            return max(complete or models, key=lambda one: one.made)
        last = keras.machine.last_value
        if isinstance(last, MadeLayer) and not isinstance(last, MadeInput):
            return _of_one_layer(keras, last)
        return None

    def _named(self, keras: Keras, models: Sequence[Model]) -> Model:
        found = keras.machine.scope.names.get(self.wanted or "")
        if isinstance(found, Model):
            return found
        if isinstance(found, MadeLayer) and not isinstance(found, MadeInput):
            return _of_one_layer(keras, found)
        for model in reversed(models):
            if model.name == self.wanted:
                return model
        known = [n for n, value in keras.machine.scope.names.items() if isinstance(value, Model)]
        known += [model.name for model in models if model not in keras.machine.scope.names.values()]
        option = Code(f"--model {self.wanted}")
        if not known:
            raise CallProblem(_("{option}: this source builds no Keras model", option=option))
        raise CallProblem(
            _(
                "{option}: this source has no such model; it builds {names}",
                option=option,
                names=listing(list(dict.fromkeys(known))),
            )
        )

    def _called(self, keras: Keras) -> Model:
        """The value of ``--call``."""
        option = Code(f"--call {self.call!r}")
        try:
            source, node = parse_expression(self.call or "")
        except CallProblem as problem:
            raise CallProblem(
                _("{option}: {message}", option=option, message=problem.message)
            ) from None
        outer, keras.machine.source = keras.machine.source, source
        before = keras.builder.made_so_far
        try:
            value = keras.machine.value(node, keras.machine.scope)
        finally:
            keras.machine.source = outer
        made = [one for one in keras.builder.models if one.made > before]
        model = _model_in(value) or (made[-1] if value is None and made else None)
        if model is None:
            reasons = value.root.reasons if isinstance(value, Unknown) else ()
            raise CallProblem(
                _("{option} gives no Keras model", option=option),
                *reasons,
                *_functions_hint(keras),
            )
        return model

    def _returned(
        self, plan: Plan, keras: Keras, limit: LimitReached | None
    ) -> tuple[Keras, Model]:
        """The model that the only function which returns one returns."""
        if limit is not None:
            raise _given_up(limit)
        functions = _makers(keras)
        found: list[tuple[Keras, Model]] = []
        problems: list[Problem] = []
        for function in functions[:MOST_TRIED]:
            try:
                answer = self._call_one(plan, function.name)
            except Problem as problem:
                problems.append(problem)
                continue
            except LimitReached:
                continue
            if answer is not None:
                found.append(answer)
        if len(found) == 1 and not (problems and isinstance(problems[-1], ShapeNeeded)):
            return found[0]
        if not found and len(problems) == 1 and not isinstance(problems[0], ShapeNeeded):
            raise problems[0]
        raise CallProblem(_("this source builds no Keras model"), *_functions_hint(keras))

    def _call_one(self, plan: Plan, name: str) -> tuple[Keras, Model] | None:
        """Call a function of the source with its defaults, and letters for what has none."""
        keras = begun(self.source, plan)
        _run_to_its_end(keras)
        function = keras.machine.scope.names.get(name)
        if not isinstance(function, Function):
            return None
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        without = positional[: len(positional) - len(function.defaults)]
        values = [keras.machine.letters.free(one.arg) for one in without]
        keywords = {
            one.arg: keras.machine.letters.free(one.arg)
            for one in arguments.kwonlyargs
            if one.arg not in function.keyword_defaults
        }
        before = len(keras.builder.models)
        try:
            value = keras.machine.call(function, values, keywords, keras.machine.nowhere)
        except CannotFollow:
            return None
        except ShapeNeeded:
            raise
        model = _model_in(value)
        if model is None or len(keras.builder.models) == before:
            return None
        return keras, model

    # bindings

    def _free_symbols(self, keras: Keras, plan: Plan) -> list[str]:
        """The names of the symbols that the model has when none is bound. Where it cannot be read
        then, the values are what its branches ask for: any name that was looked up is one."""
        try:
            free, model, _notes = self._run(replace(plan, bindings={}))
        except (Problem, LimitReached):
            return sorted(keras.machine.letters.looked_up)
        return sorted(map(str, symbols_of(network_of(model, free.machine.letters.open))))

    def _check_bindings(self, keras: Keras, plan: Plan) -> None:
        """Raises `CallProblem` for a name that is neither a symbol of the model nor a constant."""
        unsure = {n: size for n, size in self.bindings.items() if n not in keras.machine.overridden}
        names = self._free_symbols(keras, plan) if unsure else []
        for name, size in unsure.items():
            if name in names:
                continue
            option = Code(f"--set {name}={size}")
            if not names:
                raise CallProblem(
                    _(
                        "{option}: this model has no {name}, and no other symbol",
                        option=option,
                        name=Name(name),
                    )
                )
            raise CallProblem(
                _(
                    "{option}: this model has no {name}; its symbols are {symbols}",
                    option=option,
                    name=Name(name),
                    symbols=listing(names),
                )
            )


def _makers(keras: Keras) -> list[Function]:
    """The functions of the module that may return a model, but those that another one calls."""
    found = [
        value
        for value in keras.machine.scope.names.values()
        if isinstance(value, Function) and makes_model(value)
    ]
    called = {name for one in found for name in names_called(one) if name != one.name}
    return [one for one in found if one.name not in called] or found


def _run_to_its_end(keras: Keras) -> LimitReached | None:
    """Read the source to its end, or to a limit: then what the loop that it ended was still
    building is forgotten."""
    limit, loops = keras.machine.read(), keras.machine.loops
    if limit is not None and loops:
        models = keras.builder.models
        models[:] = [model for model in models if model.made <= loops[0]]
    return limit


def _of_one_layer(keras: Keras, layer: MadeLayer) -> Model:
    """A bare layer call with an input shape is a model of one layer."""
    written = Written(keras.machine.source, None)
    return keras.parts.models.sequential([layer], None, True, written)


def _model_in(value: object) -> Model | None:
    """The model in what a function returns: alone, or the last one of a tuple."""
    if isinstance(value, Model):
        return value
    if isinstance(value, (tuple, list)):
        return next((one for one in reversed(value) if isinstance(one, Model)), None)
    if isinstance(value, dict):
        return next((one for one in reversed(value.values()) if isinstance(one, Model)), None)
    return None


def _origins(model: Model) -> list[WrittenInput]:
    layers: list[GraphLayer] = [tensor.node.layer for tensor in model.inputs]
    return [layer.origin for layer in layers if isinstance(layer, WrittenInput)]


def _input_names(model: Model) -> list[str]:
    return [tensor.node.layer.name for tensor in model.inputs]


def _first_lettered(model: Model) -> int | None:
    """The first input of the model for whose axes letters were put in."""
    return next((origin.number for origin in _origins(model) if origin.lettered), None)


def _notes(limit: LimitReached | None) -> tuple[Message, ...]:
    if limit is None:
        return ()
    return (
        _(
            "the reading ended after the model, in line {line}: {limit}",
            line=limit.line or 0,
            limit=limit.limit,
        ),
    )


def _failed(problem: Problem) -> Message:
    if problem.line is None:
        return _("further down the source fails: {message}", message=problem.message)
    return _(
        "further down, in line {line}, the source fails: {message}",
        line=problem.line,
        message=problem.message,
    )


def _given_up(limit: LimitReached) -> CallProblem:
    return CallProblem(
        _("the reading was given up before a model was complete: {limit}", limit=limit.limit),
        line=limit.line,
    )


def _functions_hint(keras: Keras) -> Iterator[Message]:
    """``It defines build_model(input_shape, classes): to derive what that returns, add …``"""
    makers = _makers(keras)
    functions = makers or [
        value
        for value in keras.machine.scope.names.values()
        if isinstance(value, Function) and isinstance(value.node, ast.FunctionDef)
    ]
    if not functions:
        for value in keras.machine.scope.names.values():
            if isinstance(value, UserClass) and value.opaque and value.names.keys() & {"call"}:
                yield own_class(value.name)
        return
    likely = [f for f in functions if any(w in f.name.lower() for w in ("model", "net", "build"))]
    function = (likely or functions)[-1]
    example = ", ".join(_example(name) for name in _parameters(function))
    option = Code(f"--call '{function.name}({example})'")
    if len(makers) > 1:
        yield _(
            "It defines {functions}: to derive what one of them returns, add {option}.",
            functions=listing([_shown(one) for one in makers]),
            option=option,
        )
        return
    yield _(
        "It defines {function}: to derive what that returns, add {option}.",
        function=Code(_shown(function)),
        option=option,
    )


def _parameters(function: Function) -> list[str]:
    return [one.arg for one in function.node.args.args]


def _shown(function: Function) -> str:
    return f"{function.name}({', '.join(_parameters(function))})"


def _example(parameter: str) -> str:
    """A value that a parameter of that name could have."""
    lowered = parameter.lower()
    if "shape" in lowered or "size" in lowered:
        return "(H, W, 3)"
    if "class" in lowered:
        return "10"
    return parameter


def _hints(keras: Keras, network: Network) -> Iterator[Message]:
    """What the user should know: constants that were set, and names that may be misspelt."""
    for name, value in keras.machine.overridden.items():
        bound = keras.plan.bindings[name]
        shown = value if isinstance(value, (int, Expr)) else str(value)
        yield _(
            "{name} is {bound} here, where the source has {value}",
            name=Code(name),
            bound=bound,
            value=shown if isinstance(value, (int, float, Expr)) else _("its own"),
        )
    inside = {str(one) for one in symbols_of(network)}
    defined = [name for name in keras.machine.scope.names if not name.startswith("_")]
    for name in keras.machine.letters.looked_up:
        if name not in inside or name in keras.machine.letters.axes:
            continue
        stands_for = keras.machine.letters.stand_ins.get(name)
        if stands_for is not None:
            yield _(
                "{name} is {code}, which cannot be followed: it is kept as a symbol",
                name=Code(name),
                code=Code(stands_for.written.text),
            )
            continue
        near = difflib.get_close_matches(name, defined, 1, 0.8)
        if near and len(name) > 2:
            yield _(
                "{name} has no value: kept as a symbol; did you mean {near}?",
                name=Code(name),
                near=Code(near[0]),
            )
