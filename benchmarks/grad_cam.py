"""Grad-CAM: one picture through the explanation process, and a batch against tf-keras-vis.

The network is ``cnn-7x7`` with random weights, the pictures are noise: neither changes the work to be done.

Run with the peer installed (it is no requirement of the project)::

    pip install tf-keras-vis
    python benchmarks/grad_cam.py
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # the explanation process works on the CPU; so does its peer here
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import keras
import numpy as np

from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.models.registry import get_model

MODEL = "cnn-7x7"
LAYER = "conv_3"
BATCH = 64
REPEATS = 30
GOAL_SECONDS = 0.050
GOAL_RATIO = 3.0


def median_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of one call, after one call to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peer_gradcam(network: keras.Model, images: np.ndarray, classes: list[int]) -> Callable[[], object]:
    """Return the same computation by tf-keras-vis, as its documentation shows it."""
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    gradcam = Gradcam(network, clone=False)
    score = CategoricalScore(classes)
    pixels = images.astype(np.float32)
    # The peer's own scaling is left off: it would divide an empty map by nothing.
    return lambda: gradcam(score, pixels, penultimate_layer=LAYER, expand_cam=False, normalize_cam=False)


def main() -> None:
    """Print one table: ours, the peer, the ratio."""
    images = np.random.default_rng(0).integers(0, 256, (BATCH, 32, 32, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        keras.utils.set_random_seed(0)
        network = get_model(MODEL).build(10)
        network.save(path)
        with InferenceService() as service:
            one = median_seconds(lambda: service.explain(Question(path, images[:1], layer=LAYER)))
            batch = median_seconds(lambda: service.explain(Question(path, images, layer=LAYER)))
            answers = service.explain(Question(path, images, layer=LAYER))
    in_process = LoadedModel(network)
    batch_here = median_seconds(lambda: in_process.explain(Question(path, images, layer=LAYER)))

    print(f"Grad-CAM of {MODEL} at {LAYER}, {os.cpu_count()} cores, medians of {REPEATS}")
    print(f"{'':44}{'ours':>12}{'peer':>12}{'ratio':>8}  goal")
    print(
        f"{'one picture, through the process':44}{one * 1000:9.2f} ms{'':>20}  "
        f"≤ {GOAL_SECONDS * 1000:.0f} ms: {'met' if one <= GOAL_SECONDS else 'MISSED'}"
    )
    try:
        peer = peer_gradcam(network, images, [answer.class_index for answer in answers])
        peer_one = peer_gradcam(network, images[:1], [answers[0].class_index])
    except ImportError:
        print("tf-keras-vis is not installed, so there is no comparison: pip install tf-keras-vis")
        return
    theirs = peer()
    ours = np.stack(
        [answer.heatmap.values * max(answer.heatmap.maximum, 0) for answer in answers if answer.heatmap]
    )
    assert np.allclose(ours, theirs, atol=1e-3 * np.abs(theirs).max()), "the two must compute the same maps"
    peer_batch, peer_single = median_seconds(peer), median_seconds(peer_one)
    for name, seconds, count, theirs_seconds in (
        ("images/s, batch of 64, through the process", batch, BATCH, peer_batch),
        ("images/s, batch of 64, in this process", batch_here, BATCH, peer_batch),
        ("images/s, one at a time, through the process", one, 1, peer_single),
    ):
        ratio = theirs_seconds / seconds
        goal = f"  ≥ {GOAL_RATIO:.0f}×: {'met' if ratio >= GOAL_RATIO else 'MISSED'}" if count > 1 else ""
        print(f"{name:44}{count / seconds:12,.0f}{count / theirs_seconds:12,.0f}{ratio:7.1f}×{goal}")


if __name__ == "__main__":
    main()
