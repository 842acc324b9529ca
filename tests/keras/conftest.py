"""What the tests with Keras share."""

import keras
import pytest


@pytest.fixture(autouse=True)
def float32() -> None:
    """Let every test begin with float32: a training before it in this process left what is fast on this processor."""
    keras.config.set_dtype_policy("float32")
