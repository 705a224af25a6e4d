"""How soon declarations were opened and acted on, by month and service, and what is overdue: for
directors of their services, and for auditors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from operator import attrgetter
from urllib.parse import urlencode

from starlette.responses import Response

from register.acts import act_for
from register.projections.inbox import place_in
from register.reading.how_soon import (
    A_DAY,
    HALF,
    NINE_IN_TEN,
    HowSoon,
    Wait,
    Waits,
    services_in_view,
)
from web.forms.months import twelve_months
from web.requests.visit import ON_A_PAGE, Visit, auditor, director

PATH = "/how-soon"
OVERDUE = f"{PATH}/overdue"
WIDTH, LEFT, RIGHT, TOP, LINE, BAR = 360, 70, 82, 26, 26, 12
"""The measures of a plot, in its own units."""
BEGINS = 0.5
"""The hours at which a plot begins: each line of it is about as far again from the one before."""
LINES = {"1 h": 1, "4 h": 4, "1 d": 24, "3 d": 72, "10 d": 240}
"""The lines of a plot: so many hours, or working days."""
LEAST_SHOWN = 300
"""The hours to which a plot reaches at least."""
NEWEST = 3
"""How many months the table shows before those that are folded up: a phone shows them as cards."""
PARTS = {"until_opened": "Opened", "until_acted": "Acted on"}
"""What is measured, and its heading."""


@dataclass(frozen=True)
class Row:
    """A month or a service, with how long things took there, and where that lies in the plot."""

    label: str
    short: str
    """The label in the plot."""
    address: str | None
    waits: Waits
    y: int
    half_to: float | None
    """Where the bar ends; None where fewer than half have ended."""
    nearly_all_to: float | None

    @property
    def half(self) -> Wait | None:
        return self.waits.within(HALF)

    @property
    def nearly_all(self) -> Wait | None:
        return self.waits.within(NINE_IN_TEN)


@dataclass(frozen=True)
class Part:
    """One of the two things that are measured, such as that somebody opened it."""

    name: str
    done: str
    all: Waits
    months: Sequence[Row]
    services: Sequence[Row]
    lines: Mapping[str, float]

    @property
    def newest(self) -> Sequence[Row]:
        return self.months[:NEWEST]

    @property
    def earlier(self) -> Sequence[Row]:
        """What the table has folded up."""
        return self.months[NEWEST:]


def show(visit: Visit) -> Response:
    services = _services(visit)
    asked = twelve_months(visit, services)
    chosen = [asked.service] if asked.service else [*services]
    found = visit.register.figures.how_soon(visit.by, chosen, asked.months)
    by_month = [
        (f"{each:%B %Y}", f"{each:%b %Y}", None, _sum(found, month=each))
        for each in reversed(asked.months)
    ]
    by_service = [
        (services[each], "", _of_service(each, asked.months[-1]), _sum(found, service=each))
        for each in chosen
        if len(chosen) > 1
    ]
    every = _sum(found)
    return visit.page(
        "how_soon.html",
        "How soon people act",
        back="/team" if director(visit) else "/register",
        status=asked.status,
        asked=asked.questions,
        errors=asked.summary,
        months=asked.months,
        all=every,
        parts=[_part(*part, every, by_month, by_service) for part in PARTS.items()],
        overdue=visit.register.figures.overdue(visit.by, chosen).count(),
        overdue_at=_overdue_at(asked.service),
        is_auditor=auditor(visit),
        measures={"width": WIDTH, "left": LEFT, "right": RIGHT, "top": TOP, "bar": BAR},
        height=TOP + LINE * len(asked.months),
        before=asked.before(PATH),
        after=asked.after(PATH),
    )


def show_overdue(visit: Visit) -> Response:
    services = _services(visit)
    service = visit.query.get("service", "")
    chosen = [service] if service in services else [*services]
    after = place_in(visit.query.get("after", ""))
    page = visit.register.figures.overdue(visit.by, chosen).page(after, ON_A_PAGE)
    visit.note_shown([each.declaration for each in page.items])
    named = service if service in services else None
    return visit.page(
        "overdue.html",
        "Overdue now",
        back=f"{PATH}?{urlencode({'service': named})}" if named else PATH,
        items=page.items,
        total=page.total,
        service=services.get(service),
        services=services,
        to_do=lambda why: act_for(why).awaited,
        here=_overdue_at(named, after=visit.query.get("after", "") if after else ""),
        next=_overdue_at(named, after=str(page.next)) if page.next else None,
    )


def _services(visit: Visit) -> dict[str, str]:
    """The services whose numbers they see: names by ids, in the order of the names."""
    known = visit.directory.services
    found = services_in_view(visit.by, visit.directory)
    return {each: known[each].name for each in sorted(found, key=lambda each: known[each].name)}


def _of_service(service: str, last: date) -> str:
    return f"{PATH}?{urlencode({'service': service, 'to': f'{last:%Y-%m}'})}"


def _overdue_at(service: str | None, after: str = "") -> str:
    given = {name: text for name, text in (("service", service), ("after", after)) if text}
    return f"{OVERDUE}?{urlencode(given)}" if given else OVERDUE


def _sum(
    found: Mapping[tuple[str, date], HowSoon],
    service: str | None = None,
    month: date | None = None,
) -> HowSoon:
    total = HowSoon()
    for (its_service, its_month), each in found.items():
        if service in (None, its_service) and month in (None, its_month):
            total += each
    return total


Named = tuple[str, str, str | None, HowSoon]


def _part(
    name: str, heading: str, every: HowSoon, months: Iterable[Named], services: Iterable[Named]
) -> Part:
    waits_of = attrgetter(name)
    rows = [(label, short, to, waits_of(each)) for label, short, to, each in months]
    ends = [waits.within(NINE_IN_TEN) or waits.within(HALF) for *_, waits in rows]
    most = max(LEAST_SHOWN, *(hours(each) for each in ends if each), 0)
    shown = [_row(*each, place, most) for place, each in enumerate(rows)]
    others = [_row(*each[:3], waits_of(each[3]), 0, most) for each in services]
    lines = {label: _x(number, most) for label, number in LINES.items()}
    return Part(name, heading.lower(), waits_of(every), shown, others, lines)


def _row(label: str, short: str, to: str | None, waits: Waits, place: int, most: int) -> Row:
    half, nearly_all = (
        None if wait is None else _x(hours(wait), most)
        for wait in (waits.within(HALF), waits.within(NINE_IN_TEN))
    )
    return Row(label, short, to, waits, TOP + place * LINE, half, nearly_all)


def hours(wait: Wait) -> int:
    """How long a wait is in the plot, where a working day is as long as a day."""
    return wait.days * A_DAY + wait.hours


def _x(number: float, most: float) -> float:
    share = log(number / BEGINS) / log(most / BEGINS)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)
