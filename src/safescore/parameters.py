"""What a submission or a pack may give for a parameter or a reading."""

from __future__ import annotations

from safescore.dictionary import A_PERCENTAGE, read_share, read_value
from safescore.errors import WrongValue
from safescore.expr import suggestion
from safescore.model import Parameter
from safescore.period import DayNumber
from safescore.slips import of_percentage
from safescore.words import Text, listed


def parameter_value(parameter: Parameter, raw: object) -> object:
    """Return what *raw* means as a value of a parameter. Raises WrongValue."""
    if parameter.reading:
        if not isinstance(raw, str) or raw not in parameter.alternatives:
            options = tuple(parameter.alternatives)
            every = listed(options)
            raise WrongValue(Text(zh=f"{every.zh}之一", en=f"one of {every.en}"), suggestion(str(raw), options))
        return parameter.alternatives[raw].value
    if parameter.type == "percent":
        share = read_share(raw)
        if share > 1:
            raise WrongValue(A_PERCENTAGE, of_percentage(raw))
        return share
    value = read_value(parameter.type, raw, {})
    if value is None or (parameter.type == "date" and not isinstance(value, int)):
        raise WrongValue(Text(zh="值", en="a value"))
    return DayNumber(int(value)) if parameter.type == "date" and isinstance(value, int) else value
