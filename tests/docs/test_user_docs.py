"""What the documentation promises is there, and what is there is documented."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md"]


def test_the_readme_has_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    # An environment of its own first: several systems let pip install into no other.
    assert (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt\n.venv/bin/streamlit run app.py\n"
        in text
    )
    assert "pip install -r requirements-dev.txt && .venv/bin/python -m pytest" in text


def test_what_is_to_be_pasted_into_powershell_has_no_double_ampersand() -> None:
    text = (ROOT / "README.md").read_text()
    windows = re.findall(r"^py .*|^\.venv\\Scripts.*", text, re.MULTILINE)
    assert len(windows) == 2
    assert not [line for line in windows if "&&" in line or "/" in line]


def test_every_environment_variable_stands_in_the_readme() -> None:
    used = set(re.findall(r'"(CIFAR_LAB_[A-Z]+)"', (ROOT / "cifar_core/settings.py").read_text()))
    assert len(used) >= 3
    text = (ROOT / "README.md").read_text()
    assert {name for name in used if name not in text} == set()


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []
