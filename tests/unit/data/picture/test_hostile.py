"""Hundreds of files that ask for too much: each costs a second and 200 MB, and ends in a sentence or a picture."""

import sys
from collections.abc import Iterator

import psutil
import pytest

from cifar_core.data.picture.limits import PictureProblem
from cifar_core.data.picture.reader import PictureReader
from cifar_core.data.reading import Preparation
from tests.costs import highest_memory, is_little
from tests.flaws import flaws
from tests.hostile_pictures import ending_of, hostile_pictures
from tests.pictures import KINDS

SECONDS = 2.0  # of computing; one, on a machine that does nothing else
MEGABYTES = (
    140.0  # beyond what it has at its start: how much of libraries is mapped differs from disk to disk
)


@pytest.fixture
def reader() -> Iterator[PictureReader]:
    started = PictureReader()
    yield started
    started.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_each_costs_little_and_ends_in_a_sentence_or_a_picture(reader: PictureReader) -> None:
    costly, silent, at_start = [], [], 0.0
    for name, data in hostile_pictures():
        if reader._process is None:
            reader.read(KINDS["png"].data, "png", Preparation(), shown=False)
            assert reader._process is not None
            at_start = highest_memory(reader._process.pid)
        process = psutil.Process(reader._process.pid)
        before = process.cpu_times().user
        try:
            reader.read(data, ending_of(name), Preparation(), shown=True)
        except PictureProblem as problem:
            if not str(problem).endswith(".") or "status" in str(problem) or flaws(str(problem)):
                silent.append(f"{name}: {problem}")
        if reader._process is None:
            costly.append(f"{name} ended the process")
            continue
        seconds, most = process.cpu_times().user - before, highest_memory(process.pid) - at_start
        if not is_little(seconds, SECONDS) or most > MEGABYTES:
            costly.append(f"{name} took {seconds:.1f} s and {most:.0f} MB")
            reader.close()
    assert not costly
    assert not silent
