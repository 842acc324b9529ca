"""docs/train.md names every setting of the page, and what the recipe allows for it."""

from pathlib import Path

import pytest

from cifar_core.recipes.fields import Setting
from pages.parts.train.setting import NOT_DRAWN, SETTINGS

LINES = (Path(__file__).resolve().parents[2] / "docs" / "train.md").read_text().splitlines()
DRAWN_ABOVE = {"epochs"}


def allowed(setting: Setting) -> str:
    if setting.kind == "switch":
        return "on, off"
    off = [] if setting.shown.off is None else [setting.shown.off]
    return setting.limits or ", ".join([*off, *map(setting.words, setting.choices)])


@pytest.mark.parametrize("path", [path for path in SETTINGS if path not in {*NOT_DRAWN, *DRAWN_ABOVE}])
def test_every_setting_of_the_page_stands_in_a_table(path: str) -> None:
    setting = SETTINGS[path]
    start = f"| {setting.label} | {allowed(setting)} | "
    assert [line[: len(start)] for line in LINES if line.startswith(f"| {setting.label} |")] == [start]


def test_the_most_important_one_stands_above_them() -> None:
    assert [line for line in LINES if line.startswith("- **Epochs.**") and "From 1 to 10,000." in line]
    assert SETTINGS["epochs"].limits == "1 to 10,000"
