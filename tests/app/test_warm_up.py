import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import sys
import pages.parts.frame.warm_up  # as the router does, before it runs a page
assert sys.modules["pandas"].Series
"""


def test_pandas_is_whole_before_anything_draws() -> None:
    """Plotly takes pandas from the loaded modules, whole or not: a page failed while the warm-up imported it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
