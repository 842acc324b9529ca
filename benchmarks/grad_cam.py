"""Grad-CAM: one picture and many, against tf-keras-vis, pytorch-grad-cam and a bare compiled function.

The network is ``cnn-improved``, six convolutions, with random weights, the pictures are noise: neither changes the work
to be done. All do the same work in turns, so that what else the machine does falls on each of them.

Run with the peers installed (they are no requirement of the project; one that is missing is left out)::

    pip install torch torchvision
    pip install --no-deps tf-keras-vis grad-cam ttach
    python benchmarks/grad_cam.py
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # the explanation process works on the CPU; so do its peers here
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
for threads in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
    os.environ[threads] = "1"  # what waits for another thread burns a processor meanwhile

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import keras
import numpy as np
import tensorflow as tf

from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.models.registry import get_model

MODEL, LAYER = "cnn-improved", "conv_3b"
BATCH, MANY = 64, 1000
ROUNDS, ROUNDS_OF_MANY = 15, 3

Work = Callable[[], Any]


def in_turns(
    works: Mapping[str, Work], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Return the median seconds of each, done one after the other in each round, after one round to warm up.

    They are seconds of a processor: other work on the machine disturbs these least.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            start = clock()
            work()
            if turn:
                seconds[name].append(clock() - start)
    return {name: statistics.median(found) for name, found in seconds.items()}


def bare(network: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Return the shortest way to the same numbers: one function, compiled for this network and layer."""
    inner = keras.Model(network.inputs, [network.get_layer(LAYER).output, network.outputs[0]])

    @tf.function(input_signature=[tf.TensorSpec((None, 32, 32, 3), tf.float32)])
    def maps(pixels: Any) -> Any:
        with tf.GradientTape() as tape:
            features, logits = inner(pixels, training=False)
            score = tf.reduce_max(logits, axis=1)
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2))
        return tf.nn.relu(tf.einsum("nhwk,nk->nhw", features, weights))

    return lambda images: maps(images.astype(np.float32)).numpy()


def tf_keras_vis(network: Any, classes: list[int]) -> Callable[[np.ndarray], np.ndarray]:
    """Return the same computation by tf-keras-vis, as its documentation shows it."""
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    gradcam = Gradcam(network, clone=False)

    def maps(images: np.ndarray) -> np.ndarray:
        # Its own scaling is left off: it would divide an empty map by nothing.
        return gradcam(
            CategoricalScore(classes[: len(images)]), images.astype(np.float32), penultimate_layer=LAYER,
            expand_cam=False, normalize_cam=False,
        )  # fmt: skip

    return maps


def pytorch_grad_cam(network: Any, classes: list[int]) -> Callable[[np.ndarray], np.ndarray]:
    """Return the same by pytorch-grad-cam, of the same weights, as its documentation shows it."""
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from benchmarks.peers.ported import Ported, as_input

    ported = Ported(network)
    cam = GradCAM(model=ported, target_layers=[ported.layers[LAYER]])
    targets = [ClassifierOutputTarget(one) for one in classes]
    return lambda images: cam(input_tensor=as_input(images), targets=targets[: len(images)])


def main() -> None:
    """Print the tables."""
    images = np.random.default_rng(0).integers(0, 256, (MANY, 32, 32, 3), dtype=np.uint8)
    keras.utils.set_random_seed(0)
    network = get_model(MODEL).build(10)
    loaded = LoadedModel(network)

    def ours(pictures: np.ndarray) -> Any:
        return loaded.explain(Question(Path(), pictures, layer=LAYER))

    classes = [one.class_index for one in ours(images[:BATCH])]
    ways: dict[str, Callable[[np.ndarray], Any]] = {"ours": ours, "a bare compiled function": bare(network)}
    for name, peer in (("tf-keras-vis", tf_keras_vis), ("pytorch-grad-cam", pytorch_grad_cam)):
        try:
            ways[name] = peer(network, classes)
        except ImportError:
            print(f"{name} is not installed, and left out: see the beginning of this file.")
    expected = np.stack([one.heatmap.values * max(one.heatmap.maximum, 0) for one in ours(images[:BATCH])])
    for name in ("a bare compiled function", "tf-keras-vis"):
        if name in ways:
            found = ways[name](images[:BATCH])
            assert np.allclose(expected, found, atol=1e-3 * expected.max()), (
                f"{name} must compute the same maps"
            )

    print(f"Grad-CAM of {MODEL} at {LAYER}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for count in (1, BATCH):
        seconds = in_turns({name: partial(way, images[:count]) for name, way in ways.items()}, ROUNDS)
        for name, one in seconds.items():
            ratio = one / seconds["ours"]
            print(f"{count:5} at once  {name:32}{one / count * 1000:9.2f} ms a picture{ratio:8.2f}× of ours")

    shares: list[float] = []
    rates = in_turns(
        {
            "64 at once": lambda: [ours(images[start : start + BATCH]) for start in range(0, 960, BATCH)],
            "1,000": lambda: loaded.explain(Question(Path(), images, layer=LAYER), shares.append),
        },
        ROUNDS_OF_MANY,
    )
    batch, many = rates["64 at once"] / 960, rates["1,000"] / MANY
    print(
        f"1,000 with progress ({len(shares) // (ROUNDS_OF_MANY + 1)} words): {batch / many:.2f} of the rate of 64"
    )

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        network.save(path)
        start = time.perf_counter()
        with InferenceService() as service:
            service.explain(Question(path, images[:1], layer=LAYER))
            print(
                f"first map, from the start of the explanation process: {time.perf_counter() - start:.2f} s"
            )
            through = in_turns(
                {
                    "1": lambda: service.explain(Question(path, images[:1], layer=LAYER)),
                    "64": lambda: service.explain(Question(path, images[:BATCH], layer=LAYER)),
                    "here": lambda: ours(images[:BATCH]),
                },
                ROUNDS,
                time.perf_counter,
            )
            print(f"through the process: 1 picture {through['1'] * 1000:.2f} ms, 64 at once", end=" ")
            print(
                f"{through['64'] / BATCH * 1000:.2f} ms each, {through['64'] / through['here']:.2f}× of without it"
            )
            here = in_turns(
                {"1,000": lambda: service.explain(Question(path, images, layer=LAYER))}, 1, time.perf_counter
            )
            print(f"1,000 through the process: {here['1,000']:.2f} s")


if __name__ == "__main__":
    main()
