"""What the writer and the reader of workbooks agree on: the hidden sheet that says what stands in which cell."""

from __future__ import annotations

VERSION = "1"
MAP = "_safescore"
"""The hidden sheet: a row for each cell or column that is read, by a defined name that follows it wherever it moves."""
LISTS = "_lists"
MARK = "safescore form"

SHEET, VALUE, COLUMN, NONE_LEFT, CONSTANT = "sheet", "value", "column", "none", "constant"
"""The kinds of rows: a sheet of the form; one answer; a column of records; where ``none`` is said; a fixed value."""

NO_RECORDS = ("无", "none")
REMARKS = "remarks"
"""The path of a column that is never read."""
