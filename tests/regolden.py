"""Write the golden reports anew: ``python -m tests.regolden``; read the difference before it is kept."""

from __future__ import annotations

from tests.reports import CASES, golden_file, golden_report

if __name__ == "__main__":
    for format_, lang in CASES:
        golden_file(format_, lang).write_text(golden_report(format_, lang), encoding="utf-8")
