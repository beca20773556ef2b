"""A view of assessments: only the findings that someone asked for; score, grade and counts stay those of the whole."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from safescore.errors import Refused
from safescore.expr import suggestion
from safescore.frozen import frozen
from safescore.report.contents import unscored
from safescore.report.labels import OUTCOMES
from safescore.results import Assessment, Finding
from safescore.standing import Outcome
from safescore.words import Text

OWNER = Text(zh="责任单位", en="owner")
CLAUSE = Text(zh="条款", en="clause")


class NothingOfThisNameError(Refused):
    """None of the assessments has an owner or a clause of this name."""

    def __init__(self, what: Text, name: str, known: Iterable[str]) -> None:
        problem = Text(zh=f"没有{what.zh}“{name}”", en=f"there is no {what.en} {name!r}")
        super().__init__(problem, suggestion(name, tuple(known)))


@frozen(kw_only=True)
class View:
    """What is asked for: any of these owners, within any of these clauses, with any of these outcomes; empty is all."""

    owners: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    only: tuple[Outcome, ...] = ()

    def of(self, assessments: tuple[Assessment, ...]) -> tuple[Assessment, ...]:
        """Return the assessments with only these findings, and a note where some are left out.

        Raises NothingOfThisNameError if none of the documents has such a unit or clause.
        """
        if not assessments or self == View():
            return assessments
        owners = dict.fromkeys(name for one in assessments for found in one.findings for name in found.owners)
        clauses = dict.fromkeys(place for one in assessments for name in _clauses(one) for place in _above(name))
        for what, names, known in ((OWNER, self.owners, owners), (CLAUSE, self.clauses, clauses)):
            for name in names:
                if name not in known:
                    raise NothingOfThisNameError(what, name, known)
        return tuple(map(self._of, assessments))

    def shows(self, finding: Finding) -> bool:
        """Tell whether a finding is among those asked for."""
        return (
            (not self.owners or bool(set(self.owners) & set(finding.owners)))
            and self._inside(finding.clause)
            and (not self.only or finding.outcome in self.only)
        )

    def _of(self, assessment: Assessment) -> Assessment:
        shown = tuple(finding for finding in assessment.findings if self.shows(finding))
        if len(shown) == len(assessment.findings):
            return assessment
        rules = {finding.rule for finding in shown}
        kept = tuple(
            raw
            for raw, one in zip(assessment.unscored, unscored(assessment), strict=True)
            if self._inside(one.clause) and (one.finding is None or one.finding.rule in rules)
        )
        note = self._note(len(shown), len(assessment.findings))
        return evolve(assessment, findings=shown, unscored=kept, notes=(note, *assessment.notes))

    def _inside(self, clause: str) -> bool:
        return not self.clauses or any(asked in _above(clause) for asked in self.clauses)

    def _note(self, shown: int, all_: int) -> Text:
        zh, en = [], []
        if self.owners:
            zh.append(f"责任单位为{'或'.join(f'“{name}”' for name in self.owners)}")
            en.append(f"of {' or '.join(self.owners)}")
        if self.clauses:
            zh.append(f"条款在{'或'.join(self.clauses)}内")
            en.append(f"within clause {' or '.join(self.clauses)}")
        if self.only:
            zh.append(f"结果为{'或'.join(f'“{OUTCOMES[one].zh}”' for one in self.only)}")
            en.append(f"that are {' or '.join(OUTCOMES[one].en for one in self.only)}")
        return Text(
            zh=f"只列出{'，'.join(zh)}的事项（{all_} 项中的 {shown} 项）；得分、等级和各项计数仍是全部事项的。",
            en=f"Only duties {', '.join(en)} are shown ({shown} of {all_}); "
            "score, grade and counts are those of all duties.",
        )


def _clauses(assessment: Assessment) -> Iterable[str]:
    yield from (finding.clause for finding in assessment.findings)
    yield from (clause for clause, _, _ in assessment.unscored)


def _above(clause: str) -> tuple[str, ...]:
    """Return a clause and those that it stands in: ``三``, ``三.(一)``, ``三.(一).2``."""
    steps = clause.split(".")
    return tuple(".".join(steps[:end]) for end in range(1, len(steps) + 1))
