"""docs/sweeps.md describes every file and every field of a sweep."""

import re
from pathlib import Path

from pydantic import BaseModel

from cifar_core.sweeps.importance import FEWEST_TRIALS
from cifar_core.sweeps.plan import PLAN_VERSION, SweepPlan
from cifar_core.sweeps.space import SEARCHABLE, Search
from cifar_core.sweeps.store import SweepPaths
from cifar_core.sweeps.summary import SUMMARY_VERSION, SweepSummary, TrialSummary

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "sweeps.md").read_text()


def described(start: str, end: str) -> set[str]:
    section = TEXT.split(f"\n{start}\n", 1)[1].split(f"\n{end}\n", 1)[0]
    return set(re.findall(r"^\| `([a-z_.]+)` \|", section, re.MULTILINE))


def fields(model: type[BaseModel], prefix: str = "") -> set[str]:
    return {prefix + name for name in model.model_fields}


def test_every_field_stands_in_its_table_and_no_other() -> None:
    assert described("### sweep.json", "### summary.json") == fields(SweepPlan) | fields(Search, "space.")
    assert described("### summary.json", "## References") == fields(SweepSummary) | fields(
        TrialSummary, "trials."
    )
    assert f"describes {PLAN_VERSION} |" in TEXT
    assert PLAN_VERSION == SUMMARY_VERSION


def test_every_file_is_described() -> None:
    paths = SweepPaths(Path("runs/.sweeps/sweep"))
    names = {paths.plan, paths.study, paths.summary, paths.log, paths.stop, paths.resume, paths.lock}
    assert described("## What lies on the disk", "### sweep.json") == {path.name for path in names}


def test_every_setting_that_can_be_searched_over_is_named_in_the_table_it_points_to() -> None:
    assert "(run-format.md#config)" in TEXT
    table = (DOCS / "run-format.md").read_text().split("\n### config\n", 1)[1].split("\n### ", 1)[0]
    assert {path for path in SEARCHABLE if f"| `{path}` |" not in table} == set()
    assert FEWEST_TRIALS == 4
    assert "needs four trials" in TEXT
