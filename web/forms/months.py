"""Twelve months and a service: what somebody asks of a page with numbers of each month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from register.errors import FieldError
from web.forms import written
from web.forms.finding import A_MONTH, choice, month_named
from web.forms.questions import Question, filled, summary
from web.requests.visit import Visit

MONTHS = 12


@dataclass(frozen=True)
class Asked:
    """What is asked, and what is wrong with it: then it is the latest months, of all services."""

    service: str | None
    """None for all."""
    months: Sequence[date]
    """The first day of each, the latest last."""
    questions: Sequence[Question]
    errors: Sequence[FieldError]
    this_month: date

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    @property
    def summary(self) -> list[dict[str, str]]:
        return summary(self.questions, self.errors)

    def before(self, path: str) -> str:
        """The address of the twelve months before."""
        return self._address(path, _earlier(self.months[-1], MONTHS))

    def after(self, path: str) -> str | None:
        """The address of the twelve months after; None where these are the latest."""
        last = self.months[-1]
        later = self._address(path, _earlier(last, -MONTHS))
        return later if last < self.this_month else None

    def _address(self, path: str, last: date) -> str:
        more = {"service": self.service} if self.service else {}
        return f"{path}?{urlencode({**more, 'to': f'{last:%Y-%m}'})}"


def twelve_months(visit: Visit, services: Mapping[str, str]) -> Asked:
    """Read what is asked; `services` are those that may be chosen, names by ids."""
    this_month = visit.today.replace(day=1)
    service, text = visit.query.get("service", ""), written.month(visit.query.get("to", ""))
    asked = [Question("to", "Twelve months up to", "For example 3/2026", "month")]
    if len(services) > 1 or service not in ("", *services):
        asked.insert(0, choice("service", "Service", "All", services))
    last, errors = this_month, []
    if service not in ("", *services):
        errors.append(FieldError("service", "Choose one of the services in the list."))
        service = ""
    if text:
        month = month_named(text)
        if month is None:
            errors.append(FieldError("to", A_MONTH))
        last = min(month or last, last)
    values = {"service": service, "to": f"{last:%Y-%m}" if not errors else text}
    months = [_earlier(last, by) for by in range(MONTHS - 1, -1, -1)]
    return Asked(service or None, months, filled(asked, values, errors), errors, this_month)


def _earlier(month: date, by: int) -> date:
    """The first day of the month that is so many months before; after it if they are negative."""
    months = month.year * 12 + month.month - 1 - by
    return date(months // 12, months % 12 + 1, 1)
