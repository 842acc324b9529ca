"""The Explain page with a service that answers without a network."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from cifar_core.corruptions.kinds import corrupt
from cifar_core.data.catalog import open_dataset
from cifar_core.data.dataset import Dataset
from cifar_core.data.reading import FOLDER_SOURCE
from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answers
from cifar_core.explain.geometry import pixel_place
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.inside.seen import InsideLayer, InsideRequest, Peaks, PeaksRequest, Seen
from cifar_core.explain.layers import CamLayer
from cifar_core.explain.methods.method import Told
from cifar_core.explain.methods.registry import METHODS
from cifar_core.explain.overlay import to_png
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.explain.unknown.record import UnknownRecord
from cifar_core.explain.unknown.study import UnknownStudy
from cifar_core.labels import CIFAR10_CLASSES
from cifar_core.recipes.config import TrainingConfig
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.record import DataProvenance, RunRecord
from cifar_core.runs.store import RunStore
from cifar_core.settings import PROJECT_ROOT, Settings
from cifar_core.views.explain.live import CameraPlaces
from cifar_core.views.explain.models import ModelChoice
from cifar_core.words.address import shown_as
from pages.parts.explain import live
from pages.parts.frame import session, warm_up
from tests.fake_runs import change as change_run
from tests.fake_runs import write_run
from tests.open_page import given_to, walls
from tests.pictures import encoded
from tests.waiting import wait_until

CNN, MLP = "20260101-000000-cnn-2conv-aaaa", "20260101-000001-mlp-3000-1000-bbbb"
LAYERS = (CamLayer("conv_1", "Conv2D", 4, 4, 8), CamLayer("conv_2", "Conv2D", 2, 2, 16))
CAT = 3


class FakeService:
    """Says cat with 70%, finds evidence in the top right corner, and remembers what it was asked."""

    ready = True

    def __init__(self) -> None:
        self.asked: list[SimpleNamespace] = []

    def features(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return images.mean(axis=(1, 2)).astype(np.float32)

    def predict(self, model_path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.eye(10, dtype=np.float32)[images[:, 0, 0, 0] % 10]

    def look_inside(self, request: InsideRequest) -> Seen:
        layers = (
            InsideLayer("conv_1", "convolution: 4 filters of 3×3", 16, 16, 4),
            InsideLayer("dense", "10 neurons, each weighs all values (dense)", 1, 1, 10),
        )
        chosen = next((one for one in layers if one.name == request.layer), None)
        if chosen is None:
            return Seen(layers)
        maps = np.arange(chosen.height * chosen.width * chosen.channels, dtype=np.float32)
        weights = None if request.channel is None else np.ones((3, 3, 3), np.float32)
        return Seen(
            layers, chosen, maps.reshape(chosen.height, chosen.width, chosen.channels), weights=weights
        )

    def peaks(self, request: PeaksRequest) -> Peaks:
        values = request.pictures.reshape(len(request.pictures), -1)[:, :4].astype(np.float32)
        return Peaks(values, np.full(values.shape, 40), pixel_place(np.ones((32, 32), bool)))

    def explain(self, question: Question, *, told: Told = lambda share: None) -> tuple[Explanation, ...]:
        if len(question.pictures) > 1:
            each = question.class_index
            classes = each if isinstance(each, tuple) else (each,) * len(question.pictures)
            alone = [
                replace(question, pictures=picture[None], class_index=index)
                for picture, index in zip(question.pictures, classes, strict=True)
            ]
            return tuple(one for asked in alone for one in self.explain(asked))
        run, index = question.model.parent.name, question.class_index
        assert not isinstance(index, tuple) or len(index) == 1
        index = index[0] if isinstance(index, tuple) else index
        (image,) = question.pictures
        self.asked.append(
            SimpleNamespace(
                run=run,
                image=image,
                class_index=index,
                layer=question.layer,
                method=question.method,
                scored=(question.score, question.against),
            )
        )
        if question.attack is not None:
            changed = np.where(image > 127, image - question.attack.epsilon, image + question.attack.epsilon)
            (one,) = self.explain(replace(question, attack=None))
            return (replace(one, attacked=changed.astype(np.uint8)),)
        if question.layer not in (None, "conv_1,conv_2", *(layer.name for layer in LAYERS)):
            raise ExplainError(f"The network has no map at a layer “{question.layer}”.")
        if question.method == "cam":
            raise ExplainError("CAM needs a network that ends in global average pooling.")
        told(0.5)
        logits = np.full(10, np.log(0.3 / 9), np.float32)
        logits[CAT] = np.log(0.7)
        index = CAT if index is None else index
        if run == MLP:
            reason = "This network has no convolution."
            return (Explanation(logits, index, None, (), no_heatmap_reason=reason),)
        # Nothing ever speaks for a truck.
        evidence = np.array([[0, 2], [-1, 1]], np.float32) - (9 if index == 9 else 0)
        heatmap = Heatmap.from_evidence(
            evidence,
            layer=None if METHODS[question.method].at_pixels else question.layer or "conv_2",
            class_index=index,
            method=question.method,
        )
        return (Explanation(logits, index, heatmap, LAYERS),)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def service(tmp_path: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> FakeService:
    for name in ("KERAS_HOME", "CIFAR_LAB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("CIFAR_LAB_DATA", "drawn:40")
    fake = FakeService()
    answers = Answers(fake)
    monkeypatch.setattr(session, "inference_service", lambda: fake)
    monkeypatch.setattr(session, "answers", lambda: answers)
    monkeypatch.setattr(session, "run_store", lambda: RunStore(runs))
    monkeypatch.setattr(warm_up, "start", lambda: None)
    return fake


@pytest.fixture
def dataset(service: FakeService) -> Dataset:
    return open_dataset(None, Settings.from_environment())


@pytest.fixture
def two_runs(runs: Path, dataset: Dataset) -> None:
    for run_id, model in ((CNN, "cnn-2conv"), (MLP, "mlp-3000-1000")):
        paths = RunPaths(runs / run_id)
        paths.folder.mkdir()
        paths.model.touch()
        RunRecord(
            id=run_id,
            config=TrainingConfig(name=model, model=model, data=dataset.key),
            status="finished",
            created=datetime(2026, 1, 1, tzinfo=UTC),
            data=DataProvenance(
                key=dataset.key,
                name=dataset.name if run_id == CNN else "Other pictures",
                source=dataset.source,
                verified=False,
                # The multilayer perceptron was trained on other pictures.
                fingerprint=dataset.fingerprint if run_id == CNN else "0" * 16,
                class_names=dataset.class_names,
                training_pictures=36,
                validation_pictures=4,
                test_pictures=10,
            ),
        ).write(paths.record)


def open_page(**parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60).switch_page("pages/explain.py")
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return " ".join(
        element.value for kind in (app.header, app.caption, app.info, app.error) for element in kind
    )


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.segmented_control(key="source").set_value("upload").run()
    app.file_uploader(key="upload").set_value((name, content, "image/png")).run()
    assert not app.exception
    return app


def test_without_runs_the_page_says_what_to_do(service: FakeService) -> None:
    app = open_page()
    assert "no trained model yet" in app.info[0].value
    assert not app.error
    assert service.asked == []


@pytest.mark.usefixtures("two_runs")
def test_a_picture_of_the_data_set(service: FakeService, dataset: Dataset) -> None:
    app = open_page()
    assert app.selectbox(key="model").value == CNN  # the run on this data set comes first
    assert np.array_equal(service.asked[-1].image, dataset.test.images[0])
    assert (service.asked[-1].class_index, service.asked[-1].layer) == (None, None)
    assert "The network says **cat** (70%)" in app.header[0].value
    assert "what speaks for **cat**" in text(app)
    assert "exactly these 32×32 pixels" in text(app)
    assert "trained on" not in text(app)
    assert "save" in [button.key for button in app.get("download_button")]
    # Nobody has opened a part: nothing in it is drawn.
    assert {"inside_layer", "method", "change", "trust_on"}.isdisjoint(one.key for one in app.selectbox)
    assert {"unknown_begin", "surroundings_begin", "trust_begin"}.isdisjoint(one.key for one in app.button)
    assert not app.multiselect
    assert not app.warning
    app.session_state["unknown_part"] = True  # as a click on its title does
    app.run()
    assert "unknown_begin" in [one.key for one in app.button]


@pytest.mark.usefixtures("two_runs")
def test_explain_opens_with_an_answer_that_was_asked_for_before_anybody_came(
    service: FakeService, runs: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = "20260101-000002-cnn-baseline-cccc"  # its map is coarse: the page opens with another one
    write_run(runs, best, dataset).model.touch()
    store = RunStore(runs)
    change_run(
        store, store.get(best), config=TrainingConfig(name="best", model="cnn-baseline", data=dataset.key)
    )
    monkeypatch.setattr(warm_up, "answers", session.answers)
    warm_up._first_dataset.clear()  # type: ignore[attr-defined]
    warm_up.explain_ahead()
    assert [one.run for one in service.asked] == [CNN, best]
    with monkeypatch.context() as patched:  # its pictures are drawn, too
        for drawn in (
            "views.explain.answer.to_png",
            "views.explain.overlay.levels_png",
            "views.explain.overlay.to_jpeg",
        ):
            patched.setattr(f"cifar_core.{drawn}", pytest.fail)
        app = open_page()
    assert app.selectbox(key="model").value == CNN
    app.selectbox(key="model").set_value(best).run()
    assert len(service.asked) == 2


@pytest.mark.usefixtures("two_runs")
def test_animal_or_background_over_the_set_on_screen(service: FakeService) -> None:
    app = open_page(run=CNN, set="split(test) and not class(cat)", index="1", surroundings_part="true")
    assert not app.warning
    app.button(key="surroundings_begin").click().run()
    wait_until(lambda: "surroundings_begin" not in [one.key for one in app.run().button])
    assert not app.exception
    said = " ".join(one.value for one in app.markdown)
    assert "lies in the middle, the inner 16×16 pixels" in said
    assert "A map of 2×2 cells can't tell an animal from what is right beside it" in said
    app = open_page(run=CNN, surroundings_part="true")
    assert "surroundings_begin" in [one.key for one in app.button]  # Another set was not asked about.


@pytest.mark.usefixtures("two_runs")
def test_how_true_the_map_is_is_measured_on_the_set_on_screen() -> None:
    app = open_page(run=CNN, set="list(test:1, test:2)", index="1", trust_part="true")
    assert "Not measured for this network" in text(app)
    app.button(key="trust_begin").click().run()
    wait_until(lambda: "n = 2 pictures." in text(app.run()))
    assert not app.exception
    assert "trust_begin" not in [one.key for one in app.button]
    assert "On 2 pictures of the set on screen, deleting the quarter that Grad-CAM marks" in text(app)
    (table,) = [one.value for one in app.dataframe if "Map" in one.value]
    assert table["Map"].tolist()[:4] == ["this map", "random", "blurred random", "centre"]
    # What was found stands above the part whether that is open or not.
    app.session_state["trust_part"] = False
    del app.query_params["trust_part"]
    app.run()
    assert "On 2 pictures of the set on screen, deleting the quarter that Grad-CAM marks" in text(app)
    assert not app.dataframe


@pytest.mark.usefixtures("two_runs")
def test_inside_the_network_is_asked_where_somebody_opens_it(dataset: Dataset) -> None:
    app = open_page(run=CNN, inside="true", inside_layer="none", channel="2")
    assert "none" in app.warning[0].value
    assert app.selectbox(key="inside_layer").value == "conv_1"
    assert "4 feature maps, the strongest first" in text(app)
    assert "Channel 2** in this picture: 2.00 to 1022.00" in text(app)
    assert "one scale for all, up to 1023.00" in text(app)
    app.toggle(key="inside_own").set_value(True).run()
    assert "each map by its own scale" in text(app)
    assert "maps of the layer before, the 3 that count most" in text(app)
    app.button(key="inside_begin").click().run()
    wait_until(lambda: "What excites channel 2 most" in text(app.run()))
    (wall,) = [one for one in walls(app) if one["label"] == "What excites channel 2 most"]
    assert {tuple(one["frame"]) for one in wall["pictures"]} == {(1, 8, 1, 8)}
    assert not app.exception
    app.selectbox(key="inside_layer").set_value("dense").run()
    assert "channel" not in app.query_params
    assert first(app, "inside_layer") == "dense"
    assert "10 numbers, the strongest first" in text(app)
    assert "inside_own" not in [one.key for one in app.toggle]  # a number alone has no pattern


@pytest.mark.usefixtures("two_runs")
def test_a_picture_that_looks_like_none_of_the_classes_is_said_to(
    runs: Path, dataset: Dataset, tmp_path: Path
) -> None:
    study = UnknownStudy(RunStore(runs).get(CNN), tmp_path / "CIFAR_LAB_CACHE")
    study.path.parent.mkdir(parents=True)
    quantiles = tuple(np.linspace(-9, -0.1, 201).tolist())
    record = UnknownRecord(
        run=CNN, data=dataset.fingerprint, seed=0, validation=100, of=100, quantiles=quantiles,
        test=10, false_alarms=1, foreign={},
    )  # fmt: skip
    study.path.write_text(record.model_dump_json(), encoding="utf-8")
    # Whose probabilities add up to 1 as they are: the energy is 0.
    app = open_page(run=CNN, unknown_part="true")
    assert "Unlike the pictures it learnt from:** perhaps none of its 10 classes" in app.warning[0].value
    assert "None of the validation pictures look as unlike" in app.warning[0].value
    assert "unknown_begin" not in [one.key for one in app.button]


@pytest.mark.usefixtures("two_runs")
def test_the_url_opens_one_picture_with_one_model(service: FakeService, dataset: Dataset) -> None:
    app = open_page(run=MLP, split="train", index="17", target="dog")
    asked = service.asked[-1]
    assert (asked.run, asked.class_index) == (MLP, 5)
    assert np.array_equal(asked.image, dataset.train.images[17])
    assert app.selectbox(key="model").value == MLP
    assert "trained on" in text(app)  # other pictures than those on screen
    app = open_page(run=CNN, split="test", index="7")
    assert np.array_equal(service.asked[-1].image, dataset.test.images[7])
    assert app.query_params["run"] == CNN
    for _ in range(2):  # a browser that is asked again before it drew the number has not heard it yet
        number = app.number_input(key="index").proto
        assert (number.value, number.set_value) == (7, True)
        app.run()


def test_side_by_side_from_the_address(
    service: FakeService, runs: Path, two_runs: None, dataset: Dataset
) -> None:
    assert "beside" not in open_page(run=CNN).query_params
    app = open_page(run=CNN, beside=[MLP, "gone", CNN], why=["dog", "truck", "unicorn"], layer="conv_1")
    titles = [one.value for one in app.subheader]
    # Of two models one has no map; a picture is shown all the same. Nothing ever speaks for a truck.
    assert titles == [
        "**cat** (70%), wrong",
        "**cat** (70%), wrong",
        "Why **dog** (3%)",
        "Why **truck** (3%)",
    ]
    warned = [one.value for one in app.warning]
    assert warned == [next(one for one in warned if "“Why: unicorn”" in one), "There is no run “gone”."]
    by_class = service.asked[-2:]
    assert [(one.run, one.class_index, one.layer) for one in by_class] == [
        (CNN, 5, "conv_1"),
        (CNN, 9, "conv_1"),
    ]
    assert [one.layer for one in service.asked if one.run == MLP] == [None]  # it has layers of its own
    said = text(app)
    assert "100% is the strongest evidence for any of them, 2." in said
    assert "No positive evidence: nothing speaks for **truck**." in said
    app.multiselect(key="beside").set_value([MLP]).run()
    app.multiselect(key="why").set_value([]).run()
    app.number_input(key="more").set_value(2).run()
    assert [one.value for one in app.subheader] == ["**cat** (70%), wrong"] * 2 + [
        f"**cat** (70%), {'right' if dataset.test.labels[index] == CAT else 'wrong'}" for index in range(3)
    ]
    assert [
        np.flatnonzero((dataset.test.images == one.image).all(axis=(1, 2, 3)))[0]
        for one in service.asked[-2:]
    ] == [1, 2]
    assert first(app, "more") == "2"
    app.number_input(key="more").set_value(0).run()
    assert "more" not in app.query_params
    assert first(app, "beside") == MLP
    assert "why" not in app.query_params
    (runs / MLP / "model.keras").unlink()
    assert "are not on this machine. Train it again" in open_page(run=CNN, beside=MLP).warning[0].value


@pytest.mark.usefixtures("two_runs")
def test_no_camera_is_turned_on_by_an_address(service: FakeService) -> None:
    app = open_page(run=CNN, source="live")
    assert "pages on https or localhost" in text(app)
    assert app.query_params["source"] == "live"
    app = open_page(run=CNN, source="camera")
    assert not app.toggle(key="camera_on").value
    assert not app.get("camera_input")
    app.toggle(key="camera_on").set_value(True).run()
    assert app.get("camera_input")
    assert "take a photo" in text(app)
    assert service.asked == []


@pytest.mark.usefixtures("two_runs")
def test_a_frame_of_a_webcam_is_answered_or_refused(
    service: FakeService, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.st, "session_state", {})
    monkeypatch.setattr(live, "places", partial(CameraPlaces, 1))
    names = tuple(CIFAR10_CLASSES)
    model = ModelChoice(CNN, "a run", runs / CNN / "model.keras", names)
    pixels = np.full((48, 64, 3), 90, np.uint8)
    sent = {"number": 5, "width": 64, "height": 48, "pixels": base64.b64encode(pixels.tobytes()).decode()}
    answer = live.answer_frame(sent, model, "gradcam", "dog", "logit", None)
    assert (answer["number"], answer["explained"], answer["says"][0][0]) == (5, "dog", "cat")
    assert service.asked[-1].image.shape == (32, 32, 3)
    assert (service.asked[-1].image == 90).all()
    assert live.answer_frame({"number": 6}, model, "gradcam", None, "logit", None) == {
        "number": 6,
        "problem": "The browser sent no frame of a camera. Load the page anew.",
    }
    monkeypatch.setattr(live, "places", partial(CameraPlaces, 0))
    assert "cameras are in use" in live.answer_frame(sent, model, "gradcam", None, "logit", None)["problem"]


@pytest.mark.usefixtures("two_runs")
def test_a_wrong_url_is_a_sentence(service: FakeService) -> None:
    app = open_page(run=CNN, split="test", index="10")
    assert "has no picture 10" in app.error[0].value
    assert "0 to 9" in app.error[0].value
    assert service.asked == []
    app = open_page(run="gone")
    assert "no run “gone”" in app.warning[0].value
    assert service.asked[-1].run == CNN


def test_a_run_without_its_weights_is_told_by_its_name(
    service: FakeService, runs: Path, two_runs: None
) -> None:
    (runs / MLP / "model.keras").unlink()
    app = open_page(run=MLP)
    name = RunStore(runs).get(MLP).record.config.name
    assert (
        f"The weights of “{name}” are not on this machine, so another model is shown." in app.warning[0].value
    )
    assert service.asked[-1].run == CNN
    app.number_input(key="index").set_value(1).run()
    assert not app.warning


@pytest.mark.usefixtures("two_runs", "service")
def test_all_that_is_seen_stands_in_the_address(dataset: Dataset) -> None:
    app = open_page()
    seen = {"run": CNN, "split": "test", "index": "0", "opacity": "70", "colours": "inferno"}
    seen["data"] = f"{dataset.name}~{dataset.fingerprint}"
    assert {name: first(app, name) for name in app.query_params} == seen
    app.number_input(key="index").set_value(3).run()
    app.slider(key="opacity").set_value(80).run()
    app.selectbox(key="model").set_value(MLP).run()
    seen |= {"index": "3", "opacity": "80", "run": MLP}
    assert {name: first(app, name) for name in app.query_params} == seen
    app.query_params["index"] = "0"  # as Back of the browser does
    app.run()
    assert app.number_input(key="index").value == 0


@pytest.mark.usefixtures("two_runs", "service")
def test_what_an_address_names_and_is_not_there_is_said() -> None:
    wrong = {"split": "tset", "index": "-1", "opacity": "101", "colours": "jet", "source": "web"}
    wrong["target"] = "elk"
    app = open_page(**wrong)
    said = [warning.value for warning in app.warning]
    assert len(said) == len(wrong)
    for name, value in wrong.items():
        assert any(f"“{shown_as(name)}: {value}”" in sentence for sentence in said), (name, said)
    assert [first(app, name) for name in ("split", "index", "opacity")] == ["test", "0", "70"]


def first(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.mark.usefixtures("two_runs")
def test_choosing_class_layer_and_model(service: FakeService) -> None:
    app = open_page(numbers_part="true")
    app.selectbox(key="target").set_value("truck").run()
    assert service.asked[-1].class_index == 9
    assert "No positive evidence" in text(app)
    app.button(key="ask_margin").click().run()
    assert (first(app, "score"), service.asked[-1].scored) == ("margin", ("margin", None))
    app.selectbox(key="score").set_value("logit").run()
    app.selectbox(key="target").set_value("frog").run()
    assert "ask_margin" not in [one.key for one in app.button]
    app.selectbox(key="layer").set_value("conv_1").run()
    assert (service.asked[-1].class_index, service.asked[-1].layer) == (6, "conv_1")
    assert first(app, "layer") == "conv_1"
    app.slider(key="opacity").set_value(80).run()
    app.selectbox(key="model").set_value(MLP).run()
    assert (service.asked[-1].run, service.asked[-1].layer) == (MLP, None)
    assert "layer" not in app.query_params
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("two_runs")
def test_the_layer_is_in_the_address(service: FakeService) -> None:
    app = open_page(layer="conv_1", numbers_part="true")
    assert service.asked[-1].layer == "conv_1"
    assert app.selectbox(key="layer").value == "conv_1"
    app.query_params["layer"] = "conv_1,conv_2"
    app.run()
    assert app.selectbox(key="layer").value == "conv_1,conv_2"
    assert "the mean of the maps of 2 layers" in text(app)
    app.query_params["layer"] = "conv_9"
    app.run()
    assert [warning.value for warning in app.warning] == ["The network has no map at a layer “conv_9”."]
    assert app.selectbox(key="layer").value == "conv_2"
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("two_runs")
def test_why_cat_and_not_dog(service: FakeService) -> None:
    app = open_page()
    assert service.asked[-1].scored == ("logit", None)
    assert "score" not in app.query_params
    app.selectbox(key="score").set_value("margin").run()
    assert first(app, "score") == "margin"
    assert service.asked[-1].scored == ("margin", None)
    app.selectbox(key="against").set_value("dog").run()
    assert service.asked[-1].scored == ("margin", 5)
    app.selectbox(key="score").set_value("logit").run()
    assert "score" not in app.query_params
    assert not app.exception
    app = open_page(score="margin", against="dog", target="cat")
    assert (service.asked[-1].class_index, service.asked[-1].scored) == (CAT, ("margin", 5))
    app.query_params["score"] = "luck"
    app.run()
    assert app.warning[0].value.startswith("The address asks for “Scored: luck”")
    assert not app.error


@pytest.mark.usefixtures("two_runs")
def test_the_method_is_in_the_address(service: FakeService) -> None:
    app = open_page(method="hirescam", numbers_part="true")
    assert service.asked[-1].method == "hirescam"
    assert "Heat map by HiResCAM." in text(app)
    app.selectbox(key="method").set_value("eigencam").run()
    assert service.asked[-1].method == first(app, "method") == "eigencam"
    assert "**whatever the class**" in text(app)
    app.selectbox(key="method").set_value("guided-backprop").run()
    assert "**up or down**" in text(app)
    assert "**Do not believe it**" in text(app)
    assert not [box for box in app.selectbox if box.key == "layer"]
    app.selectbox(key="method").set_value("integrated-gradients").run()
    assert "all cells add up to 2: the score of this picture less that of a grey one" in text(app)
    app.selectbox(key="method").set_value("cam").run()
    assert [warning.value for warning in app.warning] == [
        "CAM needs a network that ends in global average pooling."
    ]
    assert app.selectbox(key="method").value == "gradcam"
    app.query_params["method"] = "magic"
    app.query_params["change"] = "fog"  # for which the network is asked twice, and that is told once
    app.run()
    assert len(app.warning) == 1
    assert app.warning[0].value.startswith("The address asks for “Method: magic”, which does not exist.")
    assert app.selectbox(key="method").value == service.asked[-1].method == "gradcam"
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("two_runs")
def test_the_network_is_asked_once_for_each_question(service: FakeService, runs: Path) -> None:
    app = open_page(numbers_part="true")
    assert len(service.asked) == 1
    app.slider(key="opacity").set_value(80).run()
    app.selectbox(key="colours").set_value("viridis").run()
    app.selectbox(key="wall_class").set_value("cat").run()
    assert len(service.asked) == 1  # only the look has changed
    app.selectbox(key="target").set_value("frog").run()
    app.selectbox(key="layer").set_value("conv_1").run()
    app.number_input(key="index").set_value(3).run()
    assert len(service.asked) == 4
    app.number_input(key="index").set_value(0).run()
    app.selectbox(key="layer").set_value("conv_2").run()  # the one that was looked at to begin with
    assert len(service.asked) == 4
    app.selectbox(key="model").set_value(MLP).run()
    assert len(service.asked) == 5
    app.selectbox(key="model").set_value(CNN).run()
    assert len(service.asked) == 5
    (runs / CNN / "model.keras").write_bytes(b"trained anew")
    app.slider(key="opacity").set_value(20).run()
    assert len(service.asked) == 6
    assert not app.exception
    assert not app.error


@pytest.mark.usefixtures("two_runs")
def test_the_wall_of_other_pictures_is_in_the_address(dataset: Dataset) -> None:
    app = open_page(run=CNN, split="train", wall_page="2")
    assert app.pagination(key="wall_page").value == 2
    (wall,) = [one for one in walls(app) if one["label"] == "Choose another picture"]
    assert len(wall["pictures"]) == len(dataset.train) - 24
    app.selectbox(key="wall_class").set_value("cat").run()
    assert first(app, "wall_class") == "cat"
    assert "wall_page" not in app.query_params  # the cats begin with their first page
    del app.query_params["wall_class"]  # Back
    app.query_params["wall_page"] = "2"
    app.run()
    assert (app.selectbox(key="wall_class").value, app.pagination(key="wall_page").value) == (None, 2)
    app.segmented_control(key="split").set_value("test").run()
    assert "wall_page" not in app.query_params
    assert not app.warning
    app = open_page(run=CNN, wall_class="unicorn", wall_page="3")
    told = [one.value.partition(",")[0] for one in app.warning]
    assert told == ["The address asks for “Class: unicorn”", "The address asks for “Page: 3”"]


@pytest.mark.usefixtures("two_runs")
def test_a_network_without_convolutions_shows_probabilities(service: FakeService) -> None:
    app = open_page(run=MLP)
    assert "no convolution" in app.info[0].value
    assert "What it says" in text(app)
    assert "save" not in [button.key for button in app.get("download_button")]
    assert service.asked[-1].run == MLP


@pytest.mark.usefixtures("two_runs")
def test_an_upload(service: FakeService) -> None:
    picture = np.zeros((64, 128, 3), np.uint8)
    picture[:, 32:96] = (10, 200, 30)
    app = upload(open_page(), "frog.png", to_png(picture))
    assert (service.asked[-1].image == (10, 200, 30)).all()  # the centre square
    assert app.header[0].value == "The network says **cat** (70%)."
    app.selectbox(key=f"framing_{CNN}").set_value("stretch").run()
    assert service.asked[-1].image[0, 0].tolist() == [0, 0, 0]
    assert "trained on" not in text(app)  # its own pictures were square from the beginning


@pytest.mark.usefixtures("two_runs")
def test_several_pictures_at_once(service: FakeService) -> None:
    app = open_page(run=CNN, source="upload", picture="7")  # of a link: whoever opens it has other pictures
    colours = {"red": (200, 0, 0), "green": (0, 200, 0), "blue": (0, 0, 200)}
    red, green, blue = (to_png(np.full((40, 50, 3), colour, np.uint8)) for colour in colours.values())
    named = [("image.png", red), ("broken.png", b"no picture"), ("image.png", green), ("blue.png", blue)]
    app.file_uploader(key="upload").set_value([(*one, "image/png") for one in named]).run()

    def asked() -> list[str]:
        told = {colour: name for name, colour in colours.items()}
        return [told[tuple(one.image[0, 0].tolist())] for one in service.asked]

    (problem,) = [one.value for one in app.error]
    assert problem.startswith("broken.png: ")
    assert not app.warning
    assert asked() == ["red", "red", "green", "blue"]
    assert [one.value for one in app.subheader] == ["**cat** (70%)"] * 3
    assert app.selectbox(key="picture").options == ["image.png", "image.png (2)", "blue.png"]
    assert "image.png (2). Coloured: what speaks for **cat**" in text(app)
    app.selectbox(key="picture").set_value(3).run()
    assert first(app, "picture") == "3"
    assert asked()[4:] == ["blue"]  # what was said of the others is kept
    app.query_params["picture"] = "2"  # Back
    app.run()
    assert app.selectbox(key="picture").value == 2

    def take_away(place: int) -> None:
        uploader = app.file_uploader(key="upload")
        files = [(one.file_id, one.name, one.getvalue(), one.type) for one in uploader.value]
        uploader._files = files[:place] + files[place + 1 :]
        app.run()
        assert not app.exception
        assert not app.warning

    take_away(3)
    assert (first(app, "picture"), app.selectbox(key="picture").value) == ("2", 2)
    take_away(0)
    assert asked()[-1] == "green"  # that one is still on top, and alone
    assert not app.subheader
    assert "picture" not in app.query_params
    take_away(1)
    assert problem in [one.value for one in app.error]
    take_away(0)
    assert not app.error
    assert "up to 12 at once, each up to 10 MB" in text(app)
    broken = [("broken.png", b"no picture", "image/png")] * 11
    app.file_uploader(key="upload").set_value([*broken, *[("image.png", red, "image/png")] * 2]).run()
    assert app.error[0].value.count("broken.png: ") == 11
    assert "You gave 13 pictures: the first 12 are shown." in app.warning[0].value
    assert app.header[0].value == "The network says **cat** (70%)."  # of the twelfth


def test_an_upload_is_framed_as_the_pictures_of_the_run(
    service: FakeService, runs: Path, two_runs: None
) -> None:
    for run, change in (
        (CNN, {"framing": "stretch", "background": "black"}),
        (MLP, {"source": FOLDER_SOURCE}),
    ):
        record = RunRecord.read(RunPaths(runs / run).record)
        assert record.data is not None
        data = record.data.model_copy(update=change)
        record.model_copy(update={"data": data}).write(RunPaths(runs / run).record)
    picture = np.zeros((64, 128, 4), np.uint8)
    picture[:, 32:96] = (10, 200, 30, 255)
    app = upload(open_page(run=CNN), "frog.png", encoded(Image.fromarray(picture), "PNG"))
    assert service.asked[-1].image[0, [0, 16]].tolist() == [[0, 0, 0], [10, 200, 30]]
    assert "trained on" not in text(app)
    app.selectbox(key=f"framing_{CNN}").set_value("crop").run()
    assert (service.asked[-1].image == (10, 200, 30)).all()
    assert "The network was trained on stretched pictures; this one is cropped." in text(app)
    app.selectbox(key=f"framing_{CNN}").set_value("pad").run()
    app.segmented_control(key=f"background_{CNN}").set_value("white").run()
    assert service.asked[-1].image[16, [0, 16]].tolist() == [[255] * 3, [10, 200, 30]]
    assert "whose transparent parts are black; here they are white." in text(app)
    # A run of before framings were recorded, whose pictures lay in folders: they were stretched.
    app.selectbox(key="model").set_value(MLP).run()
    assert app.selectbox(key=f"framing_{MLP}").value == "stretch"
    assert service.asked[-1].image[0, [0, 16]].tolist() == [[255] * 3, [10, 200, 30]]


@pytest.mark.usefixtures("two_runs")
@pytest.mark.parametrize("content", [b"", b"not a picture", to_png(np.zeros((40, 40, 3), np.uint8))[:60]])
def test_an_upload_that_is_no_picture(service: FakeService, content: bytes) -> None:
    app = open_page()
    asked = len(service.asked)
    app = upload(app, "broken.png", content)
    assert len(app.error) == 1
    assert "Choose a" in app.error[0].value or "choose another" in app.error[0].value
    assert len(service.asked) == asked


@pytest.mark.usefixtures("two_runs")
def test_a_problem_of_the_service_is_a_sentence(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Explanation:
        raise ExplainError("The explanation took longer than 60 seconds and was ended. Try again.")

    monkeypatch.setattr(service, "explain", fail)
    app = open_page()
    assert "took longer than 60 seconds" in app.error[0].value
    assert app.pagination  # another picture can still be chosen


@pytest.mark.usefixtures("two_runs")
def test_any_picture_set_is_walked_through() -> None:
    app = open_page(split="test", index="4", set="list(test:9, 4, train:3, test:7)")
    said = " ".join(one.value for one in app.markdown)
    assert "**2 of 3 pictures chosen by hand**" in said
    assert "3 pictures chosen by hand" in text(app)
    app.button(key="after").click().run()
    assert app.query_params["index"] == "7"
    assert app.button(key="after").disabled
    app.button(key="set_off").click().run()
    assert "set" not in app.query_params
    assert "Choose another picture" in text(app)


@pytest.mark.usefixtures("two_runs")
def test_a_picture_set_that_cannot_be_understood_is_told() -> None:
    app = open_page(split="test", index="4", set="wrong(nobody)")
    assert "there is no run “nobody”" in app.warning[0].value


@pytest.mark.usefixtures("two_runs")
def test_the_most_alike_training_pictures(service: FakeService, dataset: Dataset) -> None:
    app = open_page(split="train", index="3")

    def row() -> list[str]:
        (wall,) = [one for one in walls(app) if one["label"] == "The most alike training pictures"]
        return [one["hover"] for one in wall["pictures"]]

    apart = ((dataset.train.images.astype(float) - dataset.train.images[3]) ** 2).mean(axis=(1, 2, 3))
    others = [index for index in np.argsort(apart, kind="stable").tolist() if index != 3][:10]
    assert [int(one.split()[-1]) for one in row()] == others
    app.segmented_control(key="alike").set_value("by this network").run()
    assert not app.exception
    app.button(key="compute_features").click().run()
    means = dataset.train.images.mean(axis=(1, 2))
    others = [i for i in np.argsort(np.linalg.norm(means - means[3], axis=1)).tolist() if i != 3][:10]
    wait_until(lambda: app.run() and len(walls(app)) == 2)
    assert [int(one.split()[-1]) for one in row()] == others


@pytest.mark.usefixtures("two_runs")
def test_the_picture_is_changed_by_address_and_by_sliders(service: FakeService, dataset: Dataset) -> None:
    app = open_page(index="3", change="fog", severity="5")
    pixels = dataset.test.images[3]
    changed, original = (asked.image for asked in service.asked[-2:])
    assert (changed == corrupt(pixels[None], "fog", 5, numbers=np.array([3]))[0]).all()
    assert (original == pixels).all()
    assert "Fog, severity 5 of 5" in text(app)
    app.slider(key="severity").set_value(1).run()
    assert (service.asked[-1].image == corrupt(pixels[None], "fog", 1, numbers=np.array([3]))[0]).all()
    assert first(app, "severity") == "1"
    app.selectbox(key="change").set_value("square").run()
    app.slider(key="side").set_value(4).run()
    assert given_to(app, "cifar_lab_drag") == [{"side": 4}]
    app.selectbox(key="change").set_value("placed").run()
    app.slider(key="angle").set_value(-90).run()
    assert (service.asked[-1].image == np.rot90(pixels, -1)).all()
    assert first(app, "angle") == "-90"
    app.selectbox(key="change").set_value("pgd").run()
    app.slider(key="epsilon").set_value(3).run()
    assert (np.abs(service.asked[-1].image.astype(int) - pixels) == 3).all()
    assert first(app, "epsilon") == "3"
    assert "no value by more than 3 of 255" in text(app)
    assert "×42 about grey: at most 3 of 255" in text(app)
    app.selectbox(key="change").set_value(None).run()
    assert "change" not in app.query_params
    assert not app.exception
    assert "It can be 1 to 5" in open_page(change="fog", severity="9").warning[0].value
