"""The first page: what waits for a person, and the news of what they and others declared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from register.access.means import How
from register.erasing.waiting import Count
from register.projections.register_list import Filter
from web.forms.silence import silent
from web.pages import news
from web.pages.access.account import news_of_account
from web.pages.access.changing import has_a_way
from web.pages.access.cover import news_of_covers
from web.pages.inbox import AlertShown, awaiting, note_alerts
from web.pages.protecting.coming import what_waits
from web.requests.visit import ON_A_PAGE, Visit, above, position, to, worker

PLACES = (
    ("/cover", "When you are away", "Name who covers for you"),
    ("/register", "The register", "Filter it, count it, print it, as at any moment"),
    ("/register/compare", "Compare two dates", "What changed between them"),
    ("/register/people", "People and policies", "Who was whose line manager, and when"),
    ("/entries", "Entries", "Each as it was recorded, one after the other"),
    ("/looks", "Who looked", "Who was shown whose words, when and why"),
    ("/people", "People and services", "Reporting lines, and policies in force"),
    ("/people/changes", "Changes that wait", "What needs a second person to agree"),
    ("/erasures", "Erasing", "What somebody asked to be erased, and what became of it"),
    ("/people/reachable", "Who can hardly be reached", "People with fewer than two ways"),
    ("/people/outbox", "What was sent", "Which messages went when, and what is stuck"),
    ("/people/slips", "Slips to sign in with", "For workers who have never signed in"),
    ("/people/upload", "Upload people and services", "See what would change first"),
    ("/protection", "Data protection", "What is due to go, and what people ask"),
    ("/holds", "Legal holds", "What may not be erased for now, and why"),
)
"""Links for people with other roles: the address, its name, what is there."""


def home(visit: Visit) -> Response:
    shown = awaiting(visit)
    own = _own(visit, shown["waiting"]) if worker(visit) else {}
    note_alerts(visit, shown["waiting"])
    visit.note_words(own.get("going_on", ()))
    visit.note_words(own.get("over", ()))
    return visit.page(
        "home.html",
        f"Hello, {visit.name}",
        may_declare=worker(visit),
        is_live=above(visit),
        elsewhere=_overdue_elsewhere(visit) if above(visit) else 0,
        others=news.latest(visit),
        account_news=news_of_account(visit),
        to_decide=visit.register.changes_to_decide(visit.by),
        protection=_of_protection(visit),
        covers=news_of_covers(visit),
        link=visit.register.linking.pending(visit.by),
        after_ending=visit.after_ending([*own.get("going_on", ()), *own.get("over", ())]),
        offered=visit.register.unguarded.endings.offered(visit.by, visit.now)
        if worker(visit)
        else (),
        needs_a_way=_needs_a_way(visit),
        places=[place for place in PLACES if visit.may_open(place[0])],
        **shown,
        **own,
    )


def _of_protection(visit: Visit) -> list[tuple[str, str]]:
    """What waits in data protection, for whoever must act: where each is, and what it is."""
    waits = what_waits(visit) if visit.may_open("/protection") else {}
    found = [(href, _in_words(each)) for href, each in waits.items()]
    telling = visit.register.protection.telling
    if visit.person.administers(visit.today) and telling.nobody_acts(visit.by):
        found.append(("/people", NO_OFFICER))
    return found


NO_OFFICER = (
    "Something waits for a data protection officer, and nobody may deal with it: give the role"
)


def _in_words(of: Count) -> str:
    waits = f"1 {of.sort} waits" if of.waiting == 1 else f"{of.waiting} {of.sort}s wait"
    return f"{waits}, {of.overdue} overdue" if of.overdue else waits


MOST_ELSEWHERE = 20


def _overdue_elsewhere(visit: Visit) -> int:
    """How many declarations that they may see are overdue with somebody else; of very many, how
    many at least."""
    wanted = Filter(overdue=True, at=visit.now, not_of=visit.by, limit=MOST_ELSEWHERE)
    found = visit.register.read.declarations(visit.by, wanted, words=False).items
    if not found:
        return 0
    own = {each.declaration for each in visit.register.alerts(visit.by)}
    return sum(each.id not in own for each in found)


def _needs_a_way(visit: Visit) -> bool:
    """Whether they came in by a link, which works once, and have no way of their own yet."""
    is_by_link = visit.session is not None and visit.session.how is How.LINK
    return is_by_link and not has_a_way(visit.register, visit.by)


def _own(visit: Visit, waiting: Iterable[AlertShown]) -> dict[str, Any]:
    """A person's own declarations, without those in the list of what waits for them."""
    own = visit.register.read.own(visit.by, visit.first_name)
    their_move = {each.alert.declaration for each in waiting}
    return {
        "news": own.news,
        "news_up_to": max((each.declaration.position for each in own.news), default=0),
        "going_on": [each for each in own.going_on if each.id not in their_move],
        "over": own.over,
        "silent": silent(visit, own.going_on),
    }


def seen(visit: Visit) -> Response:
    """Note that a person has seen the news on their first page, up to a position."""
    up_to = position(str(visit.form.get("up_to", "")))
    if up_to is not None:
        visit.register.note_seen(visit.by, up_to)
    return to("/")


def own(visit: Visit) -> Response:
    """All of a person's own declarations, page by page."""
    page = visit.register.read.workers_declarations(visit.by, visit.by, visit.after, ON_A_PAGE)
    visit.note_shown(page.items)
    return visit.page(
        "own.html",
        "My declarations",
        back="/",
        declarations=page.items,
        after_ending=visit.after_ending(page.items),
        next=page.next,
    )
