import pytest

from cifar_core.errors import ConfigError
from cifar_core.names import check_name, visible
from cifar_core.recipes.config import TrainingConfig

HARMLESS = [
    "cnn-2conv",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "Größe · 猫 · קטז",
    "👩‍👧 family",
    "می‌خواهم",
    "tiếng Việt",
]
HOSTILE = {
    "\u202egnp.exe": "U+202E",
    "a\u200bb": "U+200B",
    "a\u2066b": "U+2066",
    "a\0b": "U+0000",
    "a\nb": "U+000A",
    "a\x1b[31mb": "U+001B",
    "a\ud800b": "U+D800",
    "\ufeffa": "U+FEFF",
    "a\U000e0041": "U+E0041",
    "": "empty",
    " \u3000 ": "empty",
    "\u200d": "empty",
    "a" + "\u0335" * 5: "accents",
    "x" * 10_000: "10,000 characters",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_names_of_all_alphabets_are_kept(name: str) -> None:
    assert check_name(f" {name} ") == name


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_names_that_deceive_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(ValueError, match=HOSTILE[name].replace("+", r"\+")):
        check_name(name)


def test_equal_looking_names_are_equal() -> None:
    assert check_name("cafe\u0301") == check_name("caf\u00e9") == "caf\u00e9"


def test_a_configuration_takes_no_deceiving_name() -> None:
    values = {"model": "cnn-2conv", "data": "drawn"}
    assert TrainingConfig.from_values(values | {"name": " e\u0301te\u0301 "}).name == "été"
    with pytest.raises(
        ConfigError, match=r"name: it holds the invisible character U\+202E; write it anew"
    ) as caught:
        TrainingConfig.from_values(values | {"name": "a\u202eb"})
    assert "\u202e" not in str(caught.value)
    with pytest.raises(ConfigError, match="10,000 characters; write at most 80"):
        TrainingConfig.from_values(values | {"name": "x" * 10_000})


def test_any_text_is_made_visible() -> None:
    assert visible("a\0b\ud800c\u202ed") == "a\ufffdb\ufffdc\ufffdd"
    assert visible("  a \n\n b\t") == "a b"
    assert visible("x" * 10_000, 20) == "x" * 19 + "…"
