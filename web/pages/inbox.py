"""What waits for a person, what is overdue and what presses first; and what is new.

With JavaScript, the list of what waits refreshes itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from register.acts import act_for
from register.acts.reviewing import TO_CHECK, looked_at
from register.acts.settling import asks_to_settle
from register.alerts.sort import alert_id
from register.declarations import history
from register.declarations.declaration import Declaration, OpenQuestion
from register.declarations.names import DECLARATION, Why
from register.kinds import mark_of
from register.projections.inbox import Awaiting, Place, Waiting, place_in
from web.forms.entered import entered_in_words
from web.pages import news
from web.pages.inform import answering
from web.requests.visit import ON_A_PAGE, Visit, position
from web.templating import sentence

A_DAY = timedelta(days=1)
MOST_SORTED = 200
"""How many of what is due first are looked at, to put the more pressing of them first."""


@dataclass(frozen=True)
class AlertShown:
    """An alert in the list of what waits for a person."""

    alert: Awaiting
    declaration: Declaration | None
    """None if the person may no longer see it, or if the alert is about something else."""
    visit: Visit
    now: datetime

    @property
    def question(self) -> OpenQuestion | None:
        """The question that the alert asks to answer; None for other alerts."""
        is_asked = self.declaration is not None and self.alert.why == Why.INFORM
        return self.declaration.question if self.declaration and is_asked else None

    @property
    def doing(self) -> str | None:
        if self.declaration is not None and self.question is not None:
            return answering(self.visit, self.declaration)
        return self._agreed or self._asked or act_for(self.alert.why).awaited

    @property
    def _asked(self) -> str | None:
        """What it asks, where that depends on the declaration; None for other alerts."""
        about, why = self.declaration, self.alert.why
        if about is not None and why == Why.REVIEW:
            return TO_CHECK[looked_at(about)]
        if about is not None and why == Why.CONFIRM and about.worker != self.visit.by:
            return "Ask whether this is what they told"
        if about is not None and why in (Why.DECIDE, Why.ANSWER):
            return asks_to_settle(about.kind, "")
        return None

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
    def entered(self) -> str | None:
        """Who entered it, where it asks whether that is right; None for other alerts."""
        if self.declaration is None or self.alert.why != Why.CONFIRM:
            return None
        return next(iter(entered_in_words(self.visit, self.declaration)), None)

    @property
    def about(self) -> str:
        """What else it is about, or why there is no more to be seen of it."""
        if self.alert.declaration is not None:
            return "you may no longer see this one"
        return self.alert.kind.replace("-", " ")

    @property
    def what(self) -> str | None:
        about = self.declaration
        return None if about is None else self.visit.what(about)

    @property
    def waits_for_answer(self) -> bool:
        """Whether it is not their move: somebody else was asked, and has not answered yet."""
        about = self.declaration
        if about is None or about.question is None or not self.asks_to_settle:
            return False
        return self.visit.answers(about) != self.visit.by

    @property
    def answers_first(self) -> str | None:
        """Who answers an open question before it is this person's move."""
        return self.visit.answers(self.declaration) if self.declaration else None

    @property
    def _asks_about_facts(self) -> bool:
        return self.alert.why not in (Why.COMPLETE, Why.CONFIRM)

    @property
    def asks_to_settle(self) -> bool:
        return self.alert.why not in (Why.INFORM, Why.COMPLETE, Why.CONFIRM)

    @property
    def is_overdue(self) -> bool:
        return self.alert.due_at < self.now and not self.waits_for_answer

    @property
    def overdue_long(self) -> bool:
        """Whether it is overdue by a day or more."""
        return self.is_overdue and self.now - self.alert.due_at >= A_DAY

    @property
    def pressing(self) -> Sequence[str]:
        """What about it makes it come before others, in words."""
        about = self.declaration
        if about is None or self.waits_for_answer or not self._asks_about_facts:
            return ()
        marks = (mark_of(about.kind, flag) for flag in about.ruling.flags)
        return [each.label for each in marks if each.is_pressing]

    @property
    def place(self) -> tuple[bool, bool, bool, datetime]:
        """What is overdue comes first, then what presses; what waits for an answer comes last."""
        return not self.is_overdue, not self.pressing, self.waits_for_answer, self.alert.due_at

    @property
    def why_first(self) -> str | None:
        """Why it comes before what is due earlier."""
        words = [*(["it is overdue"] if self.is_overdue else []), *map(str.lower, self.pressing)]
        return ", ".join(words) or None


def show(visit: Visit) -> Response:
    shown = awaiting(visit)
    note_alerts(visit, shown["waiting"])
    if not visit.wants_part:
        shown["others"] = news.latest(visit)
    return visit.page("inbox.html", "Inbox", is_live=True, **shown)


def note_alerts(visit: Visit, waiting: Iterable[AlertShown]) -> None:
    """Note that these are shown, each with what was declared in a few words."""
    visit.note_words(each.declaration for each in waiting if each.declaration is not None)


def awaiting(visit: Visit) -> dict[str, Any]:
    """What the list shows of what waits for this person, page by page."""
    now = visit.register.now()
    after = place_in(visit.query.get("after", ""))
    page = visit.register.read.waiting(visit.by, after, MOST_SORTED)
    about = [each.declaration for each in page.items if each.declaration is not None]
    seen = visit.register.read.visible(visit.by, about)
    shown = [AlertShown(alert, seen.get(alert.subject), visit, now) for alert in page.items]
    waiting = sorted(shown, key=lambda each: each.place)
    begin = position(visit.query.get("from", "")) or 0
    pardoned = sum(each.alert.due_at < now and not each.is_overdue for each in shown)
    for_others = Counter(each.answers_first for each in shown if each.waits_for_answer)
    return {
        "waiting": waiting[begin : begin + ON_A_PAGE],
        "total": page.total - sum(for_others.values()),
        "for_others": _one_or_several(visit, for_others),
        "overdue": max(page.overdue - pardoned, 0),
        "here": _asking(after, begin),
        "next": _next(page, after, begin + ON_A_PAGE),
        "name": visit.register.read.name,
        "now": now,
    }


def _one_or_several(visit: Visit, people: Counter[str | None]) -> tuple[str, int] | None:
    """For whose answer something waits, and how often."""
    if not people:
        return None
    (first, *others) = people
    who = visit.register.read.name(first) if first and not others else "others"
    return who, people.total()


def _next(page: Waiting, after: Place | None, begin: int) -> str | None:
    """What the address of the next page asks; None on the last one."""
    if begin < len(page.items):
        return _asking(after, begin)
    return _asking(page.next) if page.next else None


def _asking(after: Place | None, begin: int = 0) -> str:
    asked = [*([f"after={after}"] if after else []), *([f"from={begin}"] if begin else [])]
    return f"?{'&'.join(asked)}" if asked else ""
