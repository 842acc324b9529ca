"""Python imports this at its start in every process that a test under emulated Windows starts."""

import os
import sys
from pathlib import Path

if os.environ.get("EMULATED_WINDOWS"):
    root = str(Path(__file__).resolve().parents[3])
    sys.path.insert(0, root)
    from tests.emulated_windows.differences import play, strict_characters

    sys.path.remove(root)
    play()
    strict_characters()
