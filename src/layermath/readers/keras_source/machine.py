"""One reading: a source with its plan, its budget, and the rooms that work on it together."""

from __future__ import annotations

from layermath.messages import _
from layermath.readers.keras_source.attributes import Attributes
from layermath.readers.keras_source.builder import Builder, Plan
from layermath.readers.keras_source.builtins import Builtins
from layermath.readers.keras_source.calls import Calls
from layermath.readers.keras_source.expressions import Expressions
from layermath.readers.keras_source.letters import Letters
from layermath.readers.keras_source.limits import Budget, LimitReached
from layermath.readers.keras_source.methods import Methods
from layermath.readers.keras_source.models import Models
from layermath.readers.keras_source.source import Source, Written, stored_names
from layermath.readers.keras_source.statements import Statements
from layermath.readers.keras_source.values import Scope


class Machine:
    """Reads one source once. ``scope`` holds the names of its module; ``overridden`` what the
    source itself gives the constants that the plan binds."""

    def __init__(self, source: Source, plan: Plan) -> None:
        self.source = source
        self.plan = plan
        self.budget = Budget()
        self.letters = Letters(plan.bindings, set(stored_names(source.tree.body)))
        self.builder = Builder(self.budget, self.letters, plan)
        self.models = Models(self.builder)
        self.nowhere = Written(source, None)
        self.overridden: dict[str, object] = {}
        self.scope = Scope()
        self.builtins = Builtins(
            self.budget,
            lambda function, arguments, keywords: self.calls.call(
                function, arguments, keywords, self.nowhere
            ),
        )
        self.methods = Methods(self.budget, self.builtins.items)
        self.attributes = Attributes(self)
        self.calls = Calls(self)
        self.expressions = Expressions(self)
        self.statements = Statements(self)

    def run(self) -> LimitReached | None:
        """Read the source to its end, or to a limit, which is given back.

        Raises `Problem` for an error in a model.
        """
        try:
            self.statements.run_module(self.source.tree.body, self.scope)
        except LimitReached as limit:
            return limit
        except RecursionError:
            return LimitReached(_("the source nests too deep"), self.budget.line)
        return None
