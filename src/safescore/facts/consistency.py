"""Contradictions between answers: a figure outside what its register allows, a part greater than its whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safescore.dictionary import Dictionary
from safescore.facts.answers import Series, Submission
from safescore.measures.quantities import allowed, quantity
from safescore.reduce import ScalarBackend
from safescore.standing import UNBOUNDED
from safescore.words import Text

Wrong = tuple[tuple[str | int, ...], Text, Text]


def contradictions(submission: Submission, backend: ScalarBackend, asked: Iterable[str]) -> Iterator[Wrong]:
    """Yield every contradiction between answers and the facts *asked*: the path of the figure, the problem, the mend.

    A dated figure is held against a register only on the day of the cut, for the register shows that day.
    """
    dictionary = backend.dictionary
    for name in dict.fromkeys((*submission.answers, *asked)):
        spec = dictionary.facts[name]
        answer = submission.answers.get(name)
        if spec.type != "count" or (answer is None and name not in dictionary.derivations):
            continue
        path = ("facts", name)
        days = [at for at, _ in answer.values] if isinstance(answer, Series) else []
        if answer is not None and name in dictionary.derivations and (not days or max(days) == backend.clock.cut):
            _, direct = backend.figure(name, None)
            span = allowed(name, backend)
            if direct.low > span.high or direct.high < span.low:
                register = dictionary.derivations[name].register
                between = str(span.low) if span.low == span.high else f"{span.low} to {span.high}"
                between_zh = str(span.low) if span.low == span.high else f"{span.low}至{span.high}"
                yield (
                    path,
                    Text(
                        zh=f"{name}填{direct.low}，而台账“{register}”应为{between_zh}",
                        en=f"{name} is {direct.low}, but {register!r} allows {between}",
                    ),
                    Text(zh="更正该数或台账", en="mend the figure or the register"),
                )
                continue
        each: list[int | None] = [*days] or [None]
        for whole in _wholes(name, dictionary):
            if answer is None and whole in dictionary.derivations:
                continue
            shown = whole in dictionary.derivations and submission.answers.get(whole) is None
            for day in each:
                if shown and day not in (None, backend.clock.cut):
                    continue
                part, total = quantity(name, backend, day), quantity(whole, backend, day)
                if total.high < UNBOUNDED and part.low > total.high:
                    problem = Text(
                        zh=f"{name}填{part.low}，大于{whole}的{total.high}",
                        en=f"{name} is {part.low}, more than {whole}, which is {total.high}",
                    )
                    spot = path if answer is not None else ("facts", whole)
                    yield spot, problem, Text(zh="部分不能大于总数", en="a part can't be greater than its whole")


def _wholes(name: str, dictionary: Dictionary) -> Iterator[str]:
    """Yield the counts that a count is part of, the nearest first."""
    seen = {name}
    ahead = list(dictionary.wholes_of(name))
    while ahead:
        whole = ahead.pop(0)
        if whole not in seen:
            seen.add(whole)
            yield whole
            ahead.extend(dictionary.wholes_of(whole))
