"""Our maps against those of pytorch-grad-cam and Captum, of the same weights: the table of ``docs/explain.md``.

The networks are shipped runs, built again in PyTorch (``peers/ported.py``); the pictures are test pictures of the data
set that ``CIFAR_LAB_DATA`` names, else of the drawn sample. Printed is the lowest correlation of all pictures.

Run with the peers installed (they are no requirement of the project)::

    pip install torch torchvision
    pip install --no-deps grad-cam captum ttach tqdm
    python benchmarks/cam_peers.py
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import captum.attr
import numpy as np
import pytorch_grad_cam
import torch
from pytorch_grad_cam.ablation_layer import AblationLayer
from pytorch_grad_cam.utils.image import scale_cam_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection

from benchmarks.peers.ported import Ported, as_input
from cifar_core.data.catalog import open_dataset
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.layers import choose_cam_layer
from cifar_core.explain.methods.eigencam import first_component
from cifar_core.explain.methods.smoothgrad import COPIES, NOISE
from cifar_core.explain.question import Question
from cifar_core.models.saved import open_network
from cifar_core.settings import Settings

NETWORKS = {
    # The usual layer, and one with a cell for each pixel: in Score-CAM nothing there depends on how a map is stretched.
    "20261121-173649-cnn-improved-6f91": ("conv_3b", "conv_1b"),
    "20261121-163931-resnet20-d654": ("relu_3_3b", "relu_1_3b"),
}
PICTURES = 10


class ZeroAblation(AblationLayer):
    """Sets maps to 0, as published; the peer sets them to −10⁷ where a layer gives negative numbers."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Set one map of each variant to 0."""
        output = self.activations
        for variant in range(output.size(0)):
            output[variant, self.indices[variant], :] = 0
        return output


class Peers:
    """What the peers make of pictures of one network."""

    def __init__(self, network: Any, layer: str, pictures: np.ndarray, classes: np.ndarray) -> None:
        self.ported = Ported(network)
        self.layer = self.ported.layers[layer]
        self.given = as_input(pictures)
        self.classes = torch.from_numpy(classes)
        self.targets = [ClassifierOutputTarget(int(one)) for one in classes]

    def cam(self, name: str, **options: Any) -> np.ndarray:
        """Return the maps of pytorch-grad-cam, as it draws them."""
        with getattr(pytorch_grad_cam, name)(model=self.ported, target_layers=[self.layer]) as cam:
            cam.batch_size = 64
            for option, value in options.items():
                setattr(cam, option, value)
            return np.concatenate(
                [cam(one[None], [target]) for one, target in zip(self.given, self.targets, strict=True)]
            )

    def captum(self, name: str, *, at_layer: bool = False, **options: Any) -> np.ndarray:
        """Return what Captum attributes, (N, h, w, K)."""
        method = getattr(captum.attr, name)(self.ported, *([self.layer] if at_layer else []))
        found = method.attribute(self.given, target=self.classes, **options)
        return np.moveaxis(found.detach().numpy(), 1, -1)


def drawn(maps: np.ndarray) -> np.ndarray:
    """Draw maps as pytorch-grad-cam does."""
    return scale_cam_image(scale_cam_image(np.maximum(maps, 0), (32, 32)))


def correlations(ours: np.ndarray, theirs: np.ndarray) -> list[float]:
    """Return Pearson's r of each picture's two maps; of empty maps there is none."""
    return [
        float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
        for one, other in zip(ours, theirs, strict=True)
        if np.ptp(one) > 0 and np.ptp(other) > 0
    ]


def compared(network: Any, layer: str, pictures: np.ndarray) -> Iterator[tuple[str, str, list[float]]]:
    """Yield method, peer and correlations."""
    loaded = LoadedModel(network)
    classes = loaded.predict(pictures).argmax(axis=1)
    peers = Peers(network, layer, pictures, classes)
    logits = peers.ported(peers.given).detach().numpy()
    assert np.allclose(logits, loaded.predict(pictures), atol=2e-3), "the ported network must say the same"

    def ours(method: str) -> np.ndarray:
        answers = loaded.explain(Question(Path(), pictures, layer=layer, method=method))
        return np.stack([one.heatmap.values * max(one.heatmap.maximum, 0) for one in answers if one.heatmap])

    def cams(method: str, name: str, words: str = "", **options: Any) -> tuple[str, str, list[float]]:
        return (
            method,
            f"pytorch-grad-cam {name}{words}",
            correlations(drawn(ours(method)), peers.cam(name, **options)),
        )

    yield cams("scorecam", "ScoreCAM")
    shown = choose_cam_layer(loaded.layers, layer)
    if pictures.shape[1:3] == (shown.height, shown.width):
        return
    yield cams("gradcam", "GradCAM")
    yield cams("hirescam", "HiResCAM")
    yield cams("gradcam++", "GradCAMPlusPlus")
    yield cams("xgradcam", "XGradCAM")
    yield cams("layercam", "LayerCAM")
    yield cams("eigencam", "EigenCAM", ", which takes the mean away")
    yield "eigencam", "the same, of features whose mean is taken away", centred(loaded, layer, pictures)
    yield cams("ablationcam", "AblationCAM", ", maps set to 0", ablation_layer=ZeroAblation())
    yield (
        "gradcam",
        "Captum LayerGradCam",
        correlations(ours("gradcam"), rectified(peers.captum("LayerGradCam", at_layer=True))),
    )
    yield (
        "hirescam",
        "Captum LayerGradientXActivation",
        correlations(ours("hirescam"), rectified(peers.captum("LayerGradientXActivation", at_layer=True))),
    )
    yield "saliency", "Captum Saliency", correlations(ours("saliency"), largest(peers.captum("Saliency")))
    yield (
        "smoothgrad",
        "Captum Saliency, mean of the same copies",
        correlations(ours("smoothgrad"), largest(smooth(peers, pictures))),
    )
    yield (
        "integrated-gradients",
        "Captum IntegratedGradients",
        correlations(
            ours("integrated-gradients"),
            rectified(peers.captum("IntegratedGradients", n_steps=256, internal_batch_size=256)),
        ),
    )
    yield (
        "guided-backprop",
        "Captum GuidedBackprop",
        correlations(ours("guided-backprop"), largest(peers.captum("GuidedBackprop"))),
    )
    yield (
        "occlusion",
        "Captum Occlusion",
        correlations(
            ours("occlusion"),
            np.maximum(
                peers.captum("Occlusion", sliding_window_shapes=(3, 4, 4), strides=(3, 2, 2))[..., 0], 0
            ),
        ),
    )


def rectified(maps: np.ndarray) -> np.ndarray:
    """Add up the channels, and leave out what speaks against the class."""
    return np.maximum(maps.sum(axis=-1), 0)


def largest(maps: np.ndarray) -> np.ndarray:
    """Take the largest size among the channels."""
    return np.abs(maps).max(axis=-1)


def centred(loaded: LoadedModel, layer: str, pictures: np.ndarray) -> list[float]:
    """Compare Eigen-CAM where both take the mean away; the sign is free then."""
    nobody = np.full(len(pictures), -1, np.int32)
    features = loaded.compiled.gradients(layer, "logit")(pictures, nobody, nobody)[1]
    features = features - features.mean(axis=(1, 2), keepdims=True)
    theirs = get_2d_projection(np.moveaxis(features, -1, 1))
    return [abs(one) for one in correlations(first_component(features), theirs)]


def smooth(peers: Peers, pictures: np.ndarray) -> np.ndarray:
    """Average Captum's gradients over the noisy copies that ours averages over."""
    noise = np.random.default_rng(0).standard_normal((COPIES, *pictures.shape[1:]), np.float32)
    saliency = captum.attr.Saliency(peers.ported)
    found = []
    for picture, index in zip(pictures.astype(np.float32), peers.classes, strict=True):
        copies = picture + noise * NOISE * np.ptp(picture)
        gradient = saliency.attribute(as_input(copies), target=int(index), abs=False).mean(dim=0)
        found.append(np.moveaxis(gradient.numpy(), 0, -1))
    return np.stack(found)


def main() -> None:
    """Print the table."""
    settings = Settings.from_environment()
    dataset = open_dataset(settings.data, settings)
    pictures = np.array(dataset.test.images[:PICTURES])
    print("| network | layer | method | peer | lowest correlation | pictures |")
    print("| --- | --- | --- | --- | --- | --- |")
    for run, layers in NETWORKS.items():
        network = open_network(ROOT / "trained" / run / "model.keras")
        for layer in layers:
            for method, peer, found in compared(network, layer, pictures):
                print(
                    f"| {network.name} | {layer} | {method} | {peer} | {min(found):.6f} | {len(found)} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
