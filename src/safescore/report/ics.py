"""What falls due, as a calendar that a phone imports (RFC 5545): a day-long event a duty, the same one every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from safescore.due import Due, State
from safescore.report.labels import OUTCOMES
from safescore.report.visible import visible
from safescore.standing import Outcome
from safescore.words import Lang

DAY = timedelta(days=1)
ALARMS = (timedelta(days=-7, hours=9), timedelta(days=-1, hours=9))
"""When a duty is called to mind: at nine in the morning, a week and a day before."""
AT_ONCE = (timedelta(hours=9),)


def calendar(entries: Iterable[Due], lang: Lang) -> str:
    """Return duties as a calendar: what can be placed on a day, each once, where it stands at the latest as-of date.

    A calendar that has an event already takes the newer one in its place; nothing in it follows a clock.
    """
    latest: dict[str, Due] = {}
    for one in entries:
        if _placed(one) is not None:
            known = latest.setdefault(uid(one), one)
            if known.assessment.as_of < one.assessment.as_of:
                latest[uid(one)] = one
    found = Calendar()
    found.add("prodid", "-//safescore//due//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", "安全生产到期事项" if lang == "zh" else "Work-safety duties")
    for one in latest.values():
        found.add_component(_event(one, lang))
    written: bytes = found.to_ical()
    return written.decode("utf-8")


def uid(one: Due) -> str:
    """Return what a duty of an organisation is called in every calendar, whatever its day."""
    name = "\0".join((one.assessment.organization["id"], one.assessment.pack, one.finding.rule))
    return f"{sha256(name.encode()).hexdigest()[:32]}@safescore"


def _placed(one: Due) -> date | None:
    """Return the day of a duty in a calendar: its own, that of judgement if it is asked now; None where it has none."""
    as_of = date.fromisoformat(one.assessment.as_of)
    if one.state is State.OVERDUE:
        return max(date.fromisoformat(one.day), as_of) if one.day else as_of
    if one.day:
        return date.fromisoformat(one.day)
    return as_of if one.finding.outcome is Outcome.UNKNOWN else None


def _event(one: Due, lang: Lang) -> Event:
    day, finding = _placed(one), one.finding
    assert day is not None
    as_of = date.fromisoformat(one.assessment.as_of)
    stamp = datetime(as_of.year, as_of.month, as_of.day, tzinfo=timezone.utc)
    done = one.state is State.DONE
    event = Event()
    event.add("uid", uid(one))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", as_of.toordinal())
    event.add("dtstart", day)
    event.add("dtend", day + DAY)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if done else "CONFIRMED")
    event.add("priority", 1 if finding.hard else 5)
    event.add("summary", _summary(one, lang))
    event.add("description", "\n".join(visible(line) for line in _description(one, lang)))
    event.add("categories", _categories(one, lang))
    for trigger in () if done else AT_ONCE if day == as_of else ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", trigger)
        alarm.add("description", _summary(one, lang))
        event.add_component(alarm)
    return event


def _summary(one: Due, lang: Lang) -> str:
    title = one.finding.title.to(lang)
    zh = lang == "zh"
    if one.state is State.DONE:
        return visible(f"［已完成］{title}" if zh else f"[done] {title}")
    marks = []
    if one.finding.hard:
        marks.append("底线" if zh else "hard")
    if one.state is not State.COMING:
        marks.append(OUTCOMES[one.finding.outcome].to(lang))
    lead = "".join(f"［{mark}］" if zh else f"[{mark}] " for mark in marks)
    return visible(f"{lead}{title}{'：' if zh else ': '}{one.missing.to(lang)}")


def _description(one: Due, lang: Lang) -> Iterator[str]:
    finding, assessment = one.finding, one.assessment
    zh = lang == "zh"
    colon = "：" if zh else ": "
    owners = ("、" if zh else ", ").join(finding.owners)
    waived = finding.waiver.until if one.waived and finding.waiver is not None else ""
    name = assessment.organization["name"]
    for label, text in (
        ("单位" if zh else "organisation", f"{name} ({assessment.organization['id']})"),
        ("还差" if zh else "missing", one.missing.to(lang)),
        ("期限" if zh else "due", one.day),
        ("要求" if zh else "asked", finding.target.to(lang)),
        ("怎么办" if zh else "remedy", finding.remedy.to(lang)),
        ("责任单位" if zh else "owners", owners),
        ("依据" if zh else "document", f"{assessment.pack_title.to(lang)} {finding.clause}{colon}{finding.anchor}"),
        ("豁免至" if zh else "waived until", waived),
        ("编号" if zh else "rule", finding.rule),
        ("评定日" if zh else "as of", assessment.as_of),
    ):
        if text:
            yield f"{label}{colon}{text}"


def _categories(one: Due, lang: Lang) -> list[str]:
    zh = lang == "zh"
    return ["安全生产" if zh else "work safety", *(["底线要求" if zh else "hard duty"] if one.finding.hard else [])]
