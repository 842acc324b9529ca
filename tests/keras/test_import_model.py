"""Models of somebody else's become runs, or are refused with a sentence."""

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cifar_core.commands.main import main
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.errors import InterchangeError
from cifar_core.evaluation.predictions import Predictions, load_predictions, save_predictions
from cifar_core.explain.explainer import Explainer, LoadedModel
from cifar_core.explain.question import Question
from cifar_core.imports.model import import_model
from cifar_core.imports.network import one_output_as_two
from cifar_core.imports.protocol import Imported, ImportRequest
from cifar_core.imports.scaling import channel_statistics, scale_and_offset
from cifar_core.imports.worker import import_into
from cifar_core.runs.imported import Scaling
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings

DATA = "drawn:600"


@pytest.fixture(scope="module")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("import")
    return Settings(None, root / "runs", root / "trained", root / "cache", root / "keras")


@pytest.fixture(scope="module")
def dataset(shared_settings: Settings) -> Dataset:
    return open_dataset(DATA, shared_settings)


@pytest.fixture
def take(shared_settings: Settings, tmp_path: Path) -> Callable[[Path], Imported]:
    """Import a file in this process: the same steps as in the child, without its start."""

    def take(file: Path) -> Imported:
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        request = ImportRequest(
            model=str(file), folder=str(folder), data=DATA, cache_dir=str(shared_settings.cache_dir),
            keras_dir=str(shared_settings.keras_dir), seed=0, validation_fraction=0.2,
        )  # fmt: skip
        return import_into(request, lambda stage: None)

    return take


def layers_of_a_classifier(classes: int = 10) -> list[Any]:
    import keras

    layers = keras.layers
    return [
        layers.Conv2D(12, 3, strides=2, activation="relu"),
        layers.Conv2D(24, 3, strides=2, activation="relu"),
        layers.Flatten(),
        layers.Dense(classes, activation="softmax"),
    ]


@pytest.fixture(scope="module")
def trained(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scaling], Any]:
    """Return what gives a network that was trained on pixels scaled so, each time a new copy.

    It is trained once, on pixels from 0 to 1. Which others it takes is a matter of its first layer.
    """
    import keras

    keras.utils.set_random_seed(1)
    network = keras.Sequential([keras.Input((32, 32, 3)), *layers_of_a_classifier()])
    network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    network.fit(
        dataset.train.images / np.float32(255), dataset.train.labels, epochs=6, batch_size=32, verbose=0
    )
    file = tmp_path_factory.mktemp("trained") / "mine.keras"
    network.save(file)

    def give(scaling: Scaling) -> Any:
        copy = keras.saving.load_model(file)
        scale, offset = scale_and_offset(scaling, *channel_statistics(dataset.train.images))
        kernel, bias = copy.layers[0].get_weights()
        kernel = kernel / (255 * scale)[:, None]
        copy.layers[0].set_weights([kernel, bias - np.einsum("ijkl,k->l", kernel, offset)])
        return copy

    return give


def said(network: Any, pictures: Any) -> Any:
    """Return what a network says of pictures, without having it compiled for that."""
    return np.asarray(network(pictures.astype(np.float32)))


def softmax(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("scaling", ["0 to 255", "0 to 1", "-1 to 1", "standardised"])
def test_the_scaling_a_model_was_trained_on_is_found(
    dataset: Dataset,
    trained: Callable[[Scaling], Any],
    take: Callable[[Path], Imported],
    tmp_path: Path,
    scaling: Scaling,
) -> None:
    network = trained(scaling)
    network.save(tmp_path / "mine.keras")
    found = take(tmp_path / "mine.keras")
    accuracies = {trial.scaling: trial.accuracy for trial in found.scaling.trials}
    assert found.scaling.chosen == scaling
    assert (found.scaling.chosen_on, found.scaling.pictures) == (60, 60)
    assert accuracies[scaling] == max(accuracies.values()) > 0.5
    assert found.output == "Its final softmax was taken off."
    # Fitted to pixels 0–255, it says what it said before.
    scale, offset = scale_and_offset(scaling, *channel_statistics(dataset.train.images))
    before = said(network, dataset.test.images * scale + offset)
    tested = load_predictions(tmp_path / "run" / "predictions.npz", "test")
    np.testing.assert_allclose(softmax(tested.logits), before, atol=0.01)
    assert found.test_accuracy == (before.argmax(axis=1) == dataset.test.labels).mean()


def test_large_logits_keep_their_accuracy(
    dataset: Dataset, trained: Callable[[Scaling], Any], take: Callable[[Path], Imported], tmp_path: Path
) -> None:
    import keras

    network = trained("0 to 1")
    wanted = said(network, dataset.test.images / 255).argmax(axis=1)
    head = network.layers[-1]
    head.activation = keras.activations.linear
    head.kernel.assign(head.kernel * 1e6)
    head.bias.assign(head.bias * 1e6 + 3e6)
    network.save(tmp_path / "mine.keras")
    found = take(tmp_path / "mine.keras")
    tested = load_predictions(tmp_path / "run" / "predictions.npz", "test")
    assert found.test_accuracy == (wanted == dataset.test.labels).mean() > 0.4
    assert tested.predicted.tolist() == wanted.tolist()


def test_a_model_becomes_a_run_that_can_be_compared_and_explained(
    dataset: Dataset,
    trained: Callable[[Scaling], Any],
    shared_settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trained("0 to 1").save(tmp_path / "Mine <b>.keras")
    arguments = ["import", str(tmp_path / "Mine <b>.keras"), "--data", DATA, "--json"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CIFAR_LAB_RUNS", str(shared_settings.runs_dir))
        patch.setenv("CIFAR_LAB_CACHE", str(shared_settings.cache_dir))
        assert main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["name"], answer["imported_from"]) == (
        "finished",
        "Mine <b>",
        "Mine <b>.keras",
    )
    assert (answer["epochs"], answer["epochs_asked"], answer["hardware"]) == (None, None, None)
    run = RunStore.from_settings(shared_settings).get(answer["id"])
    assert run.record is not None
    assert run.record.imported is not None
    assert run.record.imported.scaling is not None
    assert run.record.imported.scaling.chosen == "0 to 1"
    assert run.record.results is not None
    assert run.record.results.test_accuracy == answer["test_accuracy"]
    assert not list(shared_settings.runs_dir.glob(".new-*"))

    explained = Explainer().explain(Question(run.paths.model, np.array(dataset.test.images[:4])))
    tested = load_predictions(run.paths.predictions, "test")
    for one, logits in zip(explained, tested.logits, strict=False):
        np.testing.assert_allclose(one.logits - one.logits.max(), logits, atol=0.02)
        assert one.heatmap is not None
        assert [layer.name for layer in one.layers] == ["conv2d", "conv2d_1"] or len(one.layers) == 2
    assert any(not one.heatmap.is_empty for one in explained if one.heatmap)


def test_an_old_h5_file_is_taken_too(
    trained: Callable[[Scaling], Any], take: Callable[[Path], Imported], tmp_path: Path
) -> None:
    trained("0 to 1").save(tmp_path / "mine.h5")
    assert take(tmp_path / "mine.h5").scaling.chosen == "0 to 1"
    # The name does not count.
    (tmp_path / "mine.h5").rename(tmp_path / "mine.keras")
    assert take(tmp_path / "mine.keras").scaling.chosen == "0 to 1"


def _functional() -> Any:
    import keras

    pixels = keras.Input((32, 32, 3))
    flow = pixels
    for layer in layers_of_a_classifier():
        flow = layer(flow)
    return keras.Model(pixels, flow)


def _softmax_layer() -> Any:
    import keras

    *body, last = layers_of_a_classifier()
    last.activation = keras.activations.linear
    return keras.Sequential([keras.Input((32, 32, 3)), *body, last, keras.layers.Softmax()])


def _nested_and_softmax_operation() -> Any:
    import keras

    pool = keras.layers.GlobalAveragePooling2D()
    inner = keras.Sequential(
        [keras.Input((None, None, 3)), *layers_of_a_classifier()[:2], pool], name="inner"
    )
    pixels = keras.Input((None, None, 3))  # for pictures of any size
    return keras.Model(pixels, keras.ops.softmax(keras.layers.Dense(10)(inner(pixels))))


def _nested_at_the_end() -> Any:
    import keras

    *body, last = layers_of_a_classifier()
    head = keras.Sequential([keras.Input((1176,)), last], name="head")
    return keras.Sequential([keras.Input((32, 32, 3)), *body, head])


def _average_of_two() -> Any:
    import keras

    pixels = keras.Input((32, 32, 3))
    members = [keras.Sequential([keras.Input((32, 32, 3)), *layers_of_a_classifier()]) for _ in range(2)]
    return keras.Model(pixels, keras.layers.Average()([member(pixels) for member in members]))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_functional, "softmax was taken off"),
        (_softmax_layer, "softmax was taken off"),
        (_nested_and_softmax_operation, "softmax was taken off"),
        (_nested_at_the_end, "softmax was taken off"),
        (_average_of_two, "logarithms"),
    ],
)
def test_logits_are_found_however_the_model_ends(
    dataset: Dataset, take: Callable[[Path], Imported], tmp_path: Path, make: Callable[[], Any], sentence: str
) -> None:
    network = make()
    network.save(tmp_path / "mine.keras")
    found = take(tmp_path / "mine.keras")
    assert sentence in found.output
    before = {
        scaling: said(network, dataset.test.images * scale + offset)
        for scaling in ("0 to 255", "0 to 1", "-1 to 1", "standardised")
        for scale, offset in [scale_and_offset(scaling, *channel_statistics(dataset.train.images))]
    }[found.scaling.chosen]
    path = tmp_path / "run" / "model.keras"
    model = Explainer().model(path)
    np.testing.assert_allclose(softmax(model.predict(np.array(dataset.test.images))), before, atol=1e-3)
    assert model.explain(Question(path, np.array(dataset.test.images[:2])))[0].heatmap is not None


def test_an_untrained_model_is_taken_with_a_warning(take: Callable[[Path], Imported], tmp_path: Path) -> None:
    import keras

    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((32, 32, 3)), *layers_of_a_classifier()])
    network.save(tmp_path / "mine.keras")
    warning = take(tmp_path / "mine.keras").scaling.warning
    assert warning is not None
    assert "better than guessing (10%)" in warning


def test_classes_in_another_order_are_noticed(
    dataset: Dataset, trained: Callable[[Scaling], Any], take: Callable[[Path], Imported], tmp_path: Path
) -> None:
    network = trained("0 to 1")
    kernel, bias = network.layers[-1].get_weights()
    # What it says of the first class is now the fourth of its numbers.
    network.layers[-1].set_weights([np.roll(kernel, 3, axis=1), np.roll(bias, 3)])
    network.save(tmp_path / "mine.keras")
    found = take(tmp_path / "mine.keras").scaling
    assert found.chosen == "0 to 1"
    assert found.warning is not None
    names = [dataset.class_names[(number - 3) % 10] for number in range(10)]
    assert f"read as {', '.join(names)} it would be right in" in found.warning


@pytest.fixture(scope="module")
def dark_and_light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a data set of two classes: dark pictures, and light ones."""
    root = tmp_path_factory.mktemp("folders") / "shades"
    rng = np.random.default_rng(0)
    for split, count in (("train", 60), ("test", 20)):
        for name, mean in (("dark", 90), ("light", 150)):
            folder = root / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = rng.normal(mean + rng.normal(0, 25), 20, (32, 32, 3)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    return root


def tells_light(ending: str | None, *, functional: bool) -> Any:
    """A network with one output z, ten times how much lighter than 120 of 255 the middle of a picture is."""
    import keras

    pixels = keras.Input((32, 32, 3))
    stack = [
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(3, 3),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(1, activation=ending),
    ]
    network = keras.Sequential([pixels, *stack])
    if functional:
        flow = pixels
        for layer in stack:
            flow = layer(flow)
        network = keras.Model(pixels, flow)
    kernel = np.zeros((3, 3, 3, 3), np.float32)
    kernel[1, 1] = np.eye(3)
    network.set_weights(
        [kernel, np.zeros(3), np.full((3, 1), 10 / 3), np.array([-10 * 120 / 255], np.float32)]
    )
    return network


@pytest.mark.parametrize("functional", [False, True])
@pytest.mark.parametrize(
    ("ending", "words"),
    [("sigmoid", "Its one sigmoid output"), (None, "Its one output, which has no sigmoid,")],
)
def test_one_output_is_read_as_two_classes(
    shared_settings: Settings,
    dark_and_light: Path,
    tmp_path: Path,
    ending: str | None,
    words: str,
    functional: bool,
) -> None:
    shades = open_dataset(str(dark_and_light), shared_settings)
    network = tells_light(ending, functional=functional)
    light = 10 * (shades.test.images[:, 1:-1, 1:-1].mean(axis=(1, 2, 3)) - 120) / 255
    surely = 1 / (1 + np.exp(-light))
    right = ((surely > 0.5) == shades.test.labels).mean()
    network.save(tmp_path / "mine.keras")
    request = ImportRequest(
        model=str(tmp_path / "mine.keras"), folder=str(tmp_path), data=str(dark_and_light),
        cache_dir=str(shared_settings.cache_dir), keras_dir=str(shared_settings.keras_dir),
        seed=0, validation_fraction=0.2,
    )  # fmt: skip
    found = import_into(request, lambda stage: None)
    assert found.output.startswith(words)
    assert found.parameters == network.count_params() == 88
    assert "the surer of “light”" in found.output
    assert found.test_accuracy == right > 0.8
    tested = load_predictions(tmp_path / "predictions.npz", "test")
    np.testing.assert_allclose(tested.probabilities[:, 1], surely, atol=2e-3)
    # Each class speaks for itself in the pictures that show it, and the network names each of them.
    answers = Explainer().explain(Question(tmp_path / "model.keras", np.array(shades.test.images)))
    assert {answer.class_index for answer in answers} == {0, 1}
    said = np.asarray(network(shades.test.images.astype(np.float32)))[:, 0].astype(np.float64)
    said = said if ending else 1 / (1 + np.exp(-said))
    np.testing.assert_allclose([answer.probabilities[1] for answer in answers], said, rtol=0, atol=1e-6)


@pytest.mark.parametrize("ending", ["sigmoid", None])
def test_each_class_of_one_output_has_the_map_that_finite_differences_give(ending: str | None) -> None:
    import keras

    keras.utils.set_random_seed(9)
    convolution = keras.layers.Conv2D(4, 5, strides=3, name="conv")
    decides = keras.layers.Dense(1, activation=ending)
    network = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Rescaling(1 / 255),
            convolution,
            keras.layers.Flatten(),
            decides,
        ]
    )
    pictures = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    said = np.asarray(network(pictures.astype(np.float32)))[:, 0].astype(np.float64)
    surely = said if ending else 1 / (1 + np.exp(-said))
    two = one_output_as_two(network, ("dark", "light"))
    assert two is not None

    # Everything behind the convolution is linear: what z gains with the bias of a map is the sum of its gradients.
    flat = np.float32(pictures / 255)
    maps = np.asarray(convolution(flat), np.float64)
    kernel = np.asarray(decides.kernel, np.float64)

    def z(shift: np.ndarray) -> np.ndarray:
        return ((maps + shift).reshape(len(maps), -1) @ kernel)[:, 0]

    steps = np.eye(4) * 0.5
    importance = np.stack([z(step) - z(-step) for step in steps], axis=1) / (maps.shape[1] * maps.shape[2])
    evidence = (maps * importance[:, None, None]).sum(axis=3) / 2
    # The logits −z/2 and z/2, and those of what was imported before version 0.2.2: 0 and z.
    kernels = [([[-0.5, 0.5]], 1), ([[0.0, 1.0]], 2)]
    for weights, times in kernels if ending else kernels[:1]:
        two.network.layers[-1].kernel.assign(weights)
        loaded = LoadedModel(two.network)
        np.testing.assert_allclose(softmax(loaded.predict(pictures))[:, 1], surely, rtol=0, atol=1e-6)
        for index, sign in ((0, -times), (1, times)):
            answers = loaded.explain(Question(Path(), pictures, index, "conv"))
            for answer, wanted in zip(answers, sign * evidence, strict=True):
                assert answer.heatmap is not None
                assert answer.heatmap.maximum == pytest.approx(wanted.max(), rel=1e-4)
                found = answer.heatmap.values * max(answer.heatmap.maximum, 0)
                np.testing.assert_allclose(found, np.maximum(wanted, 0), atol=1e-5 * np.abs(wanted).max())
            assert any(not answer.heatmap.is_empty for answer in answers if answer.heatmap)


def test_predictions_kept_before_say_the_same_as_those_of_today(tmp_path: Path) -> None:
    """One output was once read as the logits 0 and z; such runs lie on people's disks."""
    z = np.array([-900, -30, -1e-3, 0, 0.5, 4, 60], np.float32)
    labels = np.array([0, 1, 0, 1, 1, 0, 1])
    told = []
    for name, pair in (("old", (0 * z, z)), ("new", (-z / 2, z / 2))):
        both = Predictions(np.stack(pair, axis=1), labels, np.arange(len(z)))
        path = tmp_path / f"{name}.npz"
        save_predictions(path, validation=both, test=both, fingerprint="0")
        told.append(load_predictions(path, "test"))
    old, new = told
    assert old.predicted.tolist() == new.predicted.tolist() == [0, 0, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(old.probabilities, new.probabilities, atol=1e-3)


def test_one_output_for_ten_classes_is_refused(take: Callable[[Path], Imported], tmp_path: Path) -> None:
    import keras

    layers = keras.layers
    network = keras.Sequential(
        [keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(1, activation="sigmoid")]
    )
    network.save(tmp_path / "mine.keras")
    with pytest.raises(InterchangeError, match=r"gives one number for each picture, and .* has 10 classes"):
        take(tmp_path / "mine.keras")


def _with(first: Any, *rest: Any) -> Any:
    import keras

    return keras.Sequential([first, *rest, keras.layers.Flatten(), keras.layers.Dense(10)])


def _lambda() -> Any:
    import keras

    return _with(keras.Input((32, 32, 3)), keras.layers.Lambda(lambda pixels: pixels / 255.0))


def _own_layer() -> Any:
    import keras

    class Mine(keras.layers.Layer):
        def call(self, pixels: Any) -> Any:
            return pixels * 2

    return _with(keras.Input((32, 32, 3)), Mine())


def _own_activation() -> Any:
    import keras

    def wild(values: Any) -> Any:
        return keras.ops.sin(values)

    return _with(keras.Input((32, 32, 3)), keras.layers.Dense(3, activation=wild))


def _grey() -> Any:
    import keras

    return _with(keras.Input((32, 32, 1)))


def _channels_first() -> Any:
    import keras

    return _with(keras.Input((3, 32, 32)))


def _large() -> Any:
    import keras

    return _with(keras.Input((64, 64, 3)))


def _flat() -> Any:
    import keras

    return _with(keras.Input((3072,)))


def _seven_classes() -> Any:
    import keras

    return keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(7)])


def _maps() -> Any:
    import keras

    return keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(10, 3)])


def _two_inputs() -> Any:
    import keras

    left, right = keras.Input((32, 32, 3)), keras.Input((32, 32, 3))
    flow = keras.layers.Flatten()(keras.layers.Add()([left, right]))
    return keras.Model([left, right], keras.layers.Dense(10)(flow))


def _fixed_batch() -> Any:
    import keras

    return _with(keras.Input((32, 32, 3), batch_size=8))


def _diverged() -> Any:
    import keras

    network = _with(keras.Input((32, 32, 3)))
    network.layers[-1].bias.assign(keras.ops.full((10,), np.nan))
    return network


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_lambda, "has a Lambda layer"),
        (_own_layer, "“Mine”|Mine"),
        (_own_activation, "wild"),
        (_grey, r"takes \(32, 32, 1\) for each picture. That is grey"),
        (_channels_first, "channels first"),
        (_large, r"takes \(64, 64, 3\)"),
        (_flat, "flat row of numbers"),
        (_seven_classes, "knows 7 classes, .* has 10"),
        (_maps, "not one row of classes"),
        (_two_inputs, "2 inputs and 1 output\\."),
        (_fixed_batch, "exactly 8 pictures at a time"),
        (_diverged, "not finite"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    take: Callable[[Path], Imported], tmp_path: Path, make: Callable[[], Any], sentence: str, suffix: str
) -> None:
    file = tmp_path / f"mine{suffix}"
    make().save(file)
    with pytest.raises(InterchangeError, match=sentence) as refused:
        take(file)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "run" / "predictions.npz").exists()


def test_files_that_are_no_models_are_refused(take: Callable[[Path], Imported], tmp_path: Path) -> None:
    import h5py

    file = tmp_path / "mine.keras"
    file.write_bytes(b"\x80\x04pickle")
    with pytest.raises(InterchangeError, match="no Keras model"):
        take(file)
    file.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(InterchangeError, match=r"no archive, or its end is missing\. Copy it again"):
        take(file)
    file.write_bytes(b"\x89HDF\r\n\x1a\n torn")
    with pytest.raises(InterchangeError, match="damaged"):
        take(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InterchangeError, match="archive, but no Keras model"):
        take(file)
    with h5py.File(file, "w") as weights:
        weights["kernel"] = np.zeros(3)
    with pytest.raises(InterchangeError, match="weights without a network"):
        take(file)


def test_an_archive_that_would_fill_the_disk_is_refused(
    take: Callable[[Path], Imported], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cifar_core.models.model_file.MOST_UNPACKED_BYTES", 1_000_000)
    file = tmp_path / "mine.keras"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", bytes(2_000_000))
    assert file.stat().st_size < 20_000
    with pytest.raises(InterchangeError, match="would unpack to"):
        take(file)


CHILDREN = {
    "hangs": ("import time; time.sleep(60)", "within 1 seconds"),
    "eats memory": (
        "x = bytearray(400_000_000); import time; time.sleep(60)",
        r"more than 0\.2 GB of memory",
    ),
    "crashes": ("import os; os.abort()", r"crashed \(signal SIGABRT\)\. The model may be damaged\. Nothing"),
    "lies": ('print(\'{"kind": "imported"}\')', r"ended without an answer\. The model may"),
    "runs out": ("raise MemoryError", r"ran out of memory\. Close other programs, then try again\. Nothing"),
    "is killed": (
        "import os; os.kill(os.getpid(), 9)",
        r"was killed \(signal SIGKILL\)\. Close other programs",
    ),
    "says nothing": (
        "import sys; sys.exit('Fatal Python error: init failed\\n\\nCurrent thread 0x1:\\n  <no Python frame>')",
        r"ended with exit code 1 \(Fatal Python error: init failed\)\.",
    ),
    "fails": ("raise RuntimeError('no such thing')", "RuntimeError: no such thing"),
}


@pytest.mark.parametrize("name", CHILDREN)
def test_a_process_that_goes_wrong_leaves_a_sentence_and_no_run(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    program, sentence = CHILDREN[name]
    (tmp_path / "mine.keras").write_bytes(b"anything")
    with pytest.raises(InterchangeError, match=sentence):
        import_model(
            tmp_path / "mine.keras",
            RunStore.from_settings(settings),
            settings,
            seconds=1 if name == "hangs" else 30,
            memory_bytes=200 * 1024**2,
            command=(sys.executable, "-c", program),
        )
    assert RunStore.from_settings(settings).list() == ()
    assert [entry.name for entry in settings.runs_dir.iterdir()] in ([], [".import.lock"])


def test_a_refused_model_leaves_no_run(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mine.keras").write_bytes(b"no model")
    stages: list[str] = []
    with pytest.raises(InterchangeError, match="no Keras model"):
        import_model(
            tmp_path / "mine.keras",
            RunStore.from_settings(settings),
            settings,
            data=DATA,
            report=stages.append,
        )
    assert stages == ["looking into the file"]
    assert RunStore.from_settings(settings).list() == ()
    assert not RunPaths(settings.runs_dir / "mine").folder.exists()
