"""What waits for `make test-long`.

`make test` tries every rule at least once; what tries the same rule again at some length is marked
`long`. What an engine could break runs on both engines in `make test`; what only repeats itself on
the other one, such as what is refused before anything reaches the log, runs there at length.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def first_now(first: Any, *others: Any) -> list[Any]:
    """The parameters of a test or fixture: the first in `make test`, the others at length."""
    return [first, *(_long(each) for each in others if each != first)]


def two_now(parameters: Iterable[Any]) -> list[Any]:
    """The first two in `make test`, the others at length."""
    first, second, *others = parameters
    return [first, second, *map(_long, others)]


def these_now(now: Collection[Any], parameters: Iterable[Any]) -> list[Any]:
    """Some of the parameters in `make test`, the others at length."""
    return [each if each in now else _long(each) for each in parameters]


def _long(value: Any) -> Any:
    if isinstance(value, ParameterSet):
        return value._replace(marks=[*value.marks, pytest.mark.long])
    return pytest.param(value, marks=pytest.mark.long)


ENGINES = ("sqlite", "postgresql")
ONE_ENGINE = first_now(*ENGINES)

on_both_engines = pytest.mark.parametrize("server", ENGINES, indirect=True)
"""For tests of a running server that are about the engine too."""
