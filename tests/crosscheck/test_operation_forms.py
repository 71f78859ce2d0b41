"""The stored answers for forms of operations are Keras's still."""

from __future__ import annotations

import pytest

from tests.readers.operation_forms import FORMS, of_keras
from tests.readers.test_tensor_operations import EXPECTED

pytestmark = pytest.mark.crosscheck


@pytest.mark.parametrize("form", FORMS)
def test_keras_makes_of_it_what_is_stored(form: str) -> None:
    pytest.importorskip("keras")
    assert of_keras(form) == EXPECTED[form]
