"""How many examples the properties try: 1,000 each, or as many as the study asks."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("SAFESCORE_EXAMPLES", "1000"))

settings.register_profile(
    "promises",
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="SAFESCORE_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("promises")

os.environ["SAFESCORE_CACHE"] = ""  # what tests run leaves nothing in the home of who runs them


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays till the end: all modules and tests."""
    gc.collect()
    gc.freeze()
