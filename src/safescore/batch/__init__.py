"""Many organisations at once, as arrays; needs the extra ``batch``, and is imported only where it is used."""

from safescore.batch.data import Column, Dated, Table, from_array, from_cells
from safescore.batch.kernel import Kernel, assess_columns
from safescore.batch.load import columns_of, roles_of
from safescore.batch.outcomes import Outcomes

__all__ = [
    "Column",
    "Dated",
    "Kernel",
    "Outcomes",
    "Table",
    "assess_columns",
    "columns_of",
    "from_array",
    "from_cells",
    "roles_of",
]
