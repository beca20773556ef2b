"""safescore: score an organisation's facts against official work-safety documents, and say what is missing.

>>> from safescore import check
>>> check("examples/district-committee-2022.yaml").score.interval.low  # doctest: +SKIP
Fraction(3, 4)
"""

from safescore.api import (
    Assessments,
    Limits,
    assess,
    check,
    diff,
    load_pack,
    load_submission,
    next_best,
    render,
    what_if,
)
from safescore.errors import Fault, InvalidInput, Location, SafescoreError
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.version import VERSION as __version__

__all__ = [
    "Assessment",
    "Assessments",
    "Fault",
    "Finding",
    "InvalidInput",
    "Limits",
    "Location",
    "Outcome",
    "SafescoreError",
    "__version__",
    "assess",
    "check",
    "diff",
    "load_pack",
    "load_submission",
    "next_best",
    "render",
    "what_if",
]
