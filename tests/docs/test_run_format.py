"""docs/run-format.md describes every file and every field of a run."""

import dataclasses
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from cifar_core.recipes.config import Augmentation, EarlyStopping, Schedule, TrainingConfig
from cifar_core.recipes.fields import Setting, settings_of
from cifar_core.runs.heartbeat import Heartbeat
from cifar_core.runs.imported import ImportedConfig, ScalingFinding
from cifar_core.runs.layout import RunPaths
from cifar_core.runs.metrics import EpochMetrics, Tick
from cifar_core.runs.record import (
    SCHEMA_VERSION,
    Attempt,
    DataProvenance,
    Environment,
    Results,
    RunGroup,
    RunRecord,
)
from cifar_core.scheduling.watched import STOP_SECONDS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "run-format.md").read_text()


def section(start: str, end: str) -> str:
    return TEXT.split(start, 1)[1].split(end, 1)[0]


def described(text: str) -> set[str]:
    """Names in the first column of the tables, ``part.field`` for a field of a part."""
    return set(re.findall(r"^\| `([a-z0-9_.]+)` \|", text, re.MULTILINE))


TYPES = {
    "integer": "integer",
    "number": "number",
    "text": "text",
    "choice": "text",
    "switch": "true or false",
}


def row(setting: Setting) -> str:
    """Return the line of the table that tells of a setting, made from its field."""
    named = ", ".join(f"`{choice}`" for choice in setting.choices if not isinstance(choice, bool))
    kind = f"true, false or {named}" if named and True in setting.choices else TYPES[setting.kind]
    allowed = setting.limits or ("" if True in setting.choices else named)
    return f"| `{setting.path}` | {kind} |{allowed and f' {allowed}'} | {setting.help} |"


def fields(model: type[BaseModel], prefix: str = "") -> set[str]:
    return {prefix + name for name in model.model_fields}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("## run.json", "### group", fields(RunRecord)),
        ("### group", "### attempts", fields(RunGroup)),
        ("### attempts", "### config", fields(Attempt)),
        (
            "### config",
            "### imported config",
            (fields(TrainingConfig) - {"augmentation", "schedule"})
            | fields(Schedule, "schedule.")
            | fields(Augmentation, "augmentation.")
            | fields(EarlyStopping, "early_stopping."),
        ),
        (
            "### imported config",
            "### data",
            fields(ImportedConfig) | fields(ScalingFinding, "scaling."),
        ),
        ("### data", "### environment", fields(DataProvenance)),
        ("### environment", "### results", fields(Environment)),
        ("### results", "## metrics.jsonl", fields(Results)),
        ('`"kind": "epoch"`', '`"kind": "tick"`', {field.name for field in dataclasses.fields(EpochMetrics)}),
        ('`"kind": "tick"`', "## heartbeat.json", {field.name for field in dataclasses.fields(Tick)}),
        ("## heartbeat.json", "## checkpoint", fields(Heartbeat)),
    ],
)
def test_every_field_stands_in_its_table_and_no_other(start: str, end: str, expected: set[str]) -> None:
    assert described(section(f"\n{start}", f"\n{end}")) == expected


@pytest.mark.parametrize(
    "setting",
    [one for one in settings_of(TrainingConfig).values() if one.kind != "list"],
    ids=lambda one: one.path,
)
def test_a_setting_is_described_as_its_field_says(setting: Setting) -> None:
    assert row(setting) in section("\n### config", "\n### imported config").splitlines()


def test_every_file_is_described() -> None:
    paths = RunPaths(Path("run"))
    files = {value.name for name in dir(RunPaths) if isinstance(value := getattr(paths, name, None), Path)}
    for name in files - {"run"}:
        assert f"\n## {name}\n" in TEXT


def test_the_numbers_are_those_of_the_program() -> None:
    assert f"this page describes {SCHEMA_VERSION} |" in TEXT
    assert f"after {STOP_SECONDS:g} s" in TEXT
