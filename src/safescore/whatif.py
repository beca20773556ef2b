"""What if: a submission before and after changes, both judged by the same pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from safescore.assess import Terms, assess_all
from safescore.document import Document
from safescore.errors import Fault, InvalidInput
from safescore.facts.changes import Change, changed
from safescore.frozen import frozen
from safescore.model import Pack
from safescore.opening import meanings_of
from safescore.results import Assessment, Finding


@frozen(kw_only=True)
class Turn:
    """One rule before and after: its finding in each."""

    before: Finding
    after: Finding

    @property
    def changed(self) -> bool:
        """Whether what the rule comes to, or what it is judged by, is other than before."""
        return _judged_by(self.before) != _judged_by(self.after)


@frozen(kw_only=True)
class WhatIf:
    """One pack's assessment before and after."""

    before: Assessment
    after: Assessment

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every rule, in the order of the document."""
        after = {one.rule: one for one in self.after.findings}
        return tuple(Turn(before=one, after=after[one.rule]) for one in self.before.findings)

    @property
    def turned(self) -> tuple[Turn, ...]:
        """The rules that changed, in the order of the document."""
        return tuple(one for one in self.turns if one.changed)


def what_if(
    document: Document,
    packs: Sequence[Pack],
    changes: Sequence[Change],
    *,
    as_of: int | None = None,
    require_evidence: bool = False,
    waivers: bool = True,
    faults: Sequence[Fault] = (),
) -> tuple[WhatIf, ...]:
    """Return a submission's assessments before and after changes: the latter is that of the changed submission.

    Raises InvalidInput with every fault of the submission, of the changes and of what they make of it, and with
    *faults* that were found before.
    """
    terms = Terms(require_evidence=require_evidence, waivers=waivers)
    before, wrong = _assessed(document, packs, as_of, terms)
    edited, lost = changed(document, changes, meanings_of(packs))
    after, worse = _assessed(edited, packs, as_of, terms)
    every = dict.fromkeys((*faults, *wrong, *lost, *worse))
    if every:
        raise InvalidInput(every)
    return tuple(WhatIf(before=one, after=other) for one, other in zip(before, after, strict=True))


def _assessed(
    document: Document, packs: Sequence[Pack], as_of: int | None, terms: Terms
) -> tuple[tuple[Assessment, ...], tuple[Fault, ...]]:
    try:
        found = assess_all(document, packs, as_of=as_of, require_evidence=terms.require_evidence, waivers=terms.waivers)
    except InvalidInput as error:
        return (), error.faults
    return found, ()


def _judged_by(finding: Finding) -> Finding:
    """Return a finding without what only says where its facts stand."""
    return evolve(finding, places=(), parts=tuple(evolve(one, places=()) for one in finding.parts))
