"""How much a source may ask for, declared in one place.

Every number here is far above what a model needs and low enough that any source, hostile or not,
is read to its end or given up within a second.
"""

from __future__ import annotations

SOURCE_CHARACTERS = 500_000
"""The longest source that is parsed."""

STEPS = 200_000
"""Expressions and statements evaluated, with larger steps for costly ones (`STEPS_OF_…`)."""

STEPS_APART = 400_000
"""The steps for sources of this program's own, all of one reading together, counted apart from
those of the user's: the largest, with letters, takes 165 000."""

STEPS_OF_AN_EXPRESSION = 2
STEPS_OF_A_LAYER = 20
STEPS_OF_ALGEBRA = 25
ITEMS_A_STEP = 8
NODES_A_STEP = 8
CHARACTERS_A_STEP = 64

ROUNDS = 256
"""After so many rounds of a loop over a range that makes no part of a model, the rest is passed
over: it trains, or prints, and what it assigns is unknown."""

SHARE_OF_A_LOOP = 5
"""A loop that makes no layer may take one part in so many of the steps that are left: it makes
data. However many such loops there are, steps are left for a model behind them."""

ITEMS = 100_000
"""The longest list, tuple, dict or set."""

CHARACTERS = 100_000
"""The longest string."""

BITS = 4096
"""The longest integer."""

SIZE_BITS = 256
"""The longest integer in the size of a tensor that holds symbols."""

SIZE_PARTS = 600
"""How many parts the size of a tensor may have, as it is written."""

STEPS_OF_A_PART = 4

TERMS = 400
"""How many terms a symbolic size may have when it is multiplied out."""

SIZE_NESTING = 16
"""How deep a symbolic size that the source computes may nest: quotients in quotients, powers."""

VALUES = 1024
"""How many values of a constant are kept; of a larger one the shape alone."""

CALLS = 60
"""How deep functions of the source may call each other."""

NESTING = 90
"""How deep brackets and operators may nest in one statement; a deeper statement is passed over."""

DATA_NESTING = 40
"""How deep lists and tuples may nest where they are compared, printed or given to a layer."""

MODELS_NESTING = 24
"""How deep models may stand inside models."""

MODEL_CALLS = 20_000
"""How many layer calls a model may have, those inside nested models counted at each use."""
