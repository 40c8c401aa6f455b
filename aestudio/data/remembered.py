"""Results that are remembered as long as the data, or whatever else, they are about, and no longer."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

D = TypeVar("D")
P = ParamSpec("P")
T = TypeVar("T")


def remembered(about: Callable[Concatenate[D, P], T]) -> Callable[Concatenate[D, P], T]:
    """Compute ``about(data, …)`` once for each data set and each set of arguments, which must be hashable.

    Data that are closed take their results with them. A cache of fixed size would keep the last few data
    sets alive instead, some hundred megabytes of them.
    """
    known: weakref.WeakKeyDictionary[D, dict[object, T]] = weakref.WeakKeyDictionary()

    @functools.wraps(about)
    def once(data: D, *arguments: P.args, **named: P.kwargs) -> T:
        results = known.setdefault(data, {})
        key = (arguments, tuple(sorted(named.items())))
        if key not in results:
            results[key] = about(data, *arguments, **named)
        return results[key]

    return once
