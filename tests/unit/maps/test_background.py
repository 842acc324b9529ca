"""Work beside the pages: one after the other, with progress, and a failure that is told and may be tried again."""

import threading

from cifar_core.errors import RunError
from cifar_core.maps.background import MOST_WAITING, Background, Told
from tests.waiting import wait_until


def test_one_after_the_other() -> None:
    work, begun, go = Background(), threading.Event(), threading.Event()
    order: list[str] = []

    def first(told: Told) -> None:
        told("laying out", 0.25)
        begun.set()
        assert go.wait(30)
        order.append("first")

    work.start("a", first)
    assert begun.wait(30)
    work.start("a", lambda told: order.append("never"))
    work.start("b", lambda told: order.append("second"))
    waiting, doing = work.progress("b"), work.progress("a")
    assert doing is not None
    assert (doing.doing, doing.share) == ("laying out", 0.25)
    assert waiting is not None
    assert "Waiting" in waiting.doing
    go.set()
    wait_until(lambda: work.progress("b") is None)
    assert order == ["first", "second"]
    assert work.progress("a") is None


def test_a_failure_is_told_and_may_be_tried_again() -> None:
    work = Background()

    def fail(told: Told) -> None:
        raise RunError("There are no pictures.")

    work.start("a", fail)
    wait_until(lambda: (one := work.progress("a")) is not None and one.problem is not None)
    failed = work.progress("a")
    assert failed is not None
    assert failed.problem == "There are no pictures."
    work.start("a", lambda told: None)
    wait_until(lambda: work.progress("a") is None)


def test_what_is_stopped_ends_when_it_tells_how_far_it_is_and_can_begin_again() -> None:
    work, begun, go, ended = Background(), threading.Event(), threading.Event(), threading.Event()

    def endless(told: Told) -> None:
        told("working", 0.5)
        begun.set()
        assert go.wait(30)
        told("working", 0.6)
        ended.set()

    work.stop("a")  # Nothing is under way: nothing is remembered.
    work.start("a", endless)
    assert begun.wait(30)
    work.start("b", endless)
    work.stop("b")  # Before its turn: it ends at once, and can be asked for again.
    assert work.progress("b") is None
    work.start("b", lambda told: None)
    work.stop("a")
    stopping = work.progress("a")
    assert stopping is not None
    assert (stopping.doing, stopping.share) == ("Stopping", 0.5)
    go.set()
    wait_until(lambda: work.progress("a") is None and work.progress("b") is None)
    assert not ended.is_set()
    work.start("a", lambda told: ended.set())
    wait_until(ended.is_set)


def test_too_many_are_refused() -> None:
    work, go = Background(), threading.Event()
    for number in range(MOST_WAITING):
        work.start(str(number), lambda told: go.wait(30) and None)
    work.start("more", lambda told: None)
    refused = work.progress("more")
    assert refused is not None
    assert refused.problem is not None
    go.set()
    wait_until(lambda: all(work.progress(str(number)) is None for number in range(MOST_WAITING)))
