"""``python -m cifar_core``."""

import sys

from cifar_core.commands.main import main

sys.exit(main())
