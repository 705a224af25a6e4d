"""A director's year: what was declared, by kind and month, as a plot and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from register.kinds import all_kinds
from register.projections.register_list import Filter
from register.reading.by_month import ByMonth
from web.forms.months import MONTHS, twelve_months
from web.requests.visit import Visit
from web.templating import kind_title

PATH = "/year"
WIDTH, LEFT, RIGHT, LINE, BAR = 360, 70, 30, 26, 18
"""The measures of the plot, in its own units."""
DIGIT = 9
"""What one digit of a number in a bar needs."""


@dataclass(frozen=True)
class Part:
    """A part of a bar: the declarations of one kind in a month."""

    kind: int
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """A month, with what was declared in it: in all, of each kind, and as parts of a bar."""

    month: date
    total: int
    counts: Sequence[tuple[str, int]]
    parts: Sequence[Part]
    y: int


def show(visit: Visit) -> Response:
    asked = twelve_months(visit, _directed(visit))
    service, months, last = asked.service, asked.months, asked.months[-1]
    wanted = Filter(service=service, not_of=visit.by)
    counts = visit.register.figures.by_month(visit.by, wanted, months)
    kinds = [kind for kind in all_kinds() if any(counts[kind, month] for month in months)]
    more = {"service": service} if service else {}
    return visit.page(
        "year.html",
        "The year",
        back="/team",
        status=asked.status,
        asked=asked.questions,
        errors=asked.summary,
        kinds=[(kind, kind_title(kind), _sum(counts, kind, months)) for kind in kinds],
        numbers={kind: place for place, kind in enumerate(all_kinds(), 1)},
        rows=_rows(counts, kinds, months),
        months=months,
        total=counts.total(),
        years=_years(visit, wanted, last),
        height=LINE * MONTHS + 4,
        measures={"width": WIDTH, "left": LEFT, "bar": BAR},
        to_list=lambda **filters: f"/team?{urlencode({**filters, **more})}",
        before=asked.before(PATH),
        after=asked.after(PATH),
    )


def _years(visit: Visit, wanted: Filter, last: date) -> list[tuple[int, int]]:
    """How many there were in the calendar year of a month, and in the year before."""
    found = []
    for year in (last.year, last.year - 1):
        months = [date(year, number, 1) for number in range(1, MONTHS + 1)]
        found.append((year, visit.register.figures.by_month(visit.by, wanted, months).total()))
    return found


def _directed(visit: Visit) -> dict[str, str]:
    names = visit.directory.services
    return {each: names[each].name for each in sorted(visit.directory.directs(visit.by))}


def _sum(counts: ByMonth, kind: str, months: Sequence[date]) -> int:
    return sum(counts[kind, month] for month in months)


def _rows(counts: ByMonth, kinds: Sequence[str], months: Sequence[date]) -> list[Row]:
    totals = [sum(counts[kind, month] for kind in kinds) for month in months]
    room = WIDTH - LEFT - RIGHT - DIGIT * max(len(kinds) - 1, 0)
    scale = room / max(*totals, 1)
    rows: list[Row] = []
    for place, month in reversed([*enumerate(months)]):
        of_kinds = [(kind, counts[kind, month]) for kind in kinds]
        rows.append(
            Row(month, totals[place], of_kinds, _parts(of_kinds, scale), len(rows) * LINE + 4)
        )
    return rows


def _parts(of_kinds: Sequence[tuple[str, int]], scale: float) -> list[Part]:
    parts, x = [], float(LEFT)
    numbered = list(all_kinds())
    for kind, count in of_kinds:
        width = round(max(count * scale, DIGIT * len(str(count))), 1) if count else 0.0
        if count:
            parts.append(Part(numbered.index(kind) + 1, count, round(x, 1), width))
        x += width
    return parts
