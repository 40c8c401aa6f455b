"""Results that are remembered as long as the data they are about, and no longer."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from aestudio.data.dataset import Dataset

P = ParamSpec("P")
T = TypeVar("T")


def remembered(about: Callable[Concatenate[Dataset, P], T]) -> Callable[Concatenate[Dataset, P], T]:
    """Compute ``about(data, …)`` once for each data set and each set of arguments, which must be hashable.

    Data that are closed take their results with them. A cache of fixed size would keep the last few data
    sets alive instead, some hundred megabytes of them.
    """
    known: weakref.WeakKeyDictionary[Dataset, dict[object, T]] = weakref.WeakKeyDictionary()

    @functools.wraps(about)
    def once(data: Dataset, *arguments: P.args, **named: P.kwargs) -> T:
        results = known.setdefault(data, {})
        key = (arguments, tuple(sorted(named.items())))
        if key not in results:
            results[key] = about(data, *arguments, **named)
        return results[key]

    return once
