"""The dashboard's process never imports a training backend: no page does, nor anything that a page calls."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from pages.parts.frame.pages import PAGES
app = AppTest.from_file("app.py", default_timeout=120).run()
for page in PAGES.values():
    app.switch_page(page.file).run()
    assert not app.exception, app.exception
loaded = {"tensorflow", "keras", "jax", "torch", "optuna", "sqlalchemy"} & set(sys.modules)
assert "plotly" in sys.modules  # the pages were really drawn
print("loaded:", sorted(loaded))
"""


def test_no_page_loads_a_backend(tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "KERAS_HOME": str(tmp_path / "keras"),
        "CIFAR_LAB_RUNS": str(tmp_path / "runs"),
        "CIFAR_LAB_CACHE": str(tmp_path / "cache"),
        "CIFAR_LAB_DATA": "drawn:100",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().endswith("loaded: []")
