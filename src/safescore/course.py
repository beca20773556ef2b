"""The course of an organisation under a pack: its assessments in time, and what turned from each to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from safescore.comparing import Ruled, compare_reports
from safescore.frozen import frozen
from safescore.snapshot import Figure, Snapshot
from safescore.words import Text


@frozen(kw_only=True)
class Point:
    """One assessment of a course: what turned since the one before, and how the least score moved; None of the first.

    The change is None too where one of the two has no score.
    """

    snapshot: Snapshot
    turned: tuple[Ruled, ...] | None
    change: Fraction | None


@frozen(kw_only=True)
class Course:
    """The assessments of one organisation under one pack in the order of time; titles are those of the latest."""

    organization: Mapping[str, str]
    pack: str
    title: Text
    points: tuple[Point, ...]


def courses(snapshots: Iterable[Snapshot]) -> tuple[Course, ...]:
    """Return the courses of all organisations and packs, in the order in which they first occur.

    What was assessed on the same day stays in the order given; the same assessment given twice is there once.
    """
    groups: dict[tuple[str, str], list[Snapshot]] = {}
    for one in snapshots:
        group = groups.setdefault((one.organization["id"], one.pack), [])
        if not any(_alike(one, other) for other in group):
            group.append(one)
    return tuple(map(_course, groups.values()))


def _alike(one: Snapshot, other: Snapshot) -> bool:
    """Tell whether two snapshots are of one assessment, in whatever language and from whatever file."""
    return (one.as_of, one.period, one.digests, one.interval, one.waived) == (
        other.as_of,
        other.period,
        other.digests,
        other.interval,
        other.waived,
    )


def _course(group: Iterable[Snapshot]) -> Course:
    ordered = sorted(group, key=lambda one: one.as_of)
    points = [Point(snapshot=ordered[0], turned=None, change=None)]
    for before, after in pairwise(ordered):
        found = compare_reports(before, after)
        points.append(Point(snapshot=after, turned=found.turned, change=found.figures[Figure.LOW].change))
    last = ordered[-1]
    return Course(organization=last.organization, pack=last.pack, title=last.pack_title, points=tuple(points))


def course_of(one: Snapshot, earlier: Iterable[Snapshot]) -> Course:
    """Return the course of an assessment among earlier ones; those of others, and of its own day or later, are left."""
    whose = (one.organization["id"], one.pack)
    mine = [other for other in earlier if (other.organization["id"], other.pack) == whose and other.as_of < one.as_of]
    return _course((*mine, one))
