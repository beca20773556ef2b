"""GitLab's code quality report: each gap with its fingerprint, its severity and its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from safescore.report.issues import Gravity, issues
from safescore.report.json import written
from safescore.report.layout import Layout
from safescore.report.visible import visible
from safescore.results import Assessment
from safescore.words import Lang

SEVERITIES: Mapping[Gravity, str] = {Gravity.HARD: "critical", Gravity.GAP: "major", Gravity.OPEN: "minor"}


def render(assessments: Sequence[Assessment], lang: Lang, layout: Layout) -> str:
    """Return the gaps of assessments, and what the facts leave open, as a code quality report."""
    colon = "：" if lang == "zh" else ": "
    return written(
        [
            {
                "description": f"{one.title}{colon}{f'[{visible(one.spot.cell)}] ' if one.spot.cell else ''}{one.text}",
                "check_name": one.finding.rule,
                "fingerprint": one.fingerprint,
                "severity": SEVERITIES[one.gravity],
                "location": {"path": visible(one.spot.path), "lines": {"begin": one.spot.line}},
            }
            for one in issues(assessments, lang)
        ]
    )
