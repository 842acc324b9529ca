"""The table of all methods of explanation: what can be said of them without importing Keras."""

from cifar_core.errors import ExplainError
from cifar_core.explain.methods.gradcam import GRADCAM
from cifar_core.explain.methods.method import Method

METHODS: dict[str, Method] = {method.id: method for method in (GRADCAM,)}

DEFAULT_METHOD = GRADCAM.id


def get_method(method_id: str) -> Method:
    """Look a method up by its id.

    Raises
    ------
    ExplainError
        No method has this id.
    """
    try:
        return METHODS[method_id]
    except KeyError:
        raise ExplainError(
            f"There is no method “{method_id}”. Choose one of: {', '.join(METHODS)}."
        ) from None
