"""``python -m safescore``."""

import sys

from safescore.cli import main

sys.exit(main())
