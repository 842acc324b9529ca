"""``python -m cifar_core``."""

import sys

from cifar_core.installation import find_problem

if wrong := find_problem():
    sys.exit(wrong)

# Only now: with another Python, or without a package, it could not be imported.
from cifar_core.commands.main import main

sys.exit(main())
