"""Write the golden reports and messages anew: ``python -m tests.regolden``; read the difference before it is kept."""

from __future__ import annotations

from tests import bad, changes, dues, examples, faults, planned, told_measures, wrong_measures
from tests.machines import MACHINE_CASES, golden_machine_file, report
from tests.reports import BRIEF, CASES, brief_file, brief_text, golden_file, golden_report
from tests.rollup import golden as rolled

if __name__ == "__main__":
    for format_, lang in CASES:
        golden_file(format_, lang).write_text(golden_report(format_, lang), encoding="utf-8")
    for detail, lang in BRIEF:
        brief_file(detail, lang).write_text(brief_text(detail, lang), encoding="utf-8")
    for format_, lang in MACHINE_CASES:
        golden_machine_file(format_, lang).write_text(report(format_, lang=lang), encoding="utf-8")
    examples.GOLDEN.mkdir(exist_ok=True)
    for name, lang in examples.CASES:
        examples.golden_file(name, lang).write_text(examples.report(name, lang), encoding="utf-8")
    changes.rewrite()
    dues.rewrite()
    planned.rewrite()
    faults.rewrite()
    bad.rewrite()
    rolled.rewrite()
    told_measures.rewrite()
    wrong_measures.rewrite()
