"""What waits for a person, the most urgent first, and what is new.

With JavaScript, the list of what waits refreshes itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from register.acts import act_for
from register.alerts.alerting import alert_id
from register.declarations import history
from register.declarations.declaration import Declaration, OpenQuestion
from register.declarations.names import DECLARATION, Why
from register.projections.inbox import Awaiting
from web.pages import news
from web.requests.visit import Visit
from web.templating import sentence


@dataclass(frozen=True)
class AlertShown:
    """An alert in the list of what waits for a person."""

    alert: Awaiting
    declaration: Declaration | None
    """None if the person may no longer see it, or if the alert is about something else."""
    now: datetime
    name: Callable[[str], str]

    @property
    def question(self) -> OpenQuestion | None:
        """The question that the alert asks to answer; None for other alerts."""
        is_asked = self.declaration is not None and self.alert.why == Why.INFORM
        return self.declaration.question if self.declaration and is_asked else None

    @property
    def doing(self) -> str | None:
        if self.question is not None:
            return f"Answer {self.name(self.question.asked_by)}'s question"
        return self._agreed or act_for(self.alert.why).awaited

    @property
    def _agreed(self) -> str | None:
        """The agreed action that the alert asks for; None for other alerts."""
        if self.declaration is None or self.alert.why != Why.COMPLETE:
            return None
        about = self.declaration
        actions = {
            alert_id(DECLARATION, about.id, f"do {each.id}"): each for each in about.open_actions
        }
        action = actions.get(self.alert.alert)
        to_do = history.to_do(action.what, action.brought) if action else None
        return sentence(to_do) if to_do else None

    @property
    def about(self) -> str:
        """What else it is about, or why there is no more to be seen of it."""
        if self.alert.declaration is not None:
            return "you may no longer see this one"
        return self.alert.kind.replace("-", " ")

    @property
    def what(self) -> str | None:
        about = self.declaration
        return None if about is None else history.what_of(about)

    @property
    def is_overdue(self) -> bool:
        return self.alert.due_at < self.now


def show(visit: Visit) -> Response:
    shown = awaiting(visit)
    if not visit.wants_part:
        shown["others"] = news.latest(visit, [each.alert for each in shown["waiting"]])
    return visit.page("inbox.html", "Inbox", is_live=True, **shown)


def awaiting(visit: Visit) -> dict[str, Any]:
    """What the list shows of everything that waits for this person."""
    now = visit.register.now()
    alerts = visit.register.alerts(visit.by)
    about = [each.declaration for each in alerts if each.declaration is not None]
    seen = visit.register.read.visible(visit.by, about)
    name = visit.register.read.name
    waiting = [AlertShown(alert, seen.get(alert.subject), now, name) for alert in alerts]
    return {
        "waiting": waiting,
        "overdue": sum(each.is_overdue for each in waiting),
        "name": name,
        "now": now,
    }
