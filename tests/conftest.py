"""How many examples the properties try: 1,000 each, or as many as the study asks."""

from __future__ import annotations

import gc
import os

import pytest
from coverage import Coverage
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


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Let a worker measure coverage once: pytest-cov begins as for the process that deals out the tests, and again.

    Twice costs twice, and tests that are not to be measured would be, by the first.
    """
    plugin = session.config.pluginmanager.get_plugin("_cov")
    controller = getattr(plugin, "cov_controller", None)
    if not hasattr(session.config, "workerinput") or controller is None:
        return
    controller.pause()
    while (left := Coverage.current()) is not None:
        left.stop()
    controller.resume()
