"""People and services by id, some of whom may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

Known = TypeVar("Known")


class WithGaps(dict[str, Known]):
    """People or services by id. One that is spoken of may be missing, as an entry may be spoiled:
    in its place is somebody of whom nothing is known, and who may do nothing."""

    def __init__(self, known: Mapping[str, Known], unknown: Callable[[str], Known]) -> None:
        super().__init__(known)
        self._unknown = unknown

    def __missing__(self, missing: str) -> Known:
        return self._unknown(missing)

    def with_one(self, known: str, new: Known) -> WithGaps[Known]:
        return WithGaps({**self, known: new}, self._unknown)
