"""The explanation process: warm, killed, hung, orphaned, and the dashboard free of TensorFlow."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import psutil
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.explainer import LoadedModel
from cifar_core.explain.inside.seen import InsideRequest, PeaksRequest
from cifar_core.explain.process import service as service_module
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keras.utils.set_random_seed(0)
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(2, 5, strides=5, name="conv"),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    path = tmp_path_factory.mktemp("run") / "model.keras"
    network.save(path)
    return path


@pytest.fixture(scope="module")
def service() -> Iterator[InferenceService]:
    with InferenceService() as running:
        yield running


WITHOUT_TENSORFLOW = """
from cifar_core.explain.process import worker
worker._import_backend = lambda: None
worker.answer = lambda explainer, request, told: request.pictures.mean(axis=(1, 2))
worker.main()
"""
"""A child that answers with the mean colours. What is tried on it is how the two processes get on with each other."""


@pytest.fixture
def light_service() -> Iterator[InferenceService]:
    """Give a service whose child is there in half a second, however often it is started."""
    with InferenceService(command=(sys.executable, "-c", WITHOUT_TENSORFLOW)) as running:
        yield running


def test_same_answer_as_in_this_process(service: InferenceService, model_path: Path) -> None:
    question = Question(model_path, IMAGES, class_index=1)
    expected = LoadedModel(keras.saving.load_model(model_path)).explain(question)
    for answer, wanted in zip(service.explain(question), expected, strict=True):
        assert answer.heatmap is not None
        assert wanted.heatmap is not None
        assert np.allclose(answer.logits, wanted.logits, atol=1e-3)
        assert np.allclose(answer.heatmap.values, wanted.heatmap.values, atol=1e-4)
    assert service.ready
    assert np.allclose(service.predict(model_path, IMAGES), [one.logits for one in expected], atol=1e-3)
    features = service.features(model_path, IMAGES)
    assert features.shape == (3, 2 * 6 * 6)
    assert np.allclose(features, LoadedModel(keras.saving.load_model(model_path)).features(IMAGES), atol=1e-3)
    assert service.explain(Question(model_path, IMAGES[:1], layer="conv"))[0].layers[0].name == "conv"
    seen = service.look_inside(InsideRequest(model_path, IMAGES[0], "conv"))
    assert seen.maps is not None
    peaks = service.peaks(PeaksRequest(model_path, IMAGES, "conv"))
    assert peaks.values.shape == peaks.cells.shape == (3, 2)
    assert np.allclose(peaks.values[0], seen.maps.max(axis=(0, 1)), atol=1e-3)
    assert peaks.place is not None
    assert peaks.place.used.shape == seen.maps.shape[:2]


def test_problems_come_back_as_sentences(service: InferenceService, model_path: Path) -> None:
    with pytest.raises(ExplainError, match="it knows 0 to 2"):
        service.explain(Question(model_path, IMAGES[:1], class_index=7))
    with pytest.raises(ExplainError, match="no saved model"):
        service.explain(Question(model_path.with_name("gone.keras"), IMAGES[:1]))
    with pytest.raises(ExplainError, match="could not be explained"):
        service.predict(model_path, IMAGES[:, :8])
    assert service.explain(Question(model_path, IMAGES[:1]))[0].heatmap is not None  # and it goes on


def test_a_killed_child_is_started_again(light_service: InferenceService, model_path: Path) -> None:
    before = light_service.predict(model_path, IMAGES)
    assert np.array_equal(before, IMAGES.mean(axis=(1, 2)))
    child = light_service.process_id
    assert child is not None
    psutil.Process(child).kill()
    assert np.array_equal(light_service.predict(model_path, IMAGES), before)
    assert light_service.process_id != child


def test_several_threads_share_one_child(service: InferenceService, model_path: Path) -> None:
    expected = service.predict(model_path, IMAGES)
    answers: dict[int, np.ndarray] = {}

    def ask(number: int) -> None:
        answers[number] = service.predict(model_path, IMAGES[number % 3 : number % 3 + 1])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, logits in answers.items():
        assert np.allclose(logits[0], expected[number % 3], atol=1e-4)
    assert len(answers) == 12


@pytest.fixture(scope="module")
def slow_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of its own, which a process does not know yet."""
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(16, 5, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )
    path = tmp_path_factory.mktemp("slow") / "model.keras"
    network.save(path)
    return path


def test_long_work_tells_how_far_it_is(service: InferenceService, slow_path: Path) -> None:
    shares: list[float] = []
    many = np.concatenate([IMAGES] * 5)  # as long as ten times what nothing is said of
    answers = service.explain(Question(slow_path, many, method="rise"), told=shares.append)
    assert {one.heatmap.values.shape for one in answers if one.heatmap is not None} == {(32, 32)}
    assert shares
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] <= 1


def test_who_leaves_stops_the_work(service: InferenceService, slow_path: Path, model_path: Path) -> None:
    class Left(BaseException):
        pass

    shares: list[float] = []

    def leave(share: float) -> None:
        shares.append(share)
        raise Left

    before = service.process_id
    question = Question(slow_path, np.concatenate([IMAGES] * 30), method="rise")
    with pytest.raises(Left):
        service.explain(question, told=leave)
    assert len(shares) == 1
    assert shares[0] < 0.9
    # The next answer is the one to the next question, from the same process.
    (answer,) = service.explain(Question(model_path, IMAGES[:1], class_index=1))
    assert answer.class_index == 1
    assert answer.heatmap is not None
    assert answer.heatmap.method == "gradcam"
    assert service.process_id == before


def test_a_hung_child_is_a_sentence_and_starts_again(
    light_service: InferenceService, model_path: Path
) -> None:
    light_service.predict(model_path, IMAGES)
    child = light_service.process_id
    assert child is not None
    psutil.Process(child).suspend()
    with pytest.raises(ExplainError, match=r"longer than 0\.2 seconds"):
        light_service.predict(model_path, IMAGES, timeout=0.2)
    assert not psutil.pid_exists(child)
    assert light_service.predict(model_path, IMAGES).shape == (3, 3)


def test_the_child_ends_with_its_parent_and_the_parent_has_no_tensorflow(model_path: Path) -> None:
    program = f"""
import os, sys
from pathlib import Path
import numpy as np
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
service = InferenceService()
service.start()
(answer,) = service.explain(Question(Path({str(model_path)!r}), np.zeros((1, 32, 32, 3), np.uint8)))
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & {{"tensorflow", "keras", "jax"}})
print(service.process_id, answer.heatmap.values.shape, loaded, flush=True)
os._exit(9)  # as abruptly as a killed dashboard
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    child, _, rest = done.stdout.partition(" ")
    assert rest.strip() == "(6, 6) []"
    if psutil.pid_exists(int(child)):
        # Returns at once when the process is gone; the exit status of another's child is not ours to see.
        psutil.Process(int(child)).wait(timeout=20)


def test_nothing_secret_on_the_command_line(service: InferenceService) -> None:
    child = psutil.Process(service.process_id)
    assert child.cmdline()[1:] == ["-m", "cifar_core.explain.process.worker"]


def test_closed_is_closed(model_path: Path) -> None:
    service = InferenceService()
    service.close()
    with pytest.raises(ExplainError, match="has been closed"):
        service.predict(model_path, IMAGES)


@pytest.mark.parametrize("moment", ["start_child", "ProcessWatch"])
def test_closed_while_it_warms_up(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tracebacks: list[object] = []
    monkeypatch.setattr(threading, "excepthook", tracebacks.append)
    service = InferenceService(command=(sys.executable, "-c", "import time; time.sleep(600)"))
    original = getattr(service_module, moment)

    def close_beside(*args: object) -> object:
        made = original(*args)
        service.close()
        return made

    monkeypatch.setattr(service_module, moment, close_beside)
    service.start()
    for thread in threading.enumerate():
        if thread.name == "explanation warm-up":
            thread.join(20)
            assert not thread.is_alive()
    assert tracebacks == []
    assert service.process_id is None


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("import sys; sys.exit('no such module')", "could not be started: no such module"),
        ("import time; time.sleep(600)", "could not be started: it was not ready within 1 seconds"),
        ("import os; os.abort()", r"could not be started: it crashed \(signal SIGABRT\)"),
        (
            "raise OSError('no library')",
            r"could not be started: it ended with exit code 1 \(OSError: no library\)",
        ),
    ],
)
def test_a_child_that_does_not_start(program: str, sentence: str, model_path: Path) -> None:
    service = InferenceService(command=(sys.executable, "-c", program), start_seconds=1.0)
    with pytest.raises(ExplainError, match=sentence):
        service.predict(model_path, IMAGES)
    service.close()
