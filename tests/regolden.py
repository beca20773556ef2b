"""Write the golden reports and messages anew: ``python -m tests.regolden``; read the difference before it is kept."""

from __future__ import annotations

from tests import bad, examples, faults
from tests.reports import CASES, golden_file, golden_report

if __name__ == "__main__":
    for format_, lang in CASES:
        golden_file(format_, lang).write_text(golden_report(format_, lang), encoding="utf-8")
    examples.GOLDEN.mkdir(exist_ok=True)
    for name, lang in examples.CASES:
        examples.golden_file(name, lang).write_text(examples.report(name, lang), encoding="utf-8")
    faults.rewrite()
    bad.rewrite()
