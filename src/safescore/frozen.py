"""The house's frozen values: attrs classes that are made quickly, for a command makes all of them at every start.

Of the methods that attrs writes and compiles for each class only ``__init__`` is left to it; what compares, shows and
keeps a value is the same for all, given the names of its fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["frozen"]

if TYPE_CHECKING:
    from attrs import frozen
else:
    from operator import attrgetter

    import attrs

    def frozen(cls=None, *, kw_only=False, eq=True, slots=True):
        """Return the class as ``attrs.frozen`` makes it: slotted, equal and hashed by its fields, shown with them."""

        def made(plain):
            own = vars(plain).keys()
            whole = attrs.frozen(plain, kw_only=kw_only, slots=slots, repr=False, eq=False, getstate_setstate=False)
            fields = attrs.fields(whole)
            methods = [_shown([one.name for one in fields if one.repr])]
            if eq:
                methods += _compared([one.name for one in fields if one.eq])
            if slots:
                methods += _kept([one.name for one in fields])
            for method in methods:
                if method.__name__ not in own:
                    setattr(whole, method.__name__, method)
            return whole

        return made if cls is None else made(cls)

    def _shown(names):
        """Return what shows a value: its class, and its fields by their names."""

        def __repr__(self):  # noqa: N807
            told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{self.__class__.__qualname__.rsplit('>.', 1)[-1]}({told})"

        return __repr__

    def _compared(names):
        """Return what holds a value equal to one of its own class, field by field, and its hash."""
        content = _content(names)

        def __eq__(self, other):  # noqa: N807
            if other.__class__ is not self.__class__:
                return NotImplemented
            return content(self) == content(other)

        def __hash__(self):  # noqa: N807
            return hash(content(self))

        return __eq__, __hash__

    def _kept(names):
        """Return what gives a slotted value's fields to a pickle or a copy, and takes them back."""
        content = _content(names)
        single = len(names) == 1

        def __getstate__(self):  # noqa: N807
            return (content(self),) if single else content(self)

        def __setstate__(self, state):  # noqa: N807
            for name, value in zip(names, state, strict=True):
                object.__setattr__(self, name, value)

        return __getstate__, __setstate__

    def _content(names):
        """Return a function that gives the values of these fields: a tuple, or what is in the only one."""
        return attrgetter(*names) if names else lambda _: ()
