"""A path with what is asked of it."""

from pathlib import Path

import pytest

from cifar_core.data.path_key import PathKey
from cifar_core.data.reading import Preparation


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("", ""),
        ("#skip-broken", "#skip-broken"),
        ("#skip-broken#crop", "#crop#skip-broken"),
        ("#stretch#white", ""),
        ("#black#pad", "#pad#black"),
        ("#coarse", "#coarse"),
    ],
)
def test_options_come_in_one_order_and_only_where_they_say_something(
    tmp_path: Path, asked: str, key: str
) -> None:
    parsed = PathKey.parse(f"{tmp_path}{asked}")
    assert parsed.path == tmp_path
    assert str(parsed) == f"{tmp_path}{key}"
    assert PathKey.parse(str(parsed)) == parsed


def test_what_is_asked(tmp_path: Path) -> None:
    parsed = PathKey.parse(f"{tmp_path}#crop#black#skip-broken")
    assert parsed.preparation == Preparation(framing="crop", background="black")
    assert parsed.skip_broken
    assert PathKey.parse(str(tmp_path)).preparation == Preparation(framing="stretch", background="white")


def test_a_folder_may_have_such_a_name(tmp_path: Path) -> None:
    (tmp_path / "cats#crop").mkdir()
    assert PathKey.parse(f"{tmp_path}/cats#crop").path == tmp_path / "cats#crop"
    assert PathKey.parse(f"{tmp_path}/cats#crop").options == ()
    assert PathKey.parse(f"{tmp_path}/cats#crop#crop").options == ("crop",)


def test_what_is_no_option_belongs_to_the_path(tmp_path: Path) -> None:
    assert PathKey.parse(f"{tmp_path}#other").path == Path(f"{tmp_path}#other")
