"""A director's year: what was declared, by kind and month, as a plot and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from register.errors import FieldError
from register.kinds import all_kinds
from register.projections.register_list import Filter
from register.reading.by_month import ByMonth
from web.forms import written
from web.forms.finding import A_MONTH, choice, month_named
from web.forms.questions import Question, filled, summary
from web.requests.visit import Visit
from web.templating import kind_title

PATH = "/year"
MONTHS = 12
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
    service, last, asked, errors = _asked(visit)
    months = _months(last)
    wanted = Filter(service=service, not_of=visit.by)
    counts = visit.register.by_month(visit.by, wanted, months)
    kinds = [kind for kind in all_kinds() if any(counts[kind, month] for month in months)]
    more = {"service": service} if service else {}
    return visit.page(
        "year.html",
        "The year",
        back="/team",
        status=422 if errors else 200,
        asked=asked,
        errors=summary(asked, errors),
        kinds=[(kind, kind_title(kind), _sum(counts, kind, months)) for kind in kinds],
        numbers={kind: place for place, kind in enumerate(all_kinds(), 1)},
        rows=_rows(counts, kinds, months),
        months=months,
        total=counts.total(),
        years=_years(visit, wanted, last),
        height=LINE * MONTHS + 4,
        measures={"width": WIDTH, "left": LEFT, "bar": BAR},
        to_list=lambda **filters: f"/team?{urlencode({**filters, **more})}",
        before=_address(more, _earlier(last, MONTHS)),
        after=_address(more, _earlier(last, -MONTHS)) if last < _this_month(visit) else None,
    )


def _years(visit: Visit, wanted: Filter, last: date) -> list[tuple[int, int]]:
    """How many there were in the calendar year of a month, and in the year before."""
    found = []
    for year in (last.year, last.year - 1):
        months = [date(year, number, 1) for number in range(1, MONTHS + 1)]
        found.append((year, visit.register.by_month(visit.by, wanted, months).total()))
    return found


def _asked(visit: Visit) -> tuple[str | None, date, list[Question], list[FieldError]]:
    """The service and the last month that are asked for, the questions, and what is wrong."""
    services = {each: visit.directory.services[each].name for each in _directed(visit)}
    service, text = visit.query.get("service", ""), written.month(visit.query.get("to", ""))
    asked = [Question("to", "Twelve months up to", "For example 3/2026", "month")]
    if len(services) > 1 or service not in ("", *services):
        asked.insert(0, choice("service", "Service", "All", services))
    last, errors = _this_month(visit), []
    if service not in ("", *services):
        errors.append(FieldError("service", "Choose one of the services that you direct."))
        service = ""
    if text:
        month = month_named(text)
        if month is None:
            errors.append(FieldError("to", A_MONTH))
        last = min(month or last, last)
    values = {"service": service, "to": f"{last:%Y-%m}" if not errors else text}
    return service or None, last, filled(asked, values, errors), errors


def _directed(visit: Visit) -> list[str]:
    return sorted(visit.directory.directs(visit.by))


def _this_month(visit: Visit) -> date:
    return visit.today.replace(day=1)


def _earlier(month: date, by: int) -> date:
    """The first day of the month that is so many months before; after it if they are negative."""
    months = month.year * 12 + month.month - 1 - by
    return date(months // 12, months % 12 + 1, 1)


def _months(last: date) -> list[date]:
    return [_earlier(last, by) for by in range(MONTHS - 1, -1, -1)]


def _address(more: Mapping[str, str], last: date) -> str:
    return f"{PATH}?{urlencode({**more, 'to': f'{last:%Y-%m}'})}"


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
