"""The table of all methods of explanation: what can be said of them without importing Keras."""

from cifar_core.errors import ExplainError
from cifar_core.explain.methods.ablationcam import ABLATIONCAM
from cifar_core.explain.methods.cam import CAM
from cifar_core.explain.methods.eigencam import EIGENCAM
from cifar_core.explain.methods.gradcam import GRADCAM
from cifar_core.explain.methods.gradcam_plus_plus import GRADCAM_PLUS_PLUS
from cifar_core.explain.methods.guided_backprop import GUIDED_BACKPROP
from cifar_core.explain.methods.hirescam import HIRESCAM
from cifar_core.explain.methods.integrated_gradients import INTEGRATED_GRADIENTS
from cifar_core.explain.methods.layercam import LAYERCAM
from cifar_core.explain.methods.method import Method
from cifar_core.explain.methods.occlusion import OCCLUSION
from cifar_core.explain.methods.relevance import RELEVANCE
from cifar_core.explain.methods.rise import RISE
from cifar_core.explain.methods.rollout import ROLLOUT
from cifar_core.explain.methods.saliency import SALIENCY
from cifar_core.explain.methods.scorecam import SCORECAM
from cifar_core.explain.methods.smoothgrad import SMOOTHGRAD
from cifar_core.explain.methods.xgradcam import XGRADCAM

METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        GRADCAM,
        HIRESCAM,
        GRADCAM_PLUS_PLUS,
        XGRADCAM,
        LAYERCAM,
        EIGENCAM,
        CAM,
        SCORECAM,
        ABLATIONCAM,
        ROLLOUT,
        RELEVANCE,
        SALIENCY,
        SMOOTHGRAD,
        INTEGRATED_GRADIENTS,
        GUIDED_BACKPROP,
        OCCLUSION,
        RISE,
    )
}

DEFAULT_METHOD = GRADCAM.id

WITHOUT_MAPS = OCCLUSION.id
"""What is taken where a network without convolutions has no maps: exact, and easy to read."""


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
