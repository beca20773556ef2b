"""JUnit: valid against the XSD of Jenkins, and nothing that is unknown looks passed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase
from lxml import etree  # type: ignore[import-untyped]

from safescore import Assessment, Outcome
from safescore.report.labels import OUTCOMES
from tests.machines import HOSTILE, SCHEMAS, report
from tests.reports import assessment, golden, named

XSD = etree.XMLSchema(etree.parse(str(SCHEMAS / "junit-10.xsd")))
TAGS = {
    Outcome.SATISFIED: [],
    Outcome.NOT_SATISFIED: ["failure"],
    Outcome.UNKNOWN: ["error"],
    Outcome.PENDING: ["skipped"],
    Outcome.NOT_APPLICABLE: ["skipped"],
}


def parsed(*assessments: Assessment, lang: Any = "en") -> Any:
    return etree.fromstring(report("junit", *assessments, lang=lang).encode("utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_valid(lang: Any) -> None:
    XSD.assertValid(parsed(golden(), golden(), lang=lang))
    XSD.assertValid(parsed(assessment(), lang=lang))


def test_the_xsd_refuses_what_is_wrong() -> None:
    root = parsed()
    del root[0].attrib["errors"]
    assert not XSD.validate(root)


def test_every_rule_is_a_case_of_its_outcome() -> None:
    cases = parsed().findall("testsuite/testcase")
    for case, found in zip(cases, golden().findings, strict=True):
        assert [child.tag for child in case] == TAGS[found.outcome], found.rule
        assert case.get("classname") == f"anwei.2022Q3.golden-2022.{found.clause}"
        assert case.get("name") == f"{found.rule.removeprefix('golden-2022.')}: {found.title.en}"
        for child in case:
            assert child.get("message").startswith(f"{OUTCOMES[found.outcome].en}: ")


def test_the_counts_are_those_of_the_cases() -> None:
    root = parsed(golden(), golden())
    assert {**root.attrib} == {"name": "safescore", "tests": "26", "failures": "8", "errors": "8"}
    (first, _) = root.findall("testsuite")
    assert (first.get("tests"), first.get("failures"), first.get("errors"), first.get("skipped")) == (
        "13",
        "4",
        "4",
        "3",
    )


def test_a_broken_hard_duty_is_of_its_own_type() -> None:
    types = [one.get("type") for one in parsed().iter("failure")]
    assert types.count("hard") == 1
    assert types.count("not-satisfied") == 3


def test_a_failure_says_what_to_do_and_where() -> None:
    (hard,) = [one for one in parsed().iter("failure") if one.get("type") == "hard"]
    order = golden().finding("confined-space-order")
    assert order.remedy.en in hard.text
    assert "committee.yaml:34:5" in hard.text


def test_organisations_and_periods_do_not_hide_each_other() -> None:
    from attrs import evolve

    later = evolve(golden(), period="2022Q4")
    other = evolve(golden(), organization={"id": "other", "name": "某单位"})
    cases = parsed(golden(), later, other).findall("testsuite/testcase")
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_harmless(name: str) -> None:
    text = report("junit", named(name))
    root = etree.fromstring(text.encode("utf-8"))
    XSD.assertValid(root)
    assert {one.tag for one in root.iter()} == {one.tag for one in parsed().iter()}
    assert all(char.isprintable() or char == "\n" for char in text)
    assert max(map(len, text.splitlines())) < 20_000


def test_junitparser_reads_it() -> None:
    suites = JUnitXml.fromroot(etree.parse(BytesIO(report("junit").encode("utf-8"))).getroot())
    kinds: dict[Any, int] = {}
    for suite in suites:
        for case in suite:
            assert isinstance(case, TestCase)
            for result in case.result:
                kinds[type(result)] = kinds.get(type(result), 0) + 1
    assert kinds == {Failure: 4, Error: 4, Skipped: 3}
