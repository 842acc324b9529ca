"""A network is asked once for each question, however often its answer is looked at."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cifar_core.errors import ExplainError
from cifar_core.explain.answer import Answer, Answers
from cifar_core.explain.attack import Attack
from cifar_core.explain.heatmap import Heatmap
from cifar_core.explain.methods.method import Told
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation


class Service:
    """Answers each request with its number, and counts them."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def explain(self, question: Question, *, told: Told = lambda share: None) -> Answer:
        self.asked.append(question)
        return (Explanation(np.zeros(3, np.float32), len(self.asked), None, ()),)


@pytest.fixture
def question(tmp_path: Path) -> Question:
    path = tmp_path / "model.keras"
    path.write_bytes(b"a network")
    return Question(path, np.arange(2 * 32 * 32 * 3).reshape(2, 32, 32, 3).astype(np.uint8))


def test_the_same_question_is_asked_once(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    answers = Answers(service)
    first = answers.ask(question)
    assert answers.ask(question) is first
    assert answers.ask(replace(question, pictures=question.pictures.copy())) is first
    monkeypatch.chdir(question.model.parent)
    assert answers.ask(replace(question, model=Path("model.keras"))) is first
    assert service.asked == [question]


def test_whatever_else_is_asked_is_asked_once(question: Question) -> None:
    service = Service()
    answers = Answers(service)
    other_model = question.model.with_name("other.keras")
    other_model.write_bytes(b"a network")
    others = [
        replace(question, class_index=0),
        replace(question, class_index=1),
        replace(question, layer="conv_1"),
        replace(question, method="another"),
        replace(question, attack=Attack("fgsm", 1)),
        replace(question, attack=Attack("fgsm", 2)),
        replace(question, attack=Attack("pgd", 2)),
        replace(question, model=other_model),
        replace(question, pictures=question.pictures + np.uint8(1)),
        replace(question, pictures=question.pictures[:1]),
    ]
    for _ in range(2):
        for one in [question, *others]:
            answers.ask(one)
    assert service.asked == [question, *others]


def test_a_layer_that_was_left_open_is_the_one_that_is_named_later(question: Question) -> None:
    class ServiceWithLayers(Service):
        def explain(self, question: Question, *, told: Told = lambda share: None) -> Answer:
            (answer,) = super().explain(question)
            values = np.ones((2, 2), np.float32)
            return (replace(answer, heatmap=Heatmap(values, 1.0, question.layer or "conv_2", 0, "gradcam")),)

    service = ServiceWithLayers()
    answers = Answers(service)
    first = answers.ask(question)
    assert answers.ask(replace(question, layer="conv_2")) is first
    assert answers.ask(replace(question, layer="conv_1")) is not first
    assert len(service.asked) == 2
    by_name = answers.ask(replace(question, layer="conv_2", class_index=1))
    assert answers.ask(replace(question, class_index=1)) is by_name
    assert len(service.asked) == 3


@pytest.mark.parametrize("content", [b"a network that was trained on", b"A NETWORK"])
def test_a_model_file_that_has_changed_is_asked_anew(question: Question, content: bytes) -> None:
    service = Service()
    answers = Answers(service)
    answers.ask(question)
    before = question.model.stat()
    question.model.write_bytes(content)
    later = 1_000_000 if len(content) == before.st_size else 0  # either the size or the time tells
    os.utime(question.model, ns=(before.st_atime_ns, before.st_mtime_ns + later))
    (answer,) = answers.ask(question)
    assert answer.class_index == 2
    assert answers.ask(question) == (answer,)
    assert len(service.asked) == 2


def test_the_answer_of_a_model_that_is_gone_is_not_given(question: Question) -> None:
    service = Service()
    answers = Answers(service)
    answers.ask(question)
    question.model.unlink()
    answers.ask(question)  # the explanation process would say that it is gone
    assert len(service.asked) == 2


def test_a_failure_is_not_kept(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    answers = Answers(service)
    with monkeypatch.context() as patched:

        def fail(question: Question, *, told: Told) -> Answer:
            raise ExplainError("The explanation took longer than 60 seconds and was ended. Try again.")

        patched.setattr(service, "explain", fail)
        for _ in range(2):
            with pytest.raises(ExplainError, match="Try again"):
                answers.ask(question)
    (answer,) = answers.ask(question)
    assert answer.class_index == 1


def test_only_so_many_answers_are_kept(question: Question) -> None:
    service = Service()
    answers = Answers(service, kept=2)
    first, second, third = (replace(question, class_index=index) for index in range(3))
    answers.ask(first)
    answers.ask(second)
    answers.ask(first)
    answers.ask(third)  # drops the second, which was used least recently
    answers.ask(first)
    assert service.asked == [first, second, third]
    answers.ask(second)
    assert service.asked == [first, second, third, second]


def test_a_question_that_waits_holds_no_other_up(question: Question) -> None:
    kept = replace(question, class_index=0)

    class HungService(Service):
        def explain(self, asked: Question, *, told: Told = lambda share: None) -> Answer:
            if asked is question:
                waiting.set()
                assert proceed.wait(60)
            return super().explain(asked)

    waiting, proceed = threading.Event(), threading.Event()
    answers = Answers(HungService())
    first = answers.ask(kept)
    thread = threading.Thread(target=answers.ask, args=(question,))
    thread.start()
    assert waiting.wait(60)
    assert answers.ask(kept) is first
    proceed.set()
    thread.join()


@pytest.mark.parametrize("fails", [False, True])
def test_threads_that_ask_the_same_share_one_answer(question: Question, fails: bool) -> None:
    asked, proceed = threading.Event(), threading.Event()

    class SlowService(Service):
        def explain(self, question: Question, *, told: Told = lambda share: None) -> Answer:
            asked.set()
            assert proceed.wait(60)
            if fails:
                raise ExplainError("Memory is short.")
            return super().explain(question)

    service = SlowService()
    answers = Answers(service)
    given: list[object] = []

    def ask() -> None:
        try:
            given.extend(answers.ask(question))
        except ExplainError as error:
            given.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    threads[0].start()
    assert asked.wait(60)
    for thread in threads[1:]:
        thread.start()
    proceed.set()
    for thread in threads:
        thread.join()
    if fails:
        assert given == ["Memory is short."] * 6
    else:
        assert [id(one) for one in given] == [id(given[0])] * 6
        assert service.asked == [question]


def test_who_leaves_stops_the_work_and_the_next_one_asks_itself(question: Question) -> None:
    """As when a page is drawn anew while a thousand pictures go through the network, and another page waits."""

    class Left(BaseException):
        pass

    class LongService(Service):
        def explain(self, question: Question, *, told: Told = lambda share: None) -> Answer:
            answer = super().explain(question)
            begun.set()
            assert waits.wait(60)
            told(0.5)
            return answer

    def leave(share: float) -> None:
        raise Left

    begun, waits = threading.Event(), threading.Event()
    service = LongService()
    answers = Answers(service)
    given: list[object] = []
    left: list[bool] = []

    def ask_and_leave() -> None:
        try:
            answers.ask(question, leave)
        except Left:
            left.append(True)

    first = threading.Thread(target=ask_and_leave)
    first.start()
    assert begun.wait(60)
    second = threading.Thread(target=lambda: given.extend(answers.ask(question)))
    second.start()
    waits.set()
    first.join()
    second.join()
    assert left == [True]
    assert [one.class_index for one in given if isinstance(one, Explanation)] == [2]
    answers.ask(question)
    assert len(service.asked) == 2
