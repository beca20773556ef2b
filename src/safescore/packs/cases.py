"""The tests that a pack carries: a few facts, and the outcome of one rule that an expert expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field
from attrs.validators import in_

from safescore.assess import assess_all
from safescore.converter import structure
from safescore.document import Document
from safescore.errors import Fault, InvalidInput, WrongValue
from safescore.expr import suggestion
from safescore.facts.read import open_submission
from safescore.frozen import frozen
from safescore.model import Pack, Rule
from safescore.packs.find import yaml_files
from safescore.packs.load import PACK_LIMITS
from safescore.period import day_text
from safescore.results import Finding
from safescore.source import read
from safescore.standing import Outcome
from safescore.words import Text

OUTCOME_NAMES = tuple(outcome.value for outcome in Outcome)


def _exact_credit(_: object, __: object, credit: object) -> None:
    wanted = Text(zh=f"0、1或分数，如142/143，而不是{credit!r}", en=f"0, 1, or a fraction as 142/143; not {credit!r}")
    if credit is None or (isinstance(credit, int) and not isinstance(credit, bool)):
        return
    if not isinstance(credit, str):
        raise WrongValue(wanted)
    try:
        Fraction(credit)
    except (ValueError, ZeroDivisionError):
        raise WrongValue(wanted) from None


@frozen(kw_only=True)
class Expectation:
    """What a case expects of a finding; what it does not name is not looked at."""

    outcome: str = field(validator=in_(OUTCOME_NAMES))
    to_date: bool | None = None
    credit: Any = field(default=None, validator=_exact_credit)
    short: int | None = None
    missing: tuple[str, ...] | None = None


@frozen(kw_only=True)
class Case:
    """A few facts about an imagined organisation, and what one rule must say of it."""

    rule: str
    case: str
    expect: Any
    as_of: str | None = None
    period: Any = None
    roles: tuple[str, ...] = ()
    organization: Any = None
    parameters: Any = None
    facts: Any = None


@frozen(kw_only=True)
class Placed:
    """A case, what it expects, and where it stands."""

    case: Case
    expect: Expectation
    document: Document
    index: int

    @property
    def at(self) -> str:
        """Where the case stands."""
        return str(self.document.locate((self.index, "case")))


@frozen(kw_only=True)
class Verdicts:
    """What came of a case: nothing wrong, or what was expected and what came."""

    placed: Placed
    outcome: Outcome | None
    wrong: tuple[str, ...]


def read_cases(pack: Pack) -> tuple[Placed, ...]:
    """Return the cases of a pack. Raises InvalidInput with every fault of every file."""
    faults: list[Fault] = []
    cases: list[Placed] = []
    for path in yaml_files(Path(pack.folder) / "cases"):
        document = read(path, PACK_LIMITS)
        content: Any = document.content
        if not isinstance(content, list):
            faults.append(
                document.fault(
                    (),
                    Text(zh="用例文件应是用例的列表", en="a case file is a list of cases"),
                    Text(zh="每个用例以短横线开头", en="begin each case with a dash"),
                )
            )
            continue
        for index, raw in enumerate(content):
            case = _structured(raw, Case, document, (index,), faults)
            if case is None:
                continue
            expected = {"outcome": case.expect} if isinstance(case.expect, str) else case.expect
            expect = _structured(expected, Expectation, document, (index, "expect"), faults)
            if pack.rule(case.rule) is None:
                hint = suggestion(case.rule, tuple(rule.id for rule in pack.rules))
                faults.append(
                    document.fault(
                        (index, "rule"), Text(zh=f"没有规则“{case.rule}”", en=f"there is no rule {case.rule!r}"), hint
                    )
                )
            elif expect is not None:
                cases.append(Placed(case=case, expect=expect, document=document, index=index))
    if faults:
        raise InvalidInput(faults)
    return tuple(cases)


def _structured(raw: Any, cls: type[Any], document: Document, path: tuple[str | int, ...], faults: list[Fault]) -> Any:
    def fault(below: tuple[str | int, ...], problem: Text, hint: Text | None, at_key: bool) -> None:
        faults.append(document.fault((*path, *below), problem, hint, key=at_key))

    return structure(raw, cls, fault)


def submission_of(case: Case, pack: Pack) -> dict[str, Any]:
    """Return a case as a submission: by default at the end of the pack's period, by the rule's first role."""
    rule = pack.rule(case.rule)
    assert rule is not None
    last = _last_day(pack)
    organization = case.organization if isinstance(case.organization, Mapping) else {}
    return {
        "organization": {
            "id": "case",
            "name": "case",
            "roles": list(case.roles or rule.roles[:1]),
            **organization,
        },
        "period": case.period if case.period is not None else last[:4],
        "as_of": case.as_of or last,
        "facts": case.facts or {},
        "parameters": case.parameters or {},
    }


def _last_day(pack: Pack) -> str:
    to = pack.head.period.to
    return day_text(to) if isinstance(to, int) else "2022-12-31"


def judge_case(placed: Placed, pack: Pack) -> Verdicts:
    """Return what came of a case, judged under its rule alone."""
    rule = pack.rule(placed.case.rule)
    assert rule is not None
    try:
        finding = finding_of(submission_of(placed.case, pack), rule, pack)
    except InvalidInput as error:
        return Verdicts(placed=placed, outcome=None, wrong=tuple(str(fault) for fault in error.faults))
    return Verdicts(placed=placed, outcome=finding.outcome, wrong=tuple(_differences(placed.expect, finding)))


def finding_of(submission: Mapping[str, Any], rule: Rule, pack: Pack) -> Finding:
    """Return the finding of one rule about a submission. Raises InvalidInput."""
    from attrs import evolve

    alone = evolve(pack, rules=(rule,))
    return assess_all(open_submission(submission), (alone,), readings=False)[0].findings[0]


def _differences(expect: Expectation, finding: Finding) -> Iterator[str]:
    if finding.outcome.value != expect.outcome:
        yield f"expected {expect.outcome}, came {finding.outcome.value}: {finding.reason.en}"
    if expect.to_date is not None and finding.to_date != expect.to_date:
        yield f"expected to_date {expect.to_date}, came {finding.to_date}"
    if expect.credit is not None:
        one = finding.contribution
        came = None if one.low is None or one.low != one.high else one.low
        if came != Fraction(expect.credit):
            yield f"expected credit {expect.credit}, came {one.low} to {one.high}"
    if expect.short is not None and (finding.short is None or finding.short[0] != expect.short):
        yield f"expected short {expect.short}, came {finding.short}"
    if expect.missing is not None:
        came_missing = {name.removeprefix("facts.") for name in finding.missing}
        lacking = [name for name in expect.missing if name.removeprefix("facts.") not in came_missing]
        if lacking:
            yield f"expected missing {', '.join(lacking)}, came {', '.join(finding.missing) or 'nothing'}"
