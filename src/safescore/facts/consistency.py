"""Contradictions between answers: a figure outside what its register allows, a part greater than its whole."""

from __future__ import annotations

from collections.abc import Iterator

from safescore.facts.answers import Series, Submission
from safescore.measures.quantities import allowed, quantity
from safescore.reduce import ScalarBackend
from safescore.standing import UNBOUNDED

Wrong = tuple[tuple[str | int, ...], str, str]


def contradictions(submission: Submission, backend: ScalarBackend) -> Iterator[Wrong]:
    """Yield every contradiction: the path of the figure, what is wrong, how to mend it.

    A dated figure is held against a register only on the day of the cut, for the register shows that day.
    """
    dictionary = backend.dictionary
    for name, spec in dictionary.facts.items():
        answer = submission.answers.get(name)
        if spec.type != "count" or answer is None:
            continue
        path = ("facts", name)
        days = [at for at, _ in answer.values] if isinstance(answer, Series) else []
        if name in dictionary.derivations and (not days or max(days) == backend.clock.cut):
            _, direct = backend.figure(name, None)
            span = allowed(name, backend)
            if direct.low > span.high or direct.high < span.low:
                register = dictionary.derivations[name].register
                between = str(span.low) if span.low == span.high else f"{span.low} to {span.high}"
                yield (
                    path,
                    f"{name} is {direct.low}, but {register!r} allows {between}",
                    "mend the figure or the register",
                )
                continue
        whole = dictionary.whole_of(name)
        if whole is None:
            continue
        each: list[int | None] = [*days] or [None]
        for day in each:
            _, part = backend.figure(name, day)
            total = quantity(whole, backend, day)
            if total.high < UNBOUNDED and part.low > total.high:
                problem = f"{name} is {part.low}, more than {whole}, which is {total.high}"
                yield path, problem, "a part can't be greater than its whole"
