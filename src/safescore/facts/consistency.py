"""Contradictions between answers: a figure outside what its register allows, a part greater than its whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from safescore.dictionary import Dictionary
from safescore.explained import Path
from safescore.facts.answers import Answer, Change, Series, Submission
from safescore.measures.quantities import allowed, quantity
from safescore.reduce import ScalarBackend
from safescore.standing import UNBOUNDED, N, Span
from safescore.words import Text, same


@frozen(kw_only=True)
class Contradiction:
    """A figure that can't be so, for the answer at another place; ``{at}`` in the hint is that place."""

    path: Path
    other: Path
    problem: Text
    hint: Text


_MEND = Text(zh="更正该数或台账（{at}）", en="mend the figure or the register ({at})")
_BOTH = Text(
    zh="部分不能大于总数；其中一个经过核查的，把另一个（{at}）的核查数也写上",
    en="a part can't be greater than its whole; give the verified figure of the other ({at}) as well",
)
_PART = Text(zh="部分不能大于总数，核对两处（另一处在{at}）", en="a part can't be greater than its whole ({at})")


def outside(figure: Span[N], allowed: Span[N]) -> Any:
    """Return where a figure lies outside what its register allows."""
    return (figure.low > allowed.high) | (figure.high < allowed.low)


def exceeds(part: Span[N], whole: Span[N]) -> Any:
    """Return where a part is surely greater than its whole."""
    return (whole.high < UNBOUNDED) & (part.low > whole.high)


def contradictions(
    submission: Submission, backend: ScalarBackend, asked: Iterable[str], *, clocked: bool = True
) -> Iterator[Contradiction]:
    """Yield every contradiction between answers and the facts *asked*.

    A dated figure is held against a register only on the day of the cut, for the register shows that day. Unless
    *clocked*, the days of the assessment are not known: only plain figures are held against each other. A verified
    figure stands against the register that the organisation keeps.
    """
    dictionary = backend.dictionary
    for name in dict.fromkeys((*submission.answers, *asked)):
        spec = dictionary.facts[name]
        answer = submission.answers.get(name)
        if spec.type != "count" or (answer is None and name not in dictionary.derivations):
            continue
        if not clocked and (answer is None or isinstance(answer, Series)):
            continue
        path = submission.place(name)
        days = [at for at, _ in answer.values] if isinstance(answer, Series) else []
        derived = answer is not None and name in dictionary.derivations and clocked
        derived = derived and name not in submission.verified
        if derived and (not days or max(days) == backend.clock.cut):
            found = _against_register(name, backend)
            if found is not None:
                yield found
                continue
        each: list[int | None] = [*days] or [None]
        for whole in wholes(name, dictionary):
            if answer is None and whole in dictionary.derivations and whole not in submission.verified:
                continue
            given = submission.answers.get(whole)
            shown = whole in dictionary.derivations and given is None
            if not clocked and (given is None or isinstance(given, Series)):
                continue
            for day in each:
                if shown and day not in (None, backend.clock.cut):
                    continue
                part, total = (_known(one, backend, day, clocked=clocked) for one in (name, whole))
                if exceeds(part, total):
                    one, other = _named(name, dictionary), _named(whole, dictionary)
                    yield Contradiction(
                        path=path if answer is not None else submission.place(whole),
                        other=submission.place(whole) if answer is not None else _register(name, dictionary),
                        problem=Text(
                            zh=f"{one.zh}为{part.low}，大于{other.zh}的{total.high}",
                            en=f"{name} is {part.low}, more than {whole}, which is {total.high}",
                        ),
                        hint=_BOTH if len({name, whole} & submission.verified) == 1 else _PART,
                    )


def refuted(submission: Submission, backend: ScalarBackend) -> dict[str, Change]:
    """Return the organisation's own figures that lie outside what a register allows that a visit changed."""
    found: dict[str, Change] = {}
    for name, derivation in backend.dictionary.derivations.items():
        answer = submission.answers.get(name)
        visits = [one.visit for one in submission.changes if one.name == derivation.register]
        if answer is None or isinstance(answer, Series) or name in submission.verified or not visits:
            continue
        _, direct = backend.figure(name, None)
        span = allowed(name, backend)
        if outside(direct, span):
            figure: Answer = span.low if span.low == span.high else None
            place = submission.place(derivation.register)
            found[name] = Change(
                name=name, visit=visits[-1], at=place, own=("facts", name), claimed=answer, verified=figure
            )
    return found


def _against_register(name: str, backend: ScalarBackend) -> Contradiction | None:
    """Return how a figure contradicts its register, if it does."""
    _, direct = backend.figure(name, None)
    span = allowed(name, backend)
    if not outside(direct, span):
        return None
    dictionary = backend.dictionary
    register = dictionary.derivations[name].register
    between = Text(zh=f"{span.low}至{span.high}", en=f"{span.low} to {span.high}")
    if span.low == span.high:
        between = same(str(span.low))
    one, records = _named(name, dictionary), _named(register, dictionary)
    return Contradiction(
        path=("facts", name),
        other=_register(name, dictionary),
        problem=Text(
            zh=f"{one.zh}填{direct.low}，而按{records.zh}应为{between.zh}",
            en=f"{name} is {direct.low}, but {register!r} allows {between.en}",
        ),
        hint=_MEND,
    )


def _known(name: str, backend: ScalarBackend, day: int | None, *, clocked: bool) -> Span[int]:
    return quantity(name, backend, day) if clocked else backend.figure(name, day)[1]


def _named(name: str, dictionary: Dictionary) -> Text:
    label = dictionary.label(name)
    return Text(zh=f"“{label.zh}”（{name}）", en=f"{name} ({label.en})")


def _register(name: str, dictionary: Dictionary) -> Path:
    return ("facts", dictionary.derivations[name].register)


def wholes(name: str, dictionary: Dictionary) -> Iterator[str]:
    """Yield the counts that a count is part of, the nearest first."""
    seen = {name}
    ahead = list(dictionary.wholes_of(name))
    while ahead:
        whole = ahead.pop(0)
        if whole not in seen:
            seen.add(whole)
            yield whole
            ahead.extend(dictionary.wholes_of(whole))
