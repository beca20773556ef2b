"""Many organisations at once, as arrays; needs the extra ``batch``, and is imported only where it is used."""

from safescore.batch.data import Column, Dated, Table, from_array, from_cells
from safescore.batch.frames import assess_frame, iter_assess
from safescore.batch.intake import COLUMNS
from safescore.batch.kernel import Kernel, assess_columns
from safescore.batch.load import columns_of, roles_of
from safescore.batch.outcomes import Outcomes
from safescore.batch.parquet import Written, assess_parquet

__all__ = [
    "COLUMNS",
    "Column",
    "Dated",
    "Kernel",
    "Outcomes",
    "Table",
    "Written",
    "assess_columns",
    "assess_frame",
    "assess_parquet",
    "columns_of",
    "from_array",
    "from_cells",
    "iter_assess",
    "roles_of",
]
