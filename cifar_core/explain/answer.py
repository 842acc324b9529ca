"""Asking a network, and keeping what it said: a question that was asked before costs no pass of the network."""

import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self

from cifar_core.explain.attack import Attack
from cifar_core.explain.methods.method import Told
from cifar_core.explain.methods.registry import METHODS
from cifar_core.explain.question import Question
from cifar_core.explain.result import Explanation
from cifar_core.file_cache import FileVersion

ANSWERS_KEPT = 256
"""A few kilobytes each."""

Answer = tuple[Explanation, ...]
"""An explanation of each picture of a question."""


class Explains(Protocol):
    """What is asked: :class:`cifar_core.explain.process.service.InferenceService`, or a stand-in of a test."""

    def explain(self, question: Question, *, told: Told = ...) -> Answer:
        """Explain each picture of a question.

        Parameters
        ----------
        question : Question
            What is asked of which network.
        told : callable
            Told the share that is done; what it raises stops the work and is raised here.
        """


class _LeftError(Exception):
    """Who asked first has left before there was an answer."""


@dataclass(frozen=True)
class _Asked:
    """What two questions have in common that have one answer."""

    model: Path
    version: FileVersion | None
    shape: tuple[int, ...]
    pictures: bytes
    class_index: int | tuple[int, ...] | None
    layer: str | None
    method: str
    score: str
    against: int | None
    randomised: int
    attack: Attack | None

    @classmethod
    def of(cls, question: Question) -> Self:
        try:
            version = FileVersion.of(question.model)
        except OSError:
            version = None  # whoever is asked says what is wrong
        pictures = question.pictures
        method = METHODS.get(question.method)
        layer = None if method is not None and not method.at_layer else question.layer
        digest = sha256(pictures.tobytes()).digest()
        return cls(
            question.model.resolve(), version, pictures.shape, digest,
            question.class_index, layer, question.method,
            question.score, question.against, question.randomised, question.attack,
        )  # fmt: skip


class Answers:
    """Answers, each kept under the question that was asked; safe to share between threads.

    A model file that has changed on the disk is asked anew, and so is a question that could not be answered. Two
    threads that ask the same at the same time share one answer.

    Parameters
    ----------
    service : Explains
        What is asked where no answer is kept.
    kept : int
        At most so many answers; the least recently used one is dropped first.
    """

    def __init__(self, service: Explains, kept: int = ANSWERS_KEPT) -> None:
        self._service = service
        self._most = kept
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Asked, Future[Answer]] = OrderedDict()
        # Leaving the layer open and naming the default one is one question: the page begins with the first and, once
        # its choice of layers is drawn, goes on with the second.
        self._default_layers: dict[tuple[Path, FileVersion | None], str] = {}

    def ask(self, question: Question, told: Told = lambda share: None) -> Answer:
        """Return the answer to a question, asking only if none is kept.

        Parameters
        ----------
        question : Question
            What is asked of which network.
        told : callable
            Told the share that is done, where this call asks. What it raises that is no error, as a page does that
            is drawn anew, stops the work; another thread that waits for the same answer then asks itself.

        Raises
        ------
        ExplainError
            The network cannot be opened or gives no answer.
        """
        while True:
            try:
                return self._ask_once(question, told)
            except _LeftError:
                continue

    def _ask_once(self, question: Question, told: Told) -> Answer:
        asked = _Asked.of(question)
        with self._lock:
            if asked.layer == self._default_layers.get((asked.model, asked.version)):
                asked = replace(asked, layer=None)
            kept = self._answers.get(asked)
            answer: Future[Answer] = Future() if kept is None else kept
            self._answers[asked] = answer
            self._answers.move_to_end(asked)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        if kept is None:
            self._fulfil(answer, question, asked, told)
        return answer.result()  # another thread may still be asking

    def _fulfil(self, answer: "Future[Answer]", question: Question, asked: _Asked, told: Told) -> None:
        """Ask, and give the answer or the failure to all who wait for it."""
        try:
            said = self._service.explain(question, told=told)
        except BaseException as error:
            with self._lock:
                self._answers.pop(asked, None)
            if isinstance(error, Exception):
                answer.set_exception(error)
                return
            answer.set_exception(_LeftError())
            raise
        heatmap = next((one.heatmap for one in said), None)
        if question.layer is None and heatmap is not None and heatmap.layer is not None:
            with self._lock:
                self._default_layers[asked.model, asked.version] = heatmap.layer
        answer.set_result(said)
