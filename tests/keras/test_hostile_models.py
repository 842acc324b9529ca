"""Saved networks that ask for too much, or hold code: each is refused in a sentence, in a second, without memory."""

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from cifar_core.errors import ExplainError, NetworkFileError
from cifar_core.explain.process.service import InferenceService
from cifar_core.models.saved import open_network
from tests.costs import Cost, is_little
from tests.flaws import flaws

layers = keras.layers
SECONDS = 3.0  # of computing; one, on a machine that does nothing else
MEGABYTES = 300.0
BILLION = 10**9


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keras.utils.set_random_seed(0)
    path = tmp_path_factory.mktemp("good") / "model.keras"
    network = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(4, 3, padding="same", name="conv"),
            layers.UpSampling2D(1, name="larger"),
            layers.ZeroPadding2D(0, name="padded"),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dense(8, name="hidden"),
            layers.Reshape((8,), name="shape"),
            layers.Dense(10, name="head"),
        ]
    )
    network.save(path)
    network.save(path.with_suffix(".h5"))
    return path


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def with_settings(**changes: dict[str, Any]) -> Callable[[Path], None]:
    """Change settings of layers, by their name."""

    def spoil(path: Path) -> None:
        members = _members(path)
        config = json.loads(members["config.json"])
        for layer in config["config"]["layers"]:
            layer["config"].update(changes.get(layer["config"]["name"], {}))
        _write(path, members | {"config.json": json.dumps(config).encode()})

    return spoil


def _with_units(name: str, units: int) -> Callable[[Path], None]:
    """Ask for more outputs of one layer, in a file of either kind."""

    def spoil(path: Path) -> None:
        if path.suffix == ".keras":
            with_settings(**{name: {"units": units}})(path)
            return
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            for layer in config["config"]["layers"]:
                if layer["config"]["name"] == name:
                    layer["config"]["units"] = units
            file.attrs["model_config"] = json.dumps(config)

    return spoil


def with_layers(*built: Callable[[], Any]) -> Callable[[Path], None]:
    """Put layers, which are never built, between the first and the rest."""

    def spoil(path: Path) -> None:
        members = _members(path)
        config = json.loads(members["config.json"])
        new = [keras.saving.serialize_keras_object(make()) for make in built]
        config["config"]["layers"][1:1] = new
        _write(path, members | {"config.json": json.dumps(config).encode()})

    return spoil


def with_weights(change: Callable[[h5py.File], object]) -> Callable[[Path], None]:
    """Change the file of weights within the archive."""

    def spoil(path: Path) -> None:
        members = _members(path)
        content = io.BytesIO(members["model.weights.h5"])
        with h5py.File(content, "r+") as file:
            change(file)
        _write(path, members | {"model.weights.h5": content.getvalue()})

    return spoil


def with_member(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda path: _write(path, _members(path) | {name: content})


def with_zeros(name: str, megabytes: int) -> Callable[[Path], None]:
    """Put so many zeros into a member, which take a thousandth of that in the file."""

    def spoil(path: Path) -> None:
        members = _members(path)
        members.pop(name, None)
        _write(path, members)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
            for _ in range(megabytes):
                member.write(bytes(10**6))

    return spoil


def _claims(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", shape=(10**6, 10**6), dtype="f4", chunks=(1000, 1000))


def _links(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/other.h5", "/x")


def _elsewhere(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (4, 8), "f4", external=[("/etc/passwd", 0, 128)])


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(40_000):
            archive.writestr(f"m{number}", b"")


def _module(path: Path) -> None:
    members = _members(path)
    text = members["config.json"].replace(b'"module": "keras.layers"', b'"module": "os"')
    _write(path, members | {"config.json": text})


def cases() -> Iterator[tuple[str, Callable[[Path], object]]]:
    for name, setting in (("hidden", "units"), ("head", "units"), ("conv", "filters"), ("conv", "kernel_size"),
                          ("larger", "size"), ("padded", "padding"), ("shape", "target_shape")):  # fmt: skip
        for number in (BILLION, 10**30, 10**12, -BILLION):
            value: Any = [number, number] if setting in ("kernel_size", "size") else number
            value = [number] if setting == "target_shape" else value
            value = [[number, number], [0, 0]] if setting == "padding" else value
            yield f"{name}: {setting} {number}", with_settings(**{name: {setting: value}})
    yield "each a small number", with_settings(hidden={"units": 9_000_000}, head={"units": 9_000_000})
    yield "two wide layers", with_settings(hidden={"units": 200_000}, head={"units": 100_000})
    yield "a wide picture", with_settings(larger={"size": [3000, 3000]})
    yield "a wide margin", with_settings(padded={"padding": [[50_000, 50_000], [50_000, 50_000]]})
    yield "a wide kernel", with_settings(conv={"kernel_size": [100_000, 100_000]})
    yield "a thousandfold", with_layers(*[lambda: layers.UpSampling2D(10) for _ in range(4)])
    yield "an embedding", with_layers(lambda: layers.Embedding(9_000_000, 9_000))
    yield "repeated", with_layers(layers.Flatten, lambda: layers.RepeatVector(9_000_000))
    yield "resized", with_layers(lambda: layers.Resizing(100_000, 100_000))
    yield "code", with_layers(lambda: layers.Lambda(lambda x: x))
    yield "a module of its own", _module
    yield "weights that claim terabytes", with_weights(_claims)
    yield "weights in another file, by a link", with_weights(_links)
    yield "weights in another file", with_weights(_elsewhere)
    yield "weights that are none", with_member("model.weights.h5", b"no weights")
    yield "weights of zeros", with_zeros("model.weights.h5", 300)
    yield "zeros beside them", with_zeros("assets/x", 300)
    yield "a long configuration", with_member("config.json", b'{"config": ' + b" " * 20_000_000 + b"{}}")
    deep = b'{"a":' * 300_000 + b"1" + b"}" * 300_000
    yield "a deep configuration", with_member("config.json", b'{"config": ' + deep + b"}")
    parts = {"class_name": "Sequential", "config": {"layers": [{"class_name": "X", "config": {}}] * 100_000}}
    yield "many parts", with_member("config.json", json.dumps(parts).encode())
    yield "a configuration that is a list", with_member("config.json", b"[]")
    yield "a long number", with_member("config.json", b'{"config": {"a": ' + b"9" * 100_000 + b"}}")
    yield "many members", _many
    yield "nothing", lambda path: path.write_bytes(b"")
    yield "zeros", lambda path: path.write_bytes(bytes(100_000))
    yield "half of it", lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    if sys.platform == "linux":
        yield "a pipe", lambda path: (path.unlink(), os.mkfifo(path))
        yield "a link", lambda path: (path.unlink(), path.symlink_to("/dev/zero"))
        yield "terabytes", lambda path: os.truncate(path, 8 * 10**12)
    yield "a folder", lambda path: (path.unlink(), path.mkdir())


@pytest.mark.parametrize(
    ("what", "spoil"), list(cases()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_it_is_refused_in_a_sentence(
    good: Path, tmp_path: Path, what: str, spoil: Callable[[Path], object]
) -> None:
    assert what
    path = tmp_path / "model.keras"
    path.write_bytes(good.read_bytes())
    spoil(path)
    with Cost() as cost, pytest.raises(NetworkFileError, match="cannot be opened") as caught:
        open_network(path)
    assert str(caught.value).endswith(".")
    assert flaws(str(caught.value)) == []
    assert 40 < len(str(caught.value)) < 500 + len(str(path))
    assert is_little(cost.seconds, SECONDS)
    assert cost.megabytes < MEGABYTES


def test_the_good_one_is_opened(good: Path) -> None:
    for path in (good, good.with_suffix(".h5")):
        assert open_network(path).count_params() == 112 + 40 + 90


@pytest.mark.parametrize(
    ("name", "units"), [("hidden", BILLION), ("hidden", 100_000_000), ("head", 5_000_000)]
)
def test_an_old_file_is_judged_alike(good: Path, tmp_path: Path, name: str, units: int) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(good.with_suffix(".h5").read_bytes())
    _with_units(name, units)(path)
    with Cost() as cost, pytest.raises(NetworkFileError, match="cannot be opened"):
        open_network(path)
    assert is_little(cost.seconds, SECONDS)
    assert cost.megabytes < MEGABYTES


@keras.saving.register_keras_serializable("tests")
class Doubled(layers.Layer):
    """A layer whose shape Keras finds out by trying, and gives values then to all variables that wait for one."""

    def call(self, pixels: Any) -> Any:
        return pixels * 2


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_what_was_only_looked_at_is_forgotten(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    keras.Sequential([keras.Input((1000,)), layers.Dense(8, name="hidden")]).save(path)
    _with_units("hidden", 200_000)(path)
    with pytest.raises(NetworkFileError, match=r"has 200,200,000 parameters|expects shape"):
        open_network(path)
    with Cost() as cost:
        network = keras.Sequential([keras.Input((2,)), Doubled()])
    assert np.asarray(network(np.ones((1, 2)))).tolist() == [[2, 2]]
    assert cost.megabytes < MEGABYTES


def test_the_explanation_process_sees_nothing_of_ours_and_holds_only_so_much(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_PASSWORD", "secret")
    pictures = np.zeros((1, 32, 32, 3), np.uint8)
    with InferenceService() as service:
        assert service.predict(good, pictures).shape == (1, 10)
        environment = Path(f"/proc/{service.process_id}/environ")
        if environment.exists():
            assert b"secret" not in environment.read_bytes()
    with InferenceService(memory_bytes=300 * 1024**2) as service:  # less than TensorFlow takes
        with pytest.raises(ExplainError, match=r"more than 0\.3 GB of memory"):
            service.predict(good, pictures)
        assert service.process_id is None
