import dataclasses
from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import DatasetChoice
from cifar_core.data.dataset import Dataset, Split
from cifar_core.data.download import DownloadProgress, DownloadSnapshot
from cifar_core.data.reading import OWN_SOURCE
from cifar_core.models.registry import get_model
from cifar_core.runs.store import RunStore
from cifar_core.views.home import STRIP_SCALE, build_home, demo_config, download_progress, picture_strip
from cifar_core.views.train.known_results import same_training
from tests.fake_runs import write_run


def tiny_dataset(fingerprint: str = "f" * 16, *, key: str = "drawn", verified: bool = False) -> Dataset:
    """Make two classes of one-coloured pictures: 10 red, 10 blue."""
    images = np.zeros((20, 32, 32, 3), np.uint8)
    images[:10, ..., 0] = 255
    images[10:, ..., 2] = 255
    split = Split(images, np.repeat(np.arange(2), 10))
    return Dataset(key, "Tiny", ("red", "blue"), split, split, "made by a test", verified, fingerprint)


def choice(key: str) -> DatasetChoice:
    return DatasetChoice(key, key, "somewhere", available=True)


def test_only_runs_tested_on_these_very_pictures_are_named_best_first(tmp_path: Path) -> None:
    write_run(tmp_path, "good", tiny_dataset(), wrong_every=5)
    write_run(tmp_path, "bad", tiny_dataset(), wrong_every=2)
    write_run(tmp_path, "elsewhere", tiny_dataset("0" * 16), wrong_every=10)
    view = build_home(tiny_dataset(), (choice("drawn"),), RunStore(tmp_path).list())
    assert [row.run_id for row in view.best] == ["good", "bad"]
    assert [row.accuracy for row in view.best] == [0.8, 0.5]
    assert view.best[0].pictures == 20
    assert view.best[0].interval.low < 0.8 < view.best[0].interval.high
    assert len(build_home(tiny_dataset(), (), RunStore(tmp_path).list(), best=1).best) == 1


def test_archives_that_are_there_are_not_offered_for_download() -> None:
    view = build_home(tiny_dataset(), (choice("cifar10"), choice("drawn")), ())
    assert [archive.key for archive in view.missing] == ["cifar100"]


def test_the_sentence_says_what_the_bytes_are() -> None:
    assert "They are not CIFAR-10" in build_home(tiny_dataset(), (), ()).verified_sentence
    assert "official ones" in build_home(tiny_dataset(verified=True), (), ()).verified_sentence
    own = dataclasses.replace(tiny_dataset(key="/home/ada/moods"), source=OWN_SOURCE)
    assert build_home(own, (), ()).verified_sentence == (
        "These pictures are somebody’s own: figures on them compare with each other only."
    )
    copy = build_home(tiny_dataset(key="cifar10"), (), ()).verified_sentence
    assert copy.startswith("Not the official files (made by a test)")


@pytest.mark.parametrize(
    ("pictures", "model", "share", "epochs"),
    [
        (50_000, "speedrun", 0.24, 1),
        (12_000, "speedrun", 1.0, 1),
        (200_000, "speedrun", 0.06, 1),
        (2_000, "cnn-2conv", 1.0, 10),
    ],
)
def test_the_live_demo_takes_about_a_minute_on_any_data_set(
    pictures: int, model: str, share: float, epochs: int
) -> None:
    split = Split(
        np.broadcast_to(np.zeros((), np.uint8), (pictures, 32, 32, 3)), np.zeros(pictures, np.int64)
    )
    config = demo_config(dataclasses.replace(tiny_dataset(), train=split))
    assert (config.model, config.training_share, config.epochs) == (model, share, epochs)
    if pictures == 50_000:  # What it gives on CIFAR-10 is measured: docs/performance.md.
        assert same_training(config, get_model("speedrun").preset("live"))


def test_the_strip_shows_a_class_per_column_with_hard_pixels() -> None:
    strip = picture_strip(tiny_dataset(), columns=4, rows=2)
    assert strip.shape == (65 * STRIP_SCALE, 131 * STRIP_SCALE, 3)
    assert strip[0, 0].tolist() == [255, 0, 0]
    assert strip[0, 33 * STRIP_SCALE].tolist() == [0, 0, 255]
    assert strip[0, 32 * STRIP_SCALE].tolist() == [255, 255, 255]  # the line between two pictures
    assert {tuple(pixel) for pixel in strip.reshape(-1, 3)} == {(255, 0, 0), (0, 0, 255), (255, 255, 255)}


def test_progress_of_a_download_in_words() -> None:
    assert download_progress(DownloadSnapshot("running")) == (0.0, "Connecting …")
    snapshot = DownloadSnapshot("running", DownloadProgress(85_000_000, 170_000_000, 8_500_000, 10.0))
    assert download_progress(snapshot) == (0.5, "85 of 170 MB, 8.5 MB/s, 10 s left")
