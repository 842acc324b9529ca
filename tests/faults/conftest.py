"""One uninterrupted training for all faults, a fresh runs folder for each, and the ledger that the table is made of."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.ledger import Entry, write_ledger
from tests.faults.workbench import Reference, Workbench, train_reference

_entries: list[Entry] = []
_begun = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--minutes", type=float, help="begin no further round after so long; each fault is made once"
    )
    parser.addoption("--ledger", type=Path, help="file that receives what each fault did")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(words): what is done, as the table says it")
    config.addinivalue_line("markers", "costly(divisor): made so many times less often than asked for")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "time_number" in metafunc.fixturenames:
        times = metafunc.config.getoption("--times", default=0)
        costly = metafunc.definition.get_closest_marker("costly")
        divisor = costly.args[0] if costly else 1
        metafunc.parametrize("time_number", range(max(1, times // divisor)))


def _round_of(item: pytest.Item) -> int:
    callspec = getattr(item, "callspec", None)
    return 0 if callspec is None else int(callspec.params.get("time_number", 0))


def pytest_runtest_setup(item: pytest.Item) -> None:
    minutes = item.config.getoption("--minutes", default=None)
    if minutes and _round_of(item) and time.monotonic() - _begun > 60 * minutes:
        pytest.skip("no time is left for a further round")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = [item for item in items if "faults" in item.path.parts]
    # All faults once, then all again: when time is over, each of them has been made.
    places = iter(sorted(here, key=_round_of))
    items[:] = [next(places) if item in here else item for item in items]


def pytest_runtest_teardown(item: pytest.Item) -> None:
    path = item.config.getoption("--ledger", default=None)
    if path is not None:  # After each one: whoever breaks off keeps what was measured.
        write_ledger(path, _entries)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Let all processes of these tests share one cache, away from the user's own."""
    folder = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CIFAR_LAB_CACHE", str(folder / "cache"))
        patch.setenv("KERAS_HOME", str(folder / "keras"))
        patch.delenv("CIFAR_LAB_DATA", raising=False)
        patch.delenv("CIFAR_LAB_RUNS", raising=False)
        yield folder


@pytest.fixture(scope="session")
def reference(environment: Path) -> Reference:
    return train_reference(environment / "reference")


@pytest.fixture
def new_entry() -> Callable[[str], Entry]:
    """Return what makes a line in the ledger."""

    def make(fault: str) -> Entry:
        _entries.append(Entry(fault))
        return _entries[-1]

    return make


@pytest.fixture
def entry(request: pytest.FixtureRequest, new_entry: Callable[[str], Entry], time_number: int) -> Entry:
    """Return the line of this fault in the ledger."""
    return new_entry(request.node.get_closest_marker("fault").args[0])


@pytest.fixture
def make_bench(
    tmp_path: Path, reference: Reference, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Workbench]]:
    made: list[Workbench] = []
    hurried = not request.config.getoption("--times", default=0)

    def make(*supervisor_arguments: str, folder: Path = tmp_path / "runs") -> Workbench:
        made.append(Workbench(folder, reference, supervisor_arguments, hurried=hurried))
        return made[-1]

    yield make
    for bench in made:
        bench.clean_up()


@pytest.fixture
def bench(make_bench: Callable[..., Workbench]) -> Workbench:
    return make_bench()
