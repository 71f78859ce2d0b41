"""One reading: a source with its plan, its budget, and the rooms that work on it together."""

from __future__ import annotations

from layermath.messages import _
from layermath.readers.keras import keras_names
from layermath.readers.keras.architectures import Architectures
from layermath.readers.keras.builder import Builder, Plan
from layermath.readers.keras.copies import Copies
from layermath.readers.keras.groups import Groups
from layermath.readers.keras.models import Models
from layermath.readers.keras.tensor_operations import TensorOperations
from layermath.readers.python.attributes import Attributes
from layermath.readers.python.budget import Budget, LimitReached
from layermath.readers.python.builtins import Builtins
from layermath.readers.python.calls import Calls
from layermath.readers.python.expressions import Expressions
from layermath.readers.python.letters import Letters
from layermath.readers.python.loops import Loops
from layermath.readers.python.methods import Methods
from layermath.readers.python.source import (
    Source,
    Written,
    imported_names,
    names_with_values,
)
from layermath.readers.python.statements import Statements
from layermath.readers.python.values import Scope


class Machine:
    """Reads one source once. ``scope`` holds the names of its module; ``overridden`` what the
    source itself gives the constants that the plan binds."""

    def __init__(self, source: Source, plan: Plan) -> None:
        self.source = source
        self.plan = plan
        self.budget = Budget()
        self.imported = imported_names(source.tree)
        self.letters = Letters(plan.bindings, self._taken_letters())
        self.builder = Builder(self.budget, self.letters, plan)
        self.models = Models(self)
        self.copies = Copies(self)
        self.nowhere = Written(source, None)
        self.overridden: dict[str, object] = {}
        self.scope = Scope(names={"__name__": "__main__"})
        self._loops: list[int] = []
        self.loops = Loops(self)
        self.builtins = Builtins(
            self.budget,
            lambda function, arguments, keywords: self.calls.call(
                function, arguments, keywords, self.nowhere
            ),
        )
        self.methods = Methods(self.budget, self.builtins.items, self.loops.changed)
        self.attributes = Attributes(self)
        self.tensor_operations = TensorOperations(self)
        self.architectures = Architectures(self)
        self.calls = Calls(self)
        self.groups = Groups(self)
        self.expressions = Expressions(self)
        self.statements = Statements(self)

    def run(self) -> LimitReached | None:
        """Read the source to its end, or to a limit, which is given back.

        Raises `Problem` for an error in a model.
        """
        try:
            self.statements.run_module(self.source.tree.body, self.scope)
        except LimitReached as limit:
            self._keep_complete_models()
            return limit
        except RecursionError:
            self._keep_complete_models()
            return LimitReached(_("the source nests too deep"), self.budget.line)
        return None

    def may_be_keras(self, name: str) -> bool:
        """Whether a name without a value may mean Keras's: not where it comes from elsewhere."""
        module = self.imported.get(name)
        if module is None:
            return True
        return keras_names.canonical((*module.split("."), name))[0] in keras_names.ROOTS

    def enter_loop(self) -> int:
        """A loop begins: what is built in it is not complete before it ends. How many loops are
        running already."""
        self._loops.append(self.builder.built_so_far)
        return len(self._loops) - 1

    def leave_loop(self, depth: int) -> None:
        """The loop that began as one of ``depth`` has ended, and those inside it."""
        del self._loops[depth:]

    def _keep_complete_models(self) -> None:
        """After a limit: forget what the loop that it ended was still building."""
        if self._loops:
            models = self.builder.models
            models[:] = [model for model in models if model.made <= self._loops[0]]

    def _taken_letters(self) -> frozenset[str]:
        """The names that no axis may have. An alias of a module that is known is no size."""
        modules = {
            name
            for name, module in self.imported.items()
            if keras_names.canonical((module.split(".")[0],))[0] in keras_names.ROOTS
        }
        return names_with_values(self.source.tree) - modules
