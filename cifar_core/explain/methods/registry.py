"""The table of all methods of explanation: what can be said of them without importing Keras."""

from cifar_core.errors import ExplainError
from cifar_core.explain.methods.eigencam import EIGENCAM
from cifar_core.explain.methods.gradcam import GRADCAM
from cifar_core.explain.methods.gradcam_plus_plus import GRADCAM_PLUS_PLUS
from cifar_core.explain.methods.hirescam import HIRESCAM
from cifar_core.explain.methods.layercam import LAYERCAM
from cifar_core.explain.methods.method import Method
from cifar_core.explain.methods.xgradcam import XGRADCAM

METHODS: dict[str, Method] = {
    method.id: method for method in (GRADCAM, HIRESCAM, GRADCAM_PLUS_PLUS, XGRADCAM, LAYERCAM, EIGENCAM)
}

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
