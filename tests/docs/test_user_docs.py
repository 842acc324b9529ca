"""What the documentation promises is there, and what is there is documented."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md"]


def test_the_readme_has_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "pip install -r requirements.txt && streamlit run app.py" in text
    assert "pip install -r requirements-dev.txt && python -m pytest" in text


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
