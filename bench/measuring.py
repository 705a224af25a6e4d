"""Two sides measured in turn, A B A B, so that both meet the same weather of the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

Figures = Mapping[str, float]
"""What one run of one side gave, by name."""
Side = Callable[[], Figures]

MOST_SPREAD = 2.0
"""The largest figure of a side's runs by the smallest; more than that, and the row runs again."""
TRIES = 3


@dataclass(frozen=True)
class Limit:
    """What the ratio of one figure, ours by theirs, is to reach; or to stay under."""

    figure: str
    unit: str
    floor: float
    aim: float
    at_most: bool = False

    def verdict(self, ratio: float) -> str:
        def reached(limit: float) -> bool:
            return ratio <= limit if self.at_most else ratio >= limit

        return "aim" if reached(self.aim) else "floor" if reached(self.floor) else "missed"


@dataclass(frozen=True)
class Row:
    """One piece of work, and what it is measured against."""

    work: str
    against: str
    ours: Side
    theirs: Side
    limits: tuple[Limit, ...]
    facts: Callable[[], Mapping[str, bool]] = dict
    """What has to hold besides, in words."""
    is_required: bool = False
    """Whether the bench fails where it is missed; what is measured by the clock only tells."""


@dataclass
class Measured:
    row: Row
    ours: list[Figures] = field(default_factory=list)
    theirs: list[Figures] = field(default_factory=list)
    facts: Mapping[str, bool] = field(default_factory=dict)

    def ratio(self, figure: str) -> float:
        return middle(self.ours, figure) / middle(self.theirs, figure)

    def ratios(self, figure: str) -> list[float]:
        """Of each run of ours by the run of theirs beside it, from the lowest."""
        pairs = zip(self.ours, self.theirs, strict=True)
        return sorted(mine[figure] / other[figure] for mine, other in pairs)

    @property
    def is_failed(self) -> bool:
        verdicts = [limit.verdict(self.ratio(limit.figure)) for limit in self.row.limits]
        return self.row.is_required and "missed" in verdicts

    @property
    def is_steady(self) -> bool:
        """Whether the first figure of either side spread no more than it may."""
        figure = self.row.limits[0].figure
        return all(spread(side, figure) <= MOST_SPREAD for side in (self.ours, self.theirs))


def middle(runs: list[Figures], figure: str) -> float:
    return median(run[figure] for run in runs)


def spread(runs: list[Figures], figure: str) -> float:
    found = [run[figure] for run in runs]
    return max(found) / min(found)


def measure(row: Row, runs: int) -> Measured:
    """The row, again where its runs spread too far; the last try stands, steady or not."""
    for _ in range(TRIES):
        measured = Measured(row)
        for _ in range(runs):
            measured.ours.append(row.ours())
            measured.theirs.append(row.theirs())
        if measured.is_steady:
            break
    measured.facts = row.facts()
    return measured
