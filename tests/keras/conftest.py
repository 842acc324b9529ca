"""What the tests with Keras share."""

import keras
import pytest


@pytest.fixture(autouse=True, scope="module")
def module_in_float32() -> None:
    """Let what a module shares be made in float32: a training in this process left what is fast on this processor."""
    keras.config.set_dtype_policy("float32")


@pytest.fixture(autouse=True)
def float32(module_in_float32: None) -> None:
    """Let every test begin with float32, after a training in its own module too."""
    keras.config.set_dtype_policy("float32")
