"""Names and ids from people stay in the runs folder and are text, never markup."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cifar_core.data.catalog import check_listed, open_dataset
from cifar_core.data.dataset import Dataset, Split
from cifar_core.errors import ConfigError, DataError, RunError
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.record import RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import Settings
from cifar_core.words.markdown import plain
from cifar_core.words.plotly import chart_label
from tests.hostile import MARKUP, PATHS

CONFIG = TrainingConfig(name="a run", model="cnn-2conv", data="drawn", epochs=2)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    (tmp_path / "escape").mkdir()
    (tmp_path / "escape" / "run.json").write_text("{}")
    return RunStore(tmp_path / "runs", tmp_path / "trained")


@pytest.mark.parametrize("run_id", PATHS, ids=lambda name: ascii(name)[:30])
@pytest.mark.parametrize(
    "act",
    [
        RunStore.get,
        RunStore.request_stop,
        RunStore.resume,
        RunStore.delete,
        lambda store, run_id: store.prioritize(run_id, 0),
        lambda store, run_id: store.move_before(run_id, None),
        lambda store, run_id: store.move_before(store.create(CONFIG, run_id="fine").id, run_id),
        lambda store, run_id: store.create(CONFIG, run_id=run_id),
        lambda store, run_id: store.create(CONFIG.model_copy(update={"model": run_id or "/"})),
    ],
)
def test_no_id_leaves_the_runs_folder(
    store: RunStore, run_id: str, act: Callable[[RunStore, str], object]
) -> None:
    if run_id == "-rf" and act.__name__ == "<lambda>":
        pytest.skip("a model’s name stands within the id, where a hyphen is harmless")
    with pytest.raises(RunError) as caught:
        act(store, run_id)
    assert len(str(caught.value)) < 400
    assert sorted(entry.name for entry in store.runs_dir.parent.iterdir() if entry.name != "runs") == [
        "escape"
    ]
    if store.runs_dir.exists():
        left = {entry.name for entry in store.runs_dir.iterdir()}
        assert left <= {"fine", ".changes.lock"}


@pytest.mark.parametrize("name", MARKUP)
def test_names_with_markup_are_kept_as_they_are(store: RunStore, name: str) -> None:
    config = TrainingConfig.from_values({"name": name, "model": "cnn-2conv", "data": "drawn"})
    run = store.create(config)
    assert run.id.startswith("20")
    assert run.record is not None
    read = RunRecord.read(run.paths.record)
    assert read.config.name == config.name  # type: ignore[union-attr]


def test_ten_thousand_characters_are_refused_with_a_short_sentence() -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig.from_values({"name": "<b>" * 3334, "model": "cnn-2conv", "data": "drawn"})
    assert "10,002 characters; write at most 80" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_record_from_elsewhere_is_shown_without_what_deceives(store: RunStore) -> None:
    run = store.create(CONFIG, owner="ada\u202e@school.example")
    assert run.record is not None
    assert run.record.owner == "ada\ufffd@school.example"
    text = run.paths.record.read_text().replace('"a run"', '"a\\u202erun"')
    run.paths.record.write_text(text)
    damaged = store.get(run.id)
    assert damaged.record is None
    assert "U+202E" in (damaged.problem or "")
    assert "\u202e" not in (damaged.problem or "")
    run.paths.record.write_text(text.replace("\\u202e", "\\ud800"))
    assert store.get(run.id).record is None


@pytest.mark.parametrize("key", [*PATHS[:8], "drawn:99999999", "a\0b", "x" * 10_000, "http://e.example"])
def test_pages_open_only_what_is_listed(settings: Settings, key: str) -> None:
    with pytest.raises(DataError) as caught:
        check_listed(key, settings)
    assert len(str(caught.value)) < 300


def test_classes_with_deceiving_names_are_refused() -> None:
    split = Split(np.zeros((2, 32, 32, 3), np.uint8), np.array([0, 1]))

    def dataset(*names: str) -> Dataset:
        return Dataset("k", "pictures\u202e", names, split, split, "a test", False, "0" * 16)

    kept = dataset("<b>cat</b>", "e\u0301")
    assert kept.class_names == ("<b>cat</b>", "é")
    assert kept.name == "pictures\ufffd"
    for names, said in (
        (("a\u202eb", "b"), "U\\+202E"),
        (("x" * 10_000, "b"), "10,000 characters"),
        (("a\udcff", "b"), "U\\+DCFF"),
        (("\u00e9", "e\u0301"), "same name"),
    ):
        with pytest.raises(DataError, match=said):
            dataset(*names)


def test_a_folder_with_such_a_class_is_a_sentence(tmp_path: Path, settings: Settings) -> None:
    import cv2

    for split in ("train", "test"):
        for name in ("cat", "dog\u202e"):
            (tmp_path / "pets" / split / name).mkdir(parents=True)
            cv2.imwrite(str(tmp_path / "pets" / split / name / "1.png"), np.zeros((32, 32, 3), np.uint8))
    with pytest.raises(DataError, match="The class “dog\ufffd” of pets cannot be used"):
        open_dataset(str(tmp_path / "pets"), settings)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("cnn-2conv, 91.6% (seed 0): 3 of 5", "cnn-2conv, 91.6% (seed 0): 3 of 5"),
        ("learning_rate", "learning_rate"),
        ("__a__", r"\_\_a\_\_"),
        ("**b**", r"\*\*b\*\*"),
        ("![x](y)", r"!\[x\](y)"),
        ("<b> < 3 & &amp;", r"\<b> < 3 & \&amp;"),
        ("a\n\n# b", "a # b"),
        ("# b", r"\# b"),
        ("1. b", "1\u2060. b"),
        ("http://x", "http\\:\u2060//x"),
        ("a\u202e\0", "a\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_only_what_means_something_in_markdown_is_escaped(text: str, markdown: str) -> None:
    assert plain(text) == markdown


def test_long_text_ends() -> None:
    assert plain("x" * 10_000, 80) == "x" * 79 + "…"
    assert len(plain("*" * 10_000, 80)) <= 160


def test_labels_of_charts_are_no_html() -> None:
    assert chart_label("<b>a</b> & %{x} \u202e") == "&lt;b&gt;a&lt;/b&gt; &amp; %&#123;x} \ufffd"
    assert len(chart_label("x" * 10_000)) == 200
